/* tap_int.h: what the files of the test runner share. */
#ifndef DAYBOOK_SCHEMA_TAP_INT_H
#define DAYBOOK_SCHEMA_TAP_INT_H

#include "core/buf.h"
#include "pg/pg.h"
#include "schema/sql_scan.h"
#include "schema/tap.h"

/* ---- tap_stream.c: what a file prints becomes points; pure ---- */

typedef struct tap_stream {
    arena *arena; /* of the points */
    tap_point *first, *last;
    size_t count;
    long planned;         /* -1: no plan yet */
    const char *skip_all; /* the reason of "1..0 # SKIP"; NULL: none */
    const char *bail_out; /* NULL: none */
    const char *broken;   /* what is wrong with the stream itself; the first thing. NULL: nothing */
    size_t broken_line;
    bool in_point; /* comments now belong to the last point */
} tap_stream;

void tap_stream_init(tap_stream *s, arena *a);
/* One value of a result, perhaps several lines, from the statement at `line`. */
dbk_err *tap_stream_take(tap_stream *s, const char *text, size_t line) ERR_MUST_USE;
/* A point of the runner's own. */
dbk_err *tap_stream_add(tap_stream *s, tap_verdict verdict, size_t line, const char *description,
                        const char *diagnostics) ERR_MUST_USE;
/* After the last line: judges the plan. */
dbk_err *tap_stream_end(tap_stream *s) ERR_MUST_USE;

/* ---- tap_law.c: what a statement changed and whether it said so ---- */

typedef struct tap_law_table {
    int64_t oid;
    const char *name;   /* quoted where it must be */
    const char *called; /* the name, of a partition that of its parent */
    bool is_event, is_state;
    int64_t written;    /* rows inserted, updated and deleted so far, undone ones too */
    const char *digest; /* of the rows as they are */
} tap_law_table;

typedef struct tap_law_tables {
    tap_law_table *items;
    const char **oids; /* of the items, as text */
    size_t count;
    int64_t newest; /* number in the catalog when it was read; 0: not known */
} tap_law_tables;

typedef struct tap_law {
    pg_conn *conn;
    const char *const *schemas;
    size_t schema_count;
    tap_law_tables committed; /* as every file finds them */
    tap_law_tables now;       /* as they are in this file */
    arena *arena;             /* of this file */
} tap_law;

/* Reads every table of the schemas; once for a connection. Results live in a. */
dbk_err *tap_law_init(tap_law *l, arena *a, pg_conn *c, const char *const *schemas,
                      size_t schema_count) ERR_MUST_USE;
/* Inside a new transaction. */
dbk_err *tap_law_begin(tap_law *l, arena *file_arena) ERR_MUST_USE;
/* After a statement: the tables that it changed, separated by ", ", when it wrote no event; NULL otherwise.
 * undone: the statement went back to a savepoint, so every table is read again. */
dbk_err *tap_law_check(tap_law *l, bool undone, const char **tables) ERR_MUST_USE;

/* ---- tap_file.c ---- */

/* Runs one file and rolls back. An error is one of the connection or of this program, not of the test. */
dbk_err *tap_file_run(pg_conn *c, arena *a, const tap_source *file, tap_law *law,
                      const atomic_int *interrupted, tap_result *out) ERR_MUST_USE;

#endif
