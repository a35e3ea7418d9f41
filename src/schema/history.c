#include "schema/history.h"

#include <string.h>

/* The highest number among the files, -1 when there is none. */
static int64_t files_head(const module *m)
{
    return m->migrations.count ? m->migrations.items[m->migrations.count - 1].number : -1;
}

static history_verdict judge_file(const module *m, size_t i, const ledger_migration *row, int64_t head)
{
    const module_file *file = &m->migrations.items[i];
    if (file->number < 0)
        return HISTORY_NAME;
    if (i > 0 && m->migrations.items[i - 1].number == file->number)
        return HISTORY_DUPLICATE;
    if (!row)
        return file->number < head ? HISTORY_ORDER : HISTORY_PENDING;
    if (strcmp(row->sha256, file->sha256) != 0)
        return HISTORY_EDITED;
    return strcmp(row->name, file->name) == 0 ? HISTORY_APPLIED : HISTORY_RENAMED;
}

static bool has_file(const module *m, int64_t number)
{
    for (size_t i = 0; i < m->migrations.count; i++)
        if (m->migrations.items[i].number == number)
            return true;
    return false;
}

/* Moves the new last item to its place by number. */
static void settle(history *h)
{
    for (size_t i = h->count - 1; i > 0; i--) {
        history_item *before = &h->items[i - 1], *last = &h->items[i];
        int64_t number = before->file ? before->file->number : before->row->number;
        if (number <= last->row->number)
            return;
        history_item swapped = *before;
        *before = *last;
        *last = swapped;
    }
}

dbk_err *history_compare(arena *a, const module *m, const ledger *l, history *out)
{
    history h = {.items = arena_alloc(a, (m->migrations.count + l->migration_count + 1) * sizeof(*h.items))};
    if (!h.items)
        return err_oom();
    int64_t head = ledger_head(l, m->name);
    for (size_t i = 0; i < m->migrations.count; i++) {
        const module_file *file = &m->migrations.items[i];
        const ledger_migration *row =
            file->number < 0 ? NULL : ledger_find_migration(l, m->name, file->number);
        h.items[h.count++] = (history_item){file, row, judge_file(m, i, row, head)};
    }
    for (size_t i = 0; i < l->migration_count; i++) {
        const ledger_migration *row = &l->migrations[i];
        if (strcmp(row->module, m->name) != 0 || has_file(m, row->number))
            continue;
        h.items[h.count++] =
            (history_item){NULL, row, row->number > files_head(m) ? HISTORY_AHEAD : HISTORY_DELETED};
        settle(&h);
    }
    *out = h;
    return NULL;
}

static dbk_err *fault_of(const module *m, const history_item *item)
{
    const char *file = item->file ? item->file->path : "";
    switch (item->verdict) {
    case HISTORY_APPLIED:
    case HISTORY_PENDING:
        return NULL;
    case HISTORY_NAME:
        return err_with_hint(
            err_new(ERR_HISTORY_NAME, "%s is not a name for a migration", file),
            "a number, an underscore, what it does in lower case, .sql: 012_add_funding.sql");
    case HISTORY_DUPLICATE:
        return err_with_hint(
            err_new(ERR_HISTORY_DUPLICATE, "%s has a number that another migration of the module has", file),
            "give the one that was not applied anywhere the next free number");
    case HISTORY_EDITED:
        return err_with_hint(err_new(ERR_HISTORY_EDITED, "%s was edited after it was applied on %s", file,
                                     item->row->applied_at),
                             "restore its content and put the change into a new migration");
    case HISTORY_RENAMED:
        return err_with_hint(
            err_new(ERR_HISTORY_EDITED, "%s was applied under the name %s", file, item->row->name),
            "restore its name");
    case HISTORY_DELETED:
        return err_with_hint(err_new(ERR_HISTORY_DELETED,
                                     "%s/migrations/%s was applied on %s and is no longer there", m->name,
                                     item->row->name, item->row->applied_at),
                             "restore the file; applied migrations are never removed");
    case HISTORY_AHEAD:
        return err_with_hint(
            err_new(ERR_HISTORY_AHEAD,
                    "the database is newer than the files: %s/migrations/%s was applied on %s", m->name,
                    item->row->name, item->row->applied_at),
            "use the version of the program and of the modules that has it");
    case HISTORY_ORDER:
        return err_with_hint(
            err_new(ERR_HISTORY_ORDER, "%s comes before migrations that were applied already", file),
            "give it the next free number");
    }
    return err_new(ERR_INTERNAL, "unknown verdict %d", (int)item->verdict);
}

dbk_err *history_fault(const module *m, const history *h)
{
    dbk_err *first = NULL;
    size_t others = 0;
    for (size_t i = 0; i < h->count; i++) {
        if (h->items[i].verdict == HISTORY_APPLIED || h->items[i].verdict == HISTORY_PENDING)
            continue;
        if (!first)
            first = fault_of(m, &h->items[i]);
        else
            others++;
    }
    if (first && others)
        first = err_with_detail(first, "and %zu more in the module \"%s\"; see `daybook migrate status`",
                                others, m->name);
    return first;
}

dbk_err *history_missing_module(const module_set *set, const ledger *l)
{
    for (size_t i = 0; i < l->modules.count; i++)
        if (!module_find(set, l->modules.items[i]))
            return err_with_hint(
                err_new(ERR_HISTORY_DELETED,
                        "the module \"%s\" is installed in this database and is not here",
                        l->modules.items[i]),
                "name the folder it is in with --modules-dir, or use the version of the program that has it");
    return NULL;
}

schema_state history_routine_state(const module_file *file, const ledger_routine *row, int64_t head)
{
    if (!row)
        return SCHEMA_PENDING;
    if (strcmp(row->sha256, file->sha256) != 0 || row->run_as_owner != file->run_as_owner)
        return SCHEMA_CHANGED;
    return row->migration == head ? SCHEMA_APPLIED : SCHEMA_PENDING;
}
