#include "schema/roles.h"

#include <string.h>

#include "schema/bootstrap.h"
#include "schema/quote.h"
#include "schema_sql.h"

#define BOOTSTRAP_HINT                                                                                       \
    "an administrator runs the output of `daybook grants bootstrap --login %s --role-prefix %s`"

/* Columns of roles_find.sql. */
enum {
    LOGIN,
    OWNER_EXISTS,
    API_EXISTS,
    OWNER_SETTABLE,
    API_SETTABLE,
    SUPERUSER,
    LEDGER_SETTABLE,
    OWNER_CREATES
};

static bool is_true(const pg_rows *rows, size_t column)
{
    return !pg_get_is_null(rows, 0, column) && pg_get_bool(rows, 0, column);
}

static dbk_err *one_role(const pg_rows *rows, const char *prefix, const char *ledger_owner,
                         schema_roles *roles)
{
    roles->owner = ledger_owner ? ledger_owner : roles->login;
    if (strcmp(roles->owner, roles->login) == 0 || is_true(rows, LEDGER_SETTABLE))
        return NULL;
    return err_with_hint(
        err_new(ERR_DENIED,
                "Daybook in this database belongs to the role \"%s\", which \"%s\" may not act as",
                ledger_owner, roles->login),
        BOOTSTRAP_HINT, roles->login, prefix);
}

static dbk_err *two_roles(const char *ledger_owner, schema_roles *roles)
{
    if (!ledger_owner || strcmp(ledger_owner, roles->owner) == 0)
        return NULL;
    if (strcmp(ledger_owner, roles->login) != 0)
        return err_with_hint(
            err_new(ERR_INPUT, "Daybook in this database belongs to the role \"%s\", not to \"%s\"",
                    ledger_owner, roles->owner),
            "use the --role-prefix it was installed with, or connect as \"%s\" to hand it over",
            ledger_owner);
    roles->hand_over = true;
    return NULL;
}

dbk_err *schema_roles_find(pg_conn *c, arena *a, const char *role_prefix, const char *ledger_owner,
                           schema_roles *out)
{
    const char *prefix = role_prefix ? role_prefix : SCHEMA_ROLE_PREFIX_DEFAULT;
    const char *owner = arena_printf(a, "%sowner", prefix);
    const char *api = arena_printf(a, "%sapi", prefix);
    if (!owner || !api)
        return err_oom();
    pg_params *p = pg_params_new(a);
    pg_param_text(p, owner);
    pg_param_text(p, api);
    pg_rows *rows;
    dbk_err *e = pg_query_one(c, a, sql_roles_find, p, &rows);
    if (e)
        return err_wrap(e, "while looking for the roles");
    schema_roles roles = {
        .login = pg_get_text(rows, 0, LOGIN), .prefix = prefix, .superuser = is_true(rows, SUPERUSER)};
    if (is_true(rows, OWNER_EXISTS) != is_true(rows, API_EXISTS))
        return err_with_hint(err_new(ERR_INPUT, "only one of the roles \"%s\" and \"%s\" exists", owner, api),
                             BOOTSTRAP_HINT, roles.login, prefix);
    /* Roles belong to the whole cluster: that they exist, perhaps for another database, does not mean that
     * they are for this one. */
    bool meant = is_true(rows, OWNER_CREATES) || (ledger_owner && strcmp(ledger_owner, owner) == 0);
    if (is_true(rows, OWNER_SETTABLE) && is_true(rows, API_SETTABLE) && meant) {
        roles.owner = owner;
        roles.api = api;
        e = two_roles(ledger_owner, &roles);
    } else {
        e = one_role(rows, prefix, ledger_owner, &roles);
    }
    if (!e)
        *out = roles;
    return e;
}

dbk_err *schema_roles_acting(arena *a, const char *role, const char **sql)
{
    char *ident;
    dbk_err *e = quote_ident(a, role, &ident);
    if (e)
        return e;
    *sql = arena_printf(a, "set local role %s", ident);
    return *sql ? NULL : err_oom();
}

dbk_err *schema_roles_act_as(pg_conn *c, arena *a, const char *role)
{
    const char *sql;
    dbk_err *e = schema_roles_acting(a, role, &sql);
    return e ? e : pg_exec(c, sql);
}

dbk_err *schema_roles_hand_over(pg_conn *c, arena *a, const schema_roles *roles, const module_order *modules,
                                const module_names *api_identities)
{
    size_t count = 0;
    for (size_t i = 0; i < modules->count; i++)
        count += modules->items[i]->schemas.count;
    const char **schemas = arena_alloc(a, (count + 1) * sizeof(*schemas));
    if (!schemas)
        return err_oom();
    count = 0;
    for (size_t i = 0; i < modules->count; i++)
        for (size_t s = 0; s < modules->items[i]->schemas.count; s++)
            schemas[count++] = modules->items[i]->schemas.items[s];
    pg_params *p = pg_params_new(a);
    pg_param_text(p, roles->login);
    pg_param_text(p, roles->owner);
    pg_param_text(p, roles->api);
    pg_param_text_array(p, schemas, count);
    pg_param_text_array(p, api_identities->items, api_identities->count);
    pg_rows *rows;
    dbk_err *e = pg_query(c, a, sql_roles_hand_over, p, &rows);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        e = pg_exec(c, pg_get_text(rows, i, 0));
        if (e)
            e = err_wrap(e, "while running: %s", pg_get_text(rows, i, 0));
    }
    return e ? err_wrap(e, "while handing over to the roles \"%s\" and \"%s\"", roles->owner, roles->api)
             : NULL;
}
