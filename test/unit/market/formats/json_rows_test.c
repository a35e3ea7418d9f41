#include "../../unit.h"

#include "core/buf.h"
#include "market/formats/json_rows.h"

#define LATEST_US INT64_C(4102444800000000) /* 2100 */

typedef struct fixture {
    json_rows_options options;
    json_spans spans;
    buf out;
} fixture;

static int setup(void **state)
{
    fixture *f = mem_alloc(sizeof(*f));
    f->options = (json_rows_options){.rules = {.latest_us = LATEST_US}};
    json_spans_init(&f->spans, 100000);
    buf_init(&f->out, 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    json_spans_term(&f->spans);
    buf_term(&f->out);
    mem_free(f);
    return 0;
}

static void append_value(buf *out, const dataset *d, const dataset_row *row, int column)
{
    const dataset_value *v = &row->values[column];
    char text[DECIMAL_TEXT_SIZE];
    switch (d->columns[column].kind) {
    case DATASET_TIME:
        buf_printf(out, "%lld", (long long)v->time_us);
        break;
    case DATASET_FLOAT8:
        buf_printf(out, "%.15g", v->float8);
        break;
    case DATASET_INT8:
    case DATASET_INT4:
        buf_printf(out, "%lld", (long long)v->int8);
        break;
    case DATASET_BOOL:
        buf_append_str(out, v->boolean ? "true" : "false");
        break;
    case DATASET_TEXT:
        buf_append(out, v->text.start, v->text.length);
        break;
    case DATASET_AMOUNT:
        decimal_format(v->amount, text);
        buf_append_str(out, text);
        break;
    case DATASET_LEVELS:
    default:
        for (size_t i = 0; i < v->levels.count; i++)
            buf_printf(out, "%s%.15g", i ? "/" : "", v->levels.values[i]);
        break;
    }
}

static void append_row(buf *out, const json_row *r)
{
    char why[DATASET_FAULT_TEXT_SIZE];
    static const char *const events[] = {"", "rejected: ", "unfinished", "other: "};
    if (r->dataset)
        buf_printf(out, "%s %s %d ", r->dataset->stream, r->symbol, r->interval_s);
    buf_append_str(out, events[r->event]);
    if (r->event == JSON_ROW_REJECTED) {
        dataset_fault_format(&r->fault, why);
        buf_append_str(out, why);
    } else if (r->event == JSON_ROW_OTHER) {
        buf_append_str(out, r->shape->name);
    } else if (r->event == JSON_ROW_READ) {
        for (int i = 0; i < r->dataset->column_count; i++)
            if (dataset_has(&r->row, i)) {
                buf_printf(out, "%s=", r->dataset->columns[i].name);
                append_value(out, r->dataset, &r->row, i);
                buf_append_char(out, ' ');
            }
    }
    buf_append_char(out, '\n');
}

static dbk_err *describe(fixture *f, const char *prefix, const char *text)
{
    json_rows *w = NULL;
    json_row row;
    bool more = true;
    buf_clear(&f->out);
    dbk_err *e = json_spans_parse(&f->spans, text, strlen(text), "it");
    if (!e)
        e = json_rows_new(&f->options, &w);
    if (!e)
        e = json_rows_begin(w, &f->spans, prefix, strlen(prefix));
    while (!e && more) {
        e = json_rows_next(w, &row, &more);
        if (!e && more)
            append_row(&f->out, &row);
    }
    json_rows_free(w);
    return e;
}

static void assert_rows(fixture *f, const char *prefix, const char *text, const char *expected)
{
    unit_ok(describe(f, prefix, text));
    assert_string_equal(f->out.data, expected);
}

/* ---- the shapes themselves ---- */

static void assert_column(const json_shape *s, const char *name, size_t length)
{
    const dataset *d = dataset_of_stream(s->stream);
    dataset_field field;
    if (!d || !dataset_field_named(d, name, length, true, &field))
        fail_msg("%s: no column %.*s in %s", s->name, (int)length, name, s->stream);
}

static void every_column_exists(void **state)
{
    (void)state;
    size_t count;
    const json_shape *all = json_shapes(&count);
    for (size_t i = 0; i < count; i++) {
        const json_shape *s = &all[i];
        assert_ptr_equal(json_shape_named(s->name), s);
        assert_true(s->items || s->needs);
        assert_int_equal(s->stream == NULL, !s->columns && !s->fields[0].column);
        for (int k = 0; k < JSON_SHAPE_FIELDS_MAX && s->fields[k].column; k++)
            assert_column(s, s->fields[k].column, strlen(s->fields[k].column));
        size_t columns = 0;
        for (const char *at = s->columns; at && *at; columns++) {
            size_t length = strcspn(at, ",");
            assert_column(s, at, length);
            at += length + (at[length] == ',');
        }
        assert_true(!s->items || !s->columns || strlen(s->items) == columns);
    }
    assert_null(json_shape_named("Atlantis candle"));
}

/* ---- Binance ---- */

#define CANDLE                                                                                               \
    "[1586987400000,\"6733.55\",\"6737.79\",\"6726.61\",\"6727.14\",\"121.201391\",1586987699999,"           \
    "\"815879.49\",2208,\"56.194\",\"378311.74\",\"0\"]"
#define CANDLE_VALUES "open_time=1586987400000000 open=6733.55 high=6737.79 low=6726.61 close=6727.14 "

static void candles_of_an_answer(void **state)
{
    fixture *f = *state;
    f->options.rules.interval_s = 300;
    f->options.symbol = "BTCUSDT";
    assert_rows(f, "",
                "[" CANDLE
                ",[1586987700000,\"1\",\"1\",\"2\",\"1\",\"0\",1586987999999,\"0\",0,\"0\",\"0\",\"0\"]]",
                "klines BTCUSDT 300 " CANDLE_VALUES
                "volume=121.201391 quote_volume=815879.49 trade_count=2208 taker_buy_volume=56.194 "
                "taker_buy_quote_volume=378311.74 close_time=1586987699999000 \n"
                "klines BTCUSDT 300 rejected: high is below open, close or low\n");
    assert_rows(f, "", "[]", "");
}

/* By the venue's own time; at the moment of its end a candle is complete. */
static void a_candle_that_ends_later_is_not_finished(void **state)
{
    fixture *f = *state;
    f->options.rules.interval_s = 300;
    f->options.now_us = INT64_C(1586987700000000) - 1;
    assert_rows(f, "", CANDLE, "klines  300 unfinished\n");
    f->options.now_us++;
    unit_ok(describe(f, "", CANDLE));
    assert_memory_equal(f->out.data, "klines  300 open_time=", 22);
    f->options.now_us = 0;
    assert_rows(f, "https://x -> 1586987699.9", CANDLE, "klines  300 unfinished\n");
    unit_ok(describe(f, "https://x -> 1586987700.1", CANDLE));
    assert_memory_equal(f->out.data, "klines  300 open_time=", 22);
}

static void without_an_interval_a_candle_is_a_question(void **state)
{
    fixture *f = *state;
    assert_rows(f, "", CANDLE, "klines  0 rejected: the length of its interval is not known\n");
    unit_ok(describe(f, "https://x/api/v3/klines?symbol=BTCUSDT&interval=5m -> 1586987800.5", CANDLE));
    assert_memory_equal(f->out.data, "klines BTCUSDT 300 open_time=", 29);
}

static void other_candles_are_of_their_own_table(void **state)
{
    fixture *f = *state;
    f->options.rules.interval_s = 300;
    f->options.shape = json_shape_named("Binance price candle");
    f->options.dataset = dataset_of_stream("index_klines");
    assert_rows(f, "", CANDLE,
                "index_klines  300 " CANDLE_VALUES "price=index close_time=1586987699999000 \n");
    f->options.shape = json_shape_named("Binance coin-margined candle");
    f->options.dataset = NULL;
    assert_rows(f, "", CANDLE,
                "klines  300 " CANDLE_VALUES "volume=121.201391 trade_count=2208 taker_buy_volume=56.194 "
                "close_time=1586987699999000 \n");
    assert_rows(f, "", "[[1586987400000]]", "klines  300 rejected: 1 columns instead of 12\n");
    assert_rows(f, "", "[{\"a\":1}]", "klines  300 rejected: 1 columns instead of 12\n");
}

#define FRAME(closed)                                                                                        \
    "{\"e\":\"kline\",\"E\":1681154040004,\"s\":\"XEMUSDT\",\"k\":{\"t\":1681153980000,\"T\":1681154039999," \
    "\"s\":\"XEMUSDT\",\"i\":\"1m\",\"f\":35012468,\"L\":35012468,\"o\":\"0.0411\",\"c\":\"0.0411\","        \
    "\"h\":\"0.0411\",\"l\":\"0.0411\",\"v\":\"243\",\"n\":1,\"x\":" closed                                  \
    ",\"q\":\"9.9873\",\"V\":\"243\","                                                                       \
    "\"Q\":\"9.9873\",\"B\":\"0\"}}"

static void only_closed_candles_of_frames_are_rows(void **state)
{
    fixture *f = *state;
    assert_rows(
        f, "1681154040.3", "{\"stream\":\"xemusdt@kline_1m\",\"data\":" FRAME("true") "}",
        "klines XEMUSDT 60 open_time=1681153980000000 open=0.0411 high=0.0411 low=0.0411 close=0.0411 "
        "volume=243 quote_volume=9.9873 trade_count=1 taker_buy_volume=243 "
        "taker_buy_quote_volume=9.9873 close_time=1681154039999000 \n");
    assert_rows(f, "", FRAME("false"), "klines XEMUSDT 60 unfinished\n");
}

static void trades_of_answers_and_frames(void **state)
{
    fixture *f = *state;
    const char *expected = "agg_trades BTCUSDT 0 agg_trade_id=7 trade_time=1588749117459000 price=9039.74 "
                           "quantity=0.177 first_trade_id=3 last_trade_id=4 buyer_is_maker=true \n";
    f->options.symbol = "BTCUSDT";
    assert_rows(f, "",
                "[{\"a\":7,\"p\":\"9039.74\",\"q\":\"0.177\",\"f\":3,\"l\":4,\"T\":1588749117459,\"m\":true,"
                "\"M\":true}]",
                expected);
    assert_rows(
        f, "",
        "{\"e\":\"aggTrade\",\"E\":1588749117460,\"s\":\"BTCUSDT\",\"a\":7,\"p\":\"9039.74\",\"q\":\"0.177\","
        "\"f\":3,\"l\":4,\"T\":1588749117459,\"m\":true}",
        expected);
    assert_rows(f, "",
                "[{\"id\":9,\"price\":\"4.000001\",\"qty\":\"12\",\"quoteQty\":\"48\",\"time\":1499865549590,"
                "\"isBuyerMaker\":false,\"isBestMatch\":true}]",
                "trades BTCUSDT 0 trade_id=9 trade_time=1499865549590000 price=4.000001 quantity=12 "
                "quote_quantity=48 buyer_is_maker=false \n");
}

/* What was edited by hand is no reason to guess: who made the price is not known then. */
static void a_missing_key_is_missing(void **state)
{
    fixture *f = *state;
    assert_rows(
        f, "", "{\"a\":7,\"p\":\"9\",\"q\":\"1\",\"f\":3,\"l\":3,\"T\":1588749117459,\"\":false,\"M\":true}",
        "agg_trades  0 agg_trade_id=7 trade_time=1588749117459000 price=9 quantity=1 first_trade_id=3 "
        "last_trade_id=3 \n");
    assert_rows(f, "", "{\"a\":7,\"p\":null,\"q\":\"1\",\"f\":3,\"l\":3,\"T\":1588749117459}",
                "rejected: it has not the form of anything known\n");
    assert_rows(f, "", "null", "rejected: it has not the form of anything known\n");
}

/* A received time before the event is how clocks are; a frame without a time has that of receiving. */
static void book_tickers_keep_both_times(void **state)
{
    fixture *f = *state;
    assert_rows(
        f, "1626992741.005",
        "{\"stream\":\"x\",\"data\":{\"e\":\"bookTicker\",\"u\":600,\"s\":\"SUSHIUSDT\",\"b\":\"7.611\","
        "\"B\":\"2\","
        "\"a\":\"7.612\",\"A\":\"297\",\"T\":1626992741008,\"E\":1626992741011}}",
        "book_tickers SUSHIUSDT 0 update_id=600 event_time=1626992741011000 "
        "transaction_time=1626992741008000 received_at=1626992741005000 bid_price=7.611 bid_quantity=2 "
        "ask_price=7.612 ask_quantity=297 \n");
    assert_rows(
        f, "1681154040.0430064",
        "{\"u\":54,\"s\":\"XEMUSDT\",\"b\":\"0.041\",\"B\":\"48\",\"a\":\"0.0411\",\"A\":\"44\"}",
        "book_tickers XEMUSDT 0 update_id=54 event_time=1681154040043006 received_at=1681154040043006 "
        "bid_price=0.041 bid_quantity=48 ask_price=0.0411 ask_quantity=44 \n");
}

static void order_books_have_their_levels(void **state)
{
    fixture *f = *state;
    assert_rows(
        f, "https://x/depth?symbol=NKNUSDT&limit=1000 -> 1633998512.320639",
        "{\"lastUpdateId\":49,\"bids\":[[\"0.35\",\"6\"],[\"0.34\",\"1\"]],\"asks\":[[\"0.36\",\"2\",[]]]}",
        "order_book NKNUSDT 0 snapshot_time=1633998512320639 last_update_id=49 "
        "received_at=1633998512320639 bids=0.35/6/0.34/1 asks=0.36/2 \n");
    assert_rows(f, "", "{\"lastUpdateId\":49,\"E\":1602818750782,\"T\":1,\"bids\":[[\"0.35\"]],\"asks\":[]}",
                "order_book  0 rejected: a level of the book is not a price and a quantity\n");
    assert_rows(f, "", "{\"lastUpdateId\":49,\"E\":1602818750782,\"bids\":[\"0.35\"],\"asks\":{}}",
                "order_book  0 rejected: a level of the book is not a price and a quantity\n");
}

static void funding_rates_stay_exact(void **state)
{
    fixture *f = *state;
    assert_rows(f, "",
                "[{\"symbol\":\"LTCUSDT\",\"fundingRate\":\"0.00018534\",\"fundingTime\":1602806400002}]",
                "funding_rates LTCUSDT 0 funding_time=1602806400000000 raw_time=1602806400002000 "
                "rate=0.00018534 \n");
}

/* Numbers as the venue gave them; a side without a level is a side in which nothing changed. */
static void changes_of_order_books_keep_their_ids(void **state)
{
    fixture *f = *state;
    assert_rows(
        f, "",
        "{\"e\":\"depthUpdate\",\"E\":1633998512320,\"s\":\"X\",\"U\":1,\"u\":3,\"b\":[[\"1.5\",\"0\"]],"
        "\"a\":[]}",
        "book_changes X 0 change_time=1633998512320000 first_update_id=1 last_update_id=3 bids=1.5/0 asks= "
        "\n");
    assert_rows(
        f, "",
        "{\"e\":\"depthUpdate\",\"E\":1633998512320,\"T\":1633998512319,\"s\":\"X\",\"U\":7,\"u\":9,\"pu\":3,"
        "\"b\":[],\"a\":[[\"2\",\"4\"],[\"3\",\"1\"]]}",
        "book_changes X 0 change_time=1633998512320000 first_update_id=7 last_update_id=9 "
        "previous_update_id=3 "
        "transaction_time=1633998512319000 bids= asks=2/4/3/1 \n");
    assert_rows(f, "",
                "{\"e\":\"depthUpdate\",\"E\":1633998512320,\"s\":\"X\",\"U\":4,\"u\":3,\"b\":[],\"a\":[]}",
                "book_changes X 0 rejected: its first id is above its last\n");
    assert_rows(
        f, "",
        "{\"e\":\"depthUpdate\",\"E\":1633998512320,\"s\":\"X\",\"U\":4,\"u\":5,\"pu\":5,\"b\":[],\"a\":[]}",
        "book_changes X 0 rejected: the id of the update before is not below its own\n");
    assert_rows(f, "", "{\"e\":\"depthUpdate\",\"E\":1633998512320,\"s\":\"X\",\"U\":4,\"u\":5,\"b\":[]}",
                "rejected: it has not the form of anything known\n");
}

static void what_no_table_holds_is_known(void **state)
{
    fixture *f = *state;
    assert_rows(f, "",
                "{\"e\":\"24hrTicker\",\"E\":1,\"s\":\"X\",\"c\":\"1\",\"o\":\"1\",\"h\":\"1\",\"l\":\"1\","
                "\"b\":\"1\",\"B\":\"1\","
                "\"a\":\"1\",\"A\":\"1\",\"u\":1}",
                "other: Binance ticker frame\n");
    assert_rows(f, "", "{\"e\":\"forceOrder\",\"E\":1,\"o\":{}}", "other: Binance liquidation frame\n");
    assert_rows(f, "", "{\"serverTime\":1620099477465}", "other: Binance server time\n");
    assert_rows(f, "", "{\"result\":null,\"id\":1}", "rejected: it has not the form of anything known\n");
}

static void errors_are_errors(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *answer, *message;
    } cases[] = {
        {"{\"code\":-4088,\"msg\":\"Maximum time interval is 200 days.\"}",
         "the venue answered with error -4088: Maximum time interval is 200 days."},
        {"{\"error\":[\"EQuery:Unknown asset pair\"]}",
         "the venue answered with error : EQuery:Unknown asset pair"},
        {"{\"retCode\":10001,\"retMsg\":\"params error\",\"result\":{}}",
         "the venue answered with error 10001: params error"},
        {"{\"code\":\"51001\",\"msg\":\"no such instrument\",\"data\":[]}",
         "the venue answered with error 51001: no such instrument"},
    };
    f->options.rules.interval_s = 60;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_rows(f, "", cases[i].answer, "rejected: it is an error that the venue answered\n");
        unit_refused(json_answer_error(&f->spans), ERR_INPUT, cases[i].message);
        f->options.shape = i % 2 == 0 ? json_shape_named("Binance candle") : NULL;
    }
    unit_ok(json_spans_parse(&f->spans, "{\"code\":\"0\",\"msg\":\"\",\"data\":[]}", 31, "it"));
    unit_ok(json_answer_error(&f->spans));
}

