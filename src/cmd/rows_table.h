/* rows_table.h: answers of the server as tables to print: column names as they are, kinds from the server's
 * types. title is the heading and the JSON key. */
#ifndef DAYBOOK_CMD_ROWS_TABLE_H
#define DAYBOOK_CMD_ROWS_TABLE_H

#include "cmd/app.h"
#include "core/table.h"
#include "pg/pg.h"

/* A table of rows, to be freed with table_free. */
dbk_err *rows_table(const char *title, const pg_rows *rows, table **out) ERR_MUST_USE;
/* Runs a statement and makes a table of its rows. rows: they themselves, in the arena of the app; may be
 * NULL. */
dbk_err *rows_query(app *app, pg_conn *c, const char *title, const char *sql, const pg_params *p,
                    const pg_rows **rows, table **out) ERR_MUST_USE;
/* Prints rows as the user asked for output. */
dbk_err *rows_show(app *app, const char *title, const pg_rows *rows) ERR_MUST_USE;
/* Runs a statement and prints its rows. rows as for rows_query. */
dbk_err *rows_print(app *app, pg_conn *c, const char *title, const char *sql, const pg_params *p,
                    const pg_rows **rows) ERR_MUST_USE;

/* The text of a cell by the name of its column; NULL for null, and where there is no such column. */
const char *rows_text(const pg_rows *rows, size_t row, const char *column);

#endif
