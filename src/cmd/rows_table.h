/* rows_table.h: an answer of the server as a table to print: column names as they are, kinds from the
 * server's types. */
#ifndef DAYBOOK_CMD_ROWS_TABLE_H
#define DAYBOOK_CMD_ROWS_TABLE_H

#include "core/table.h"
#include "pg/pg.h"

/* title is the heading and the JSON key. */
dbk_err *rows_table(const char *title, const pg_rows *rows, table **out) ERR_MUST_USE;

#endif
