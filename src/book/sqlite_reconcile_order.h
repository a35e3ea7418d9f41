/* sqlite_reconcile_order.h: one order while a reconciliation looks at it, shared by the files that do. */
#ifndef DAYBOOK_BOOK_SQLITE_RECONCILE_ORDER_H
#define DAYBOOK_BOOK_SQLITE_RECONCILE_ORDER_H

#include "book/sqlite_reconcile_int.h"

/* What an entry says of an order, and the order as it is with the planned fills. */
typedef struct told_order {
    mending *plan;
    const venue_entry *entry; /* NULL: the order was not listed */
    bool queried;
    const planned *fills; /* before any step of an order */
    order_row order;
    bool known;    /* to the book, or to a fill: else without a lifecycle */
    bool recorded; /* in the book */
    const char *id;
} told_order;

/* A difference of the order in that field, with its status as what the book says. */
reconcile_step told_step(const told_order *t, const char *field, const char *venue);

typedef enum filled_outcome {
    FILLED_TOLD,     /* by fills that the venue told */
    FILLED_INFERRED, /* one stands for those that it did not tell */
    FILLED_OPEN      /* the difference stays */
} filled_outcome;

/* trading._reconcile_order_qty(): what the venue says was filled, less the fills that are known, is what the
 * reconciled fills of the order must come to. They are made anew when they do not: then fills have come in
 * whose place they took. */
dbk_err *mend_filled(told_order *t, maybe_amount filled, const char *status,
                     filled_outcome *out) ERR_MUST_USE;
/* trading._reconcile_order_status(): the event that leads where the venue says the order stands. */
dbk_err *mend_status(told_order *t, const char *status) ERR_MUST_USE;

#endif
