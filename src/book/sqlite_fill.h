/* sqlite_fill.h: fills of a book in a file, and what busts and corrections make of them. Private to the
 * store. */
#ifndef DAYBOOK_BOOK_SQLITE_FILL_H
#define DAYBOOK_BOOK_SQLITE_FILL_H

#include "book/sqlite_order.h"
#include "book/sqlite_position.h"

/* The terms that count: as received, after its corrections. */
typedef struct fill_terms {
    decimal qty, price, fee;
    const char *fee_currency; /* NULL: the position's, or no fee */
    maybe_amount fee_rate;
} fill_terms;

typedef struct fill_row {
    dbk_uuid account_id, fill_id, order_id, instrument_id;
    const char *position_key, *side, *liquidity, *venue_trade_id,
        *trade_discriminator; /* liquidity, trade id or NULL */
    bool made;                /* by a reconciliation; told when it is recorded */
    fill_terms terms;         /* as received */
    int64_t filled_us;
    /* what was answered */
    const char *flags; /* comma separated */
    int64_t order_version;
    const char *order_status;
    wide order_cum_qty;
    int64_t position_version, position_cycle;
    wide position_qty, position_avg_price, realized_gross, realized_net, position_realized;
} fill_row;

dbk_err *fill_get(sqlite_call *c, const dbk_uuid *account_id, const dbk_uuid *fill_id, fill_row *out,
                  bool *found) ERR_MUST_USE;

/* A bust or correction as it was received. Terms that are not known are unchanged. */
typedef struct amendment {
    dbk_uuid account_id, event_id, fill_id;
    bool bust;
    maybe_amount qty, price, fee, fee_rate, leaves_qty;
    const char *fee_currency, *reason; /* or NULL */
    int64_t occurred_us;
    int64_t place;
} amendment;

/* What is known of a fill's busts and corrections, its terms going in and the effective ones coming out. */
typedef struct amendments {
    int64_t events; /* that were taken */
    int64_t places; /* refused ones too */
    bool busted;
    dbk_uuid bust_id;
    maybe_amount leaves_qty; /* the bust's */
} amendments;
dbk_err *amendments_apply(sqlite_call *c, const dbk_uuid *account_id, const dbk_uuid *fill_id,
                          fill_terms *terms, amendments *out) ERR_MUST_USE;
void amendment_apply(const amendment *a, fill_terms *terms);
/* The order after a change of one of its fills. bust: what the venue says is left, if it says so. */
void order_amend(order_row *o, bool bust, wide qty, wide value, maybe_amount leaves_qty);

/* Events of those that had come before their fill, right after it. */
dbk_err *amendments_emit_waiting(sqlite_call *c, const fill_row *f, const fill_terms *effective,
                                 const dbk_uuid *position_id) ERR_MUST_USE;

/* What a fill on these terms is to a position. */
position_fill fill_of_terms(const fill_terms *t, const char *side, int64_t filled_us, const position_row *p);
/* Whether the position can take it: no inverse contract at price zero, no fee in an unknown currency. */
dbk_err *fill_check_terms(sqlite_call *c, const position_fill *fill, const fill_terms *t,
                          const position_row *p) ERR_MUST_USE;

/* Calls: a dbk_fill and a dbk_fill_answer; a dbk_bust or dbk_correction and a dbk_fill_event_answer. */
dbk_err *sqlite_fill_record(sqlite_call *c, const void *request, void *out) ERR_MUST_USE;
dbk_err *sqlite_fill_bust(sqlite_call *c, const void *request, void *out) ERR_MUST_USE;
dbk_err *sqlite_fill_correct(sqlite_call *c, const void *request, void *out) ERR_MUST_USE;

/* A fill that a reconciliation makes: flagged so. */
dbk_err *sqlite_fill_record_made(sqlite_call *c, const dbk_fill *request, dbk_fill_answer *out) ERR_MUST_USE;

#endif
