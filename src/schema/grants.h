/* grants.h: the declared rights against the live ones, both ways, of a whole database: what `daybook grants
 * plan`, `apply` and `check` call.
 *
 * Declared is what grants.conf of the installed modules says, together with what always holds
 * (docs/GRANTS.md). Everything else that is there is too much: deny by default. Roles belong to the whole
 * cluster, so changing them takes a lock in a database that all installers of the cluster share, and is tried
 * again when somebody was faster all the same. */
#ifndef DAYBOOK_SCHEMA_GRANTS_H
#define DAYBOOK_SCHEMA_GRANTS_H

#include "core/log.h"
#include "schema/matrix.h"

typedef struct grants_target grants_target;

/* Row security's policies, each whole: arrays of the same length. */
typedef struct grants_policies {
    const char **relations;   /* as in SQL: trading.fills */
    const char **names;       /* plain */
    const char **definitions; /* what follows the table in CREATE POLICY, in the server's words */
    size_t count;
} grants_policies;

/* The policies that the files of the modules make, on a server of that major version with the same roles. */
typedef dbk_err *grants_policies_fn(void *context, arena *a, const grants_target *t, int major,
                                    grants_policies *out);

typedef struct grants_options {
    const char *url;         /* of the target; only grants_apply needs it */
    const char *role_prefix; /* NULL: "daybook_" */
    const char *modules_dir; /* NULL: none */
    /* "login=kind,kind": who is to be a member of what. None: logins may be members as they are. */
    const char *const *members;
    size_t member_count;
    /* Called when grants.conf declares policies, and only then. NULL: then it is an error. */
    grants_policies_fn *policies;
    void *policies_context;
    int64_t wait_ms;        /* for the lock; 0: 60 s */
    const dbk_clock *clock; /* NULL: the system's */
    dbk_log *log;           /* NULL: silent */
} grants_options;

/* Everything that one database ought to be, and who owns it. */
struct grants_target {
    matrix matrix;
    module_names modules; /* that are installed */
    schema_roles roles;
    /* The functions and views that files make: arrays of the same length. */
    const char **identities, **run_as_owner, **definer, **has_path;
    size_t routine_count;
    /* Memberships. */
    const char **members, **parents;
    size_t member_count;
    bool members_exact;
    grants_policies policies; /* those that are declared, once they were needed */
    bool policies_known;
};

/* Reads only, in one READ ONLY transaction; works on a standby and for a role that may read the schema
 * daybook. ERR_UNKNOWN when it cannot tell: nothing is installed, there are no roles of this prefix, the
 * installer's memory cannot be read. */
dbk_err *grants_read(pg_conn *c, arena *a, const grants_options *o, matrix_report *out) ERR_MUST_USE;

/* The same, and runs the statements, all or none. *statements is how many were needed; *out is what is left,
 * which no statement can mend. The connection must belong to an administrator, or to a member of the owning
 * roles when nothing about roles is to be changed: ERR_DENIED otherwise. */
dbk_err *grants_apply(pg_conn *c, arena *a, const grants_options *o, size_t *statements,
                      matrix_report *out) ERR_MUST_USE;

/* Tries every verb as every role on every object and adds to the report where what happened is not what is
 * declared, one difference of class "proof of …" each; *tried is how many tries that were. On a live database
 * only what EXPLAIN asks for and nothing runs: reading, writing and deleting, column by column, and
 * functions. With `scratch`, on a server that is nobody's, also what can only be found out by doing it. Needs
 * a role that may act as all of ours; ERR_UNKNOWN otherwise. Takes the locks that EXPLAIN takes, until it
 * ends. */
dbk_err *grants_prove(pg_conn *c, arena *a, const grants_target *t, bool scratch, matrix_report *report,
                      size_t *tried) ERR_MUST_USE;

/* What makes the roles of this database, and rights that no mirror holds, on a throw-away server with a
 * database called "proof". */
dbk_err *grants_copy_statements(pg_conn *c, arena *a, const grants_target *t, const char ***out,
                                size_t *count) ERR_MUST_USE;

/* ---- grants_policies.c ---- */
dbk_err *grants_policies_read(pg_conn *c, arena *a, const matrix *m, grants_policies *out) ERR_MUST_USE;
/* Has t->policies filled when it is needed and was not. */
dbk_err *grants_policies_declared(pg_conn *c, arena *a, const grants_options *o,
                                  grants_target *t) ERR_MUST_USE;
/* Three parameters. */
void grants_policies_params(pg_params *p, const grants_policies *policies);

/* What a database ought to be, in a transaction of its own. */
dbk_err *grants_target_of(pg_conn *c, arena *a, const grants_options *o, grants_target *out) ERR_MUST_USE;

/* Inside a transaction: what the database ought to be. The other functions begin with this. */
dbk_err *grants_target_read(pg_conn *c, arena *a, const grants_options *o, grants_target *out) ERR_MUST_USE;

#endif
