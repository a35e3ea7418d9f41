/* Kraken's spot markets: candles, of which it tells the newest 720 only, and trades, which are paged by a
 * token in nanoseconds. */
#include <stdio.h>
#include <string.h>

#include "market/poll/venue.h"

static const venue_endpoint endpoints[] = {
    {.stream = "klines",
     .kind = "spot",
     .path = "/0/public/OHLC",
     .shape = "Kraken candle",
     .paging = VENUE_BY_TIME,
     .limit = 720,
     .weight = 1,
     .by_interval = true,
     .open_end = true},
    {.stream = "trades",
     .kind = "spot",
     .path = "/0/public/Trades",
     .shape = "Kraken trade",
     .paging = VENUE_BY_TOKEN,
     .limit = 1000,
     .weight = 1,
     .open_end = true},
    {.stream = "listings",
     .kind = "spot",
     .path = "/0/public/AssetPairs",
     .shape = "Kraken list",
     .paging = VENUE_NOW,
     .weight = 1,
     .is_list = true},
    {.stream = NULL},
};

static bool has_interval(int32_t interval_s)
{
    static const int32_t minutes[] = {1, 5, 15, 30, 60, 240, 1440, 10080, 21600};
    for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++)
        if (minutes[i] * 60 == interval_s)
            return true;
    return false;
}

static dbk_err *query(arena *a, const venue_series *s, const venue_position *p, const venue_request *r,
                      const char **out)
{
    const char *q;
    if (s->endpoint->by_interval && !has_interval(s->interval_s))
        return err_new(ERR_INPUT, "kraken has no %s of %lld seconds", s->endpoint->stream,
                       (long long)s->interval_s);
    if (s->endpoint->by_interval)
        /* `since` itself is not told any more, only what comes after it. */
        q = arena_printf(a, "?pair=%s&interval=%d&since=%lld", s->symbol, s->interval_s / 60,
                         (long long)(r->from_us / 1000000 - 1));
    else
        q = arena_printf(a, "?pair=%s&count=%d&since=%lld", s->symbol, s->endpoint->limit,
                         (long long)(p->last_id >= 0 ? p->last_id : r->from_us * 1000));
    *out = q;
    return q ? NULL : err_oom();
}

/* Two currencies have names of their own here. */
static const char *own_name(const char *currency)
{
    return strcmp(currency, "BTC") == 0 ? "XBT" : strcmp(currency, "DOGE") == 0 ? "XDG" : currency;
}

static bool symbol(const char *kind, const char *base, const char *quote, char *out, size_t size)
{
    if (strcmp(kind, "spot") != 0)
        return false;
    int n = snprintf(out, size, "%s%s", own_name(base), own_name(quote));
    return n > 0 && (size_t)n < size;
}

const venue venue_kraken = {
    .code = "kraken",
    .hosts = {{.url = "https://api.kraken.com", .weight_per_minute = 45}},
    .endpoints = endpoints,
    .query = query,
    .symbol = symbol,
};
