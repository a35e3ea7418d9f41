/* Binance: spot, futures margined in a stablecoin (fapi) and futures margined in the coin (dapi), each on a
 * host of its own with a budget of its own. */
#include <stdio.h>
#include <string.h>

#include "market/poll/venue.h"

#define DAY_S 86400
enum { SPOT, PERP, INVERSE };

/* Weights rise with the number of rows; these limits give the most rows for one unit. */
#define FUTURES_KLINES 499
#define FUTURES_KLINES_WEIGHT 2

/* Tells all instruments of a host at once. */
#define LIST_OF(w) .weight = (w), .is_list = true

#define SPOT_ROW(s, p, sh, pg, ...)                                                                          \
    {                                                                                                        \
        .stream = (s), .kind = "spot", .host = SPOT, .path = "/api/v3/" p, .shape = (sh), .paging = (pg),    \
        __VA_ARGS__                                                                                          \
    }
#define PERP_ROW(s, p, sh, pg, ...)                                                                          \
    {                                                                                                        \
        .stream = (s), .kind = "perp", .host = PERP, .path = (p), .shape = (sh), .paging = (pg), __VA_ARGS__ \
    }
#define INVERSE_ROW(s, p, sh, pg, ...)                                                                       \
    {                                                                                                        \
        .stream = (s), .kind = "inverse", .host = INVERSE, .path = (p), .shape = (sh), .paging = (pg),       \
        __VA_ARGS__                                                                                          \
    }
#define FUTURES_KLINES_OF .limit = FUTURES_KLINES, .weight = FUTURES_KLINES_WEIGHT, .by_interval = true
/* An answer of more than 200 days is refused with error -4088. */
#define INVERSE_KLINES_OF FUTURES_KLINES_OF, .span_s_max = 200 * DAY_S
/* Open interest is told of the last 30 days only. */
#define OPEN_INTEREST_OF .limit = 500, .weight = 1, .by_interval = true, .history_s = 30 * DAY_S
/* Time and span must stay below one hour (error -1127). */
#define AGG_TRADES_OF(w) .limit = 1000, .weight = (w), .span_s_max = 3600
/* At most one an hour, so that no page of 30 days is full. */
#define FUNDING_OF .limit = 1000, .weight = 5, .span_s_max = 30 * DAY_S

static const venue_endpoint endpoints[] = {
    SPOT_ROW("klines", "klines", "Binance candle", VENUE_BY_TIME, .limit = 1000, .weight = 2,
             .by_interval = true),
    SPOT_ROW("agg_trades", "aggTrades", "Binance aggregate trade", VENUE_BY_ID, AGG_TRADES_OF(4)),
    SPOT_ROW("book_tickers", "ticker/bookTicker", "Binance book ticker", VENUE_NOW, .weight = 2),
    SPOT_ROW("listings", "exchangeInfo", "Binance list", VENUE_NOW, LIST_OF(20)),

    PERP_ROW("klines", "/fapi/v1/klines", "Binance candle", VENUE_BY_TIME, FUTURES_KLINES_OF),
    PERP_ROW("mark_klines", "/fapi/v1/markPriceKlines", "Binance price candle", VENUE_BY_TIME,
             FUTURES_KLINES_OF),
    PERP_ROW("index_klines", "/fapi/v1/indexPriceKlines", "Binance price candle", VENUE_BY_TIME,
             FUTURES_KLINES_OF),
    PERP_ROW("premium_klines", "/fapi/v1/premiumIndexKlines", "Binance price candle", VENUE_BY_TIME,
             FUTURES_KLINES_OF),
    PERP_ROW("agg_trades", "/fapi/v1/aggTrades", "Binance aggregate trade", VENUE_BY_ID, AGG_TRADES_OF(20)),
    PERP_ROW("funding_rates", "/fapi/v1/fundingRate", "Binance funding rate", VENUE_BY_TIME, FUNDING_OF),
    PERP_ROW("open_interest", "/futures/data/openInterestHist", "Binance open interest", VENUE_BY_TIME,
             OPEN_INTEREST_OF),
    PERP_ROW("funding_snapshots", "/fapi/v1/premiumIndex", "Binance premium index", VENUE_NOW, .weight = 1),
    PERP_ROW("book_tickers", "/fapi/v1/ticker/bookTicker", "Binance book ticker", VENUE_NOW, .weight = 2),
    PERP_ROW("listings", "/fapi/v1/exchangeInfo", "Binance list", VENUE_NOW, LIST_OF(1)),

    INVERSE_ROW("klines", "/dapi/v1/klines", "Binance coin-margined candle", VENUE_BY_TIME,
                INVERSE_KLINES_OF),
    INVERSE_ROW("mark_klines", "/dapi/v1/markPriceKlines", "Binance price candle", VENUE_BY_TIME,
                INVERSE_KLINES_OF),
    INVERSE_ROW("index_klines", "/dapi/v1/indexPriceKlines", "Binance price candle", VENUE_BY_TIME,
                INVERSE_KLINES_OF),
    INVERSE_ROW("premium_klines", "/dapi/v1/premiumIndexKlines", "Binance price candle", VENUE_BY_TIME,
                INVERSE_KLINES_OF),
    INVERSE_ROW("agg_trades", "/dapi/v1/aggTrades", "Binance aggregate trade", VENUE_BY_ID,
                AGG_TRADES_OF(20)),
    INVERSE_ROW("funding_rates", "/dapi/v1/fundingRate", "Binance funding rate", VENUE_BY_TIME, FUNDING_OF),
    INVERSE_ROW("open_interest", "/futures/data/openInterestHist", "Binance open interest", VENUE_BY_TIME,
                OPEN_INTEREST_OF),
    INVERSE_ROW("funding_snapshots", "/dapi/v1/premiumIndex", "Binance premium index", VENUE_NOW,
                .weight = 1),
    INVERSE_ROW("book_tickers", "/dapi/v1/ticker/bookTicker", "Binance book ticker", VENUE_NOW, .weight = 2),
    INVERSE_ROW("listings", "/dapi/v1/exchangeInfo", "Binance list", VENUE_NOW, LIST_OF(1)),
    {.stream = NULL},
};

