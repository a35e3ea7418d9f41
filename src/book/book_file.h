/* book_file.h: what a server's views and functions give to whoever reads a book, for a book in a file. */
#ifndef DAYBOOK_BOOK_BOOK_FILE_H
#define DAYBOOK_BOOK_BOOK_FILE_H

#include "book/book_snapshot.h"
#include "book/roundtrip.h"
#include "sqlite/sqlite.h"

/* Opens a book in a file for reading, with the views of sqlite_store_views(). ERR_INPUT for a file that is no
 * book of this version; else as sqlite_open(). */
dbk_err *book_file_open(const char *path, sqlite_db **out) ERR_MUST_USE;

/* Fills the temporary table lot_trips with the round trips by lots of all positions of the accounts. Inside a
 * transaction, after sqlite_store_views(). */
dbk_err *book_file_lot_trips(sqlite_db *db, const book_accounts *accounts, roundtrip_method method,
                             lot_matching matching) ERR_MUST_USE;

#endif
