/* What a database ought to be: its modules out of the installer's memory, their files, the roles of the
 * prefix, the memberships that are asked for. */
#include <ctype.h>
#include <string.h>

#include "core/conf.h"
#include "schema/bootstrap.h"
#include "schema/grants.h"
#include "schema/history.h"
#include "schema/ledger.h"

#define MEMBERS_MAX 1000

static dbk_err *unknown(dbk_err *cause, const char *what)
{
    if (cause && err_code(cause) == ERR_CONNECTION)
        return cause;
    dbk_err *e =
        err_new(ERR_UNKNOWN, "cannot tell: %s%s%s", what, cause ? ": " : "", cause ? err_message(cause) : "");
    if (cause && err_hint(cause))
        e = err_with_hint(e, "%s", err_hint(cause));
    err_free(cause);
    return e;
}

/* Unlike the installer, who looks need not be able to act as the owning roles. */
static dbk_err *find_roles(pg_conn *c, arena *a, const grants_options *o, const char *ledger_owner,
                           schema_roles *out)
{
    const char *prefix = o->role_prefix ? o->role_prefix : SCHEMA_ROLE_PREFIX_DEFAULT;
    const char *owner = arena_printf(a, "%s" GRANTS_ROLE_OWNER, prefix);
    const char *api = arena_printf(a, "%s" GRANTS_ROLE_API, prefix);
    if (!owner || !api)
        return err_oom();
    if (!ledger_owner)
        return unknown(NULL, "nothing of Daybook is installed in this database");
    if (strcmp(ledger_owner, owner) != 0)
        return err_with_hint(
            err_new(ERR_UNKNOWN,
                    "cannot tell: Daybook in this database belongs to the role \"%s\", not to \"%s\"",
                    ledger_owner, owner),
            "an administrator runs the output of `daybook grants bootstrap`, then `daybook migrate apply` "
            "hands over; with other roles, name their prefix with --role-prefix");
    pg_rows *rows;
    dbk_err *e = pg_query_one(c, a,
                              "select session_user, (select r.rolsuper from pg_catalog.pg_roles as r"
                              " where r.rolname = session_user)",
                              NULL, &rows);
    if (!e)
        *out = (schema_roles){.login = pg_get_text(rows, 0, 0),
                              .prefix = prefix,
                              .owner = owner,
                              .api = api,
                              .superuser = pg_get_bool(rows, 0, 1)};
    return e;
}

/* Whether an option of CREATE FUNCTION stands in the file, before the body and outside of comments. */
static bool file_says(const module_file *file, const char *phrase)
{
    size_t length = strlen(phrase);
    for (const char *at = file->text; *at && *at != '$'; at++) {
        if (at[0] == '-' && at[1] == '-') {
            at += strcspn(at, "\n");
            if (!*at)
                break;
        } else if (strncasecmp(at, phrase, length) == 0)
            return true;
    }
    return false;
}

static const char *boolean(bool value)
{
    return value ? "true" : "false";
}

static const module_file *find_file(const module_order *order, const ledger_routine *row)
{
    for (size_t m = 0; m < order->count; m++) {
        const module *owner = order->items[m];
        const module_files *files = row->kind == SCHEMA_VIEW ? &owner->views : &owner->functions;
        for (size_t f = 0; strcmp(owner->name, row->module) == 0 && f < files->count; f++)
            if (strcmp(files->items[f].name, row->name) == 0)
                return &files->items[f];
    }
    return NULL;
}

static dbk_err *add_routines(arena *a, const module_order *order, const ledger *l, grants_target *t)
{
    const char ***const arrays[] = {&t->identities, &t->run_as_owner, &t->definer, &t->has_path};
    for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++)
        if (!(*arrays[i] = arena_alloc(a, (l->routine_count + 1) * sizeof(char *))))
            return err_oom();
    for (size_t i = 0; i < l->routine_count; i++) {
        const ledger_routine *row = &l->routines[i];
        const module_file *file = find_file(order, row);
        if (!file) /* a leftover, which nobody speaks of any more */
            continue;
        size_t at = t->routine_count++;
        t->identities[at] = row->identity;
        t->run_as_owner[at] = boolean(file->run_as_owner);
        t->definer[at] = row->kind == SCHEMA_VIEW ? NULL : boolean(file_says(file, "security definer"));
        t->has_path[at] = boolean(file_says(file, "set search_path"));
    }
    return NULL;
}

