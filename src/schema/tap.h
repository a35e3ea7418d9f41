/* tap.h: runs SQL test files that speak TAP, with pgTAP's functions or without.
 *
 * Each file runs in a transaction of its own, which is rolled back whatever the file says: its own BEGIN and
 * ROLLBACK at the ends are accepted and not sent. Several connections run files at once, each in a database
 * of its own; results are handed over in the order of the files. For databases that may be thrown away;
 * scripts alone (tap_source) also run on live ones.
 *
 * Besides what a file asserts, every statement of it is watched: one that changed rows of the modules' tables
 * and wrote no event fails the file (tap_law.h). */
#ifndef DAYBOOK_SCHEMA_TAP_H
#define DAYBOOK_SCHEMA_TAP_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

/* ---- what comes out ---- */

typedef enum tap_verdict { TAP_PASSED, TAP_FAILED, TAP_SKIPPED, TAP_TODO } tap_verdict;

typedef struct tap_point {
    tap_verdict verdict;
    size_t line;             /* of the statement in the file; 0: of the file as a whole */
    const char *description; /* "" when there is none */
    const char *reason;      /* of SKIP and TODO; NULL otherwise */
    const char *diagnostics; /* lines without "# ", separated by \n; NULL when there are none */
    struct tap_point *next;
} tap_point;

typedef struct tap_result {
    const char *path;
    const char *label; /* which database: "one role" */
    const tap_point
        *points; /* those of the runner's own included: a broken plan, an error, a silent change */
    size_t passed, failed, skipped; /* TODO counts as passed */
    int64_t duration_us;
} tap_result;

/* ---- what goes in ---- */

typedef struct tap_source {
    const char *path; /* for people */
    const char *text;
    bool script; /* asserts nothing: it passes when none of its statements fails, whatever they answer */
} tap_source;

/* The same set of files runs once for each target. */
typedef struct tap_target {
    const char *label;
    const char *const *urls; /* one database for each worker; both lent */
} tap_target;

#define TAP_WORKERS_MAX 64
#define TAP_FILES_MAX 20000

typedef struct tap_options {
    const tap_source *files;
    size_t file_count;
    const tap_target *targets;
    size_t target_count;
    size_t workers;             /* 1 to TAP_WORKERS_MAX */
    const char *const *schemas; /* of the modules: whose tables are watched; none: nothing is */
    size_t schema_count;
    int64_t statement_timeout_ms;  /* 0: none */
    const atomic_int *interrupted; /* of interrupt.h; may be NULL */
    /* Called by the thread that called tap_run, in order: target by target, file by file. An error ends the
     * run. r and what it names are valid until it returns. */
    dbk_err *(*on_result)(void *ctx, const tap_result *r);
    void *ctx;
} tap_options;

/* Blocks until every file has run, or an error. A failed test is no error. */
dbk_err *tap_run(const tap_options *o) ERR_MUST_USE;

/* Whether the file calls what only pgTAP has. */
bool tap_needs_pgtap(const char *text);

#endif
