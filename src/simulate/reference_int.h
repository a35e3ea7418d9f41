/* reference_int.h: the facts of the reference book, and the questions its parts ask each other.
 *
 * What is told of as answered is kept; nothing else that can be derived is. Lists are in the order in which
 * things became known. Derived numbers live until the next operation. */
#ifndef DAYBOOK_SIMULATE_REFERENCE_INT_H
#define DAYBOOK_SIMULATE_REFERENCE_INT_H

#include "core/arena.h"
#include "core/rational.h"
#include "simulate/answer.h"
#include "simulate/market.h"
#include "simulate/reference.h"

#define REF_FACT_BYTES_MAX 1024

typedef struct ref_account {
    struct ref_account *next;
    const dbk_account *opened;
    bool closed;
    int64_t version;
} ref_account;

/* What happened to an order and counts: events that were taken, fills, and busts that ended it. */
typedef enum ref_happened {
    HAPPENED_ACKNOWLEDGE = DBK_ACKNOWLEDGE,
    HAPPENED_TRIGGER = DBK_TRIGGER,
    HAPPENED_REJECT = DBK_REJECT,
    HAPPENED_CANCEL_REQUEST = DBK_CANCEL_REQUEST,
    HAPPENED_CANCEL = DBK_CANCEL,
    HAPPENED_CANCEL_REJECT = DBK_CANCEL_REJECT,
    HAPPENED_EXPIRE = DBK_EXPIRE,
    HAPPENED_OUTCOME_UNKNOWN = DBK_OUTCOME_UNKNOWN,
    HAPPENED_REPLACE_REQUEST = DBK_REPLACE_REQUEST,
    HAPPENED_REPLACE = DBK_REPLACE,
    HAPPENED_REPLACE_REJECT = DBK_REPLACE_REJECT,
    HAPPENED_FILL,
    HAPPENED_BUST_ENDS
} ref_happened;

typedef enum ref_term { TERM_QTY, TERM_PRICE, TERM_STOP, TERM_COUNT } ref_term;

typedef struct ref_happening {
    struct ref_happening *before;
    ref_happened what;
    const rational *terms[TERM_COUNT];   /* NULL: not said */
    const struct ref_happening *request; /* the one that was under way */
    bool settles;                        /* nothing is in doubt any more */
} ref_happening;

/* To which caps an order counts, from when on. */
typedef struct ref_count {
    dbk_uuid bot_id; /* nil: no bot's */
    int32_t day;
    const rational *price; /* of what has none; NULL: unknown */
    const rational *base;  /* what the order came to before */
} ref_count;

typedef enum ref_origin { ORIGIN_LOCAL, ORIGIN_EXTERNAL, ORIGIN_CLAIMED } ref_origin;

typedef struct ref_order {
    struct ref_order *next;
    ref_account *account;
    dbk_uuid id;
    ref_origin origin;
    const market_instrument *instrument;
    const char *side, *position_key;
    const char *type; /* NULL: the rest is not known */
    const char *time_in_force, *idempotency_key;
    const dbk_uuid *run_id; /* NULL: none */
    const rational *asked[TERM_COUNT];
    int64_t submitted_us;
    const char *refusal_code, *refusal_numbers;
    const char *exchange_order_id;
    const struct ref_count *counts; /* to the caps; NULL: it does not */
    ref_happening *last;
    struct ref_fill *fills; /* latest first, by before_of_order */
    int64_t version;
} ref_order;

/* An order event as it was answered. */
typedef struct ref_event {
    struct ref_event *next;
    ref_order *order;
    const dbk_order_event *told;
    const rational *terms[TERM_COUNT];
    int64_t version;
    const char *status, *refusal_code, *refusal_numbers;
    bool stale; /* told in the name of a bot, without the token of its lease */
} ref_event;

typedef struct ref_position {
    struct ref_position *next;
    ref_account *account;
    const market_instrument *instrument;
    const char *key;
    struct ref_fill *first, *last;
    struct ref_payment *payments;
    int64_t version;
} ref_position;

