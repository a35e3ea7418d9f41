#include "schema/install_int.h"
#include "schema/sql_run.h"

typedef struct migration_step {
    const module *module;
    const module_file *file;
    int64_t duration_ms;
} migration_step;

/* The statements and the row that says so commit together: there is no half. */
static dbk_err *apply_migration(installer *in, void *arg)
{
    migration_step *step = arg;
    int64_t started_us = in->clock->wall_us(in->clock), from_us = in->clock->mono_us(in->clock);
    dbk_err *e = sql_run_file(in->work, in->scratch, step->file);
    if (e)
        return e;
    /* The file may have set a role or a path; what the runner writes is written as the owner. */
    e = schema_roles_act_as(in->work, in->scratch, in->roles.owner);
    step->duration_ms = (in->clock->mono_us(in->clock) - from_us) / 1000;
    if (!e)
        e = ledger_put_migration(in->work, in->scratch, step->module, step->file, started_us,
                                 step->duration_ms);
    return e ? e : ledger_touch_module(in->work, in->scratch, step->module);
}

dbk_err *install_migrations(installer *in, const module *m)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < m->migrations.count; i++) {
        migration_step step = {.module = m, .file = &m->migrations.items[i]};
        if (ledger_find_migration(&in->ledger, m->name, step.file->number))
            continue;
        const char *what = arena_printf(in->arena, "applying %s", step.file->path);
        e = what ? install_transaction(in, what, apply_migration, &step) : err_oom();
        if (e)
            break;
        in->result.migrations++;
        if (in->options->log)
            log_fields(in->options->log, LOG_INFO, "applied", LOG_STR("migration", step.file->path),
                       LOG_INT("duration_ms", step.duration_ms));
    }
    return e;
}
