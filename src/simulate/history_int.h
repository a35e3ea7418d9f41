/* history_int.h: what the makers of operations share: the state of a history while it is made. */
#ifndef DAYBOOK_SIMULATE_HISTORY_INT_H
#define DAYBOOK_SIMULATE_HISTORY_INT_H

#include "simulate/dice.h"
#include "simulate/history.h"
#include "simulate/market.h"

/* An order as whoever trades sees it: no more than is needed to make what follows likely. */
typedef struct plan_order {
    dbk_uuid account_id, order_id;
    const market_instrument *instrument;
    const char *side, *type, *position_key;
    int64_t qty, filled; /* in units of the instrument */
    const char *qty_text, *price, *stop_price;
    bool hidden, acknowledged;
    dbk_order_event_kind asked; /* the request that nobody answered yet; DBK_ACKNOWLEDGE: none */
} plan_order;

/* A fill whose busts and corrections came before it. */
typedef struct plan_promise {
    dbk_uuid account_id, fill_id;
} plan_promise;

typedef struct plan {
    arena *arena;
    dice dice;
    uint64_t seed, ids, trades;
    int64_t now_us;
    dbk_uuid accounts[HISTORY_ACCOUNTS];
    operation *operations;
    size_t count;
    plan_order *orders;
    size_t order_count;
    const dbk_fill **fills; /* of all operations so far */
    size_t fill_count, fills_max;
    plan_promise promised[8]; /* the latest */
    size_t promised_count;
    bool failed; /* memory was short */
} plan;

dbk_uuid plan_id(plan *p);
const char *plan_text(plan *p, const char *fmt, ...) ERR_FORMAT(2, 3);
/* units * 10^-scale */
const char *plan_decimal(plan *p, int64_t units, int scale);
const char *plan_price(plan *p, const market_instrument *i, bool on_grid);
const char *plan_currency(plan *p);

/* Each makes the next operation, or nothing when there is nothing for it to be about. */
bool plan_submit(plan *p, operation *out);
bool plan_reveal(plan *p, operation *out); /* an order met through its fill is submitted or imported */
bool plan_event(plan *p, operation *out);
bool plan_fill(plan *p, operation *out);
bool plan_fills(plan *p, operation *out);
bool plan_bust(plan *p, operation *out);
bool plan_correct(plan *p, operation *out);
bool plan_cash(plan *p, operation *out);
bool plan_funding(plan *p, operation *out);
bool plan_equity(plan *p, operation *out);
bool plan_close(plan *p, operation *out);
bool plan_repeat(plan *p, operation *out);
bool plan_contradict(plan *p, operation *out); /* an identity that is taken, with other content */

#endif
