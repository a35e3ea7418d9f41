/* From candle to order to book.
 *
 * Every identity is made from a name that says what the fact is, so that the same candle leads to the same
 * identity however often it is dealt with: after a crash the bot starts from its last kept state, does again
 * what it did, and the book answers "replayed" until it comes to something new. */
#include <stdio.h>
#include <string.h>

#include "paper_bot.h"

#define FAST_CANDLES 60.0
#define SLOW_CANDLES 480.0
#define BAND 0.0025 /* how far the averages must part before the side is changed */
#define WARM_UP_CANDLES 480
#define PATIENCE_CANDLES 8 /* after these a limit order is canceled */
#define ATTEMPTS_MAX 3

static bool record_event(trader *t, const paper_order *order, dbk_order_event_kind kind, const char *name,
                         const char *reason, int64_t at_us)
{
    dbk_order_event event = {.size = sizeof(event),
                             .account_id = t->account_id,
                             .order_id = order->id,
                             .kind = kind,
                             .reason = reason,
                             .occurred_us = at_us};
    char id[DBK_UUID_TEXT_SIZE];
    dbk_order_answer answer;
    dbk_uuid_from_name(&order->id, name, &event.event_id);
    dbk_uuid_format(&order->id, id);
    if (kind == DBK_ACKNOWLEDGE)
        event.exchange_order_id = id;
    return ok(dbk_order_record(t->book, &event, &answer), "recording what became of an order") &&
           accepted(t, &answer.answer, name);
}

/* Several fills of one report go in one call: one transaction instead of several. */
static bool record_fills(trader *t, market *m, const paper_report *report, int64_t at_us)
{
    dbk_fill fills[PAPER_FILLS_MAX];
    dbk_fill_answer answers[PAPER_FILLS_MAX];
    char text[PAPER_FILLS_MAX][3][PAPER_AMOUNT_SIZE], trade_ids[PAPER_FILLS_MAX][64];
    paper_order *order = &m->order;
    for (int i = 0; i < report->fill_count; i++) {
        const paper_fill *fill = &report->fills[i];
        char name[NAME_SIZE], id[DBK_UUID_TEXT_SIZE];
        order->fills++;
        dbk_uuid_format(&order->id, id);
        snprintf(trade_ids[i], sizeof(trade_ids[i]), "%s/%lld", id, (long long)order->fills);
        snprintf(name, sizeof(name), "fill/%lld", (long long)order->fills);
        fills[i] = (dbk_fill){
            .size = sizeof(dbk_fill),
            .account_id = t->account_id,
            .order_id = order->id,
            .instrument_id = m->instrument_id,
            .side = order->buy ? "buy" : "sell",
            .qty = paper_amount(fill->qty, text[i][0]),
            .price = paper_amount(fill->price, text[i][1]),
            .fee = paper_amount(fill->fee, text[i][2]),
            .liquidity = order->price == 0 ? "taker" : "maker",
            .venue_trade_id = trade_ids[i],
            .filled_us = at_us,
        };
        dbk_uuid_from_name(&order->id, name, &fills[i].fill_id);
        m->position += order->buy ? fill->qty : -fill->qty;
        t->fills++;
    }
    dbk_err *e = report->fill_count == 1
                     ? dbk_fill_record(t->book, &fills[0], &answers[0])
                     : dbk_fills_record(t->book, fills, (size_t)report->fill_count, answers);
    if (!ok(e, "recording fills"))
        return false;
    for (int i = 0; i < report->fill_count; i++) {
        if (!accepted(t, &answers[i].answer, "fill"))
            return false;
    }
    return true;
}

/* Hands the candle to the venue and writes its answers down. */
static bool hear_from_venue(trader *t, market *m, const dbk_candle *candle)
{
    paper_order *order = &m->order;
    paper_report report = paper_venue_candle(order, candle);
    if (report.reject_reason) {
        if (!record_event(t, order, DBK_REJECT, "reject", report.reject_reason, candle->open_us))
            return false;
        t->rejected++;
        m->attempts++;
    }
    if (report.acknowledged && !record_event(t, order, DBK_ACKNOWLEDGE, "acknowledge", NULL, candle->open_us))
        return false;
    if (report.fill_count > 0 && !record_fills(t, m, &report, candle->open_us))
        return false;
    if (report.canceled) {
        if (!record_event(t, order, DBK_CANCEL, "cancel", NULL, candle->open_us))
            return false;
        t->canceled++;
        m->attempts++;
    }
    if (report.cancel_rejected &&
        !record_event(t, order, DBK_CANCEL_REJECT, "cancel_reject", "already filled", candle->open_us))
        return false;
    if (order->filled == order->qty)
        m->attempts = 0;
    m->working = !paper_order_is_done(order, &report);
    return true;
}

