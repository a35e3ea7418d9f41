/* A declaration that is equal to what the catalogs say may still be wrong about what the server does: views
 * read in their owner's name, functions called by views in the reader's, schemas that cannot be entered. So
 * every verb is tried. One DO block does it all in the server, since each refusal needs a subtransaction, and
 * a pooler may stand between. */
#include <string.h>

#include "core/buf.h"
#include "grants_sql.h"
#include "schema/grants.h"

#define ROLES_BYTES_MAX ((size_t)1 << 20)

static dbk_err *set(pg_conn *c, arena *a, const char *name, const char *value)
{
    pg_params *p = pg_params_new(a);
    pg_rows *unused;
    pg_param_text(p, name);
    pg_param_text(p, value);
    return pg_query(c, a, "select pg_catalog.set_config($1, $2, true)", p, &unused);
}

/* Tables, as "schema.table", of which grants.conf says this about row security. */
static dbk_err *param_row_security(arena *a, pg_params *p, const matrix *m, const char *what)
{
    const char **tables = arena_alloc(a, (m->count + 1) * sizeof(*tables));
    size_t count = 0;
    if (!tables)
        return err_oom();
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->rows[i]->privilege, what) == 0)
            if (!(tables[count++] = arena_printf(a, "%s.%s", m->rows[i]->schema, m->rows[i]->name)))
                return err_oom();
    pg_param_text_array(p, tables, count);
    return NULL;
}

static dbk_err *set_cases(pg_conn *c, arena *a, const grants_target *t, bool scratch)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_text_array(p, t->matrix.schemas, t->matrix.schema_count);
    pg_param_bool(p, scratch);
    dbk_err *e = param_row_security(a, p, &t->matrix, "ENABLED");
    if (!e)
        e = param_row_security(a, p, &t->matrix, "FORCED");
    if (e)
        return e;
    e = pg_query_one(c, a, sql_grants_prove_cases, p, &rows);
    return e ? e : set(c, a, "daybook.prove_cases", pg_get_text(rows, 0, 0));
}

static dbk_err *set_declared(pg_conn *c, arena *a, const grants_target *t)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    matrix_param_base(p, &t->matrix, true);
    matrix_param_lines(p, &t->matrix);
    pg_param_bool(p, true);
    dbk_err *e = pg_query(c, a, sql_grants_acls, p, &rows);
    size_t count = e ? 0 : pg_row_count(rows);
    const char **keys = arena_alloc(a, (count + 1) * sizeof(*keys));
    if (!e && !keys)
        e = err_oom();
    int what = e ? 0 : pg_column(rows, "what");
    for (size_t i = 0; !e && i < count; i++)
        keys[i] = pg_get_text(rows, i, (size_t)what);
    if (e)
        return e;
    p = pg_params_new(a);
    pg_param_text_array(p, keys, count);
    return pg_query(c, a,
                    "select pg_catalog.set_config('daybook.prove_declared',"
                    " (select coalesce(pg_catalog.jsonb_object_agg(k.key, 1), '{}')"
                    "    from pg_catalog.unnest($1::text[]) as k (key))::text, true)",
                    p, &rows);
}

/* {role: [itself, those it is a declared member of, "*"]}; declared memberships are one deep. */
static dbk_err *set_roles(pg_conn *c, arena *a, const grants_target *t)
{
    const char **roles = arena_alloc(a, (t->member_count + GRANTS_ROLE_COUNT + 1) * sizeof(*roles));
    const char **groups = arena_alloc(a, (t->member_count + GRANTS_ROLE_COUNT + 1) * sizeof(*groups));
    size_t count = 0;
    if (!roles || !groups)
        return err_oom();
    for (size_t i = 0; i < GRANTS_ROLE_COUNT; i++) {
        const char *name = t->matrix.role_names[i];
        roles[count] = groups[count] = name;
        count++;
        for (size_t m = 0; m < t->member_count; m++)
            if (strcmp(t->members[m], name) == 0) {
                roles[count] = name;
                groups[count++] = strcmp(t->parents[m], "pg_read_all_data") == 0 ? "*" : t->parents[m];
            }
    }
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_text_array(p, roles, count);
    pg_param_text_array(p, groups, count);
    return pg_query(c, a,
                    "select pg_catalog.set_config('daybook.prove_roles', pg_catalog.jsonb_object_agg(r.role, "
                    "r.groups)::text, true)"
                    "  from (select w.role, pg_catalog.jsonb_agg(w.name) as groups"
                    "          from rows from (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) "
                    "as w (role, name)"
                    "         group by w.role) as r",
                    p, &rows);
}

