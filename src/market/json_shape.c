#include "market/json_shape.h"

#include <assert.h>
#include <string.h>

#include "market/number.h"

/* What all of Binance's candles look like as arrays. */
#define BINANCE_CANDLE "nvvvvvnvnvvv"

static const json_shape shapes[] = {
    {
        .name = "Binance candle",
        .stream = "klines",
        .items = BINANCE_CANDLE,
        .columns =
            "open_time,open,high,low,close,volume,close_time,quote_volume,trade_count,taker_buy_volume,"
            "taker_buy_quote_volume,_",
        .symbol = "@symbol",
        .interval = "@interval",
    },
    {
        /* Contracts and their worth in the base currency: no volume of the quote currency is known. */
        .name = "Binance coin-margined candle",
        .stream = "klines",
        .items = BINANCE_CANDLE,
        .columns = "open_time,open,high,low,close,volume,close_time,_,trade_count,taker_buy_volume,_,_",
        .symbol = "@symbol",
        .interval = "@interval",
        .asked = true,
    },
    {
        .name = "Binance price candle",
        .stream = "mark_klines",
        .items = BINANCE_CANDLE,
        .columns = "open_time,open,high,low,close,_,close_time,_,_,_,_,_",
        .symbol = "@symbol",
        .interval = "@interval",
        .asked = true,
    },
    {
        .name = "Binance candle frame",
        .stream = "klines",
        .needs = "k.t k.o k.x",
        .says = "e=kline",
        .fields = {{"open_time", "k.t", DATASET_AS_IS},
                   {"open", "k.o", DATASET_AS_IS},
                   {"high", "k.h", DATASET_AS_IS},
                   {"low", "k.l", DATASET_AS_IS},
                   {"close", "k.c", DATASET_AS_IS},
                   {"volume", "k.v", DATASET_AS_IS},
                   {"quote_volume", "k.q", DATASET_AS_IS},
                   {"trade_count", "k.n", DATASET_AS_IS},
                   {"taker_buy_volume", "k.V", DATASET_AS_IS},
                   {"taker_buy_quote_volume", "k.Q", DATASET_AS_IS},
                   {"close_time", "k.T", DATASET_AS_IS}},
        .symbol = "s",
        .interval = "k.i",
        .closed = "k.x",
    },
    {
        .name = "Binance aggregate trade",
        .stream = "agg_trades",
        .needs = "a p q f l T",
        .lacks = "k bids",
        .fields = {{"agg_trade_id", "a", DATASET_AS_IS},
                   {"trade_time", "T", DATASET_AS_IS},
                   {"price", "p", DATASET_AS_IS},
                   {"quantity", "q", DATASET_AS_IS},
                   {"first_trade_id", "f", DATASET_AS_IS},
                   {"last_trade_id", "l", DATASET_AS_IS},
                   {"buyer_is_maker", "m", DATASET_AS_IS}},
        .symbol = "s|^symbol|@symbol",
    },
    {
        /* An order's own number makes it an account's trade. */
        .name = "Binance trade",
        .stream = "trades",
        .needs = "id price qty time",
        .lacks = "orderId",
        .fields = {{"trade_id", "id", DATASET_AS_IS},
                   {"trade_time", "time", DATASET_AS_IS},
                   {"price", "price", DATASET_AS_IS},
                   {"quantity", "qty", DATASET_AS_IS},
                   {"quote_quantity", "quoteQty", DATASET_AS_IS},
                   {"buyer_is_maker", "isBuyerMaker", DATASET_AS_IS}},
        .symbol = "@symbol",
    },
    {
        .name = "Binance trade frame",
        .stream = "trades",
        .needs = "t p q T m",
        .says = "e=trade",
        .fields = {{"trade_id", "t", DATASET_AS_IS},
                   {"trade_time", "T", DATASET_AS_IS},
                   {"price", "p", DATASET_AS_IS},
                   {"quantity", "q", DATASET_AS_IS},
                   {"buyer_is_maker", "m", DATASET_AS_IS}},
        .symbol = "s",
    },
    {
        /* Frames of spot have no time at all. */
        .name = "Binance book ticker frame",
        .stream = "book_tickers",
        .needs = "u s b B a A",
        .lacks = "c",
        .fields = {{"update_id", "u", DATASET_AS_IS},
                   {"event_time", "E", DATASET_AS_IS},
                   {"transaction_time", "T", DATASET_AS_IS},
                   {"received_at", "@received", DATASET_AS_IS},
                   {"bid_price", "b", DATASET_AS_IS},
                   {"bid_quantity", "B", DATASET_AS_IS},
                   {"ask_price", "a", DATASET_AS_IS},
                   {"ask_quantity", "A", DATASET_AS_IS}},
        .symbol = "s",
    },
    {
        .name = "Binance book ticker",
        .stream = "book_tickers",
        .needs = "symbol bidPrice bidQty askPrice askQty",
        .lacks = "lastPrice",
        .fields = {{"event_time", "time", DATASET_AS_IS},
                   {"received_at", "@received", DATASET_AS_IS},
                   {"bid_price", "bidPrice", DATASET_AS_IS},
                   {"bid_quantity", "bidQty", DATASET_AS_IS},
                   {"ask_price", "askPrice", DATASET_AS_IS},
                   {"ask_quantity", "askQty", DATASET_AS_IS}},
        .symbol = "symbol",
    },
    {
        .name = "Binance order book",
        .stream = "order_book",
        .needs = "lastUpdateId bids asks",
        .fields = {{"snapshot_time", "E", DATASET_AS_IS},
                   {"received_at", "@received", DATASET_AS_IS},
                   {"last_update_id", "lastUpdateId", DATASET_AS_IS},
                   {"bids", "bids", DATASET_AS_IS},
                   {"asks", "asks", DATASET_AS_IS}},
        .symbol = "symbol|@symbol",
    },
    {
        .name = "Binance funding rate",
        .stream = "funding_rates",
        .needs = "symbol fundingRate fundingTime",
        .lacks = "instId",
        .fields = {{"raw_time", "fundingTime", DATASET_AS_IS},
                   {"rate", "fundingRate", DATASET_AS_IS},
                   {"mark_price", "markPrice", DATASET_AS_IS}},
        .symbol = "symbol",
    },
    {
        .name = "Binance open interest",
        .stream = "open_interest",
        .needs = "sumOpenInterest sumOpenInterestValue timestamp",
        .fields = {{"observed_at", "timestamp", DATASET_AS_IS},
                   {"open_interest", "sumOpenInterest", DATASET_AS_IS},
                   {"open_interest_value", "sumOpenInterestValue", DATASET_AS_IS}},
        .symbol = "symbol|@symbol",
        .interval = "@interval",
    },
    /* Which kind of ratio this is, and of what, only the request says; there is no table of one ratio. */
    {.name = "Binance long and short ratio", .needs = "longShortRatio timestamp"},
    {.name = "Binance taker ratio", .needs = "buySellRatio timestamp"},
    {.name = "Binance open interest now", .needs = "openInterest symbol time"},
    {.name = "Binance premium index", .needs = "symbol markPrice indexPrice lastFundingRate"},
    {.name = "Binance latest price", .needs = "symbol price", .lacks = "id orderId side qty origQty"},
    {.name = "Binance ticker", .needs = "symbol lastPrice highPrice lowPrice"},
    {.name = "Binance average price", .needs = "mins price"},
    {.name = "Binance exchange information", .needs = "symbols serverTime"},
    {.name = "Binance server time", .needs = "serverTime", .lacks = "symbols"},
    {.name = "Binance order book change", .needs = "U u b a", .says = "e=depthUpdate"},
    {.name = "Binance mark price frame", .needs = "p T", .says = "e=markPriceUpdate"},
    {.name = "Binance ticker frame", .needs = "c o h l", .says = "e=24hrTicker"},
    {.name = "Binance liquidation frame", .needs = "o", .says = "e=forceOrder"},
    {.name = "Binance account trade", .needs = "symbol id orderId price qty commission"},
    {.name = "Binance balance frame", .needs = "a d", .says = "e=balanceUpdate"},
    {.name = "Binance account frame", .needs = "u B", .says = "e=outboundAccountPosition"},
    {.name = "Binance order frame", .needs = "i c X", .says = "e=executionReport"},
    {.name = "Binance order list frame", .needs = "g O", .says = "e=listStatus"},
    {.name = "subscription answer", .needs = "id result", .lacks = "e"},
    {
        .name = "Kraken candle",
        .stream = "klines",
        .rows = "result.*",
        .items = "nvvvvvvn",
        .columns = "open_time,open,high,low,close,_,volume,trade_count",
        .symbol = "@key",
        .interval = "@interval",
        .last_closed = "^result.last",
    },
    {
        .name = "Kraken trade",
        .stream = "trades",
        .rows = "result.*",
        .items = "vvnsssn",
        .columns = "price,quantity,trade_time,side,_,_,trade_id",
        .symbol = "@key",
    },
    {
        .name = "Bybit candle",
        .stream = "klines",
        .rows = "result.list",
        .items = "vvvvvvv",
        .columns = "open_time,open,high,low,close,volume,quote_volume",
        .symbol = "^result.symbol",
        .interval = "@interval",
        .now = "^time",
    },
    {
        .name = "Bybit trade",
        .stream = "trades",
        .rows = "result.list",
        .needs = "execId price size side time",
        .fields = {{"trade_id", "execId", DATASET_AS_IS},
                   {"trade_time", "time", DATASET_AS_IS},
                   {"price", "price", DATASET_AS_IS},
                   {"quantity", "size", DATASET_AS_IS},
                   {"buyer_is_maker", "side", DATASET_AS_TAKER_SIDE}},
        .symbol = "symbol",
    },
    {
        .name = "Bybit funding rate",
        .stream = "funding_rates",
        .rows = "result.list",
        .needs = "symbol fundingRate fundingRateTimestamp",
        .fields = {{"raw_time", "fundingRateTimestamp", DATASET_AS_IS},
                   {"rate", "fundingRate", DATASET_AS_IS}},
        .symbol = "symbol",
    },
    {
        .name = "Bybit candle frame",
        .stream = "klines",
        .rows = "data",
        .needs = "start end open close volume confirm ^topic",
        .fields = {{"open_time", "start", DATASET_AS_IS},
                   {"open", "open", DATASET_AS_IS},
                   {"high", "high", DATASET_AS_IS},
                   {"low", "low", DATASET_AS_IS},
                   {"close", "close", DATASET_AS_IS},
                   {"volume", "volume", DATASET_AS_IS},
                   {"quote_volume", "turnover", DATASET_AS_IS},
                   {"close_time", "end", DATASET_AS_IS}},
        .symbol = "^topic#2",
        .interval = "^topic#1",
        .closed = "confirm",
    },
    {
        .name = "Bybit trade frame",
        .stream = "trades",
        .rows = "data",
        .needs = "T s S v p i ^topic",
        .fields = {{"trade_id", "i", DATASET_AS_IS},
                   {"trade_time", "T", DATASET_AS_IS},
                   {"price", "p", DATASET_AS_IS},
                   {"quantity", "v", DATASET_AS_IS},
                   {"buyer_is_maker", "S", DATASET_AS_TAKER_SIDE}},
        .symbol = "s",
    },
    {
        .name = "Bybit order book",
        .stream = "order_book",
        .needs = "topic ts data.s data.b data.a data.u",
        .says = "type=snapshot",
        .fields = {{"snapshot_time", "cts|ts", DATASET_AS_IS},
                   {"received_at", "@received", DATASET_AS_IS},
                   {"last_update_id", "data.u", DATASET_AS_IS},
                   {"bids", "data.b", DATASET_AS_IS},
                   {"asks", "data.a", DATASET_AS_IS}},
        .symbol = "data.s",
    },
    {.name = "Bybit order book change",
     .needs = "topic ts data.s data.b data.a data.u",
     .says = "type=delta"},
    {.name = "Bybit ticker frame", .needs = "topic data.symbol"},
    {
        .name = "OKX candle",
        .stream = "klines",
        .rows = "data",
        .items = "vvvvvvvvv",
        .columns = "open_time,open,high,low,close,volume,_,quote_volume,_",
        .symbol = "^arg.instId|@symbol",
        .interval = "^arg.channel|@interval",
        .closed = "8",
    },
    {
        .name = "OKX trade",
        .stream = "trades",
        .rows = "data",
        .needs = "instId side sz px tradeId ts",
        .fields = {{"trade_id", "tradeId", DATASET_AS_IS},
                   {"trade_time", "ts", DATASET_AS_IS},
                   {"price", "px", DATASET_AS_IS},
                   {"quantity", "sz", DATASET_AS_IS},
                   {"buyer_is_maker", "side", DATASET_AS_TAKER_SIDE}},
        .symbol = "instId",
    },
    {
        /* What was paid in the end, not what was announced. */
        .name = "OKX funding rate",
        .stream = "funding_rates",
        .rows = "data",
        .needs = "instId fundingRate realizedRate fundingTime",
        .fields = {{"raw_time", "fundingTime", DATASET_AS_IS}, {"rate", "realizedRate", DATASET_AS_IS}},
        .symbol = "instId",
    },
    {.name = "OKX funding announcement",
     .rows = "data",
     .needs = "instId fundingRate fundingTime",
     .lacks = "realizedRate"},
    {
        .name = "ccxt trade",
        .stream = "trades",
        .needs = "timestamp datetime symbol side price amount",
        .fields = {{"trade_id", "id", DATASET_AS_IS},
                   {"trade_time", "timestamp", DATASET_AS_IS},
                   {"price", "price", DATASET_AS_IS},
                   {"quantity", "amount", DATASET_AS_IS},
                   {"quote_quantity", "cost", DATASET_AS_IS},
                   {"buyer_is_maker", "side", DATASET_AS_TAKER_SIDE}},
        .symbol = "symbol",
    },
    {
        .name = "freqtrade trade",
        .stream = "trades",
        .items = "nsxsnnn",
        .columns = "trade_time,trade_id,_,side,price,quantity,quote_quantity",
        .symbol = "@symbol",
    },
    {
        /* In the form of its candles. */
        .name = "freqtrade funding rate",
        .stream = "funding_rates",
        .items = "nnzzzz",
        .columns = "raw_time,rate,_,_,_,_",
        .symbol = "@symbol",
    },
};

