/* The migrations of a module, by the conventions of whichever tool its folder was made for. */
#include <stdlib.h>
#include <string.h>

#include "schema/module_int.h"

static int compare_migrations(const void *x, const void *y)
{
    const module_file *a = x, *b = y;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* A baseline migration stands for the files up to its version, and counts only where these are gone: of those
 * before the first other migration the newest. */
static void leave_out_baselines(module_files *f)
{
    int64_t first = INT64_MAX;
    const module_file *chosen = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < f->count; i++)
        if (!f->items[i].baseline && f->items[i].number >= 0 && f->items[i].number < first)
            first = f->items[i].number;
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].baseline && f->items[i].number < first)
            chosen = &f->items[i];
    for (size_t i = 0; i < f->count; i++)
        if (!f->items[i].baseline || &f->items[i] == chosen)
            f->items[kept++] = f->items[i];
    f->count = kept;
}

void module_sort_migrations(module *m)
{
    if (m->migrations.count)
        qsort(m->migrations.items, m->migrations.count, sizeof(module_file), compare_migrations);
    leave_out_baselines(&m->migrations);
}

static dbk_err *cut_down_block(arena *a, module_file *file)
{
    size_t length;
    const char *wrong = layout_dbmate_up(file->text, &length);
    if (wrong)
        return err_new(ERR_INPUT, "%s is no migration of dbmate: %s", file->path, wrong);
    file->text = arena_strndup(a, file->text, length);
    return file->text ? NULL : err_oom();
}

dbk_err *module_add_migration(arena *a, const module_source *source, const module_source_file *from,
                              module *m)
{
    const char *name = from->path + strlen("migrations/");
    layout_kind kind = layout_file_kind(m->layout, name);
    if (kind == LAYOUT_BESIDE)
        return NULL;
    if (strchr(name, '/'))
        return err_with_hint(
            err_new(ERR_INPUT, "%s/%s does not belong in this folder", source->name, from->path),
            "migrations stand in one folder, without further ones");
    module_file *file;
    dbk_err *e =
        module_add_file(a, source, from, kind == LAYOUT_REPEATABLE ? &m->repeatables : &m->migrations, &file);
    if (e)
        return e;
    file->number = kind == LAYOUT_REPEATABLE ? INT64_MAX : layout_number(m->layout, &m->versions, name);
    file->baseline = kind == LAYOUT_BASELINE && file->number >= 0;
    if (m->layout == LAYOUT_FLYWAY)
        file->flyway = layout_flyway_checksum(file->text);
    return m->layout == LAYOUT_DBMATE ? cut_down_block(a, file) : NULL;
}

/* ---- sqitch ---- */

static const module_source_file *find_file(const module_source *source, const char *folder, const char *name)
{
    size_t length = strlen(folder);
    for (size_t i = 0; i < source->count; i++)
        if (strncmp(source->files[i].path, folder, length) == 0 &&
            strcmp(source->files[i].path + length, name) == 0)
            return &source->files[i];
    return NULL;
}

static dbk_err *check_plan(const module_source *source, const module *m)
{
    const sqitch_plan *plan = &m->plan;
    if ((int64_t)plan->count < m->plan_changes)
        return err_with_hint(err_new(ERR_HISTORY_DELETED,
                                     "%s/sqitch.plan has %zu changes, and %lld were taken over", source->name,
                                     plan->count, (long long)m->plan_changes),
                             "restore the plan; applied migrations are never removed");
    if ((int64_t)plan->count == m->plan_changes)
        return NULL;
    const sqitch_change *added = &plan->changes[m->plan_changes];
    return err_with_hint(
        err_new(ERR_INPUT,
                "%s/sqitch.plan:%zu: the change \"%s\" was added after the first %lld were taken over",
                source->name, added->line, added->name, (long long)m->plan_changes),
        "the plan has ended: take the line out, and make a numbered file with `daybook migrate new %s`",
        m->name);
}

static dbk_err *add_change(arena *a, const module_source *source, module *m, size_t i)
{
    const sqitch_change *change = &m->plan.changes[i];
    const module_source_file *deploy = NULL, *verify = NULL;
    const char *script = change->scripts[0];
    for (size_t s = 0; s < change->script_count && !deploy; s++) {
        script = change->scripts[s];
        deploy = find_file(source, "deploy/", script);
    }
    if (!deploy)
        return err_with_hint(err_new(ERR_HISTORY_DELETED,
                                     "%s/deploy/%s is missing: sqitch.plan:%zu names the change \"%s\"",
                                     source->name, change->scripts[0], change->line, change->name),
                             "restore the file; applied migrations are never removed");
    module_file *file;
    dbk_err *e = module_add_file(a, source, deploy, &m->migrations, &file);
    if (e)
        return e;
    file->name = script;
    file->number = (int64_t)i + 1;
    digest_sha1_hex(deploy->data, deploy->length, file->sha1);
    verify = change->reworked ? NULL : find_file(source, "verify/", script);
    if (!verify) /* what a later change has replaced is no longer as its script says */
        return NULL;
    e = module_add_file(a, source, verify, &m->verify, &file);
    if (!e) {
        file->name = script;
        file->number = (int64_t)i + 1;
    }
    return e;
}

dbk_err *module_add_plan(arena *a, const module_source *source, module *m)
{
    const module_source_file *from = find_file(source, "", "sqitch.plan");
    char *path = arena_printf(a, "%s/sqitch.plan", source->name);
    if (!path)
        return err_oom();
    if (!from)
        return err_new(ERR_INPUT, "%s is missing", path);
    dbk_err *e = sqitch_plan_parse(a, path, from->data, &m->plan);
    if (!e)
        e = check_plan(source, m);
    for (size_t i = 0; !e && i < m->plan.count; i++)
        e = add_change(a, source, m, i);
    return e;
}
