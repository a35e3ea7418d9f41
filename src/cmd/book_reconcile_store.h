/* book_reconcile_store.h: a reconciliation on a server or in a file, with the same answer from both. */
#ifndef DAYBOOK_CMD_BOOK_RECONCILE_STORE_H
#define DAYBOOK_CMD_BOOK_RECONCILE_STORE_H

#include "cmd/app.h"
#include "core/uuid.h"

enum {
    DIFFERENCE_KIND,
    DIFFERENCE_SUBJECT,
    DIFFERENCE_FIELD,
    DIFFERENCE_BOOK,
    DIFFERENCE_VENUE,
    DIFFERENCE_ACTION,
    DIFFERENCE_RESULT,
    DIFFERENCE_REF_ID,
    DIFFERENCE_DETAIL,
    DIFFERENCE_OUTCOME,
    DIFFERENCE_COLUMNS
};
typedef struct difference {
    const char *cells[DIFFERENCE_COLUMNS]; /* NULL is null */
} difference;

typedef struct reconciling {
    app *app;
    const char *account; /* its id or name */
    const char *state;   /* JSON: the sections with as_of among them */
    bool book_cash;
    /* the answer */
    dbk_uuid id; /* of the run: made of the state and of what is proposed */
    const char *compared, *as_of;
    difference *rows;
    size_t count;
} reconciling;

/* Everything lives in app->arena. What is proposed is found in one snapshot. Applying it is one call with an
 * identity made of the state and of what is proposed: the same again is either a replay, or finds that
 * nothing differs any more. */
dbk_err *book_reconcile_run(reconciling *r, bool apply) ERR_MUST_USE;

#endif
