/* Whether a policy is the declared one only the server can say: it keeps an expression parsed and prints it
 * in its own words. So the words of two servers of one version are compared: the live one, and one on which
 * nothing but the modules' files was run. */
#include <string.h>

#include "grants_sql.h"
#include "schema/grants.h"

dbk_err *grants_policies_read(pg_conn *c, arena *a, const matrix *m, grants_policies *out)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_text_array(p, m->schemas, m->schema_count);
    dbk_err *e = pg_query(c, a, sql_grants_policies, p, &rows);
    if (e)
        return e;
    grants_policies found = {.count = pg_row_count(rows)};
    const char ***const fields[] = {&found.relations, &found.names, &found.definitions};
    for (size_t f = 0; f < sizeof(fields) / sizeof(fields[0]); f++) {
        if (!(*fields[f] = arena_alloc(a, (found.count + 1) * sizeof(char *))))
            return err_oom();
        for (size_t i = 0; i < found.count; i++)
            (*fields[f])[i] = pg_get_text(rows, i, f);
    }
    *out = found;
    return NULL;
}

static bool declares_policies(const matrix *m)
{
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->rows[i]->privilege, "POLICY") == 0)
            return true;
    return false;
}

dbk_err *grants_policies_declared(pg_conn *c, arena *a, const grants_options *o, grants_target *t)
{
    if (t->policies_known || !declares_policies(&t->matrix))
        return NULL;
    if (!o->policies)
        return err_new(
            ERR_UNKNOWN,
            "cannot tell: grants.conf declares policies, and there is no server to run the files on");
    dbk_err *e = o->policies(o->policies_context, a, t, pg_server_version(c) / 10000, &t->policies);
    t->policies_known = !e;
    return e;
}

void grants_policies_params(pg_params *p, const grants_policies *policies)
{
    pg_param_text_array(p, policies->relations, policies->count);
    pg_param_text_array(p, policies->names, policies->count);
    pg_param_text_array(p, policies->definitions, policies->count);
}
