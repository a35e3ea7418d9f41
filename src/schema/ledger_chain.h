/* ledger_chain.h: the end of daybook.migrations, and what is appended to it.
 *
 * The runner's lock makes it the only writer, so it knows the newest row without asking; should two runners
 * meet in spite of it, the unique prev_hash lets one of them through. */
#ifndef DAYBOOK_SCHEMA_LEDGER_CHAIN_H
#define DAYBOOK_SCHEMA_LEDGER_CHAIN_H

#include "core/clock.h"
#include "pg/pg.h"
#include "schema/ledger.h"
#include "schema/module.h"

/* What is recorded of a migration beside its file. */
typedef struct ledger_entry {
    const char *kind;
    size_t statements;
    bool out_of_order;
    int64_t started_us; /* by ledger_chain_now_us() */
    int64_t lock_wait_ms;
    const char *git_commit; /* NULL: not from a checkout */
    bool git_dirty;
    const char *approved_by; /* NULL: nobody was named */
    const char *steps_hash;  /* NULL: it has no steps */
} ledger_entry;

/* A value: a copy is what a transaction that is rolled back returns to. */
typedef struct ledger_chain {
    const dbk_clock *clock;
    int64_t clock_ahead_us; /* what the server's clock is ahead of our monotonic one */
    const char *applied_by; /* the login */
    const char *applied_as; /* the role that writes */
    const char *server_version;
    int64_t seq;                 /* of the newest row; 0: none */
    char head[LEDGER_HASH_SIZE]; /* its chain_hash; zeros: none */
} ledger_chain;

/* The chain as l was read, asking the server for its version and its clock. */
dbk_err *ledger_chain_open(pg_conn *c, arena *a, const dbk_clock *clock, const ledger *l,
                           const char *applied_by, const char *applied_as, ledger_chain *out) ERR_MUST_USE;

/* The server's clock, as far as it can be told without asking: read once, and from there on measured. */
int64_t ledger_chain_now_us(const ledger_chain *chain);

/* The statement that adds the row, which ends the chain from now on. It lives as long as the arena. */
dbk_err *ledger_chain_append(ledger_chain *chain, arena *a, const module *m, const module_file *file,
                             const ledger_entry *entry, pg_statement *out) ERR_MUST_USE;

/* Of a migration that has steps: started_us and steps_hash. */
dbk_err *ledger_chain_steps(pg_conn *c, arena *a, const module *m, const module_file *file,
                            ledger_entry *entry) ERR_MUST_USE;

#endif