static dbk_err *run(pg_conn *c, arena *a, matrix_report *report, size_t *tried)
{
    pg_rows *rows;
    dbk_err *e = pg_exec(c, sql_grants_prove);
    if (e && strcmp(err_sqlstate(e), "42501") == 0) {
        dbk_err *unknown = err_with_hint(
            err_new(ERR_UNKNOWN, "cannot tell: not every role can be acted as (%s)", err_message(e)),
            "prove as a superuser, or as a member of all the roles");
        err_free(e);
        return unknown;
    }
    if (!e)
        e = pg_query_one(c, a,
                         "select (pg_catalog.current_setting('daybook.prove')::jsonb ->> 'tried')::bigint",
                         NULL, &rows);
    if (e)
        return e;
    *tried = (size_t)pg_get_int8(rows, 0, 0);
    e = pg_query(c, a, sql_grants_prove_found, NULL, &rows);
    return e ? e : matrix_report_add(a, rows, report);
}

dbk_err *grants_copy_statements(pg_conn *c, arena *a, const grants_target *t, const char ***out,
                                size_t *count)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_text_array(p, t->matrix.role_names, GRANTS_ROLE_COUNT);
    dbk_err *e = pg_query(c, a, sql_grants_copy, p, &rows);
    if (e)
        return e;
    *count = pg_row_count(rows);
    *out = arena_alloc(a, (*count + 1) * sizeof(char *));
    for (size_t i = 0; *out && i < *count; i++)
        (*out)[i] = pg_get_text(rows, i, 0);
    return *out ? NULL : err_oom();
}

/* What a scratch server needs for the verbs that EXPLAIN cannot ask for. */
static const char scratch_begin[] =
    "create schema proof; grant create, usage on schema proof to public;"
    "create function proof.nothing() returns trigger language plpgsql as 'begin return null; end';"
    "grant execute on function proof.nothing() to public;"
    "set local check_function_bodies = off";

/* Calling one is the only way to try it, and it shall do nothing. */
static const char scratch_procedures[] =
    "do $empty$ declare v record; begin"
    "  for v in select n.nspname, p.proname, pg_catalog.pg_get_function_arguments(p.oid) as arguments"
    "             from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace"
    "            where p.prokind = 'p' and p.oid >= 16384 loop"
    "    execute pg_catalog.format('create or replace procedure %I.%I(%s) language plpgsql as %L', v.nspname,"
    "                              v.proname, v.arguments, 'begin end');"
    "  end loop; end $empty$";

dbk_err *grants_prove(pg_conn *c, arena *a, const grants_target *t, bool scratch, matrix_report *report,
                      size_t *tried)
{
    dbk_err *e = pg_begin(c);
    if (!e)
        e = pg_exec(c, "set transaction isolation level repeatable read;"
                       "set local search_path = pg_catalog, pg_temp; set local lock_timeout = '5s';"
                       "set local jit = off");
    if (!e)
        e = pg_exec(c, scratch ? scratch_begin : "set transaction read only");
    if (!e && scratch)
        e = pg_exec(c, scratch_procedures);
    if (!e)
        e = set_declared(c, a, t);
    if (!e)
        e = set_roles(c, a, t);
    if (!e)
        e = set_cases(c, a, t, scratch);
    if (!e)
        e = run(c, a, report, tried);
    pg_rollback(c);
    return e ? err_wrap(e, "while proving the rights") : NULL;
}
