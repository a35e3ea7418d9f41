/* book_file.h: what a server's views and functions give to whoever reads a book, for a book in a file. */
#ifndef DAYBOOK_BOOK_BOOK_FILE_H
#define DAYBOOK_BOOK_BOOK_FILE_H

#include "book/book_snapshot.h"
#include "book/roundtrip.h"
#include "sqlite/sqlite.h"

/* Opens a book in a file for reading, with the views of book_file_views(). ERR_INPUT for a file that is no
 * book of this version; else as sqlite_open(). */
dbk_err *book_file_open(const char *path, sqlite_db **out) ERR_MUST_USE;

/* Makes the views of file/views.sql, for this connection alone; once made they are there, but for those that
 * were made in a transaction that was rolled back. */
dbk_err *book_file_views(sqlite_db *db) ERR_MUST_USE;

/* Fills the temporary table lot_trips with the round trips by lots of all positions of the accounts. Inside a
 * transaction, after book_file_views(). */
dbk_err *book_file_lot_trips(sqlite_db *db, const book_accounts *accounts, roundtrip_method method,
                             lot_matching matching) ERR_MUST_USE;

#endif
