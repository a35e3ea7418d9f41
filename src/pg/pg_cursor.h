/* pg_cursor.h: the rows of one statement in constant memory, a portion at a time.
 *
 * Unlike COPY, several can be open on one connection, so that results in the same order can be walked side by
 * side, and all of them see the snapshot of one REPEATABLE READ transaction. Needs a transaction; ends with
 * it on the server. */
#ifndef DAYBOOK_PG_PG_CURSOR_H
#define DAYBOOK_PG_PG_CURSOR_H

#include "pg/pg.h"

typedef struct pg_cursor pg_cursor;

/* sql is one select with $1… parameters; name is an identifier not in use in this transaction. Free with
 * pg_cursor_free(). */
dbk_err *pg_cursor_open(pg_conn *c, const char *name, const char *sql, const pg_params *p,
                        pg_cursor **out) ERR_MUST_USE;

/* Moves to the next row; *more is false after the last, where nobody asks again. The row is pg_cursor_row()
 * of pg_cursor_rows() until the next call; column names can be read there even when there is no row. */
dbk_err *pg_cursor_next(pg_cursor *k, bool *more) ERR_MUST_USE;
const pg_rows *pg_cursor_rows(const pg_cursor *k);
size_t pg_cursor_row(const pg_cursor *k);

void pg_cursor_free(pg_cursor *k); /* on the server too; accepts NULL */

#endif
