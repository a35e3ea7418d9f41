/* How files name things and who they give rights to: schemas, session locks, roles, comments, append-only
 * tables. */
#include <string.h>

#include "schema/lint_int.h"

typedef struct usage {
    lint *l;
    lint_file *file;
    size_t offset, length;   /* of the text that the tree's locations count from; length 0: all at offset */
    const lint_names *local; /* names that need no schema: common tables, temporary tables */
    dbk_err *error;
} usage;

static size_t place(const usage *u, const json_t *fields)
{
    long long at = tree_int(fields, "location", -1);
    return u->offset + (at > 0 && (size_t)at < u->length ? (size_t)at : 0);
}

static dbk_err *check_call(usage *u, json_t *fields)
{
    json_t *name = json_object_get(fields, "funcname");
    size_t parts = json_array_size(name);
    const char *last = tree_string(json_array_get(name, parts - 1));
    if (!last)
        return NULL;
    if (strncmp(last, "pg_advisory_", 12) == 0 || strncmp(last, "pg_try_advisory_", 16) == 0)
        if (!strstr(last, "_xact_"))
            return lint_report(u->l, u->file, place(u, fields), "session-level-lock",
                               "%s() outlives the transaction", last);
    if (parts == 1 && lint_names_has(&u->l->routine_names, last))
        return lint_report(u->l, u->file, place(u, fields), "unqualified-name", "function %s() has no schema",
                           last);
    return NULL;
}

static dbk_err *check_relation(usage *u, json_t *fields)
{
    const char *name = tree_text(fields, "relname");
    if (tree_text(fields, "schemaname") || tree_is(fields, "relpersistence", "t") ||
        lint_names_has(u->local, name))
        return NULL;
    if (name && strncmp(name, "pg_", 3) == 0) /* the server's catalogs are in every path, before pg_temp */
        return NULL;
    return lint_report(u->l, u->file, place(u, fields), "unqualified-name", "%s has no schema", name);
}

static bool visit_usage(void *ctx, const char *key, json_t *fields)
{
    usage *u = ctx;
    if (strcmp(key, "LockingClause") == 0) /* names what FROM has named */
        return false;
    if (!u->error && (strcmp(key, "FuncCall") == 0 || strcmp(key, "funccall") == 0))
        u->error = check_call(u, fields);
    if (!u->error && json_object_get(fields, "relname") && strcmp(key, "typevar") != 0)
        u->error = check_relation(u, fields);
    return !u->error;
}

typedef struct local_names {
    arena *a;
    lint_names *names;
    dbk_err *error;
} local_names;

static bool visit_local(void *ctx, const char *key, json_t *fields)
{
    local_names *n = ctx;
    const char *name = strcmp(key, "CommonTableExpr") == 0     ? tree_text(fields, "ctename")
                       : strcmp(key, "TriggerTransition") == 0 ? tree_text(fields, "name")
                                                               : NULL;
    if (tree_is(fields, "relpersistence", "t"))
        name = tree_text(fields, "relname");
    if (name && !n->error)
        n->error = lint_names_add(n->a, n->names, name);
    return !n->error;
}

dbk_err *lint_usage_local(lint *l, json_t *tree, lint_names *names)
{
    local_names n = {.a = l->arena, .names = names};
    dbk_err *e = tree_walk(tree, visit_local, &n);
    if (e)
        err_free(n.error);
    return e ? e : n.error;
}

dbk_err *lint_usage_tree(lint *l, lint_file *file, json_t *tree, size_t offset, size_t length,
                         const lint_names *local)
{
    usage u = {.l = l, .file = file, .offset = offset, .length = length, .local = local};
    dbk_err *e = tree_walk(tree, visit_usage, &u);
    if (e)
        err_free(u.error);
    return e ? e : u.error;
}