/* ---- other venues and programs ---- */

static void kraken(void **state)
{
    fixture *f = *state;
    f->options.rules.interval_s = 60;
    assert_rows(
        f, "",
        "{\"error\":[],\"result\":{\"XBTUSDT\":[[1762777020,\"106038.2\",\"106038.3\",\"106038.1\",\"106038."
        "2\","
        "\"0.0\",\"0.5\",3],[1762777080,\"1\",\"1\",\"1\",\"1\",\"0.0\",\"0\",0]],\"last\":1762777020}}",
        "klines XBTUSDT 60 open_time=1762777020000000 open=106038.2 high=106038.3 low=106038.1 "
        "close=106038.2 volume=0.5 trade_count=3 \nklines XBTUSDT 60 unfinished\n");
    assert_rows(f, "",
                "{\"error\":[],\"result\":{\"XBTUSDT\":[[\"105433.6\",\"0.00027625\",1762795433.9717445,"
                "\"b\",\"l\",\"\","
                "10218208]],\"last\":\"1762820035982277754\"}}",
                "trades XBTUSDT 0 trade_id=10218208 trade_time=1762795433971744 price=105433.6 "
                "quantity=0.00027625 buyer_is_maker=false \n");
    assert_rows(f, "", "{\"error\":[],\"result\":{\"XBTUSDT\":[],\"last\":\"5\"}}", "");
}

