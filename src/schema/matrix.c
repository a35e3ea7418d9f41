#include "schema/matrix.h"

#include <assert.h>
#include <string.h>

#include "core/buf.h"

#define STATEMENT_BYTES_MAX ((size_t)1 << 20)

/* Columns that all grants_*.sql queries answer with. */
enum { STEP, RUN_AS, CLASS, OBJECT, COLUMN, ROLE, PRIVILEGE, PROBLEM, VERB, WHAT, REST, QUIET };

/* Who may look at the installer's memory beside its owner, who may only add to it. */
static const char installer_conf[] = "[migrator]\n"
                                     "select = daybook.*\n"
                                     "[drift_reader]\n"
                                     "select = daybook.*\n"
                                     "[monitor]\n"
                                     "select = daybook.*\n"
                                     "[owner revoked]\n"
                                     "daybook.migrations = update, delete, truncate\n"
                                     "daybook.migration_steps = update, delete, truncate\n";

static const char *full_role(arena *a, const char *prefix, const char *kind)
{
    if (strcmp(kind, GRANTS_CONF_PUBLIC) == 0)
        return "";
    if (!grants_role_known(kind))
        return arena_printf(a, "[%s]", kind);
    return arena_printf(a, "%s%s", prefix, kind);
}

static dbk_err *add_conf(arena *a, const grants_conf *g, matrix *m)
{
    for (size_t i = 0; i < g->count; i++, m->count++) {
        const grants_conf_row *row = &g->items[i];
        const char *values[MATRIX_FIELD_COUNT] = {full_role(a, m->prefix, row->role),
                                                  row->kind,
                                                  row->schema,
                                                  row->name,
                                                  row->arguments,
                                                  row->privilege,
                                                  row->column};
        if (!values[0])
            return err_oom();
        for (size_t f = 0; f < MATRIX_FIELD_COUNT; f++)
            m->fields[f][m->count] = values[f];
        m->rows[m->count] = row;
        m->paths[m->count] = g->path;
    }
    return NULL;
}

static dbk_err *make_room(arena *a, size_t rows, size_t schemas, matrix *m)
{
    m->rows = arena_alloc(a, (rows + 1) * sizeof(const grants_conf_row *));
    m->paths = arena_alloc(a, (rows + 1) * sizeof(char *));
    m->schemas = arena_alloc(a, (schemas + 1) * sizeof(char *));
    if (!m->rows || !m->paths || !m->schemas)
        return err_oom();
    for (size_t f = 0; f < MATRIX_FIELD_COUNT; f++)
        if (!(m->fields[f] = arena_alloc(a, (rows + 1) * sizeof(char *))))
            return err_oom();
    for (size_t i = 0; i < GRANTS_ROLE_COUNT; i++)
        if (!(m->role_names[i] = arena_printf(a, "%s%s", m->prefix, grants_roles[i].kind)))
            return err_oom();
    return NULL;
}

dbk_err *matrix_build(arena *a, const module *const *modules, size_t count, bool installer,
                      const schema_roles *roles, matrix *out)
{
    matrix m = {.roles = roles, .prefix = roles->prefix};
    grants_conf own = {0};
    dbk_err *e = installer ? grants_conf_parse(a, "the installer", installer_conf, &own) : NULL;
    size_t rows = own.count, schemas = 1;
    for (size_t i = 0; i < count; i++) {
        rows += modules[i]->grants.count;
        schemas += modules[i]->schemas.count;
    }
    if (!e)
        e = make_room(a, rows, schemas, &m);
    if (!e)
        e = add_conf(a, &own, &m);
    if (!e && installer)
        m.schemas[m.schema_count++] = "daybook";
    for (size_t i = 0; !e && i < count; i++) {
        for (size_t s = 0; s < modules[i]->schemas.count; s++)
            m.schemas[m.schema_count++] = modules[i]->schemas.items[s];
        e = add_conf(a, &modules[i]->grants, &m);
    }
    if (!e)
        *out = m;
    return e;
}

