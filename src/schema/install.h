/* install.h: puts modules into a database and tells what is there. What `daybook migrate apply`, `daybook
 * up`, `migrate status` and `daybook status` call.
 *
 * Installing: one runner at a time, by a transaction-level advisory lock held on a second connection whose
 * transaction has no snapshot (so it delays no CREATE INDEX CONCURRENTLY, and a pooler in transaction mode
 * keeps it). The whole history is checked before any SQL of a module runs. Then module by module,
 * dependencies first: each pending migration in a transaction of its own together with its ledger row; then
 * the functions and views that changed, their owners and their privileges, in one transaction. Killed at any
 * point, the next run continues. With nothing to do nothing is written. */
#ifndef DAYBOOK_SCHEMA_INSTALL_H
#define DAYBOOK_SCHEMA_INSTALL_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/err.h"
#include "core/log.h"
#include "pg/pg.h"

/* Which modules: those named, those of the profile, those remembered in the database, the ones marked always,
 * and what all of these require. Nothing named and nothing remembered: every module there is. Modules of
 * modules_dir are chosen too unless names or a profile are given. */
typedef struct schema_choice {
    const char *modules_dir; /* a team's own modules beside the built-in ones; NULL: none */
    const char *const *modules;
    size_t module_count;
    const char *profile; /* bot, research, desk, product, agents, full; NULL: none */
} schema_choice;

typedef struct schema_install_options {
    const char *url; /* NULL: libpq's own defaults; two connections are made */
    schema_choice choice;
    const char *role_prefix; /* NULL: "daybook_" */
    int64_t wait_ms;        /* for the server to answer and for the lock; 0: the server must be there, and the
                               lock is waited for 60 s */
    const dbk_clock *clock; /* NULL: the system's */
    dbk_log *log;           /* one line a file; NULL: silent */
} schema_install_options;

typedef struct schema_install_result {
    size_t modules;    /* installed or verified */
    size_t migrations; /* applied now */
    size_t routines;   /* functions and views created or replaced now */
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
    SCHEMA_LEFTOVER, /* in the database only; apply drops a function or view, a migration is a fault */
    SCHEMA_FAULTY    /* a migration that the history check refuses for another reason */
} schema_state;

typedef enum schema_kind { SCHEMA_MIGRATION, SCHEMA_FUNCTION, SCHEMA_VIEW } schema_kind;

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