static const char *interval_name(int32_t interval_s)
{
    static const struct {
        int32_t interval_s;
        const char *name;
    } names[] = {{1, "1s"},     {60, "1m"},     {180, "3m"},   {300, "5m"},    {900, "15m"},
                 {1800, "30m"}, {3600, "1h"},   {7200, "2h"},  {14400, "4h"},  {21600, "6h"},
                 {28800, "8h"}, {43200, "12h"}, {86400, "1d"}, {259200, "3d"}, {604800, "1w"}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].interval_s == interval_s)
            return names[i].name;
    return NULL;
}

/* Indices and the open interest of contracts settled in the coin are those of a pair: BTCUSD of BTCUSD_PERP.
 */
static bool asks_for_pair(const venue_endpoint *e)
{
    return strcmp(e->stream, "index_klines") == 0 ||
           (e->host == INVERSE && strcmp(e->stream, "open_interest") == 0);
}

static const char *subject(arena *a, const venue_series *s)
{
    if (!asks_for_pair(s->endpoint))
        return arena_printf(a, "symbol=%s", s->symbol);
    int pair = (int)strcspn(s->symbol, "_");
    const char *contract = strcmp(s->endpoint->stream, "open_interest") == 0 ? "&contractType=PERPETUAL" : "";
    return arena_printf(a, "pair=%.*s%s", pair, s->symbol, contract);
}

static dbk_err *query(arena *a, const venue_series *s, const venue_position *p, const venue_request *r,
                      const char **out)
{
    (void)p;
    const venue_endpoint *e = s->endpoint;
    const char *q = subject(a, s);
    const char *interval = e->by_interval ? interval_name(s->interval_s) : NULL;
    if (e->by_interval && !interval)
        return err_new(ERR_INPUT, "binance has no %s of %lld seconds", e->stream, (long long)s->interval_s);
    if (q && interval)
        q = arena_printf(a, "%s&%s=%s", q, strcmp(e->stream, "open_interest") == 0 ? "period" : "interval",
                         interval);
    if (q && r->from_id >= 0)
        q = arena_printf(a, "%s&fromId=%lld", q, (long long)r->from_id);
    else if (q && e->paging != VENUE_NOW)
        q = arena_printf(a, "%s&startTime=%lld&endTime=%lld", q, (long long)(r->from_us / 1000),
                         (long long)(r->to_us / 1000));
    if (q && e->limit > 0)
        q = arena_printf(a, "%s&limit=%d", q, e->limit);
    *out = q ? arena_printf(a, "?%s", q) : NULL;
    return *out ? NULL : err_oom();
}

static bool symbol(const char *kind, const char *base, const char *quote, char *out, size_t size)
{
    const char *suffix = strcmp(kind, "inverse") == 0 ? "_PERP" : "";
    int n = snprintf(out, size, "%s%s%s", base, quote, suffix);
    return n > 0 && (size_t)n < size;
}

const venue venue_binance = {
    .code = "binance",
    .hosts = {{"https://api.binance.com", 1000, "x-mbx-used-weight-1m"},
              {"https://fapi.binance.com", 2000, "x-mbx-used-weight-1m"},
              {"https://dapi.binance.com", 2000, "x-mbx-used-weight-1m"}},
    .endpoints = endpoints,
    .query = query,
    .symbol = symbol,
};