const json_shape *json_shapes(size_t *count)
{
    *count = sizeof(shapes) / sizeof(shapes[0]);
    return shapes;
}

const json_shape *json_shape_named(const char *name)
{
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
        if (strcmp(shapes[i].name, name) == 0)
            return &shapes[i];
    return NULL;
}

/* ---- paths ---- */

/* A part of a path, up to one of the characters given or the end. */
typedef struct token {
    const char *text;
    size_t length;
} token;

static token cut(const char *p, const char *end, const char *stops)
{
    const char *start = p;
    while (p < end && !strchr(stops, *p))
        p++;
    return (token){start, (size_t)(p - start)};
}

static bool is_word(token t, const char *word)
{
    return t.length == strlen(word) && memcmp(t.text, word, t.length) == 0;
}

static const json_span *member(const json_spans *s, const json_span *object, token name)
{
    const json_span *v = json_span_first(s, object);
    while (v) {
        const json_span *value = json_span_after(s, object, v);
        if (!v->escaped && v->length == name.length && memcmp(v->text, name.text, name.length) == 0)
            return value;
        v = json_span_after(s, object, value);
    }
    return NULL;
}

static const json_span *child(const json_spans *s, const json_span *v, token name)
{
    if (v->kind == JSON_SPAN_OBJECT)
        return member(s, v, name);
    if (v->kind != JSON_SPAN_ARRAY)
        return NULL;
    size_t index = 0;
    for (size_t i = 0; i < name.length; i++) {
        if (name.text[i] < '0' || name.text[i] > '9')
            return NULL;
        index = index * 10 + (size_t)(name.text[i] - '0');
    }
    return json_span_at(s, v, index);
}