static void bybit(void **state)
{
    fixture *f = *state;
    f->options.rules.interval_s = 60;
    assert_rows(
        f, "",
        "{\"retCode\":0,\"retMsg\":\"OK\",\"result\":{\"category\":\"linear\",\"symbol\":\"BTCUSDT\","
        "\"list\":["
        "[\"1709891640000\",\"2\",\"2\",\"2\",\"2\",\"1\",\"3\"],[\"1709891580000\",\"2\",\"2\",\"2\",\"2\","
        "\"1\",\"3\"]]},"
        "\"time\":1709891679050}",
        "klines BTCUSDT 60 unfinished\nklines BTCUSDT 60 open_time=1709891580000000 open=2 high=2 low=2 "
        "close=2 volume=1 quote_volume=3 \n");
    f->options.rules.interval_s = 0;
    assert_rows(f, "",
                "{\"topic\":\"kline.5.BTCUSDT\",\"data\":[{\"start\":1672324800000,\"end\":1672325099999,"
                "\"interval\":\"5\","
                "\"open\":\"2\",\"close\":\"2\",\"high\":\"2\",\"low\":\"2\",\"volume\":\"1\",\"turnover\":"
                "\"3\",\"confirm\":true}]}",
                "klines BTCUSDT 300 open_time=1672324800000000 open=2 high=2 low=2 close=2 volume=1 "
                "quote_volume=3 close_time=1672325099999000 \n");
    assert_rows(
        f, "",
        "{\"topic\":\"orderbook.500.XRPUSDT\",\"type\":\"snapshot\",\"ts\":1733011200691,\"data\":{\"s\":"
        "\"XRPUSDT\","
        "\"b\":[[\"1.95\",\"6\"]],\"a\":[[\"1.96\",\"5\"]],\"u\":20,\"seq\":1},\"cts\":1733011200589}",
        "order_book XRPUSDT 0 snapshot_time=1733011200589000 last_update_id=20 bids=1.95/6 asks=1.96/5 \n");
    assert_rows(f, "",
                "{\"topic\":\"trade.linear.BTCUSDT\",\"data\":[{\"T\":1709891679000,\"s\":\"BTCUSDT\",\"S\":"
                "\"Buy\",\"v\":\"1\","
                "\"p\":\"2\",\"i\":\"9dc75fca-4bdd\",\"BT\":false}]}",
                "trades BTCUSDT 0 rejected: trade_id is not a number\n");
}

