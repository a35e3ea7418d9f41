#include "paper_venue.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REJECTS_PER_THOUSAND 25
#define MAKER_FEE_PER_100K 50
#define TAKER_FEE_PER_100K 100

/* Chance, but the same every time: mixed from the order's id and the moment. */
static uint64_t chance(const paper_order *order, int64_t moment)
{
    uint64_t x;
    memcpy(&x, order->id.bytes + 8, sizeof(x));
    x ^= (uint64_t)moment * UINT64_C(0x9E3779B97F4A7C15);
    x ^= x >> 31;
    x *= UINT64_C(0xD6E8FEB86659FD93);
    x ^= x >> 32;
    return x;
}

static int64_t fee_of(int64_t qty, int64_t price, int64_t rate_per_100k)
{
    __int128 value = (__int128)qty * price / PAPER_UNITS;
    return (int64_t)((value * rate_per_100k + 50000) / 100000);
}

/* A market order trades at the next candle's open; a limit order when the candle reaches its price, and never
 * worse. */
static int64_t trade_price(const paper_order *order, const dbk_candle *candle)
{
    int64_t open = paper_units(candle->open);
    if (order->price == 0)
        return open;
    if (order->buy)
        return paper_units(candle->low) > order->price ? 0 : (open < order->price ? open : order->price);
    return paper_units(candle->high) < order->price ? 0 : (open > order->price ? open : order->price);
}

/* A market order takes what it needs, in up to three trades. Of a limit order often only a part finds
 * somebody on the other side. */
static void trade(paper_order *order, const dbk_candle *candle, int64_t price, paper_report *report)
{
    uint64_t luck = chance(order, candle->open_us);
    int64_t left = order->qty - order->filled;
    bool whole = order->price == 0 || order->candles >= 3 || luck % 100 < 55;
    int64_t now = whole ? left : left / 2;
    static const int parts[] = {1, 1, 1, 2, 2, PAPER_FILLS_MAX};
    int trades = parts[luck / 100 % 6];
    for (int i = 0; i < trades && now > 0; i++) {
        int64_t qty = i == trades - 1 ? now : now / (trades - i);
        if (qty == 0)
            continue;
        int64_t rate = order->price == 0 ? TAKER_FEE_PER_100K : MAKER_FEE_PER_100K;
        report->fills[report->fill_count++] =
            (paper_fill){.qty = qty, .price = price, .fee = fee_of(qty, price, rate)};
        order->filled += qty;
        now -= qty;
    }
}

paper_report paper_venue_candle(paper_order *order, const dbk_candle *candle)
{
    paper_report report = {0};
    if (!order->acknowledged) {
        if (chance(order, 0) % 1000 < REJECTS_PER_THOUSAND) {
            report.reject_reason = "insufficient margin";
            return report;
        }
        order->acknowledged = report.acknowledged = true;
    }
    order->candles++;
    int64_t price = trade_price(order, candle);
    if (price > 0)
        trade(order, candle, price, &report);
    /* Fills may cross a cancel request on its way: what is left is canceled, and where nothing is left it
     * came too late. */
    report.canceled = order->cancel_requested && order->filled < order->qty;
    report.cancel_rejected = order->cancel_requested && order->filled == order->qty;
    return report;
}

bool paper_order_is_done(const paper_order *order, const paper_report *last)
{
    return last->reject_reason || last->canceled || order->filled == order->qty;
}

const char *paper_amount(int64_t units, char out[PAPER_AMOUNT_SIZE])
{
    long long whole = llabs((long long)units) / PAPER_UNITS, part = llabs((long long)units) % PAPER_UNITS;
    int n = snprintf(out, PAPER_AMOUNT_SIZE, "%s%lld.%08lld", units < 0 ? "-" : "", whole, part);
    while (out[n - 1] == '0')
        n--;
    if (out[n - 1] == '.')
        n--;
    out[n] = '\0';
    return out;
}

int64_t paper_units(double amount)
{
    return (int64_t)llround(amount * (double)PAPER_UNITS);
}

int64_t paper_parse(const char *text)
{
    int64_t units = 0;
    int decimals = -1;
    for (const char *s = text ? text : ""; *s && decimals < 8; s++) {
        if (*s == '.')
            decimals = 0;
        else if (*s >= '0' && *s <= '9')
            units = units * 10 + (*s - '0'), decimals += decimals >= 0;
    }
    for (decimals = decimals < 0 ? 0 : decimals; decimals < 8; decimals++)
        units *= 10;
    return text && text[0] == '-' ? -units : units;
}
