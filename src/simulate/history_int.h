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

#define PLAN_BOTS 3 /* of each account */
#define PLAN_ACQUISITIONS_MAX 4
#define PLAN_HALTS_MAX 8
#define PLAN_NEXT_MAX 32
#define PLAN_CAP_CURRENCIES 3 /* in which something is quoted */

/* A bot as its operators see it. */
typedef struct plan_bot {
    dbk_uuid account_id, bot_id;
    size_t changes;
    dbk_uuid acquisitions[PLAN_ACQUISITIONS_MAX]; /* the latest first */
    size_t acquisition_count;
    bool held;
} plan_bot;

typedef struct plan_desk_state {
    bool open;
    plan_bot bots[HISTORY_ACCOUNTS * PLAN_BOTS];
    desk_halt halts[PLAN_HALTS_MAX]; /* the latest, in force or not */
    size_t halt_count, in_force;
    bool capped[HISTORY_ACCOUNTS * PLAN_BOTS + 1][PLAN_CAP_CURRENCIES]; /* the last: all trading */
    int32_t days;
    operation next[PLAN_NEXT_MAX]; /* what comes one after the other, the last one first */
    size_t next_count;
} plan_desk_state;

#define PLAN_RUNS_MAX 6

/* A run as its program sees it. */
typedef struct plan_run_of {
    dbk_uuid account_id, run_id;
} plan_run_of;

/* What was saved last. */
typedef struct plan_saved {
    dbk_uuid account_id;
    const char *name;
    int64_t as_of_us;
} plan_saved;

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
    plan_run_of runs[PLAN_RUNS_MAX]; /* the latest */
    size_t run_count;
    plan_saved saved; /* without a name: nothing yet */
    plan_desk_state desk;
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
bool plan_ask_replace(plan *p, operation *out); /* of some order */
bool plan_ask_cancel(plan *p, operation *out);  /* of some order */
void plan_replace_of(plan *p, plan_order *o, operation *out);
/* An order of the account that has a price and is submitted. */
plan_order *plan_submit_limit(plan *p, const dbk_uuid *account_id, operation *out);
bool plan_reveal(plan *p, operation *out); /* an order met through its fill is submitted or imported */
bool plan_event(plan *p, operation *out);
bool plan_fill(plan *p, operation *out);
bool plan_fill_of(plan *p, plan_order *o, operation *out); /* a new one, of that order */
bool plan_fills(plan *p, operation *out);
bool plan_bust(plan *p, operation *out);
bool plan_correct(plan *p, operation *out);
bool plan_cash(plan *p, operation *out);
bool plan_funding(plan *p, operation *out);
bool plan_equity(plan *p, operation *out);
bool plan_close(plan *p, operation *out);
bool plan_repeat(plan *p, operation *out);
bool plan_contradict(plan *p, operation *out); /* an identity that is taken, with other content */

/* ---- runs and states: history_runs.c ---- */
bool plan_run(plan *p, operation *out);
bool plan_state(plan *p, operation *out);
/* A run of the account, mostly; NULL for none. */
const dbk_uuid *plan_run_for(plan *p, const dbk_uuid *account_id);
bool plan_contradict_run(plan *p, operation *out);

/* ---- the desk: history_desk.c ---- */
void plan_open_desk(plan *p);
bool plan_desk_next(plan *p, operation *out); /* what has to come now, if anything */
void plan_desk(plan *p, operation *out);      /* the next operation of a desk */
void plan_speak(plan *p, operation *o);       /* says in whose name it is */
bool plan_contradict_desk(plan *p, desk_operation *out);

void plan_halt(plan *p, const plan_bot *bot, desk_operation *out); /* of it, its account or all trading */
/* In the name of the bot, with the token of its lease. */
speaker plan_holder(const plan_bot *bot);

/* ---- caps: history_caps.c ---- */
void plan_cap(plan *p, desk_operation *out);
void plan_day(plan *p, desk_operation *out);
/* On a new day, a cap that an order uses up to the last unit; then other terms of it. */
void plan_exact(plan *p, operation *out);
/* On a new day, many ask for orders under a cap of all trading that some of them use up. */
void plan_rush(plan *p, operation *out);

#endif