/* What a fill makes of its position. */
typedef struct ref_result {
    int64_t cycle;
    const rational *qty, *gross, *net;
} ref_result;

typedef struct ref_fill {
    struct ref_fill *next;            /* of the position, by version */
    struct ref_fill *before_of_order; /* of the order */
    ref_order *order;
    ref_position *position;
    const dbk_fill *told;
    const rational *qty, *price, *fee, *fee_rate;
    const char *fee_currency;
    struct ref_amendment *amendments;
    /* as answered */
    int64_t order_version, position_version;
    const char *status, *flags;
    const rational *cum_qty, *avg_price, *realized;
    bool stale;
    ref_result answered;
    ref_result now; /* filled in by ref_fold */
} ref_fill;

/* A bust or correction. */
typedef struct ref_amendment {
    struct ref_amendment *next;
    ref_account *account;
    dbk_uuid event_id, fill_id;
    bool bust;
    const rational *qty, *price, *fee, *fee_rate, *leaves;
    const char *fee_currency, *reason;
    int64_t occurred_us;
    int place;
    const char *refusal_code;
    /* as answered; order_version 0: it waited for its fill */
    int64_t order_version, position_version, position_cycle;
    const char *status;
    const rational *cum_qty, *position_qty, *avg_price, *realized;
    bool stale;
} ref_amendment;

typedef struct ref_cash {
    struct ref_cash *next;
    const dbk_cash *told;
    const rational *amount;
} ref_cash;

typedef struct ref_payment {
    struct ref_payment *next, *next_of_position;
    ref_position *position;
    const dbk_funding *told;
    const rational *amount, *rate, *mark, *qty;
    int64_t position_version;
    bool stale;
} ref_payment;

typedef struct ref_point {
    struct ref_point *next;
    const dbk_equity_point *told;
    const char *currency, *missing;
    const rational *balance, *unrealized, *equity;
} ref_point;

/* What is known of a bot: how it was changed, and by whom it was acquired. Latest first, all of them. */
typedef struct ref_bot {
    struct ref_bot *next;
    const ref_account *account;
    dbk_uuid id;
    const desk_bot *now;
    int64_t version;
    const struct ref_acquisition *acquired; /* the latest; NULL: none, or it was fenced off */
    bool over;                              /* it was released, or its time has come */
    const dbk_uuid *renewed;                /* the latest renewal of it */
} ref_bot;

typedef struct ref_change {
    struct ref_change *next;
    const desk_bot *told;
    int64_t version;
} ref_change;

/* An acquisition, or a change of a fence. */
typedef struct ref_acquisition {
    struct ref_acquisition *next;
    const desk_lease *told;
} ref_acquisition;

typedef struct ref_halt {
    struct ref_halt *next;
    const desk_halt *told, *resumed; /* NULL: in force */
} ref_halt;

/* A change of a cap. */
typedef struct ref_cap {
    struct ref_cap *next;
    const desk_cap *told;
    const rational *limit, *slice;
    int64_t version;
} ref_cap;

/* An order that was met at the venue, told in the name of a bot by somebody who may not act as it. */
typedef struct ref_import {
    struct ref_import *next;
    const ref_order *order;
} ref_import;

typedef struct ref_run {
    struct ref_run *next;
    const dbk_run *started;
    const char *ended; /* how; NULL: it goes on */
} ref_run;

typedef struct ref_save {
    struct ref_save *next;
    const operation *told;
} ref_save;

struct reference {
    arena *arena;
    rational_desk *kept; /* numbers of facts and answers */
    rational_desk *desk; /* numbers of one operation */
    bool short_of_memory;
    ref_account *accounts;
    ref_order *orders;
    ref_event *events;
    ref_position *positions;
    ref_amendment *amendments, *amendments_last;
    ref_cash *cash;
    ref_payment *payments;
    ref_point *points;
    ref_bot *bots;
    ref_change *changes;
    ref_acquisition *acquisitions, *fences;
    ref_halt *halts;
    ref_cap *caps; /* all changes of all of them, the latest first */
    int32_t day;
    ref_import *stale_imports;
    ref_run *runs;
    ref_save *saves;                             /* the latest first */
    const speaker *by;                           /* in whose name the operation is */
    _Alignas(16) char spill[REF_FACT_BYTES_MAX]; /* what is written to when memory is short */
};

