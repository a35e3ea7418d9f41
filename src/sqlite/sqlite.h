/* sqlite.h: one file as a database, over SQLite. The only folder that includes sqlite3.h is this one.
 *
 * What a book needs is not SQLite's default, so it is set here and nowhere else: a write-ahead log that is
 * flushed at every commit (journal_mode=WAL, synchronous=FULL), foreign keys that hold, write transactions
 * that take their lock when they begin (an upgrade from reading to writing can fail for ever), and a wait for
 * other writers that has an end. A file on a network file system is refused, since the log needs memory that
 * all its processes share; of a file system that may be one, sqlite_hazard() says so.
 *
 * Reading needs that memory, too, and so a folder that may be written, or a writer that is there. Without
 * either a file is read as it stands, if nothing is left in a log; ERR_BUSY when it is written to after all.
 *
 * A sqlite_db belongs to one thread at a time; a file may be open in many processes. Calls block: for the
 * disk, and for another writer at most busy_ms. Text is UTF-8. Nothing here reads a statement's text from
 * outside: statements are constants of the program, values are bound.
 *
 * Errors: ERR_BUSY after busy_ms of waiting (nothing happened, try again), ERR_IO for a full disk or one that
 * fails, ERR_DENIED for what may not be read or written, ERR_INPUT for a file that is no database or a
 * damaged one, with the path in all of them; ERR_SERVER with the SQLSTATE of its class for a constraint. */
#ifndef DAYBOOK_SQLITE_SQLITE_H
#define DAYBOOK_SQLITE_SQLITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/vfs.h>

#include "core/err.h"
#include "core/uuid.h"

typedef struct sqlite_db sqlite_db;

#define SQLITE_BUSY_DEFAULT_MS 10000

typedef enum sqlite_access {
    SQLITE_FOR_READING, /* the file must exist; nothing of it is changed */
    SQLITE_FOR_WRITING, /* the file must exist */
    SQLITE_FOR_MAKING   /* made when it does not */
} sqlite_access;

typedef struct sqlite_open_options {
    const char *path; /* of the file; its folder must exist */
    sqlite_access access;
    int64_t busy_ms; /* how long another writer is waited for; 0: SQLITE_BUSY_DEFAULT_MS */
    const char *vfs; /* another layer under the file, for tests; NULL: the system's */
    int (*statfs)(const char *folder, struct statfs *out); /* the same, for tests */
} sqlite_open_options;

dbk_err *sqlite_open(const sqlite_open_options *options, sqlite_db **out) ERR_MUST_USE;
/* Ends an open transaction by rolling it back. Accepts NULL. */
void sqlite_close(sqlite_db *db);
const char *sqlite_path(const sqlite_db *db);
/* NULL, or a sentence that says why what is written there may not last; constant. */
const char *sqlite_hazard(const sqlite_db *db);
const char *sqlite_library_version(void);

/* ---- statements ---- */

/* Statements may call iso(n), the text of a time in microseconds since 1970 as clock_iso() writes it,
 * iso6(n), which always has six decimals, and boolean(n), "true" or "false"; and on decimals, which are text,
 * exactly: decimal_add(a, b), decimal_sub, decimal_mul, decimal_div18 (rounded half away from zero to 18
 * decimals, null for b = 0), decimal_cmp (-1, 0, 1), and the aggregates decimal_sum, decimal_min and
 * decimal_max. Null of null; text that is no decimal is ERR_INPUT. */

/* Any number of statements without parameters and without rows. */
dbk_err *sqlite_exec(sqlite_db *db, const char *sql) ERR_MUST_USE;

/* Prepared once for each text (the same pointer) and kept with the database: asking again for one that is in
 * use begins it anew. `sql` must outlive the database; ?1, ?2 … are bound below. */
typedef struct sqlite_stmt sqlite_stmt;
dbk_err *sqlite_statement(sqlite_db *db, const char *sql, sqlite_stmt **out) ERR_MUST_USE;

/* Values are copied; what is not bound is null. An error is kept and returned by the next step. */
void sqlite_bind_text_at(sqlite_stmt *s, int at, const char *value); /* NULL is null */
void sqlite_bind_int8_at(sqlite_stmt *s, int at, int64_t value);
void sqlite_bind_bool_at(sqlite_stmt *s, int at, bool value);
void sqlite_bind_uuid_at(sqlite_stmt *s, int at, const dbk_uuid *value); /* as its text; NULL is null */

/* *row: there is one to be read; after the last the statement is over and its locks are given up. */
dbk_err *sqlite_step_row(sqlite_stmt *s, bool *row) ERR_MUST_USE;
/* For a statement without rows. *changed, which may be NULL, is the number of rows that it touched. */
dbk_err *sqlite_run(sqlite_stmt *s, int64_t *changed) ERR_MUST_USE;
/* Ends a statement before its last row. */
void sqlite_end(sqlite_stmt *s);

/* Of the row that the last step found; text is lent until the next step or end. Reading a null as a number
 * gives 0. */
bool sqlite_is_null(const sqlite_stmt *s, int column);
const char *sqlite_text(const sqlite_stmt *s, int column); /* NULL: null */
int64_t sqlite_int8(const sqlite_stmt *s, int column);
int sqlite_column_count(const sqlite_stmt *s);
const char *sqlite_column_name(const sqlite_stmt *s, int column);
bool sqlite_bool(const sqlite_stmt *s, int column);
dbk_err *sqlite_uuid(const sqlite_stmt *s, int column, dbk_uuid *out) ERR_MUST_USE;

/* ---- transactions ---- */

/* One that will write: takes the write lock now, so that nothing in it fails for being late. */
dbk_err *sqlite_begin_write(sqlite_db *db) ERR_MUST_USE;
/* One that sees a single state of the file, however long it takes; writers go on. */
dbk_err *sqlite_begin_read(sqlite_db *db) ERR_MUST_USE;
/* On disk when it returns. After an error the transaction is rolled back and nothing of it happened. */
dbk_err *sqlite_commit(sqlite_db *db) ERR_MUST_USE;
/* Also after an error that ended the transaction already. */
void sqlite_rollback(sqlite_db *db);
bool sqlite_in_transaction(const sqlite_db *db);

/* ---- copies ---- */

/* A copy of one state of the file at `path`, which must not exist, while others go on reading and writing.
 * On disk when it returns; a copy that failed is taken away. progress, which may be NULL, is told pages done
 * and pages in all; an error of it ends the copy and is returned. */
dbk_err *sqlite_backup(sqlite_db *db, const char *path,
                       dbk_err *(*progress)(void *ctx, int64_t done, int64_t total), void *ctx) ERR_MUST_USE;

#endif
