/* sqlite_reconcile_int.h: what the files of a reconciliation share: what the venue says, and the plan that is
 * made of it.
 *
 * Every difference is seen with those before it mended, while nothing is written yet: fills first, then
 * orders with those fills, then positions, then cash. Each rule is that of the function of a server which its
 * comment names. */
#ifndef DAYBOOK_BOOK_SQLITE_RECONCILE_INT_H
#define DAYBOOK_BOOK_SQLITE_RECONCILE_INT_H

#include "book/sqlite_fill.h"
#include "book/sqlite_reconcile.h"

/* ---- what the venue says ---- */

typedef struct maybe_id {
    bool known;
    dbk_uuid value;
} maybe_id;

typedef struct maybe_time {
    bool known;
    int64_t us;
} maybe_time;

/* A fill, an order, a position or a balance; NULL where it says nothing. */
typedef struct venue_entry {
    maybe_id fill_id, order_id, instrument_id;
    const char *exchange_order_id, *symbol, *kind, *position_key, *side, *type, *time_in_force, *status,
        *reason, *fee_currency, *liquidity, *venue_trade_id, *trade_discriminator, *currency;
    maybe_amount qty, price, stop_price, avg_price, filled_qty, fee, fee_rate, balance;
    maybe_time filled_at, submitted_at;
} venue_entry;

typedef enum venue_section_name {
    VENUE_FILLS,
    VENUE_OPEN_ORDERS,
    VENUE_ORDERS_QUERIED,
    VENUE_POSITIONS,
    VENUE_BALANCES,
    VENUE_SECTION_COUNT
} venue_section_name;

/* One that is known is whole. */
typedef struct venue_section {
    bool known;
    const venue_entry *entries;
    size_t count;
} venue_section;

/* SQLSTATE TB001 or TB002 for what is malformed, naming the first entry that is. */
dbk_err *venue_state_check(const json_tree *state) ERR_MUST_USE;
dbk_err *venue_section_read(sqlite_call *c, const dbk_uuid *account_id, const json_tree *state,
                            venue_section_name name, venue_section *out) ERR_MUST_USE;
/* The sections that are known, sorted, with `by` between them. */
dbk_err *venue_state_sections(sqlite_call *c, const json_tree *state, const char *by,
                              const char **out) ERR_MUST_USE;
/* A status that says that the venue works on the order. */
bool venue_says_open(const char *status);
bool venue_state_knows(const json_tree *state, venue_section_name name);

/* ---- the plan ---- */

typedef struct planned_fill {
    dbk_fill request;
    bool made;        /* by the reconciliation: flagged so */
    fill_terms terms; /* after what had come before it */
    bool busted;
} planned_fill;

/* A difference and what is done about it; of the requests those are there that the action takes. An action
 * without any is an event of an order. */
typedef struct reconcile_step {
    reconcile_row said;
    const dbk_external_order *order;
    planned_fill *fill;
    const dbk_bust *bust;
    const dbk_order_event *event;
    const dbk_cash *cash;
} reconcile_step;

/* What the steps so far do to positions. */
typedef struct planned {
    planned_fill *const *fills; /* that count */
    size_t fill_count;
    const dbk_uuid *busted; /* reconciled fills that go */
    size_t busted_count;
} planned;

typedef struct mending {
    sqlite_call *call;
    const reconcile_request *request;
    account_row account;
    reconcile_step *steps;
    size_t count, capacity;
    planned_fill **fills;
    dbk_uuid *busted;
    planned now;
    bool broken; /* memory was short for a text */
} mending;

dbk_err *mend_make(sqlite_call *c, const reconcile_request *request, mending *out) ERR_MUST_USE;
dbk_err *mend_orders(mending *p) ERR_MUST_USE;
/* One that the venue tells of, as it is with these fills. */
dbk_err *mend_order(mending *p, const planned *fills, const venue_entry *entry, bool queried,
                    const dbk_uuid *order_id) ERR_MUST_USE;
/* One that the book takes for open and that is not among the open orders of the venue: it is not gone. */
dbk_err *mend_unlisted_order(mending *p, const planned *fills, const dbk_uuid *order_id) ERR_MUST_USE;
dbk_err *mend_positions(mending *p) ERR_MUST_USE;
dbk_err *mend_cash(mending *p) ERR_MUST_USE;
/* Does what the steps say, through the same functions as everybody who records such a thing. */
dbk_err *mend_apply(mending *p) ERR_MUST_USE;

/* The step is copied. */
dbk_err *mend_add(mending *p, const reconcile_step *step) ERR_MUST_USE;
/* The same of a difference that is not mended: with which result, and why. */
dbk_err *mend_undecided(mending *p, reconcile_step *step, const char *result,
                        const char *detail) ERR_MUST_USE;
/* Steps that take back fills which a reconciliation made. */
dbk_err *mend_busts(mending *p, const dbk_uuid *fill_ids, size_t count, maybe_amount leaves_qty) ERR_MUST_USE;

/* Texts of the plan's arena; when memory is short the plan is broken, and mend_add says so. */
const char *mend_text(mending *p, const char *fmt, ...) ERR_FORMAT(2, 3);
const char *mend_amount(mending *p, maybe_amount value); /* NULL when it is not known */
const char *mend_wide(mending *p, wide value);
/* "@ 1.5" with the limit, else the stop price; NULL without both. */
const char *mend_price(mending *p, const maybe_amount terms[TERM_COUNT]);
const char *mend_uuid(mending *p, const dbk_uuid *id);
/* Those that are not NULL, with `by` between them. */
const char *mend_join(mending *p, const char *by, const char *const *texts, size_t count);
void *mend_copy(mending *p, const void *thing, size_t size);

/* trading._reconcile_id(): what a reconciliation makes of these words, the last one NULL, has this id. */
dbk_err *mend_id(mending *p, const dbk_uuid *instrument_id, const char *const *words,
                 dbk_uuid *out) ERR_MUST_USE;

typedef struct instrument_names {
    const char *venue, *symbol, *kind;
} instrument_names;
dbk_err *mend_instrument(mending *p, const dbk_uuid *instrument_id, instrument_names *out) ERR_MUST_USE;

/* trading._venue_order_id(). */
dbk_err *mend_order_id(mending *p, const venue_entry *entry, dbk_uuid *out) ERR_MUST_USE;
/* trading._reconcile_made(): a fill of the order (whose id may be the fill's own) at the moment of the state.
 */
typedef struct made_fill {
    dbk_uuid fill_id, order_id, instrument_id;
    const char *position_key, *side;
    wide qty, price;
} made_fill;
planned_fill *mend_made(mending *p, const made_fill *f);

/* ---- positions as they are once the steps are done ---- */

/* trading._position_after(). */
dbk_err *position_after(mending *p, const planned *done, const position_row *from,
                        position_row *out) ERR_MUST_USE;
/* trading._reconcile_positions_after(): those that are open or that entries, fills or busts name. */
typedef struct position_list {
    position_row *rows;
    size_t count;
} position_list;
dbk_err *positions_after(mending *p, const planned *done, const venue_section *entries,
                         position_list *out) ERR_MUST_USE;
/* As it stands in the book; a flat one where there is none yet. */
dbk_err *position_now(mending *p, const dbk_uuid *instrument_id, const char *position_key,
                      position_row *out) ERR_MUST_USE;
/* trading._superseded_fills() of a position as it stands in the book. */
dbk_err *superseded_fills(mending *p, const planned *done, const position_row *at, dbk_uuid **out,
                          size_t *count) ERR_MUST_USE;

bool has_flag(const char *flags, const char *name);

#endif