/* Zeroed memory for a fact. When memory is short it is the spill, and the operation ends with an error. */
void *ref_new(reference *r, size_t size);
#define REF_NEW(r, type) ((type *)ref_new((r), sizeof(type)))
const char *ref_text(reference *r, const rational *x); /* NULL gives NULL */
ref_account *ref_find_account(const reference *r, const dbk_uuid *id);
bool ref_same(const char *a, const char *b);           /* both NULL is the same */
bool ref_equal(const rational *a, const rational *b);  /* both NULL is the same */
bool ref_differ(const rational *a, const rational *b); /* NULL differs from nothing */
bool ref_differ_text(const char *a, const char *b);    /* the same for text */
bool ref_id_is(const dbk_uuid *a, const dbk_uuid *b);
const char *ref_key(const char *key); /* NULL is the empty one */

/* ---- orders: reference_order.c ---- */
typedef enum ref_request { REQUEST_NONE, REQUEST_CANCEL, REQUEST_REPLACE } ref_request;

ref_order *ref_find_order(const reference *r, const ref_account *account, const dbk_uuid *id);
ref_order *ref_new_order(reference *r, ref_account *account, const dbk_uuid *id);
const char *ref_order_lifecycle(const ref_order *o);
bool ref_order_lives(const ref_order *o); /* nothing ended it */
ref_request ref_order_request(const ref_order *o);
bool ref_order_in_doubt(const ref_order *o);
bool ref_order_is_open(reference *r, const ref_order *o);
/* In force; and what the replace under way asks for. NULL: unknown, or none. */
const rational *ref_order_term(const ref_order *o, ref_term term);
const rational *ref_order_requested(const ref_order *o, ref_term term);
const rational *ref_order_cum_qty(reference *r, const ref_order *o);
const rational *ref_order_cum_value(reference *r, const ref_order *o);
const char *ref_order_status(reference *r, const ref_order *o);
void ref_order_happens(reference *r, ref_order *o, ref_happened what, const rational *const *terms);
/* A fill is void, the sum of the others being `rest`: of an order that was full with it nothing is left,
 * unless the venue says so or the others fill it. */
void ref_order_loses(reference *r, ref_order *o, const rational *with, const rational *rest,
                     const rational *leaves);

void ref_take_submission(reference *r, const dbk_order *told, answer *out);
void ref_take_import(reference *r, const dbk_external_order *told, answer *out);
void ref_take_event(reference *r, const dbk_order_event *told, answer *out);

/* ---- fills: reference_fill.c ---- */
typedef struct ref_terms {
    const rational *qty, *price, *fee, *fee_rate, *leaves;
    const char *fee_currency;
    bool busted;
} ref_terms;

ref_terms ref_received_terms(const ref_fill *f);
bool ref_amends(const ref_amendment *a, const ref_fill *f);
void ref_amend_terms(ref_terms *t, const ref_amendment *a);
/* On the latest terms. */
ref_terms ref_fill_terms(const reference *r, const ref_fill *f);
void ref_take_fill(reference *r, const dbk_fill *told, answer *out);
void ref_take_fills(reference *r, const dbk_fill *told, size_t count, answer *out);
void ref_take_bust(reference *r, const dbk_bust *told, answer *out);
void ref_take_correction(reference *r, const dbk_correction *told, answer *out);

/* ---- positions: reference_position.c ---- */
typedef enum ref_fee { FEE_NONE, FEE_SETTLED, FEE_BASE, FEE_CONVERTED, FEE_OTHER } ref_fee;

typedef struct ref_trip {
    struct ref_trip *next;
    int64_t cycle, first_version, last_version, opened_us, closed_us;
    bool is_long;
    const rational *qty, *entry, *exit, *gross, *fees, *low, *high;
} ref_trip;

