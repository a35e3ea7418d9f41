/* book_rows.h: the rows of one statement that reads a book, on a server or in a file, as canonical text
 * (docs/BOOK.md: values of the dump). What reads a whole book is written once over this.
 *
 * Several may be open at once and see the same moment, if the source is inside a transaction: on a server
 * that of book_snapshot_begin(), in a file that of sqlite_begin_read(). Rows are read in portions: memory
 * does not grow with their number. */
#ifndef DAYBOOK_BOOK_BOOK_ROWS_H
#define DAYBOOK_BOOK_BOOK_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "pg/pg.h"
#include "sqlite/sqlite.h"

/* Where a book is read: one of the two. */
typedef struct book_source {
    pg_conn *server;
    sqlite_db *file;
    int cursors; /* opened so far: their names on the server */
} book_source;

/* The same question to both: parameters $1 and ?1, columns of the same names. In a file decimals are text,
 * times are made text by iso() unless book_rows_time() reads them, booleans by boolean(). A file's statement
 * that is open cannot be opened a second time. */
typedef struct book_statement {
    const char *server, *file;
} book_statement;

typedef struct book_parameter {
    enum { BOOK_TEXT, BOOK_INT8, BOOK_BOOL, BOOK_TIME, BOOK_LIST } kind;
    const char *text;         /* NULL is null */
    int64_t number;           /* of an integer, a boolean, a time */
    const char *const *items; /* of a list of text: an array on a server, JSON in a file */
    size_t count;             /* 0 is null */
} book_parameter;

typedef struct book_rows book_rows;

/* Stands before the first row then. */
dbk_err *book_rows_open(book_source *source, const book_statement *statement,
                        const book_parameter *parameters, size_t count, book_rows **out) ERR_MUST_USE;
/* *more is false after the last row, where nobody asks again. */
dbk_err *book_rows_next(book_rows *r, bool *more) ERR_MUST_USE;
void book_rows_free(book_rows *r); /* accepts NULL */

/* Known from the first book_rows_next() on, even when there is no row. */
size_t book_rows_column_count(const book_rows *r);
const char *book_rows_column_name(const book_rows *r, size_t column);

/* Of the row; text is lent until the next row, NULL is null. */
const char *book_rows_text(const book_rows *r, size_t column);
int64_t book_rows_int8(const book_rows *r, size_t column); /* 0 when null */
bool book_rows_bool(const book_rows *r, size_t column);
int64_t book_rows_time(const book_rows *r, size_t column); /* in a file an integer */

#endif