static void okx(void **state)
{
    fixture *f = *state;
    assert_rows(
        f, "",
        "{\"arg\":{\"channel\":\"candle1H\",\"instId\":\"BTC-USDT\"},\"data\":[[\"1597024800000\",\"2\","
        "\"2\",\"2\",\"2\","
        "\"4\",\"5\",\"6\",\"1\"],[\"1597028400000\",\"2\",\"2\",\"2\",\"2\",\"4\",\"5\",\"6\",\"0\"]]}",
        "klines BTC-USDT 3600 open_time=1597024800000000 open=2 high=2 low=2 close=2 volume=4 "
        "quote_volume=6 \nklines BTC-USDT 3600 unfinished\n");
    assert_rows(f, "",
                "{\"code\":\"0\",\"msg\":\"\",\"data\":[{\"instId\":\"BTC-USDT-SWAP\",\"fundingRate\":\"0."
                "0001515032\","
                "\"realizedRate\":\"0.00015\",\"fundingTime\":\"1704067200000\"}]}",
                "funding_rates BTC-USDT-SWAP 0 funding_time=1704067200000000 raw_time=1704067200000000 "
                "rate=0.00015 \n");
    assert_rows(f, "",
                "{\"code\":\"0\",\"msg\":\"\",\"data\":[{\"instId\":\"BTC-USDT\",\"side\":\"sell\",\"sz\":"
                "\"0.5\",\"px\":\"2\","
                "\"tradeId\":\"73\",\"ts\":\"1747087163557\"}]}",
                "trades BTC-USDT 0 trade_id=73 trade_time=1747087163557000 price=2 quantity=0.5 "
                "buyer_is_maker=true \n");
}

