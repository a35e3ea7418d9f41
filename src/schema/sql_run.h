/* sql_run.h: runs the statements of a module's file one by one, so that an error has a place in the file. */
#ifndef DAYBOOK_SCHEMA_SQL_RUN_H
#define DAYBOOK_SCHEMA_SQL_RUN_H

#include "pg/pg.h"
#include "schema/module.h"
#include "schema/sql_scan.h"

/* Inside a transaction. An error's message begins with "module/folder/file.sql:line:column: ", its detail
 * with that line. What sql_file_read refuses is ERR_INPUT before anything of the file runs. */
dbk_err *sql_run_file(pg_conn *c, arena *a, const module_file *file) ERR_MUST_USE;

/* One statement of the file, inside a transaction or, with `alone`, as a message of its own outside of any.
 */
dbk_err *sql_run_statement(pg_conn *c, arena *a, const module_file *file, const sql_statement *statement,
                           bool alone) ERR_MUST_USE;

/* The same error with the place of the byte at `offset` of the file put in front; takes e. */
dbk_err *sql_run_place(dbk_err *e, const module_file *file, size_t offset) ERR_MUST_USE;

#endif
