/* sql_file.h: a migration as the statements it will be sent as.
 *
 * Normally the statements of a file share one transaction. A file is run statement by statement instead, each
 * one a message of its own, when its header says so (`-- no-transaction`, `--! no-transaction`,
 * `transaction:false` in a
 * `-- migrate:up` line) or when none of its statements can be part of a transaction. A file that mixes both
 * kinds without saying so is refused: its author thought of something else. BEGIN as the first and COMMIT as
 * the last statement are what psql needs and the runner does anyway; they are left out. */
#ifndef DAYBOOK_SCHEMA_SQL_FILE_H
#define DAYBOOK_SCHEMA_SQL_FILE_H

#include "core/arena.h"
#include "schema/module.h"
#include "schema/sql_scan.h"

typedef struct sql_file {
    sql_statement *items; /* their text is lent from the file */
    size_t count;
    bool by_statement;
} sql_file;

/* ERR_INPUT with a place in the file for what the runner cannot run: transaction control, roles, commands of
 * psql, COPY from the client, a mixture. Pure. */
dbk_err *sql_file_read(arena *a, const module_file *file, sql_file *out) ERR_MUST_USE;

/* The file of a function or view is applied again and again: ERR_INPUT with a place for a statement that
 * would fail the second time, or make what only migrations make. Pure. */
dbk_err *sql_file_check_routine(const module_file *file) ERR_MUST_USE;
/* All of a module's. */
dbk_err *sql_file_check_routines(const module *m) ERR_MUST_USE;

/* The statement on one line, cut after SQL_SUMMARY_MAX bytes; NULL when memory is short. */
#define SQL_SUMMARY_MAX 80
const char *sql_statement_summary(arena *a, const sql_statement *s);

void sql_statement_sha256(const sql_statement *s, char out[65]);

#endif