static void ccxt_and_freqtrade(void **state)
{
    fixture *f = *state;
    assert_rows(f, "",
                "{\"info\":{\"a\":13,\"p\":\"0.0014\",\"q\":\"23\",\"f\":15,\"l\":15,\"T\":1570752011620,"
                "\"m\":true,\"M\":true},"
                "\"timestamp\":1570752011620,\"datetime\":\"2019-10-11T00:00:11.620Z\",\"symbol\":\"XRP\\/"
                "ETH\",\"id\":\"13\","
                "\"side\":\"sell\",\"price\":0.0014,\"amount\":23.0,\"cost\":0.0322}",
                "agg_trades XRP/ETH 0 agg_trade_id=13 trade_time=1570752011620000 price=0.0014 quantity=23 "
                "first_trade_id=15 last_trade_id=15 buyer_is_maker=true \n");
    assert_rows(f, "",
                "{\"info\":{\"x\":1},\"timestamp\":1570752011620,\"datetime\":\"2019-10-11T00:00:11.620Z\","
                "\"symbol\":\"XRP/"
                "ETH\",\"id\":\"13\",\"side\":\"sell\",\"price\":0.0014,\"amount\":23.0,\"cost\":0.0322}",
                "trades XRP/ETH 0 trade_id=13 trade_time=1570752011620000 price=0.0014 quantity=23 "
                "quote_quantity=0.0322 buyer_is_maker=true \n");
    assert_rows(f, "", "[[1570752011620,\"13519807\",null,\"sell\",0.00141342,23.0,0.03250866]]",
                "trades  0 trade_id=13519807 trade_time=1570752011620000 price=0.00141342 quantity=23 "
                "quote_quantity=0.03250866 buyer_is_maker=true \n");
    assert_rows(f, "", "[[1637193600017,0.0001,0.0,0.0,0.0,0.0]]",
                "funding_rates  0 funding_time=1637193600000000 raw_time=1637193600017000 rate=0.0001 \n");
}

