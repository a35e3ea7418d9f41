#include "cmd/status_modules.h"

#include <string.h>

#include "schema/install.h"

typedef struct module_counts {
    size_t migrations, routines, differing;
} module_counts;

static const table_column columns[] = {
    {"module", TABLE_STRING}, {"migrations", TABLE_INT}, {"routines", TABLE_INT}, {"differing", TABLE_INT}};

static void count_item(module_counts *counts, const schema_item *item)
{
    if (item->state != SCHEMA_APPLIED)
        counts->differing++;
    else if (item->kind == SCHEMA_MIGRATION)
        counts->migrations++;
    else
        counts->routines++;
}

static dbk_err *add_row(table *t, const char *module, const module_counts *counts)
{
    dbk_err *e = table_row(t);
    if (!e)
        e = table_set(t, 0, module);
    if (!e)
        e = table_setf(t, 1, "%zu", counts->migrations);
    if (!e)
        e = table_setf(t, 2, "%zu", counts->routines);
    return e ? e : table_setf(t, 3, "%zu", counts->differing);
}

/* Items come module by module. */
static dbk_err *fill(table *t, const schema_status *status)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < status->count;) {
        module_counts counts = {0};
        const char *module = status->items[i].module;
        for (; i < status->count && strcmp(status->items[i].module, module) == 0; i++)
            count_item(&counts, &status->items[i]);
        e = add_row(t, module, &counts);
    }
    return e;
}

dbk_err *status_modules(app *app, pg_conn *c, table **out, bool *complete)
{
    schema_status status = {0};
    dbk_err *e = table_new("modules", columns, sizeof(columns) / sizeof(columns[0]), out);
    if (!e)
        e = schema_status_read(c, app->arena, &(schema_choice){0}, NULL, &status);
    if (!e)
        e = fill(*out, &status);
    if (status.fault)
        log_err(app->log, LOG_WARNING, status.fault);
    if (!e)
        *complete = status.installed && status.pending == 0 && !status.fault;
    err_free(status.fault);
    return e;
}
