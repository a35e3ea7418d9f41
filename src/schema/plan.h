/* plan.h: what `migrate apply` would do, in its order, and a fingerprint by which it refuses when the
 * database or the files have moved since.
 *
 * Reading a plan writes nothing, needs no right to create anything, and works on a standby. */
#ifndef DAYBOOK_SCHEMA_PLAN_H
#define DAYBOOK_SCHEMA_PLAN_H

#include "schema/history.h"
#include "schema/install.h"

#define PLAN_HASH_SIZE 65

typedef struct plan_step {
    const char *module;
    schema_kind kind;
    int64_t number; /* of a migration */
    const char *name;
    const char *action; /* "apply", "go on", "replace", "drop" */
    bool by_statement;
    size_t statements; /* that would be sent; of a migration */
    const char *sha256;
    const char *sql; /* the file; NULL for drop */
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

/* In one READ ONLY transaction. An error of history is returned as it is by apply. Everything lives in the
 * arena. */
dbk_err *schema_plan_read(pg_conn *c, arena *a, const schema_choice *choice, const char *role_prefix,
                          schema_plan *out) ERR_MUST_USE;

/* ERR_INPUT saying what has moved; NULL when nothing has. */
dbk_err *plan_compare(const plan_fingerprint *planned, const plan_fingerprint *now) ERR_MUST_USE;

#endif
