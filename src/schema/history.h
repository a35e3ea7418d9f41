/* history.h: what the files and the ledger say of each other. Pure.
 *
 * Seven faults have an exit code each; they are looked for before any SQL of a module runs. Numbers are
 * compared as numbers. */
#ifndef DAYBOOK_SCHEMA_HISTORY_H
#define DAYBOOK_SCHEMA_HISTORY_H

#include "schema/ledger.h"
#include "schema/module.h"

typedef enum history_verdict {
    HISTORY_APPLIED,
    HISTORY_PENDING,
    HISTORY_NAME,      /* the file name is malformed */
    HISTORY_DUPLICATE, /* the file before it has the same number */
    HISTORY_EDITED,    /* applied with other content */
    HISTORY_RENAMED,   /* applied under another name */
    HISTORY_DELETED,   /* applied, the file is gone, later ones are there */
    HISTORY_AHEAD,     /* applied, and the files end before it */
    HISTORY_ORDER,     /* not applied although a later one is */
    HISTORY_HALF       /* some of its statements have run */
} history_verdict;

/* How far a migration came that is run statement by statement. */
typedef struct history_progress {
    size_t done;  /* statements that have run */
    bool begun;   /* the next one was begun, and nobody knows whether it finished */
    bool fits;    /* what has run, or was begun, is what the file says */
    size_t count; /* statements in the file */
} history_progress;

/* One migration: in the files, in the ledger, or both. */
typedef struct history_item {
    const module_file *file;     /* NULL: only in the ledger */
    const ledger_migration *row; /* NULL: not applied */
    const ledger_step *step;     /* of HISTORY_HALF without a file; NULL otherwise */
    history_verdict verdict;
    bool out_of_order;         /* pending, and let through by name */
    history_progress progress; /* of HISTORY_HALF */
} history_item;

typedef struct history {
    history_item *items; /* malformed names first, then by number */
    size_t count;
} history;

/* allowed names migrations that may come late: "12", "012_add_funding.sql" or "trading/12". */
dbk_err *history_compare(arena *a, const module *m, const ledger *l, const module_names *allowed,
                         history *out) ERR_MUST_USE;

/* The error for the first fault, NULL when there is none. The detail counts the others. A migration that was
 * applied by half is a fault, but not for `going_on`, who is about to apply the rest, if the file still fits.
 */
dbk_err *history_fault(const module *m, const history *h, bool going_on) ERR_MUST_USE;

/* The error for a module that the ledger knows and that has no files here, NULL when there is none. */
dbk_err *history_missing_module(const module_set *set, const ledger *l) ERR_MUST_USE;

/* What would be done with the file of a function or view; head is the newest migration applied. */
schema_state history_routine_state(const module_file *file, const ledger_routine *row, int64_t head);

/* The same of a repeatable file: only a change of the file applies it again. */
schema_state history_repeatable_state(const module_file *file, const ledger_routine *row);

/* A function, a view or a repeatable file: in the files, in the ledger, or both. */
typedef struct history_routine {
    schema_kind kind;
    const char *name;          /* of the file */
    const module_file *file;   /* NULL: left over */
    const ledger_routine *row; /* NULL: new */
    schema_state state;
} history_routine;

typedef struct history_routines {
    history_routine *items; /* repeatable files, functions, views, what is left over */
    size_t count;
} history_routines;

dbk_err *history_compare_routines(arena *a, const module *m, const ledger *l, int64_t head,
                                  history_routines *out) ERR_MUST_USE;

#endif
