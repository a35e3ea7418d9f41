/* ledger.h: what the schema `daybook` of a database says: the runner's memory of modules, migrations,
 * functions and views.
 *
 * Written only by the installer, inside the transaction of what it records. daybook.migrations and
 * daybook.migration_steps are insert-only, and each row carries a hash over itself and the row before. */
#ifndef DAYBOOK_SCHEMA_LEDGER_H
#define DAYBOOK_SCHEMA_LEDGER_H

#include "pg/pg.h"
#include "schema/ledger_row.h"
#include "schema/module.h"

#define LEDGER_VERSION 2

typedef struct ledger_migration {
    const char *module;
    int64_t number;
    const char *name;
    const char *sha256;
    const char *applied_at;
    const char *applied_by;
    const char *kind; /* transaction, statements, baseline */
    int64_t seq;
    const char *chain_hash;
} ledger_migration;

typedef enum ledger_event { LEDGER_STARTED, LEDGER_DONE, LEDGER_FAILED } ledger_event;

/* One step of a migration that is not complete. */
typedef struct ledger_step {
    const char *module;
    int64_t number;
    int64_t statement; /* from 1 */
    ledger_event event;
    const char *sha256; /* of the statement */
    const char *happened_at;
} ledger_step;

typedef struct ledger_routine {
    const char *module;
    schema_kind kind; /* SCHEMA_FUNCTION, SCHEMA_VIEW, or of repeatables SCHEMA_REPEATABLE */
    const char *name; /* of the file */
    const char *identity;
    const char *sha256;
    bool run_as_owner;
    int64_t migration; /* the module's newest when it was applied; -1: none */
    const char *applied_at;
} ledger_routine;

typedef struct ledger {
    const char *owner; /* of the schema daybook; NULL: there is none, everything below is empty */
    int64_t version;
    const char *tool_version; /* that wrote last; NULL: none did */
    module_names modules;
    ledger_migration *migrations; /* by module, number */
    size_t migration_count;
    int64_t head_seq;      /* of the newest migration; 0: none */
    const char *head_hash; /* its chain_hash; NULL: none */
    ledger_step *steps;    /* of incomplete migrations, in the order in which they happened */
    size_t step_count;
    ledger_routine *routines; /* by module, kind, file name */
    size_t routine_count;
    ledger_routine *repeatables; /* by module, file name */
    size_t repeatable_count;
} ledger;

/* Who owns the schema daybook; NULL when it does not exist. ERR_DENIED when this login may not read it,
 * ERR_INPUT when it is something else's. */
dbk_err *ledger_owner(pg_conn *c, arena *a, const char **owner) ERR_MUST_USE;

/* Reads all of it, or nothing when owner is NULL. ERR_HISTORY_AHEAD when a newer program has laid it out
 * differently. */
dbk_err *ledger_read(pg_conn *c, arena *a, const char *owner, ledger *out) ERR_MUST_USE;

/* Both: all of it, with its owner, who is NULL where nothing is installed. */
dbk_err *ledger_find(pg_conn *c, arena *a, ledger *out) ERR_MUST_USE;

/* Inside a transaction, as the role that is to own it: creates the schema when owner is NULL. */
dbk_err *ledger_create(pg_conn *c, arena *a) ERR_MUST_USE;

/* Remembers the module; writes nothing when that is what is there. */
dbk_err *ledger_put_module(pg_conn *c, arena *a, const module *m, bool chosen) ERR_MUST_USE;
/* Notes that this version of the program has written something of the module. */
dbk_err *ledger_touch_module(pg_conn *c, arena *a, const module *m) ERR_MUST_USE;
/* sha256 is that of the statement, detail may be NULL. */
dbk_err *ledger_put_step(pg_conn *c, arena *a, const ledger_step *step, const char *detail) ERR_MUST_USE;
dbk_err *ledger_put_routine(pg_conn *c, arena *a, const module *m, schema_kind kind, const module_file *file,
                            const char *identity, int64_t migration) ERR_MUST_USE;
dbk_err *ledger_delete_routine(pg_conn *c, arena *a, const ledger_routine *r) ERR_MUST_USE;

/* One row of a chain whose hash, or whose link to the row before, is not what it should be. */
typedef struct ledger_flaw {
    const char *table; /* "daybook.migrations" */
    int64_t seq;
    const char *module;
    int64_t number;
    const char *name;
    const char *what;
} ledger_flaw;

typedef struct ledger_verdict {
    ledger_flaw *flaws;
    size_t flaw_count;
    size_t migrations, steps; /* rows that were looked at */
    const char *head_hash;    /* NULL: the ledger is empty */
    bool pin_found;           /* the pinned hash is one of the chain's */
} ledger_verdict;

/* Computes both chains anew. pin may be NULL. */
dbk_err *ledger_verify(pg_conn *c, arena *a, const char *pin, ledger_verdict *out) ERR_MUST_USE;

/* NULL when there is none. */
const ledger_migration *ledger_find_migration(const ledger *l, const char *module_name, int64_t number);
const ledger_routine *ledger_find_routine(const ledger *l, const char *module_name, schema_kind kind,
                                          const char *name);
const ledger_routine *ledger_find_repeatable(const ledger *l, const char *module_name, const char *name);
/* The highest number applied of the module, -1 when none is. */
int64_t ledger_head(const ledger *l, const char *module_name);

#endif
