/* sqlite_performance.h: how an account of a book in a file did over a time: a server's
 * trading.fn_measure_performance() and fn_record_performance() (docs/BOOK.md). */
#ifndef DAYBOOK_BOOK_SQLITE_PERFORMANCE_H
#define DAYBOOK_BOOK_SQLITE_PERFORMANCE_H

#include "book/sqlite_store.h"

/* Business counts from since on and before as_of. */
typedef struct performance_period {
    bool has_since, has_as_of; /* false: from the beginning, to the end */
    int64_t since_us, as_of_us;
} performance_period;

/* Fills the temporary table performance_measured with one row for each of the accounts, for all when count is
 * 0. Inside a transaction, after sqlite_store_views(). */
dbk_err *sqlite_performance_measure(sqlite_db *db, const char *const *account_ids, size_t count,
                                    const performance_period *period) ERR_MUST_USE;

/* run_id may be NULL. */
dbk_err *sqlite_store_performance_record(sqlite_store *s, const dbk_performance *performance,
                                         dbk_answer *out) ERR_MUST_USE;

#endif
