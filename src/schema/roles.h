/* roles.h: who owns what is installed.
 *
 * With `grants bootstrap` run, two NOLOGIN roles: the owner role for schemas and tables, the api role for
 * functions and views. Without, everything belongs to one role: the login, or the role that installed first.
 */
#ifndef DAYBOOK_SCHEMA_ROLES_H
#define DAYBOOK_SCHEMA_ROLES_H

#include "pg/pg.h"
#include "schema/module.h"

typedef struct schema_roles {
    const char *login; /* session_user */
    const char *prefix;
    const char *owner;
    const char *api; /* NULL: one role for everything */
    bool superuser;  /* the login is one */
    bool hand_over;  /* what is there still belongs to the login and goes to the two roles */
} schema_roles;

/* ledger_owner is who owns the schema daybook, NULL when there is none. ERR_DENIED when this login may not
 * act as the role that is needed, ERR_INPUT when the two roles exist by half or the database belongs to roles
 * of another prefix. */
dbk_err *schema_roles_find(pg_conn *c, arena *a, const char *role_prefix, const char *ledger_owner,
                           schema_roles *out) ERR_MUST_USE;

/* The statement that schema_roles_act_as() runs. */
dbk_err *schema_roles_acting(arena *a, const char *role, const char **sql) ERR_MUST_USE;
/* Inside a transaction: acts as the role until the transaction ends or the next call. */
dbk_err *schema_roles_act_as(pg_conn *c, arena *a, const char *role) ERR_MUST_USE;

/* Inside a transaction, as the login: gives what one role owns to the two. identities are those of functions
 * that run as owner. */
dbk_err *schema_roles_hand_over(pg_conn *c, arena *a, const schema_roles *roles, const module_order *modules,
                                const module_names *api_identities) ERR_MUST_USE;

#endif
