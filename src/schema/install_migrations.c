#include <string.h>

#include "schema/git.h"
#include "schema/install_int.h"
#include "schema/sql_file.h"
#include "schema/sql_run.h"

typedef struct migration_step {
    const module *module;
    const module_file *file;
    ledger_entry entry;
} migration_step;

/* The statements and the row that says so commit together: there is no half. */
static dbk_err *apply_migration(installer *in, void *arg)
{
    migration_step *step = arg;
    step->entry.started_us = ledger_chain_now_us(&in->chain);
    dbk_err *e = install_dual_begin(in, step->module);
    if (!e)
        e = sql_run_file(in->work, in->scratch, step->file);
    if (!e)
        e = install_dual_write(in, step->module, step->file);
    step->entry.lock_wait_ms = in->watch.lock_wait_ms;
    return e ? e : install_record(in, step->module, step->file, &step->entry);
}

static dbk_err *touch(installer *in, void *arg)
{
    dbk_err *e = install_act_as_owner(in);
    return e ? e : ledger_touch_module(in->work, in->scratch, arg);
}

static dbk_err *apply_item(installer *in, const module *m, const history_item *item, ledger_entry entry)
{
    sql_file sql;
    int64_t from_us = in->clock->mono_us(in->clock);
    dbk_err *e = sql_file_read(in->arena, item->file, &sql);
    if (e)
        return e;
    entry.statements = sql.count;
    entry.out_of_order = item->out_of_order;
    in->watch.lock_wait_ms = 0;
    if (sql.by_statement) {
        entry.kind = "statements";
        e = install_statements(in, m, item, &entry);
    } else {
        migration_step step = {.module = m, .file = item->file, .entry = entry};
        step.entry.kind = "transaction";
        const char *what = arena_printf(in->arena, "applying %s", item->file->path);
        e = what ? install_transaction(in, what, apply_migration, &step) : err_oom();
    }
    if (e)
        return e;
    in->result.migrations++;
    if (in->options->log)
        log_fields(in->options->log, LOG_INFO, "applied", LOG_STR("migration", item->file->path),
                   LOG_INT("duration_ms", (in->clock->mono_us(in->clock) - from_us) / 1000));
    return NULL;
}

static bool is_due(const history_item *item)
{
    return item->verdict == HISTORY_PENDING || item->verdict == HISTORY_HALF;
}

dbk_err *install_migrations(installer *in, const module *m, const history *h)
{
    size_t due = 0;
    for (size_t i = 0; i < h->count; i++)
        due += is_due(&h->items[i]);
    if (due == 0)
        return NULL;
    ledger_entry entry = {.approved_by = in->options->approved_by};
    dbk_err *e = m->built_in ? NULL : git_describe(in->arena, m->folder, &entry.git_commit, &entry.git_dirty);
    for (size_t i = 0; !e && i < h->count; i++)
        if (is_due(&h->items[i]))
            e = apply_item(in, m, &h->items[i], entry);
    module copy = *m;
    return e ? e : install_transaction(in, "noting the version", touch, &copy);
}