/* Where the venue's own object is of another stream than is asked for, ccxt's is what there is. */
static void of_two_the_one_that_is_asked_for(void **state)
{
    fixture *f = *state;
    f->options.only = dataset_of_stream("trades");
    assert_rows(
        f, "",
        "{\"info\":{\"a\":13,\"p\":\"0.0014\",\"q\":\"23\",\"f\":15,\"l\":15,\"T\":1570752011620,\"m\":true},"
        "\"timestamp\":1570752011620,\"datetime\":\"2019-10-11T00:00:11.620Z\",\"symbol\":\"XRP/"
        "ETH\",\"id\":\"13\","
        "\"side\":\"sell\",\"price\":0.0014,\"amount\":23.0,\"cost\":0.0322}",
        "trades XRP/ETH 0 trade_id=13 trade_time=1570752011620000 price=0.0014 quantity=23 "
        "quote_quantity=0.0322 buyer_is_maker=true \n");
    assert_rows(f, "", FRAME("true"), "other: Binance candle frame\n");
}

/* ---- what is not like anything ---- */

static void odd_values_are_rejected(void **state)
{
    fixture *f = *state;
    f->options.rules.interval_s = 60;
    f->options.shape = json_shape_named("Binance aggregate trade");
    static const char *const odd[] = {"1",
                                      "\"a\"",
                                      "true",
                                      "{}",
                                      "[1]",
                                      "[[]]",
                                      "[{},1]",
                                      "{\"a\":{\"b\":[]}}",
                                      "{\"a\":[1],\"T\":{}}",
                                      "{\"a\":\"\\u0031\"}"};
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        unit_ok(describe(f, "", odd[i]));
        assert_memory_equal(f->out.data, "agg_trades  0 rejected: ", 24);
    }
}