/* What a statement says about roles; NULL when it says nothing. */
static const char *role_matter(const lint_statement *st)
{
    static const char *const kinds[][2] = {
        {"GrantStmt", "rights are given or taken"},
        {"GrantRoleStmt", "memberships are given or taken"},
        {"CreateRoleStmt", "a role is made"},
        {"AlterRoleStmt", "a role is changed"},
        {"AlterRoleSetStmt", "a role is changed"},
        {"DropRoleStmt", "a role is dropped"},
        {"AlterOwnerStmt", "an owner is set"},
        {"AlterDefaultPrivilegesStmt", "default rights are given or taken"},
        {"ReassignOwnedStmt", "owners are changed"},
        {"DropOwnedStmt", "what a role owns is dropped"},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(st->kind, kinds[i][0]) == 0)
            return kinds[i][1];
    if (strcmp(st->kind, "VariableSetStmt") == 0 &&
        (tree_is(st->fields, "name", "role") || tree_is(st->fields, "name", "session_authorization")))
        return "the role is changed";
    if (strcmp(st->kind, "CreateSchemaStmt") == 0 && json_object_get(st->fields, "authrole"))
        return "an owner is set";
    json_t *commands = strcmp(st->kind, "AlterTableStmt") == 0 ? json_object_get(st->fields, "cmds") : NULL;
    for (size_t i = 0; i < json_array_size(commands); i++)
        if (tree_is(tree_as(json_array_get(commands, i), "AlterTableCmd"), "subtype", "AT_ChangeOwner"))
            return "an owner is set";
    return NULL;
}

static dbk_err *check_statement(lint *l, const lint_statement *st)
{
    lint_names local = {0};
    const char *matter = role_matter(st);
    dbk_err *e = matter ? lint_report(l, st->file, st->offset, "roles-in-sql", "%s", matter) : NULL;
    if (!e)
        e = lint_usage_local(l, st->fields, &local);
    return e ? e : lint_usage_tree(l, st->file, st->fields, st->offset, st->length, &local);
}

/* "function schema.name/3", "table schema.name": what has a comment, and what needs one. */
static dbk_err *comment_key(lint *l, const lint_statement *st, const char **out)
{
    json_t *object = json_object_get(st->fields, "object"), *function = tree_as(object, "ObjectWithArgs"),
           *list = tree_as(object, "List"), *type = tree_as(object, "TypeName");
    const char *name = NULL;
    *out = NULL;
    if (function) {
        name = tree_name(l->arena, json_object_get(function, "objname"));
        if (tree_flag(function, "args_unspecified")) /* there is one of that name */
            *out = arena_printf(l->arena, "function %s", name ? name : "");
        else
            *out = arena_printf(l->arena, "function %s/%zu", name ? name : "",
                                json_array_size(json_object_get(function, "objargs")));
    } else {
        name = tree_name(l->arena, json_object_get(list ? list : type, list ? "items" : "names"));
        *out = arena_printf(l->arena, "relation %s", name ? name : "");
    }
    return *out ? NULL : err_oom();
}

static dbk_err *needed_comment(lint *l, const lint_statement *st, const char **key, const char **what)
{
    json_t *name = json_object_get(st->fields, "funcname"), *relation = NULL;
    *key = NULL;
    if (strcmp(st->kind, "CreateFunctionStmt") == 0) {
        json_t *parameters = json_object_get(st->fields, "parameters");
        size_t count = 0;
        for (size_t i = 0; i < json_array_size(parameters); i++) {
            json_t *p = tree_as(json_array_get(parameters, i), "FunctionParameter");
            count += !tree_is(p, "mode", "FUNC_PARAM_OUT") && !tree_is(p, "mode", "FUNC_PARAM_TABLE");
        }
        *what = tree_name(l->arena, name);
        *key = arena_printf(l->arena, "function %s/%zu", *what ? *what : "", count);
        return *what && *key ? NULL : err_oom();
    }
    if (strcmp(st->kind, "CreateStmt") == 0 &&
        json_array_size(json_object_get(st->fields, "inhRelations")) == 0)
        relation = json_object_get(st->fields, "relation");
    if (strcmp(st->kind, "ViewStmt") == 0)
        relation = json_object_get(st->fields, "view");
    if (strcmp(st->kind, "CompositeTypeStmt") == 0)
        relation = json_object_get(st->fields, "typevar");
    if (!relation || tree_is(relation, "relpersistence", "t"))
        return NULL;
    *what = tree_relation(l->arena, relation);
    *key = arena_printf(l->arena, "relation %s", *what ? *what : "");
    return *what && *key ? NULL : err_oom();
}

