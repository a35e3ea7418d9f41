#include "schema/privileges.h"

#include <string.h>

#include "grants_sql.h"
#include "schema/matrix.h"

/* Mending may need a second look; a third that still finds something means that the server does not do what
 * we think. */
#define ROUNDS_MAX 3

static dbk_err *check_lines(pg_conn *c, arena *a, const matrix *m)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    matrix_param_base(p, m, false);
    matrix_param_lines(p, m);
    dbk_err *e = pg_query(c, a, sql_grants_lines, p, &rows);
    if (e || pg_row_count(rows) == 0)
        return e;
    size_t at = (size_t)pg_get_int8(rows, 0, 0) - 1;
    const grants_conf_row *row = m->rows[at];
    return err_new(ERR_INPUT, "%s:%d: %s%s%s%s: %s", m->paths[at], row->line, row->object,
                   row->column ? " (" : "", row->column ? row->column : "", row->column ? ")" : "",
                   pg_get_text(rows, 0, 1));
}

static dbk_err *find_differences(pg_conn *c, arena *a, const matrix *m, matrix_report *report)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    matrix_param_base(p, m, false);
    matrix_param_lines(p, m);
    pg_param_bool(p, false);
    dbk_err *e = pg_query(c, a, sql_grants_acls, p, &rows);
    if (!e)
        e = matrix_report_add(a, rows, report);
    if (e || !m->roles->api)
        return e;
    p = pg_params_new(a);
    matrix_param_base(p, m, false);
    e = pg_query(c, a, sql_grants_defaults, p, &rows);
    return e ? e : matrix_report_add(a, rows, report);
}

static dbk_err *mend(pg_conn *c, arena *a, const matrix_report *report)
{
    const char *role = "";
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < report->statement_count; i++) {
        const matrix_statement *s = &report->statements[i];
        if (strcmp(role, s->run_as) != 0)
            e = schema_roles_act_as(c, a, s->run_as);
        if (!e)
            e = pg_exec(c, s->sql);
        if (e)
            e = err_wrap(e, "while running as \"%s\": %s", s->run_as, s->sql);
        role = s->run_as;
    }
    return e;
}

dbk_err *privileges_apply(pg_conn *c, arena *a, const schema_roles *roles, const module *m, bool installer,
                          size_t *statements)
{
    matrix wanted;
    /* Compiling the queries would take longer than they do. */
    dbk_err *e = pg_exec(c, "set local jit = off");
    if (!e)
        e = matrix_build(a, &m, 1, installer, roles, &wanted);
    if (!e && roles->api)
        e = check_lines(c, a, &wanted);
    size_t done = 0;
    for (int round = 0; !e && round < ROUNDS_MAX; round++) {
        matrix_report report = {0};
        e = find_differences(c, a, &wanted, &report);
        if (!e && report.statement_count == 0) {
            *statements = done;
            return NULL;
        }
        if (!e && round + 1 == ROUNDS_MAX)
            e = err_new(ERR_INTERNAL, "privileges do not settle: %s", report.statements[0].sql);
        if (!e) {
            e = mend(c, a, &report);
            done += report.statement_count;
        }
    }
    return err_wrap(e, "while applying the privileges of module \"%s\"", m->name);
}
