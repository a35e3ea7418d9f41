/* sqlite_reconcile.h: a book in a file compared with what the venue says of a moment, and mended: the call
 * and the answers of a server's trading.fn_reconcile() (docs/BOOK.md). */
#ifndef DAYBOOK_BOOK_SQLITE_RECONCILE_H
#define DAYBOOK_BOOK_SQLITE_RECONCILE_H

#include "book/sqlite_store.h"
#include "core/arena.h"
#include "core/json_tree.h"

/* What the venue says and of when, as `daybook book reconcile` is told: the sections with as_of among them.
 * Of the request the state and its time are set. ERR_INPUT for what is no such document. */
typedef struct reconcile_request reconcile_request;
dbk_err *reconcile_state_read(arena *a, const char *text, reconcile_request *out) ERR_MUST_USE;

struct reconcile_request {
    dbk_uuid account_id, reconcile_id;
    const json_tree *state; /* the sections */
    int64_t as_of_us;
    bool apply, book_cash;
};

/* One difference. NULL is null. */
typedef struct reconcile_row {
    const char *kind, *subject, *field, *book, *venue, *action, *result, *ref_id, *detail;
} reconcile_row;

typedef struct reconcile_answer {
    const char *outcome;        /* "proposed", "created", "unchanged", "replayed", "conflict" */
    const char *conflict_field; /* NULL but for a conflict */
    const char *compared;       /* "fills, positions": the sections that are known */
    const reconcile_row *rows;
    size_t count;
} reconcile_answer;

/* What would be done, by a connection that may only read, inside its transaction; request->apply means
 * nothing. The answer lives in the arena. */
dbk_err *sqlite_reconcile_propose(sqlite_db *db, arena *a, const reconcile_request *request,
                                  reconcile_answer *out) ERR_MUST_USE;

/* The answer lives until the next call. ERR_RETRYABLE with SQLSTATE 40001 when the state contradicts itself,
 * so that a step could not do what it was found to do: nothing is recorded then. */
dbk_err *sqlite_store_reconcile(sqlite_store *s, const reconcile_request *request,
                                reconcile_answer *out) ERR_MUST_USE;

#endif
