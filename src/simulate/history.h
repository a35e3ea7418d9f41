/* history.h: random histories: what happens to the accounts of one seed, in the order in which a book hears
 * of it.
 *
 * The same seed and count give the same history for ever. It contains what a book meets: orders with all that
 * can happen to them, legal or not; fills alone and in batches, late, beyond the order, of orders nobody
 * submitted, out of order; busts and corrections before and after their fills; cash, funding, equity; calls
 * that are repeated, with the same content and with another; deliveries that overtake each other. It has a
 * clock of its own. */
#ifndef DAYBOOK_SIMULATE_HISTORY_H
#define DAYBOOK_SIMULATE_HISTORY_H

#include "core/arena.h"
#include "daybook.h"

#define HISTORY_ACCOUNTS 2
#define HISTORY_OPERATIONS_MAX 100000

typedef enum operation_kind {
    OPERATION_OPEN,
    OPERATION_SUBMIT,
    OPERATION_IMPORT,
    OPERATION_EVENT,
    OPERATION_FILL,
    OPERATION_FILLS,
    OPERATION_BUST,
    OPERATION_CORRECT,
    OPERATION_CASH,
    OPERATION_FUNDING,
    OPERATION_EQUITY,
    OPERATION_CLOSE
} operation_kind;
#define OPERATION_KINDS (OPERATION_CLOSE + 1)

/* One call of the book: the request that it gets. Times are never left to the book. */
typedef struct operation {
    operation_kind kind;
    union {
        dbk_account account;
        dbk_order order;
        dbk_external_order external;
        dbk_order_event event;
        struct {
            dbk_fill *items; /* one with OPERATION_FILL */
            size_t count;
        } fills;
        dbk_bust bust;
        dbk_correction correction;
        dbk_cash cash;
        dbk_funding funding;
        dbk_equity_point equity;
        struct {
            dbk_uuid account_id;
            const char *reason;
        } close;
    };
} operation;

typedef struct history {
    const operation *operations;
    size_t count;
    dbk_uuid accounts[HISTORY_ACCOUNTS];
} history;

/* "fill", "order event": what an operation is, for reports. */
const char *history_kind_name(operation_kind kind);

/* A history of `count` operations, the opening of the accounts among them; lives in the arena. */
dbk_err *history_make(arena *a, uint64_t seed, size_t count, history *out) ERR_MUST_USE;

#endif