/* Patience first: a limit order at the last price. Where that came to nothing, a market order. */
static bool submit(trader *t, market *m, int64_t difference, const dbk_candle *candle)
{
    char name[NAME_SIZE], qty[PAPER_AMOUNT_SIZE], price[PAPER_AMOUNT_SIZE];
    bool limit = m->attempts == 0;
    m->order = (paper_order){.buy = difference > 0,
                             .qty = difference > 0 ? difference : -difference,
                             .price = limit ? m->mark : 0};
    snprintf(name, sizeof(name), "order/%s/%lld", m->key, (long long)candle->open_us);
    dbk_uuid_from_name(&t->account_id, name, &m->order.id);

    dbk_order order = {
        .size = sizeof(order),
        .account_id = t->account_id,
        .order_id = m->order.id,
        .instrument_id = m->instrument_id,
        .side = m->order.buy ? "buy" : "sell",
        .type = limit ? "limit" : "market",
        .qty = paper_amount(m->order.qty, qty),
        .price = limit ? paper_amount(m->order.price, price) : NULL,
        .time_in_force = limit ? "gtc" : "ioc",
        .run_id = &t->run_id,
        .submitted_us = candle->open_us,
    };
    dbk_order_answer answer;
    if (!ok(dbk_order_submit(t->book, &order, &answer), "submitting an order"))
        return false;
    t->orders++;
    /* The book may say no (closed account, wrong lot): that is an answer, and the order does not exist for
     * the venue. */
    if (answer.answer.outcome == DBK_REFUSED) {
        t->rejected++;
        m->attempts++;
        return true;
    }
    m->working = true;
    return accepted(t, &answer.answer, name);
}

/* Two moving averages: long while the fast one is clearly above the slow one, short while it is clearly
 * below. */
static int64_t follow_trend(market *m, double close)
{
    if (m->seen == 0)
        m->fast = m->slow = close;
    m->fast += (close - m->fast) * 2.0 / (FAST_CANDLES + 1.0);
    m->slow += (close - m->slow) * 2.0 / (SLOW_CANDLES + 1.0);
    m->seen++;
    if (m->seen < WARM_UP_CANDLES)
        return 0;
    if (m->fast > m->slow * (1.0 + BAND))
        return 1;
    if (m->fast < m->slow * (1.0 - BAND))
        return -1;
    return m->target;
}

/* How much to buy (or, negative, to sell) to be where the target says; whole lots. */
static int64_t distance(const trader *t, const market *m)
{
    if (m->target == 0 || m->mark <= 0)
        return 0;
    /* Already on the right side: prices move, but that alone is no reason to trade. */
    if (m->attempts == 0 && (m->position > 0) - (m->position < 0) == m->target)
        return 0;
    __int128 size = (__int128)t->trade_size * PAPER_UNITS / m->mark;
    int64_t wanted = m->target * (int64_t)(size / m->lot) * m->lot;
    int64_t difference = wanted - m->position;
    return difference / m->lot * m->lot;
}

bool trader_candle(trader *t, market *m, const dbk_candle *candle)
{
    if (m->working && !hear_from_venue(t, m, candle))
        return false;

    m->mark = paper_units(candle->close);
    int64_t target = follow_trend(m, candle->close);
    bool changed = target != m->target;
    m->target = target;
    if (changed)
        m->attempts = 0;

    if (m->working && !m->order.cancel_requested && m->order.acknowledged &&
        (changed || m->order.candles >= PATIENCE_CANDLES)) {
        m->order.cancel_requested = true;
        if (!record_event(t, &m->order, DBK_CANCEL_REQUEST, "cancel_request", NULL, candle->open_us))
            return false;
    }
    int64_t difference = m->working || m->attempts >= ATTEMPTS_MAX ? 0 : distance(t, m);
    if (difference != 0 && !submit(t, m, difference, candle))
        return false;
    m->last_us = candle->open_us;
    if (candle->open_us > t->as_of_us)
        t->as_of_us = candle->open_us;
    t->candle_count++;
    return true;
}

bool trader_equity(trader *t, int64_t as_of_us)
{
    dbk_mark marks[MARKETS_MAX];
    char text[MARKETS_MAX][PAPER_AMOUNT_SIZE];
    size_t count = 0;
    for (size_t i = 0; i < t->market_count; i++) {
        const market *m = t->markets[i];
        if (m->mark > 0)
            marks[count++] =
                (dbk_mark){.instrument_id = m->instrument_id, .price = paper_amount(m->mark, text[i])};
    }
    char name[NAME_SIZE];
    dbk_equity equity;
    snprintf(name, sizeof(name), "equity/%lld", (long long)as_of_us);
    dbk_equity_point point = {.size = sizeof(point),
                              .account_id = t->account_id,
                              .as_of_us = as_of_us,
                              .marks = marks,
                              .mark_count = count,
                              .run_id = &t->run_id};
    dbk_uuid_from_name(&t->account_id, name, &point.point_id);
    if (!ok(dbk_equity_record(t->book, &point, &equity), "recording equity") ||
        !accepted(t, &equity.answer, name))
        return false;
    snprintf(t->equity, sizeof(t->equity), "%s%s", equity.equity, equity.complete ? "" : " (incomplete)");
    return true;
}