static void short_prefixes_say_nothing(void **state)
{
    fixture *f = *state;
    static const char *const prefixes[] = {
        " ", "?", "&symbol=", "?symbol", "x -> ", "?interval=5m", "?interval=5m&symbol=&"};
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        unit_ok(describe(f, prefixes[i], CANDLE));
}

static dbk_err *read_two_kinds(void *context)
{
    fixture *f = context;
    json_spans s;
    json_rows *w = NULL;
    json_row row;
    bool more = true;
    json_spans_init(&s, 1000);
    static const char text[] =
        "{\"lastUpdateId\":49,\"E\":1602818750782,\"bids\":[[\"1\",\"2\"]],\"asks\":[]}";
    dbk_err *e = json_spans_parse(&s, text, strlen(text), "it");
    if (!e)
        e = json_rows_new(&f->options, &w);
    if (!e)
        e = json_rows_begin(w, &s, "", 0);
    while (!e && more)
        e = json_rows_next(w, &row, &more);
    json_rows_free(w);
    json_spans_term(&s);
    return e;
}

static void short_memory_is_an_error(void **state)
{
    assert_true(unit_each_allocation_fails(read_two_kinds, *state) > 2);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(every_column_exists),
        T(candles_of_an_answer),
        T(a_candle_that_ends_later_is_not_finished),
        T(without_an_interval_a_candle_is_a_question),
        T(other_candles_are_of_their_own_table),
        T(only_closed_candles_of_frames_are_rows),
        T(trades_of_answers_and_frames),
        T(a_missing_key_is_missing),
        T(book_tickers_keep_both_times),
        T(order_books_have_their_levels),
        T(funding_rates_stay_exact),
        T(changes_of_order_books_keep_their_ids),
        T(what_no_table_holds_is_known),
        T(errors_are_errors),
        T(kraken),
        T(bybit),
        T(okx),
        T(ccxt_and_freqtrade),
        T(of_two_the_one_that_is_asked_for),
        T(odd_values_are_rejected),
        T(short_prefixes_say_nothing),
        T(short_memory_is_an_error),
    };
#undef T
    return UNIT_RUN(tests);
}