static dbk_err *add_membership(grants_target *t, const char *member, const char *parent)
{
    if (!member || !parent)
        return err_oom();
    if (t->member_count == MEMBERS_MAX)
        return err_new(ERR_LIMIT, "more than %d memberships", MEMBERS_MAX);
    t->members[t->member_count] = member;
    t->parents[t->member_count++] = parent;
    return NULL;
}

/* "login=kind,kind" */
static dbk_err *add_member(arena *a, const char *prefix, const char *text, grants_target *t)
{
    const char *equal = strrchr(text, '='), **kinds;
    size_t count = 0;
    dbk_err *e = equal && equal > text ? conf_split(a, equal + 1, &kinds, &count) : NULL;
    if (!e && count == 0)
        e = err_new(ERR_USAGE, "\"%s\" names no login and its roles, as in trader=executor,bot", text);
    for (size_t i = 0; !e && i < count; i++) {
        if (!grants_role_known(kinds[i]))
            e = err_new(ERR_USAGE, "there is no role \"%s\"; it is named without the prefix", kinds[i]);
        else
            e = add_membership(t, arena_strndup(a, text, (size_t)(equal - text)),
                               arena_printf(a, "%s%s", prefix, kinds[i]));
    }
    return e;
}

static dbk_err *add_members(arena *a, const grants_options *o, const char *prefix, grants_target *t)
{
    t->members = arena_alloc(a, MEMBERS_MAX * sizeof(char *));
    t->parents = arena_alloc(a, MEMBERS_MAX * sizeof(char *));
    if (!t->members || !t->parents)
        return err_oom();
    t->members_exact = o->member_count > 0;
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < GRANTS_ROLE_COUNT; i++) {
        const grants_role *role = &grants_roles[i];
        const char *name = arena_printf(a, "%s%s", prefix, role->kind);
        for (size_t p = 0; !e && p < GRANTS_ROLE_PARENTS_MAX && role->parents[p]; p++)
            e = add_membership(t, name, arena_printf(a, "%s%s", prefix, role->parents[p]));
        if (!e && role->server_parent)
            e = add_membership(t, name, role->server_parent);
    }
    for (size_t i = 0; !e && i < o->member_count; i++)
        e = add_member(a, prefix, o->members[i], t);
    return e;
}

static dbk_err *read_modules(pg_conn *c, arena *a, const grants_options *o, const char *ledger_owner,
                             module_order *order, ledger *l)
{
    module_set *set;
    dbk_err *e = module_set_load(a, o->modules_dir, &set);
    if (e)
        return e;
    e = ledger_read(c, a, ledger_owner, l);
    if (e)
        return unknown(e, "the installer's memory cannot be read");
    e = history_missing_module(set, l);
    if (e)
        return unknown(e, "a module's files are missing");
    schema_choice choice = {.modules_dir = o->modules_dir};
    e = module_select(a, set, &choice, &l->modules, order);
    return e;
}

dbk_err *grants_target_read(pg_conn *c, arena *a, const grants_options *o, grants_target *out)
{
    grants_target *t = arena_alloc(a, sizeof(*t));
    if (!t)
        return err_oom();
    const char *owner = NULL;
    module_order order;
    ledger l = {0};
    dbk_err *e = ledger_owner(c, a, &owner);
    if (e)
        return unknown(e, "the installer's memory cannot be read");
    e = find_roles(c, a, o, owner, &t->roles);
    if (!e)
        e = read_modules(c, a, o, owner, &order, &l);
    if (!e)
        e = matrix_build(a, order.items, order.count, true, &t->roles, &t->matrix);
    if (!e)
        e = add_routines(a, &order, &l, t);
    if (!e)
        e = add_members(a, o, t->roles.prefix, t);
    if (e)
        return e;
    t->modules = l.modules;
    *out = *t;
    out->matrix.roles = &t->roles; /* which lives in the arena */
    return NULL;
}
