#include "schema/privileges.h"

#include <string.h>

#include "schema_sql.h"

/* Taking a privilege from a table takes it from its columns, too, so mending may need a second look; a third
 * that still finds something means that the server does not do what we think. */
#define ROUNDS_MAX 3

static dbk_err *add_grants(arena *a, pg_params *p, const grants_conf *grants)
{
    const char **texts = arena_alloc(a, (3 * grants->count + 1) * sizeof(*texts));
    if (!texts)
        return err_oom();
    for (size_t i = 0; i < grants->count; i++) {
        texts[i] = grants->items[i].relation;
        texts[grants->count + i] = grants->items[i].privilege;
        texts[2 * grants->count + i] = grants->items[i].column;
    }
    pg_param_text_array(p, texts, grants->count);
    pg_param_text_array(p, texts + grants->count, grants->count);
    pg_param_text_array(p, texts + 2 * grants->count, grants->count);
    return NULL;
}

static dbk_err *check(pg_conn *c, arena *a, const schema_roles *roles, const module *m)
{
    pg_params *p = pg_params_new(a);
    pg_param_text_array(p, m->schemas.items, m->schemas.count);
    pg_param_text(p, roles->owner);
    pg_rows *rows;
    dbk_err *e = add_grants(a, p, &m->grants);
    if (!e)
        e = pg_query(c, a, sql_privileges_check, p, &rows);
    if (e || pg_row_count(rows) == 0)
        return e;
    const grants_conf_row *row = &m->grants.items[pg_get_int8(rows, 0, 0) - 1];
    return err_new(ERR_INPUT, "%s:%d: %s%s%s%s: %s", m->grants.path, row->line, row->relation,
                   row->column ? " (" : "", row->column ? row->column : "", row->column ? ")" : "",
                   pg_get_text(rows, 0, 1));
}

static dbk_err *find_differences(pg_conn *c, arena *a, const schema_roles *roles, const module *m,
                                 pg_rows **rows)
{
    pg_params *p = pg_params_new(a);
    pg_param_text_array(p, m->schemas.items, m->schemas.count);
    pg_param_text(p, roles->owner);
    pg_param_text(p, roles->api);
    dbk_err *e = add_grants(a, p, &m->grants);
    return e ? e : pg_query(c, a, sql_privileges_diff, p, rows);
}

static dbk_err *mend(pg_conn *c, arena *a, const pg_rows *rows)
{
    const char *role = "";
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        const char *needed = pg_get_text(rows, i, 0), *sql = pg_get_text(rows, i, 2);
        if (strcmp(role, needed) != 0)
            e = schema_roles_act_as(c, a, needed);
        if (!e)
            e = pg_exec(c, sql);
        if (e)
            e = err_wrap(e, "while running as \"%s\": %s", needed, sql);
        role = needed;
    }
    return e;
}

dbk_err *privileges_apply(pg_conn *c, arena *a, const schema_roles *roles, const module *m,
                          size_t *statements)
{
    dbk_err *e = m->grants.count && roles->api ? check(c, a, roles, m) : NULL;
    size_t done = 0;
    for (int round = 0; !e && round < ROUNDS_MAX; round++) {
        pg_rows *rows;
        e = find_differences(c, a, roles, m, &rows);
        if (!e && pg_row_count(rows) == 0) {
            *statements = done;
            return NULL;
        }
        if (!e && round + 1 == ROUNDS_MAX)
            e = err_new(ERR_INTERNAL, "privileges do not settle: %s", pg_get_text(rows, 0, 2));
        if (!e) {
            e = mend(c, a, rows);
            done += pg_row_count(rows);
        }
    }
    return err_wrap(e, "while applying the privileges of module \"%s\"", m->name);
}
