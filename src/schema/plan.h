/* plan.h: what `migrate apply` would do, in its order, whom it would hold up, and a fingerprint by which it
 * refuses when the database or the files have moved since.
 *
 * Reading a plan writes nothing, needs no right to create anything, and works on a standby. */
#ifndef DAYBOOK_SCHEMA_PLAN_H
#define DAYBOOK_SCHEMA_PLAN_H

#include "schema/history.h"
#include "schema/install.h"
#include "schema/lock_expect.h"

#define PLAN_HASH_SIZE 65

/* One statement that would be sent, and what it is expected to lock. */
typedef struct plan_statement {
    size_t line;
    const char *text;
    const char *summary; /* on one line, cut */
    lock_expectation locks;
} plan_statement;

typedef struct plan_step {
    const char *module;
    schema_kind kind;
    int64_t number; /* of a migration */
    const char *name;
    const char *action; /* "apply", "go on", "replace", "drop", "forget" */
    bool by_statement;
    size_t statements; /* that would be sent; of a migration */
    const char *sha256;
    const module_file *file; /* NULL for drop */
    const char *identity;    /* of what is dropped: "view pnl.totals" */
    plan_statement *items;   /* of schema_plan_read only */
    size_t item_count;
} plan_step;

/* Three hashes: of the ledger's head, the catalog, and the files that would be applied. */
typedef struct plan_fingerprint {
    char ledger[PLAN_HASH_SIZE];
    char catalog[PLAN_HASH_SIZE];
    char files[PLAN_HASH_SIZE];
} plan_fingerprint;

typedef struct schema_plan {
    plan_step *steps;
    size_t count;
    plan_fingerprint fingerprint;
} schema_plan;

/* The steps that follow from what is known; pure. histories stand beside order->items. */
dbk_err *plan_steps(arena *a, const module_order *order, const history *histories, const ledger *l,
                    schema_plan *out) ERR_MUST_USE;
/* Reads the catalog's hash and completes the fingerprint. */
dbk_err *plan_finish(pg_conn *c, arena *a, const ledger *l, schema_plan *plan) ERR_MUST_USE;

/* Fills the statements of each step with the locks to expect: told from the text and the catalog, nothing is
 * run. */
dbk_err *plan_expect_locks(pg_conn *c, arena *a, schema_plan *plan) ERR_MUST_USE;

/* All of it in one READ ONLY transaction. An error of history is returned as it is by apply. Everything lives
 * in the arena. */
dbk_err *schema_plan_read(pg_conn *c, arena *a, const schema_choice *choice, const char *role_prefix,
                          schema_plan *out) ERR_MUST_USE;

/* ERR_INPUT saying what has moved; NULL when nothing has. */
dbk_err *plan_compare(const plan_fingerprint *planned, const plan_fingerprint *now) ERR_MUST_USE;

#endif