typedef struct ref_state {
    const rational *qty, *cost, *avg_price, *gross, *fees;
    int64_t cycle;
    /* the open cycle; version 0 when flat */
    int64_t version, opened_us;
    const rational *cycle_qty, *entry, *exit, *low, *high, *gross_before, *fees_before;
    ref_trip *trips; /* closed cycles, the first one first */
} ref_state;

ref_position *ref_find_position(const reference *r, const ref_account *account, const market_instrument *i,
                                const char *key);
ref_position *ref_new_position(reference *r, ref_account *account, const market_instrument *i,
                               const char *key);
/* The fold of the live fills on their latest terms; says of every fill what it realises now. */
ref_state ref_fold(reference *r, ref_position *p);
ref_fee ref_fee_kind(const market_instrument *i, const ref_terms *t);
const rational *ref_position_funding(reference *r, const ref_position *p);
const rational *ref_position_realized(reference *r, const ref_position *p, const ref_state *s);
int64_t ref_position_last_fill_us(const ref_position *p);

/* ---- runs and states: reference_runs.c ---- */
/* Whether a submission may name it: a run of the account, or none. */
bool ref_knows_run(const reference *r, const dbk_uuid *account_id, const dbk_uuid *run_id);
bool ref_same_run(const dbk_uuid *a, const dbk_uuid *b); /* both NULL is the same */
void ref_take_run_start(reference *r, const dbk_run *told, answer *out);
void ref_take_run_finish(reference *r, const operation *o, answer *out);
void ref_take_state_save(reference *r, const operation *o, answer *out);
void ref_take_state_load(const reference *r, const operation *o, answer *out);

/* ---- the desk: reference_desk.c ---- */
/* Whether it is in the name of a bot that the account does not have. */
bool ref_is_stranger(const reference *r, const ref_account *account);
/* The order was met at the venue, now. */
void ref_note_import(reference *r, const ref_order *o);
/* Whether a fact is told in the name of a bot by somebody who may not act as it. */
bool ref_is_stale(const reference *r, const ref_account *account);
/* "halted" or "fenced": why nothing may be asked for; NULL when it may. A cancel is not halted. */
const char *ref_stopped(const reference *r, const ref_account *account, bool cancel);
/* ---- caps: reference_caps.c ---- */
/* What the caps say to a new order … */
typedef struct ref_verdict {
    const char *code, *numbers; /* NULL: it fits */
    const ref_count *counts;    /* from now on, if it does; NULL: as before */
} ref_verdict;
ref_verdict ref_cap_order(reference *r, const ref_order *o, const char *reference_price);
/* What it counts to from now on, if any cap is in force. */
const ref_count *ref_cap_count(reference *r, const ref_order *o, const char *reference_price);
/* … to the replace that is asked for, of an order as it is before. */
ref_verdict ref_cap_replace(reference *r, const ref_order *o, const rational *const *terms);
void ref_take_cap(reference *r, const desk_cap *told, answer *out);
void ref_write_caps(reference *r, buf *out);

extern const dbk_uuid ref_nil;
bool ref_is_nil(const dbk_uuid *id);
bool ref_knows_bot(const reference *r, const ref_account *account, const dbk_uuid *id);
/* Fields of a line, each with the tab before it. NULL, and the nil uuid, are \\N. */
void ref_field(buf *out, const char *text);
void ref_id_field(buf *out, const dbk_uuid *id);
/* An operation of the desk. */
void ref_take_desk(reference *r, const desk_operation *o, answer *out);

/* ---- money: reference_money.c ---- */
void ref_take_cash(reference *r, const dbk_cash *told, answer *out);
void ref_take_funding(reference *r, const dbk_funding *told, answer *out);
void ref_take_equity(reference *r, const dbk_equity_point *told, answer *out);

/* The totals of fees of a position that were taken in one currency other than its own. */
typedef struct ref_fees {
    bool any; /* some fill was charged in it, were it busted since */
    bool base;
    const rational *amount, *priced, *converted;
} ref_fees;
ref_fees ref_position_fees(reference *r, const ref_position *p, const char *currency);

#endif
