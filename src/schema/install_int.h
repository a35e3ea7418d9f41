/* install_int.h: what the files of the installer share. */
#ifndef DAYBOOK_SCHEMA_INSTALL_INT_H
#define DAYBOOK_SCHEMA_INSTALL_INT_H

#include "pg/pg.h"
#include "schema/history.h"
#include "schema/install.h"
#include "schema/ledger.h"
#include "schema/module.h"
#include "schema/roles.h"

typedef struct installer {
    const schema_install_options *options;
    const dbk_clock *clock;
    arena *arena;   /* life of the run: files, ledger */
    arena *scratch; /* life of one transaction */
    pg_conn *lock;  /* holds the runner's lock in an open transaction and does nothing else */
    int64_t lock_pid;
    pg_conn *work;
    module_set *set;
    module_order order;
    schema_roles roles;
    ledger ledger; /* as it was when the run began */
    schema_install_result result;
} installer;

/* Work done inside one transaction of `work`, with the settings of the runner, as the owner role. It may run
 * several times. */
typedef dbk_err *(*install_step)(installer *in, void *arg);

/* Runs step in a transaction that commits; when the server asks to try again (lock timeout, deadlock), at
 * most 5 times with pauses. Checks first that the runner's lock is still held. `what` is for messages. */
dbk_err *install_transaction(installer *in, const char *what, install_step step, void *arg) ERR_MUST_USE;

/* One module: what is pending of its migrations. */
dbk_err *install_migrations(installer *in, const module *m) ERR_MUST_USE;
/* One module: functions, views, what is left over, privileges. */
dbk_err *install_routines(installer *in, const module *m) ERR_MUST_USE;

#endif
