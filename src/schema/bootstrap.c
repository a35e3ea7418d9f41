/* Every statement that could fail on a second run sits in a DO block that looks first. Names enter the blocks
 * as literals and become identifiers by format('%I') on the server, so that one way of quoting is enough. */
#include "schema/bootstrap.h"

#include <string.h>

#include "core/buf.h"
#include "schema/grants_roles.h"
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

/* Only who administers such a role of the server's own may grant it; elsewhere a warning says what is
 * missing.
 */
static const char grant_server_role_body[] =
    "\n"
    "begin\n"
    "    execute pg_catalog.format('grant %%I to %%I', %s, %s)\n"
    "        || case when pg_catalog.current_setting('server_version_num')::integer >= 160000\n"
    "                then ' with inherit true, set true' else '' end;\n"
    "exception\n"
    "    when insufficient_privilege then raise warning '%%', sqlerrm;\n"
    "end\n";

static const char grant_database_body[] =
    "\n"
    "begin\n"
    "    execute pg_catalog.format('grant %s on database %%I to %%I', %s, %s);\n"
    "end\n";

static const char revoke_database_body[] =
    "\n"
    "begin\n"
    "    execute pg_catalog.format('revoke connect, temporary on database %%I from public', %s);\n"
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

static dbk_err *role_literal(arena *a, const char *prefix, const char *kind, char **literal)
{
    const char *name = arena_printf(a, "%s%s", prefix, kind);
    return name ? name_literal(a, name, literal) : err_oom();
}

static dbk_err *append_roles(buf *out, arena *a, const char *prefix)
{
    char *role;
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < GRANTS_ROLE_COUNT; i++) {
        e = role_literal(a, prefix, grants_roles[i].kind, &role);
        if (!e)
            e = append_role(out, a, role, "nologin", grants_roles[i].comment);
    }
    return e;
}

static dbk_err *append_memberships(buf *out, arena *a, const char *prefix)
{
    char *role, *parent;
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < GRANTS_ROLE_COUNT; i++) {
        const grants_role *r = &grants_roles[i];
        e = role_literal(a, prefix, r->kind, &role);
        for (size_t p = 0; !e && p < GRANTS_ROLE_PARENTS_MAX && r->parents[p]; p++) {
            e = role_literal(a, prefix, r->parents[p], &parent);
            if (!e)
                e = append_do(out, a, r->comment, arena_printf(a, grant_member_body, parent, role));
        }
        if (!e && r->server_parent) {
            e = name_literal(a, r->server_parent, &parent);
            if (!e)
                e = append_do(out, a, r->comment, arena_printf(a, grant_server_role_body, parent, role));
        }
    }
    return e;
}

/* A login needs no right of its own to connect: it has that as a member. */
static dbk_err *append_database(buf *out, arena *a, const char *prefix, const char *database)
{
    char *role;
    dbk_err *e = append_do(out, a, "Nobody connects without being a member of a role.",
                           arena_printf(a, revoke_database_body, database));
    for (size_t i = 0; !e && i < GRANTS_ROLE_COUNT; i++) {
        const char *kind = grants_roles[i].kind;
        if (strcmp(kind, GRANTS_ROLE_API) == 0) /* it never is at the other end of a connection */
            continue;
        bool owner = strcmp(kind, GRANTS_ROLE_OWNER) == 0;
        e = role_literal(a, prefix, kind, &role);
        if (!e)
            e = append_do(out, a,
                          owner ? "The owner makes schemas, and temporary tables while it loads."
                                : "Members of this role may connect.",
                          arena_printf(a, grant_database_body,
                                       owner ? "connect, create, temporary" : "connect", database, role));
    }
    return e;
}

static dbk_err *append_login(buf *out, arena *a, const bootstrap_options *o, const char *login,
                             const char *migrator)
{
    dbk_err *e = NULL;
    if (o->create_logins)
        e = append_role(out, a, login, "login",
                        "A login; give it a way to authenticate before it can be used.");
    if (!e)
        e = append_do(out, a, "The login may act as owner and api: it installs modules and calls everything.",
                      arena_printf(a, grant_member_body, migrator, login));
    return e;
}

dbk_err *schema_bootstrap_sql(arena *a, const bootstrap_options *o, char **sql)
{
    const char *prefix = o->role_prefix ? o->role_prefix : SCHEMA_ROLE_PREFIX_DEFAULT;
    char *migrator, *database = arena_strdup(a, "pg_catalog.current_database()");
    dbk_err *e = role_literal(a, prefix, GRANTS_ROLE_MIGRATOR, &migrator);
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
    e = append_roles(&out, a, prefix);
    if (!e)
        e = append_memberships(&out, a, prefix);
    if (!e)
        e = append_database(&out, a, prefix, database);
    for (size_t i = 0; !e && i < o->login_count; i++) {
        char *login;
        e = name_literal(a, o->logins[i], &login);
        if (!e)
            e = append_login(&out, a, o, login, migrator);
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
