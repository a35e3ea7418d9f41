#include "schema/tap_matrix.h"

#include <string.h>

#include "core/buf.h"
#include "schema/bootstrap.h"
#include "schema/grants_roles.h"
#include "schema/quote.h"
#include "tap_matrix_sql.h"

#define SOURCE_BYTES_MAX ((size_t)16 << 20)

static const char tables_sql[] = "create temporary table line (role text, kind text, nsp text, name text, "
                                 "args text, privilege text, col text);\n"
                                 "create temporary table our_role (name name, kind text);\n"
                                 "create temporary table our_schema (nsp name);\n";

/* One row of literals; NULL is SQL's. */
static dbk_err *append_row(buf *out, arena *a, const char *table, const char *const *values, size_t count)
{
    buf_printf(out, "insert into %s values (", table);
    for (size_t i = 0; i < count; i++) {
        char *literal = NULL;
        dbk_err *e = values[i] ? quote_literal(a, values[i], &literal) : NULL;
        if (e)
            return e;
        buf_printf(out, "%s%s", i ? ", " : "", literal ? literal : "null");
    }
    buf_append_str(out, ");\n");
    return NULL;
}

static dbk_err *append_line(buf *out, arena *a, const char *prefix, const grants_conf_row *row)
{
    bool everybody = strcmp(row->role, GRANTS_CONF_PUBLIC) == 0;
    /* Sections that are no roles speak of other things than rights. */
    if (!everybody && !grants_role_known(row->role))
        return NULL;
    const char *role = everybody ? "" : arena_printf(a, "%s%s", prefix, row->role);
    if (!role)
        return err_oom();
    const char *values[] = {role,           row->kind,      row->schema, row->name,
                            row->arguments, row->privilege, row->column};
    return append_row(out, a, "line", values, sizeof(values) / sizeof(values[0]));
}

static dbk_err *append_roles(buf *out, arena *a, const char *prefix)
{
    static const char *const everybody[] = {"public", "public"};
    dbk_err *e = append_row(out, a, "our_role", everybody, 2);
    for (size_t i = 0; !e && i < GRANTS_ROLE_COUNT; i++) {
        const char *values[] = {arena_printf(a, "%s%s", prefix, grants_roles[i].kind), grants_roles[i].kind};
        e = values[0] ? append_row(out, a, "our_role", values, 2) : err_oom();
    }
    return e;
}

dbk_err *tap_matrix_source(arena *a, const module *m, const char *role_prefix, tap_source *out)
{
    const char *prefix = role_prefix ? role_prefix : SCHEMA_ROLE_PREFIX_DEFAULT;
    buf text;
    buf_init(&text, SOURCE_BYTES_MAX);
    buf_append_str(&text, tables_sql);
    dbk_err *e = append_roles(&text, a, prefix);
    for (size_t i = 0; !e && i < m->schemas.count; i++)
        e = append_row(&text, a, "our_schema", &m->schemas.items[i], 1);
    for (size_t i = 0; !e && i < m->grants.count; i++)
        e = append_line(&text, a, prefix, &m->grants.items[i]);
    buf_append_str(&text, sql_tap_matrix);
    if (!e)
        e = buf_error(&text);
    const char *copy = e ? NULL : arena_strndup(a, text.data, text.length);
    const char *path = arena_printf(a, "%s/grants.conf", m->name);
    buf_term(&text);
    if (e)
        return e;
    if (!copy || !path)
        return err_oom();
    *out = (tap_source){.path = path, .text = copy};
    return NULL;
}