static bool give_text(const char *text, size_t length, json_found *out)
{
    *out = (json_found){NULL, text, length};
    return length > 0;
}

static bool find_special(const json_place *p, token path, json_found *out)
{
    if (is_word(path, "@received"))
        return give_text(p->received, p->received_length, out);
    if (is_word(path, "@key"))
        return give_text(p->key, p->key_length, out);
    if (is_word(path, "@symbol"))
        return give_text(p->asked_symbol, p->asked_symbol_length, out);
    assert(is_word(path, "@interval"));
    return give_text(p->asked_interval, p->asked_interval_length, out);
}

/* The part of the text between its dots that "#1" asks for. */
static bool find_part(const json_found *whole, char digit, json_found *out)
{
    const char *at = whole->text;
    const char *end = at + whole->length;
    for (int skip = digit - '0';; skip--) {
        token t = cut(at, end, ".");
        if (skip == 0)
            return give_text(t.text, t.length, out);
        at = t.text + t.length;
        if (at == end)
            return false;
        at++;
    }
}

/* A path without alternatives. */
static bool find_one(const json_place *p, token path, json_found *out)
{
    if (path.text[0] == '@')
        return find_special(p, path, out);
    const char *at = path.text;
    const char *end = at + path.length;
    const json_span *v = p->row;
    if (*at == '^') {
        v = p->document;
        at++;
    }
    const char *part = memchr(at, '#', (size_t)(end - at));
    const char *stop = part ? part : end;
    while (v && at < stop) {
        token name = cut(at, stop, ".");
        v = child(p->spans, v, name);
        at = name.text + name.length;
        at += at < stop;
    }
    if (!v || v->kind == JSON_SPAN_NULL)
        return false;
    *out = (json_found){v, v->text, v->length};
    if (!part)
        return true;
    json_found whole = *out;
    return v->kind == JSON_SPAN_STRING && find_part(&whole, part[1], out);
}

