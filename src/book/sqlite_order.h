/* sqlite_order.h: orders of a book in a file, as rows and as calls. Private to the store. */
#ifndef DAYBOOK_BOOK_SQLITE_ORDER_H
#define DAYBOOK_BOOK_SQLITE_ORDER_H

#include "book/order_machine.h"
#include "book/sqlite_store_int.h"

enum { TERM_QTY, TERM_PRICE, TERM_STOP_PRICE, TERM_COUNT };

typedef struct order_row {
    dbk_uuid account_id, order_id, instrument_id, run_id;
    bool has_run, has_submitted;
    const char *position_key, *side;
    const char *type, *time_in_force, *idempotency_key, *refusal_code, *refusal_detail,
        *exchange_order_id; /* or NULL */
    maybe_amount asked[TERM_COUNT], working[TERM_COUNT], requested[TERM_COUNT];
    int64_t submitted_us, recorded_us;
    order_state state; /* its progress is kept by order_settle() */
    wide cum_qty, cum_value;
    int64_t version;
    struct {
        bool known, is_open;
        const char *exchange_order_id;
    } indexed; /* what indexes have of the row, when it was read or updated */
} order_row;

dbk_err *order_get(sqlite_call *c, const dbk_uuid *account_id, const dbk_uuid *order_id, order_row *out,
                   bool *found) ERR_MUST_USE;
/* After anything that moved quantities, terms or a request: progress, and what was asked for while that was
 * pending. */
void order_settle(order_row *o);
dbk_err *order_insert(sqlite_call *c, const order_row *o) ERR_MUST_USE;
/* What is known of it: everything but what was asked for. Indexes are left alone where they stay the same. */
dbk_err *order_update(sqlite_call *c, order_row *o) ERR_MUST_USE;

/* Whether an order of these terms can be: its words, its prices, the length of its texts. */
dbk_err *order_check(const order_row *o) ERR_MUST_USE;

/* Which of the terms is no multiple of the instrument's lot or tick size, as code and detail of a refusal;
 * NULL when all are, or where a size is not known. */
dbk_err *order_off_grid(sqlite_call *c, const maybe_amount terms[TERM_COUNT], const instrument_row *i,
                        const char **code, const char **detail) ERR_MUST_USE;

/* Calls: a dbk_order, dbk_external_order, dbk_order_event and a dbk_order_answer. */
dbk_err *sqlite_order_submit(sqlite_call *c, const void *request, void *out) ERR_MUST_USE;
dbk_err *sqlite_order_import(sqlite_call *c, const void *request, void *out) ERR_MUST_USE;
dbk_err *sqlite_order_record(sqlite_call *c, const void *request, void *out) ERR_MUST_USE;

#endif
