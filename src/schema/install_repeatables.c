/* Repeatable files of a folder adopted from Flyway: applied after the migrations, in the order of their
 * names, when they are new or their content is another. What they make is not known; so nothing of it is ever
 * dropped, and the file is to be written so that it can run again. */
#include <string.h>

#include "schema/install_int.h"
#include "schema/sql_file.h"
#include "schema/sql_run.h"

dbk_err *install_check_repeatables(installer *in, const module *m)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < m->repeatables.count; i++) {
        const module_file *file = &m->repeatables.items[i];
        sql_file f;
        arena_reset(in->scratch);
        if (history_repeatable_state(file, ledger_find_repeatable(&in->ledger, m->name, file->name)) ==
            SCHEMA_APPLIED)
            continue;
        e = sql_file_read(in->scratch, file, &f);
        if (!e && f.by_statement)
            e = err_with_hint(err_new(ERR_INPUT,
                                      "%s cannot be applied: a repeatable file runs in one transaction",
                                      file->path),
                              "put what cannot be part of one into a migration");
    }
    return e;
}

typedef struct repeatable_step {
    const module *module;
    const module_file *file;
    const ledger_routine *gone;
} repeatable_step;

static dbk_err *apply_file(installer *in, void *arg)
{
    const repeatable_step *step = arg;
    dbk_err *e = sql_run_file(in->work, in->scratch, step->file);
    if (!e)
        e = install_act_as_owner(in);
    return e ? e
             : ledger_put_routine(in->work, in->scratch, step->module, SCHEMA_REPEATABLE, step->file, "", -1);
}

static dbk_err *forget(installer *in, void *arg)
{
    const repeatable_step *step = arg;
    dbk_err *e = install_act_as_owner(in);
    return e ? e : ledger_delete_routine(in->work, in->scratch, step->gone);
}

static dbk_err *apply_new(installer *in, const module *m, const module_file *file)
{
    repeatable_step step = {.module = m, .file = file};
    const char *what = arena_printf(in->arena, "applying %s", file->path);
    dbk_err *e = what ? install_transaction(in, what, apply_file, &step) : err_oom();
    if (e)
        return e;
    in->result.routines++;
    if (in->options->log)
        log_fields(in->options->log, LOG_INFO, "applied", LOG_STR("repeatable", file->path));
    return NULL;
}

static dbk_err *forget_gone(installer *in, const ledger_routine *row)
{
    repeatable_step step = {.gone = row};
    dbk_err *e = install_transaction(in, "forgetting a repeatable file", forget, &step);
    if (!e && in->options->log)
        log_fields(in->options->log, LOG_WARNING, "a repeatable file is gone; what it made stays",
                   LOG_STR("module", row->module), LOG_STR("file", row->name));
    return e;
}

dbk_err *install_repeatables(installer *in, const module *m)
{
    const ledger *l = &in->ledger;
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < m->repeatables.count; i++) {
        const module_file *file = &m->repeatables.items[i];
        if (history_repeatable_state(file, ledger_find_repeatable(l, m->name, file->name)) != SCHEMA_APPLIED)
            e = apply_new(in, m, file);
    }
    for (size_t i = 0; !e && i < l->repeatable_count; i++) {
        bool gone = strcmp(l->repeatables[i].module, m->name) == 0;
        for (size_t k = 0; k < m->repeatables.count; k++)
            gone = gone && strcmp(m->repeatables.items[k].name, l->repeatables[i].name) != 0;
        if (gone)
            e = forget_gone(in, &l->repeatables[i]);
    }
    return e;
}