bool json_place_find(const json_place *p, const char *path, json_found *out)
{
    const char *end = path + strlen(path);
    for (const char *at = path; at < end;) {
        token one = cut(at, end, "|");
        if (find_one(p, one, out))
            return true;
        at = one.text + one.length + 1;
    }
    return false;
}

/* The first member that is an array; its name becomes the place's key. */
static const json_span *first_array(json_place *p, const json_span *object)
{
    if (object->kind != JSON_SPAN_OBJECT)
        return NULL;
    const json_span *name = json_span_first(p->spans, object);
    while (name) {
        const json_span *value = json_span_after(p->spans, object, name);
        if (value->kind == JSON_SPAN_ARRAY) {
            p->key = name->text;
            p->key_length = name->length;
            return value;
        }
        name = json_span_after(p->spans, object, value);
    }
    return NULL;
}

const json_span *json_place_rows(json_place *p, const char *rows)
{
    const json_span *v = p->row;
    const char *end = rows + strlen(rows);
    for (const char *at = rows; v && at < end;) {
        token name = cut(at, end, ".");
        v = is_word(name, "*") ? first_array(p, v) : child(p->spans, v, name);
        at = name.text + name.length;
        at += at < end;
    }
    return v && v->kind == JSON_SPAN_ARRAY ? v : NULL;
}

