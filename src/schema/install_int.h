/* install_int.h: what the files of the installer share. */
#ifndef DAYBOOK_SCHEMA_INSTALL_INT_H
#define DAYBOOK_SCHEMA_INSTALL_INT_H

#include "pg/pg.h"
#include "schema/history.h"
#include "schema/install.h"
#include "schema/ledger.h"
#include "schema/ledger_chain.h"
#include "schema/module.h"
#include "schema/roles.h"

#define INSTALL_TRIES_MAX 5
#define INSTALL_LAST_MAX 2

/* What is known of the statement that the work connection waits for. */
typedef struct install_watch {
    pg_conn *conn; /* opened when first needed, and anew after a look that failed */
    arena *arena;
    int64_t again_us;     /* no look before; 0: none has failed */
    int64_t lock_wait_ms; /* the longest of the migration that is being applied */
    /* Of a statement outside of a transaction, which may wait longer than a lock timeout. */
    bool alone;
    int64_t blocked_since_us; /* 0: not blocked */
    int64_t told_us;
} install_watch;

typedef struct installer {
    const schema_install_options *options;
    const dbk_clock *clock;
    arena *arena;   /* life of the run: files, ledger */
    arena *scratch; /* life of one transaction */
    pg_conn *lock;  /* holds the runner's lock in an open transaction and does nothing else */
    int64_t lock_pid;
    int64_t lock_heard_us; /* when it last said that it is still there */
    pg_conn *work;
    bool pooled; /* a pooler stands between: what is set for a session would reach others */
    install_watch watch;
    module_set *set;
    module_order order;
    history *histories;   /* beside order.items */
    const module *module; /* whose files are being applied; NULL: none */
    schema_roles roles;
    ledger ledger;                       /* as it was when the run began */
    ledger_chain chain;                  /* as it was when the last transaction committed */
    ledger_chain open_chain;             /* with what the open transaction adds */
    pg_statement last[INSTALL_LAST_MAX]; /* go with the COMMIT of the open transaction */
    size_t last_count;
    schema_install_result result;
} installer;

/* Connects, checks that the server can be installed on, and takes the runner's lock. */
dbk_err *install_connect(installer *in) ERR_MUST_USE;
/* Is the runner's lock still held? */
dbk_err *install_check_lock(installer *in) ERR_MUST_USE;

/* Work done inside one transaction of `work`, with the settings of the runner, as the owner role. It may run
 * several times. */
typedef dbk_err *(*install_step)(installer *in, void *arg);

/* Runs step in a transaction that commits; when it does not get a lock in time or is the victim of a
 * deadlock, again, at most 5 times with pauses. Checks first that the runner's lock is still held. `what` is
 * for messages. */
dbk_err *install_transaction(installer *in, const char *what, install_step step, void *arg) ERR_MUST_USE;

/* 55P03 and 40P01: nothing else is cured by doing the same again. */
bool install_may_retry(const dbk_err *e);

/* Is it an adopted module's turn? Its files are not written for our owner role and search path. */
bool install_is_adopted(const installer *in);

/* As the owner role, for what the runner itself writes; nothing is sent when that is the login. */
dbk_err *install_act_as_owner(installer *in) ERR_MUST_USE;

/* Inside a step, at its end: has the row of a migration written, as the owner role, in one message with the
 * COMMIT. */
dbk_err *install_record(installer *in, const module *m, const module_file *file,
                        const ledger_entry *entry) ERR_MUST_USE;

/* For pg_on_wait(): measures how long the work connection waits for a lock, and for a statement outside of a
 * transaction says who is in the way and gives up after the time allowed. ctx is the installer. */
dbk_err *install_watch_tick(void *ctx) ERR_MUST_USE;
void install_watch_close(installer *in);

/* One module: what is pending of its migrations. */
dbk_err *install_migrations(installer *in, const module *m, const history *h) ERR_MUST_USE;
/* One module: its repeatable files that are new or have changed, each in a transaction of its own, and the
 * memory of those that are gone. */
dbk_err *install_repeatables(installer *in, const module *m) ERR_MUST_USE;
/* Whether those that are due can be run at all; sends nothing. */
dbk_err *install_check_repeatables(installer *in, const module *m) ERR_MUST_USE;
/* One migration whose statements have no transaction in common; entry is what is known to record of it. */
dbk_err *install_statements(installer *in, const module *m, const history_item *item,
                            ledger_entry *entry) ERR_MUST_USE;
/* A step: makes the ledger when there is none, and remembers the modules. arg is not used. */
dbk_err *install_record_modules(installer *in, void *arg) ERR_MUST_USE;
/* A step: records what the other tool has applied of the module (arg, a const module *) as baseline rows,
 * after checking as much as its ledger allows. */
dbk_err *install_adopt(installer *in, void *arg) ERR_MUST_USE;

/* Its parts: from now on as the owner role, with a ledger; one migration as baseline row, unless it is there;
 * the file of a number, NULL: none; and what is said of a file that is not what was applied. */
dbk_err *install_adopt_begin(installer *in) ERR_MUST_USE;
dbk_err *install_adopt_take(installer *in, const module *m, const module_file *file) ERR_MUST_USE;
const module_file *install_adopt_file(const module *m, int64_t number);
dbk_err *install_adopt_edited(const module *m, const module_file *file) ERR_MUST_USE;
/* install_adopt for sqitch. */
dbk_err *install_adopt_sqitch(installer *in, const module *m) ERR_MUST_USE;

/* Inside the transaction that applies a migration of a module with dual_write, before and after its
 * statements: the other tool's lock, and the row in its ledger. */
dbk_err *install_dual_begin(installer *in, const module *m) ERR_MUST_USE;
dbk_err *install_dual_write(installer *in, const module *m, const module_file *file) ERR_MUST_USE;
/* Before a statement of such a module that cannot have a transaction: waits until nobody waits for the other
 * tool's lock, and is ERR_BUSY naming who still does after --concurrent-wait. */
dbk_err *install_dual_clear(installer *in, const module *m) ERR_MUST_USE;

/* Warns of indexes that an interrupted CREATE INDEX CONCURRENTLY has left. */
dbk_err *install_list_invalid(installer *in) ERR_MUST_USE;
/* One module: functions, views, what is left over, privileges. */
dbk_err *install_routines(installer *in, const module *m) ERR_MUST_USE;

#endif
