/* book_snapshot.h: reading the whole book at one moment. */
#ifndef DAYBOOK_BOOK_BOOK_SNAPSHOT_H
#define DAYBOOK_BOOK_BOOK_SNAPSHOT_H

#include "pg/pg.h"

/* Which accounts: their ids as text; count 0 means all that the role may read. */
typedef struct book_accounts {
    const char *const *ids;
    size_t count;
} book_accounts;

/* Begins a read-only transaction with one snapshot for all its statements, in which nothing that others write
 * is seen or waited for. ERR_NOT_FOUND when the module trading is not installed. */
dbk_err *book_snapshot_begin(pg_conn *c, arena *a) ERR_MUST_USE;

/* The parameter $1 of all statements that read the book: ids, or null for all. */
pg_params *book_snapshot_params(arena *a, const book_accounts *accounts);

#endif