/* ---- does it fit? ---- */

static bool item_fits(const json_span *v, char letter)
{
    double number;
    switch (letter) {
    case 'n':
        return v->kind == JSON_SPAN_NUMBER;
    case 's':
        return v->kind == JSON_SPAN_STRING;
    case 'b':
        return v->kind == JSON_SPAN_TRUE || v->kind == JSON_SPAN_FALSE;
    case 'x':
        return v->kind < JSON_SPAN_ARRAY;
    case 'z':
        return v->kind == JSON_SPAN_NUMBER && number_parse(v->text, v->length, &number) == NUMBER_OK &&
               number == 0;
    case 'v':
    default:
        return v->kind == JSON_SPAN_NUMBER ||
               (v->kind == JSON_SPAN_STRING && number_parse(v->text, v->length, &number) <= NUMBER_LOSSY);
    }
}

static bool items_fit(const json_spans *s, const json_span *row, const char *items)
{
    if (row->kind != JSON_SPAN_ARRAY || row->count != strlen(items))
        return false;
    for (const json_span *v = json_span_first(s, row); v; v = json_span_after(s, row, v), items++)
        if (!item_fits(v, *items))
            return false;
    return true;
}

/* Do all of the paths lead somewhere (or, where `wanted` is false, none)? */
static bool paths_lead(const json_place *p, const char *paths, bool wanted)
{
    const char *end = paths + strlen(paths);
    for (const char *at = paths; at < end;) {
        json_found found;
        token path = cut(at, end, " ");
        if (find_one(p, path, &found) != wanted)
            return false;
        at = path.text + path.length;
        at += at < end;
    }
    return true;
}

static bool says(const json_place *p, const char *said)
{
    json_found found;
    token path = cut(said, said + strlen(said), "=");
    const char *text = path.text + path.length + 1;
    return find_one(p, path, &found) && found.length == strlen(text) &&
           memcmp(found.text, text, found.length) == 0;
}

bool json_shape_fits(const json_shape *s, const json_place *p)
{
    if (s->items && !items_fit(p->spans, p->row, s->items))
        return false;
    if (!s->items && p->row->kind != JSON_SPAN_OBJECT)
        return false;
    return (!s->needs || paths_lead(p, s->needs, true)) && (!s->lacks || paths_lead(p, s->lacks, false)) &&
           (!s->says || says(p, s->says));
}
