/* install.h: puts modules into a database and tells what is there. What `daybook migrate apply`, `daybook
 * up`, `migrate status` and `daybook status` call.
 *
 * Installing: one runner at a time, by a transaction-level advisory lock held on a second connection whose
 * transaction has no snapshot (so it delays no CREATE INDEX CONCURRENTLY, and a pooler in transaction mode
 * keeps it). The whole history is checked before any SQL of a module runs. Then module by module,
 * dependencies first: each pending migration in a transaction of its own together with its ledger row, or,
 * when its statements cannot have one, statement by statement with a row for each; then the functions and
 * views that changed, their owners and their privileges, in one transaction. Killed at any point, the next
 * run continues. With nothing to do nothing is written. */
#ifndef DAYBOOK_SCHEMA_INSTALL_H
#define DAYBOOK_SCHEMA_INSTALL_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/err.h"
#include "core/log.h"
#include "pg/pg.h"

typedef struct schema_names {
    const char **items;
    size_t count;
} schema_names;

/* Which modules: those named, those of the profile, those remembered in the database, what all of these
 * require, and, with any built-in one, those marked always. Nothing named and nothing remembered: every
 * module there is. Modules of modules_dir are chosen too unless names or a profile are given. */
typedef struct schema_choice {
    const char *modules_dir; /* a team's own modules beside the built-in ones; NULL: none */
    const char *const *modules;
    size_t module_count;
    const char *profile; /* bot, research, desk, product, agents, full; NULL: none */
    /* Migrations that may be applied although later ones were: "12", "012_what.sql", "trading/12". */
    schema_names allow_out_of_order;
} schema_choice;

typedef enum schema_half {
    SCHEMA_HALF_ASK,  /* stop with ERR_HISTORY_HALF */
    SCHEMA_HALF_DONE, /* it has happened: go on behind it */
    SCHEMA_HALF_AGAIN /* it has not: run it */
} schema_half;

typedef struct schema_install_options {
    const char *url; /* NULL: libpq's own defaults; two connections are made */
    schema_choice choice;
    const char *role_prefix; /* NULL: "daybook_" */
    int64_t wait_ms; /* for the server to answer and for the lock; 0: the server must be there, and the
                        lock is waited for 60 s */
    int64_t lock_timeout_ms;      /* of a statement in a transaction, which is then tried again; 0: 2 s */
    int64_t statement_timeout_ms; /* 0: none */
    int64_t
        concurrent_wait_ms; /* how long a concurrent statement may wait for others in one place; 0: 10 min */
    bool rebuild_invalid;   /* drop an invalid index that is in the way of CREATE INDEX CONCURRENTLY */
    schema_half half;       /* what to do with a statement of which nobody knows whether it finished */
    bool adopt;             /* apply nothing: take over what another tool has applied of the modules named */
    const struct plan_fingerprint *plan; /* refuse when this is no longer what there is; NULL: no plan */
    const char *approved_by;             /* for the record; NULL: nobody */
    const dbk_clock *clock;              /* NULL: the system's */
    dbk_log *log;                        /* one line a file; NULL: silent */
} schema_install_options;

typedef struct schema_install_result {
    size_t modules;    /* installed or verified */
    size_t migrations; /* applied now */
    size_t routines;   /* functions and views created or replaced now, and repeatable files */
    size_t dropped;    /* functions and views that no module ships any more */
    size_t grants;     /* GRANT and REVOKE statements that were needed */
    bool one_role;     /* the two roles do not exist: everything belongs to the login */
} schema_install_result;

/* Blocks. Errors: ERR_USAGE (unknown module or profile), ERR_INPUT (a module's files are wrong, server too
 * old, standby), ERR_CONNECTION, ERR_BUSY (another runner held the lock for wait_ms), ERR_HISTORY_*,
 * ERR_SERVER (a file failed: the message names module, file, line and column, the detail quotes the line).
 * out is written on success only. */
dbk_err *schema_install(const schema_install_options *o, schema_install_result *out) ERR_MUST_USE;

typedef enum schema_state {
    SCHEMA_APPLIED,  /* in the database as in the files */
    SCHEMA_PENDING,  /* in the files only */
    SCHEMA_CHANGED,  /* the file differs from what was applied; for a migration that is a fault */
    SCHEMA_LEFTOVER, /* in the database only; apply drops a function or view, forgets a repeatable file; a
                        migration is a fault */
    SCHEMA_FAULTY,   /* a migration that the history check refuses for another reason */
    SCHEMA_HALF      /* a migration of which some statements have run; a fault until apply has gone on */
} schema_state;

typedef enum schema_kind {
    SCHEMA_MIGRATION,
    SCHEMA_FUNCTION,
    SCHEMA_VIEW,
    SCHEMA_REPEATABLE /* a file of an adopted Flyway folder that is applied again whenever it changes */
} schema_kind;

typedef struct schema_item {
    const char *module;
    schema_kind kind;
    int64_t number;   /* of a migration; 0 otherwise */
    const char *name; /* file name without folder */
    schema_state state;
    const char *applied_at; /* ISO 8601 UTC; NULL when not applied */
    const char *applied_by; /* migrations only */
} schema_item;

typedef struct schema_status {
    schema_item *items; /* in the order of application */
    size_t count;
    size_t pending; /* items that apply would touch */
    bool installed; /* the ledger exists */
    bool one_role;
    const char *tool_version; /* of the last run that wrote; NULL when there was none */
    dbk_err
        *fault; /* what the history check says, the same error that apply would return; the caller frees it */
} schema_status;

const char *schema_state_name(schema_state s); /* "applied" … */
const char *schema_kind_name(schema_kind k);   /* "migration" … */

/* Reads only, in one READ ONLY transaction; works on a standby. Everything in *out but `fault` lives in the
 * arena. */
dbk_err *schema_status_read(pg_conn *c, arena *a, const schema_choice *choice, const char *role_prefix,
                            schema_status *out) ERR_MUST_USE;

#endif