static dbk_err *check_comments(lint *l, const lint_names *commented)
{
    dbk_err *e = NULL;
    for (size_t f = 0; !e && f < l->file_count; f++)
        for (size_t i = 0; !e && i < l->files[f].statement_count; i++) {
            const lint_statement *st = &l->files[f].statements[i];
            const char *key = NULL, *what = NULL;
            if (!st->kind)
                continue;
            e = needed_comment(l, st, &key, &what);
            if (!e && key && !lint_names_has(commented, key) &&
                !lint_names_has(commented, arena_printf(l->arena, "function %s", what)))
                e = lint_report(l, st->file, st->offset, "function-comment", "%s has no comment", what);
        }
    return e;
}

static bool says_append_only(const char *comment)
{
    return comment && (strstr(comment, "append-only") || strstr(comment, "insert-only"));
}

static dbk_err *collect_comments(lint *l, lint_names *commented, lint_names *append_only)
{
    dbk_err *e = NULL;
    for (size_t f = 0; !e && f < l->file_count; f++)
        for (size_t i = 0; !e && i < l->files[f].statement_count; i++) {
            const lint_statement *st = &l->files[f].statements[i];
            const char *key = NULL;
            if (!st->kind || strcmp(st->kind, "CommentStmt") != 0 || !tree_text(st->fields, "comment"))
                continue;
            if (tree_is(st->fields, "objtype", "OBJECT_COLUMN"))
                continue;
            e = comment_key(l, st, &key);
            if (!e)
                e = lint_names_add(l->arena, commented, key);
            if (!e && tree_is(st->fields, "objtype", "OBJECT_TABLE") &&
                says_append_only(tree_text(st->fields, "comment")))
                e = lint_names_add(l->arena, append_only, key);
        }
    return e;
}

/* The append-only table that a line gives rights on, the first of its schema for `schema.*`; NULL for none.
 */
static const char *append_only_of(arena *a, const grants_conf_row *row, const lint_names *append_only)
{
    if (strcmp(row->kind, "relation") != 0 || !row->schema)
        return NULL;
    const char *key = arena_printf(a, "relation %s.%s", row->schema, row->name ? row->name : "");
    for (size_t i = 0; key && i < append_only->count; i++)
        if (row->name ? strcmp(append_only->items[i], key) == 0
                      : strncmp(append_only->items[i], key, strlen(key)) == 0)
            return append_only->items[i] + strlen("relation ");
    return NULL;
}

/* A table whose comment calls it append-only is one; its rights have to agree. */
static dbk_err *check_grants(lint *l, const module *m, const lint_names *append_only)
{
    const lint_rule *rule = lint_rule_find("append-only-grant");
    dbk_err *e = NULL;
    if (!lint_is_selected(l, rule))
        return NULL;
    for (size_t i = 0; !e && i < m->grants.count; i++) {
        const grants_conf_row *row = &m->grants.items[i];
        const char *table = append_only_of(l->arena, row, append_only);
        if (!table || (strcmp(row->privilege, "UPDATE") != 0 && strcmp(row->privilege, "DELETE") != 0 &&
                       strcmp(row->privilege, "TRUNCATE") != 0))
            continue;
        e = lint_report_at(l, m->grants.path, row->line > 0 ? (size_t)row->line : 1, 1, rule,
                           arena_printf(l->arena, "%s has %s on %s, whose comment calls it append-only",
                                        row->role, row->privilege, table));
    }
    return e;
}

dbk_err *lint_usage(lint *l)
{
    lint_names commented = {0}, append_only = {0};
    dbk_err *e = collect_comments(l, &commented, &append_only);
    if (!e)
        e = check_comments(l, &commented);
    for (size_t f = 0; !e && f < l->file_count; f++)
        for (size_t i = 0; !e && i < l->files[f].statement_count; i++)
            if (l->files[f].statements[i].kind)
                e = check_statement(l, &l->files[f].statements[i]);
    for (size_t i = 0; !e && i < l->modules->count; i++)
        if (lint_is_reported(l, &l->modules->items[i]))
            e = check_grants(l, &l->modules->items[i], &append_only);
    return e;
}
