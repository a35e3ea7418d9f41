/* book_verify.h: recomputes everything in a book that is derived from its facts, and compares.
 *
 * Facts are what was asked for and what was received: the terms of orders, order events, fills, busts and
 * corrections, funding and cash. Everything else is computed again with the rules in C (order_machine.h,
 * position.h) from the facts in the order of their versions: what is known of orders, positions, fees, what
 * fills realise now, and what was answered at the time. A difference is named and the run goes on.
 *
 * All of it is read in one snapshot and in constant memory: nothing grows with the length of a position or an
 * order but, for an order, the number of its amended fills. What was answered after a bust or correction
 * takes a second reading of the position up to it. */
#ifndef DAYBOOK_BOOK_BOOK_VERIFY_H
#define DAYBOOK_BOOK_BOOK_VERIFY_H

#include <stdint.h>

#include "book/book_snapshot.h"
#include "sqlite/sqlite.h"

/* Lent for the call. A row that is missing or too much has the column "row". */
typedef struct book_difference {
    const char *table;
    const char *key; /* what identifies the row: ids and names, separated by spaces */
    const char *column;
    const char *stored;     /* NULL: null, or no row */
    const char *recomputed; /* the same */
} book_difference;

typedef struct book_verify_options {
    book_accounts accounts;
    /* Called for each difference; an error ends the run and is returned. */
    dbk_err *(*difference)(void *ctx, const book_difference *d);
    void *ctx;
} book_verify_options;

typedef struct book_verify_result {
    int64_t orders, order_events, positions, fills, fill_events, roundtrips, funding;
    int64_t values; /* that were compared */
    int64_t differences;
} book_verify_result;

/* Inside a transaction that book_snapshot_begin() began. An error says that it could not be told; differences
 * are no error. */
dbk_err *book_verify(pg_conn *c, const book_verify_options *options, book_verify_result *out) ERR_MUST_USE;
/* Of a book in a file, in the transaction that has begun on it, or in one of its own. */
dbk_err *book_verify_file(sqlite_db *db, const book_verify_options *options,
                          book_verify_result *out) ERR_MUST_USE;

#endif