void matrix_param_base(pg_params *p, const matrix *m, bool whole)
{
    pg_param_text_array(p, m->schemas, m->schema_count);
    pg_param_text(p, m->roles->owner);
    pg_param_text(p, m->roles->api);
    /* With one role there are no roles of ours. */
    pg_param_text_array(p, m->role_names, m->roles->api ? GRANTS_ROLE_COUNT : 0);
    pg_param_bool(p, whole);
}

void matrix_param_lines(pg_params *p, const matrix *m)
{
    for (size_t f = 0; f < MATRIX_FIELD_COUNT; f++)
        pg_param_text_array(p, m->fields[f], m->roles->api ? m->count : 0);
}

/* ---- answers ---- */

static bool same_text(const pg_rows *rows, size_t x, size_t y, size_t column)
{
    const char *left = pg_get_text(rows, x, column), *right = pg_get_text(rows, y, column);
    return left == right || (left && right && strcmp(left, right) == 0);
}

static bool shares_statement(const pg_rows *rows, size_t x, size_t y)
{
    return same_text(rows, x, y, STEP) && same_text(rows, x, y, RUN_AS) && same_text(rows, x, y, VERB) &&
           same_text(rows, x, y, REST);
}

/* The statement of rows first to end - 1. */
static dbk_err *join(arena *a, const pg_rows *rows, size_t first, size_t end, const char **out)
{
    const char *verb = pg_get_text(rows, first, VERB);
    if (!*verb) {
        *out = pg_get_text(rows, first, WHAT);
        return NULL;
    }
    buf text;
    buf_init(&text, STATEMENT_BYTES_MAX);
    buf_append_str(&text, verb);
    for (size_t i = first; i < end; i++)
        buf_printf(&text, "%s %s", i > first ? "," : "", pg_get_text(rows, i, WHAT));
    buf_printf(&text, " %s", pg_get_text(rows, first, REST));
    return buf_to_arena(&text, a, out);
}

static dbk_err *grow(arena *a, size_t rows, matrix_report *r)
{
    matrix_difference *differences = arena_alloc(a, (r->difference_count + rows + 1) * sizeof(*differences));
    matrix_statement *statements = arena_alloc(a, (r->statement_count + rows + 1) * sizeof(*statements));
    if (!differences || !statements)
        return err_oom();
    if (r->difference_count)
        memcpy(differences, r->differences, r->difference_count * sizeof(*differences));
    if (r->statement_count)
        memcpy(statements, r->statements, r->statement_count * sizeof(*statements));
    r->differences = differences;
    r->statements = statements;
    return NULL;
}

dbk_err *matrix_report_add(arena *a, const pg_rows *rows, matrix_report *report)
{
    size_t count = pg_row_count(rows), end;
    dbk_err *e = count ? grow(a, count, report) : NULL;
    for (size_t i = 0; !e && i < count; i++)
        if (!pg_get_bool(rows, i, QUIET))
            report->differences[report->difference_count++] =
                (matrix_difference){.class_name = pg_get_text(rows, i, CLASS),
                                    .object = pg_get_text(rows, i, OBJECT),
                                    .column = pg_get_text(rows, i, COLUMN),
                                    .role = pg_get_text(rows, i, ROLE),
                                    .privilege = pg_get_text(rows, i, PRIVILEGE),
                                    .problem = pg_get_text(rows, i, PROBLEM),
                                    .mendable = !pg_get_is_null(rows, i, WHAT)};
    for (size_t i = 0; !e && i < count; i = end) {
        for (end = i + 1; end < count && *pg_get_text(rows, i, VERB) && shares_statement(rows, i, end);)
            end++;
        if (pg_get_is_null(rows, i, WHAT))
            continue;
        matrix_statement *s = &report->statements[report->statement_count++];
        s->run_as = pg_get_text(rows, i, RUN_AS);
        e = join(a, rows, i, end, &s->sql);
    }
    return e;
}
