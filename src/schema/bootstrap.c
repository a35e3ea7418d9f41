/* Every statement that could fail on a second run sits in a DO block that looks first. Names enter the blocks
 * as literals and become identifiers by format('%I') on the server, so that one way of quoting is enough. */
#include "schema/bootstrap.h"

#include <string.h>

#include "core/buf.h"
#include "schema/quote.h"

#define BOOTSTRAP_BYTES_MAX ((size_t)1 << 20)

/* Two administrators may run the script at once, hence the handler: the role then exists, which is what was
 * wanted. */
static const char create_role_body[] =
    "\n"
    "begin\n"
    "    if not exists (select from pg_catalog.pg_roles where rolname = %s) then\n"
    "        execute pg_catalog.format('create role %%I %s nosuperuser nocreatedb nocreaterole noreplication "
    "nobypassrls', %s);\n"
    "    end if;\n"
    "exception\n"
    "    when duplicate_object or unique_violation then null;\n"
    "end\n";

/* From 16 on a membership says itself whether it inherits and may be switched to; 15 takes both from the
 * role. */
static const char grant_member_body[] =
    "\n"
    "begin\n"
    "    execute pg_catalog.format('grant %%I to %%I', %s, %s)\n"
    "        || case when pg_catalog.current_setting('server_version_num')::integer >= 160000\n"
    "                then ' with inherit true, set true' else '' end;\n"
    "end\n";

static const char grant_database_body[] =
    "\n"
    "begin\n"
    "    execute pg_catalog.format('grant %s on database %%I to %%I', %s, %s);\n"
    "end\n";

/* Checks that `name` may be an identifier and gives it as a literal. */
static dbk_err *name_literal(arena *a, const char *name, char **literal)
{
    char *ident;
    dbk_err *e = quote_ident(a, name, &ident);
    return e ? e : quote_literal(a, name, literal);
}

static dbk_err *append_do(buf *out, arena *a, const char *comment, const char *body)
{
    char *text;
    if (!body)
        return err_oom();
    dbk_err *e = quote_dollar(a, body, &text);
    if (e)
        return e;
    buf_printf(out, "\n-- %s\ndo %s;\n", comment, text);
    return NULL;
}

static dbk_err *append_role(buf *out, arena *a, const char *role, const char *login, const char *comment)
{
    return append_do(out, a, comment, arena_printf(a, create_role_body, role, login, role));
}

static dbk_err *append_login(buf *out, arena *a, const bootstrap_options *o, const char *login,
                             const char *owner, const char *api, const char *database)
{
    dbk_err *e = NULL;
    if (o->create_logins)
        e = append_role(out, a, login, "login",
                        "A login; give it a way to authenticate before it can be used.");
    if (!e)
        e = append_do(out, a, "The login may act as owner: it installs modules and loads data.",
                      arena_printf(a, grant_member_body, owner, login));
    if (!e)
        e = append_do(out, a, "The login may act as api: it calls the functions.",
                      arena_printf(a, grant_member_body, api, login));
    if (!e)
        e = append_do(out, a, "The login may connect.",
                      arena_printf(a, grant_database_body, "connect", database, login));
    return e;
}

dbk_err *schema_bootstrap_sql(arena *a, const bootstrap_options *o, char **sql)
{
    const char *prefix = o->role_prefix ? o->role_prefix : SCHEMA_ROLE_PREFIX_DEFAULT;
    const char *owner_name = arena_printf(a, "%sowner", prefix);
    const char *api_name = arena_printf(a, "%sapi", prefix);
    if (!owner_name || !api_name)
        return err_oom();
    char *owner, *api, *database = arena_strdup(a, "pg_catalog.current_database()");
    dbk_err *e = name_literal(a, owner_name, &owner);
    if (!e)
        e = name_literal(a, api_name, &api);
    if (!e && o->database)
        e = name_literal(a, o->database, &database);
    if (e)
        return err_wrap(e, "while writing the bootstrap script");
    if (!database)
        return err_oom();

    buf out;
    buf_init(&out, BOOTSTRAP_BYTES_MAX);
    buf_append_str(
        &out, "-- Roles of Daybook, to be run once by an administrator; running it again changes nothing.\n");
    e = append_role(&out, a, owner, "nologin", "Owns the schemas and the tables.");
    if (!e)
        e = append_role(&out, a, api, "nologin",
                        "Owns the functions and the views; may only what grants.conf lists.");
    if (!e)
        e = append_do(&out, a, "The owner makes schemas, and temporary tables while it loads.",
                      arena_printf(a, grant_database_body, "connect, create, temporary", database, owner));
    for (size_t i = 0; !e && i < o->login_count; i++) {
        char *login;
        e = name_literal(a, o->logins[i], &login);
        if (!e)
            e = append_login(&out, a, o, login, owner, api, database);
    }
    if (!e)
        e = buf_error(&out);
    char *text = e ? NULL : arena_strndup(a, out.data, out.length);
    buf_term(&out);
    if (e)
        return err_wrap(e, "while writing the bootstrap script");
    if (!text)
        return err_oom();
    *sql = text;
    return NULL;
}
