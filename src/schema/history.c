#include "schema/history.h"

#include <stdlib.h>
#include <string.h>

#include "schema/sql_file.h"

/* The highest number among the files, -1 when there is none. */
static int64_t files_head(const module *m)
{
    return m->migrations.count ? m->migrations.items[m->migrations.count - 1].number : -1;
}

/* "12", "012_what.sql", "module/12" or "module/012_what.sql"; numbers are compared as numbers. */
static bool names_file(const char *text, const module *m, const module_file *file)
{
    size_t length = strlen(m->name);
    if (strncmp(text, m->name, length) == 0 && text[length] == '/')
        text += length + 1;
    if (strcmp(text, file->name) == 0)
        return true;
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && digits <= 18 && !text[digits] && strtoll(text, NULL, 10) == file->number;
}

static bool is_allowed(const module_names *allowed, const module *m, const module_file *file)
{
    for (size_t i = 0; allowed && i < allowed->count; i++)
        if (names_file(allowed->items[i], m, file))
            return true;
    return false;
}

/* Of two files with one number, the one that was applied is in its right; neither was: the first is. */
static bool is_duplicate(const module *m, size_t i, const ledger_migration *row)
{
    const module_file *files = m->migrations.items;
    bool after_same = i > 0 && files[i - 1].number == files[i].number;
    bool before_same = i + 1 < m->migrations.count && files[i + 1].number == files[i].number;
    if (!row || !(after_same || before_same))
        return after_same;
    return strcmp(row->name, files[i].name) != 0;
}

static history_verdict judge_file(const module *m, size_t i, const ledger_migration *row, int64_t head)
{
    const module_file *file = &m->migrations.items[i];
    if (file->number < 0)
        return HISTORY_NAME;
    if (is_duplicate(m, i, row))
        return HISTORY_DUPLICATE;
    if (!row)
        return file->number < head ? HISTORY_ORDER : HISTORY_PENDING;
    if (strcmp(row->sha256, file->sha256) != 0)
        return HISTORY_EDITED;
    return strcmp(row->name, file->name) == 0 ? HISTORY_APPLIED : HISTORY_RENAMED;
}

/* Is the statement that a step tells of still the one in the file? */
static bool step_fits(const sql_file *f, const ledger_step *step)
{
    char sha256[65];
    if (!f->by_statement || step->statement < 1 || (size_t)step->statement > f->count)
        return false;
    sql_statement_sha256(&f->items[step->statement - 1], sha256);
    return strcmp(sha256, step->sha256) == 0;
}

/* file may be NULL: gone. */
static dbk_err *measure(arena *a, const module *m, int64_t number, const module_file *file, const ledger *l,
                        history_progress *out)
{
    history_progress p = {.fits = file != NULL};
    const ledger_step *open = NULL;
    sql_file f = {0};
    dbk_err *e = file ? sql_file_read(a, file, &f) : NULL;
    if (e) { /* a file that cannot be run any more is not the one that was begun */
        err_free(e);
        p.fits = false;
    }
    for (size_t i = 0; i < l->step_count; i++) {
        const ledger_step *step = &l->steps[i];
        if (step->number != number || strcmp(step->module, m->name) != 0)
            continue;
        open = step->event == LEDGER_STARTED ? step : NULL;
        if (step->event != LEDGER_DONE)
            continue;
        p.done = (size_t)step->statement;
        p.fits &= step_fits(&f, step);
    }
    p.begun = open != NULL;
    p.fits &= !open || step_fits(&f, open);
    p.count = f.count;
    *out = p;
    return NULL;
}

static bool has_steps(const module *m, int64_t number, const ledger *l)
{
    for (size_t i = 0; i < l->step_count; i++)
        if (l->steps[i].number == number && strcmp(l->steps[i].module, m->name) == 0)
            return true;
    return false;
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

static dbk_err *compare_file(arena *a, const module *m, size_t i, const ledger *l,
                             const module_names *allowed, int64_t head, history_item *item)
{
    const module_file *file = &m->migrations.items[i];
    const ledger_migration *row = file->number < 0 ? NULL : ledger_find_migration(l, m->name, file->number);
    *item = (history_item){.file = file, .row = row};
    item->verdict = judge_file(m, i, row, head);
    if (item->verdict == HISTORY_ORDER && is_allowed(allowed, m, file)) {
        item->verdict = HISTORY_PENDING;
        item->out_of_order = true;
    }
    if (item->verdict != HISTORY_PENDING || !has_steps(m, file->number, l))
        return NULL;
    dbk_err *e = measure(a, m, file->number, file, l, &item->progress);
    if (!e && (item->progress.done > 0 || item->progress.begun)) /* or else nothing has happened yet */
        item->verdict = HISTORY_HALF;
    return e;
}

/* Migrations that were begun and have no file. */
static dbk_err *add_lost_halves(arena *a, const module *m, const ledger *l, history *h)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < l->step_count; i++) {
        const ledger_step *step = &l->steps[i];
        bool known = strcmp(step->module, m->name) != 0 || has_file(m, step->number);
        for (size_t k = 0; k < h->count && !known; k++)
            known = h->items[k].step && h->items[k].step->number == step->number;
        if (known)
            continue;
        history_item item = {.step = step, .verdict = HISTORY_HALF};
        e = measure(a, m, step->number, NULL, l, &item.progress);
        if (!e && (item.progress.done > 0 || item.progress.begun))
            h->items[h->count++] = item;
    }
    return e;
}

dbk_err *history_compare(arena *a, const module *m, const ledger *l, const module_names *allowed,
                         history *out)
{
    history h = {.items = arena_alloc(a, (m->migrations.count + l->migration_count + l->step_count + 1) *
                                             sizeof(*h.items))};
    if (!h.items)
        return err_oom();
    dbk_err *e = NULL;
    int64_t head = ledger_head(l, m->name);
    for (size_t i = 0; !e && i < m->migrations.count; i++)
        e = compare_file(a, m, i, l, allowed, head, &h.items[h.count++]);
    for (size_t i = 0; i < l->migration_count; i++) {
        const ledger_migration *row = &l->migrations[i];
        if (strcmp(row->module, m->name) != 0 || has_file(m, row->number))
            continue;
        h.items[h.count++] = (history_item){
            .row = row, .verdict = row->number > files_head(m) ? HISTORY_AHEAD : HISTORY_DELETED};
        settle(&h);
    }
    if (!e)
        e = add_lost_halves(a, m, l, &h);
    if (!e)
        *out = h;
    return e;
}

static dbk_err *half_fault(const module *m, const history_item *item)
{
    const history_progress *p = &item->progress;
    if (!item->file)
        return err_with_hint(
            err_new(ERR_HISTORY_HALF,
                    "migration %lld of the module \"%s\" was applied by half (%zu statements), and its "
                    "file is no longer there",
                    (long long)item->step->number, m->name, p->done),
            "restore the file");
    if (!p->fits)
        return err_with_hint(
            err_new(
                ERR_HISTORY_HALF,
                "%s was applied by half, and the statements that have run are no longer those of the file",
                item->file->path),
            "restore them; only statements that have not run may be changed");
    return err_with_hint(err_new(ERR_HISTORY_HALF, "%s was applied by half: %zu of %zu statements%s",
                                 item->file->path, p->done, p->count,
                                 p->begun ? ", and one more was begun" : ""),
                         "`daybook migrate apply` goes on at statement %zu", p->done + 1);
}

static dbk_err *name_fault(const module *m, const char *file)
{
    dbk_err *e = err_new(ERR_HISTORY_NAME, "%s is not a name for a migration", file);
    switch (m->layout) {
    case LAYOUT_DAYBOOK:
    case LAYOUT_SQITCH:
        return err_with_hint(
            e, "a number, an underscore, what it does in lower case, .sql: 012_add_funding.sql");
    case LAYOUT_FLYWAY:
        return err_with_hint(
            e,
            "V, a version of %zu part%s at most, two underscores; how many digits a part has "
            "after the first is fixed by version_digits in module.conf",
            m->versions.count + 1, m->versions.count ? "s" : "");
    case LAYOUT_SQLX:
    case LAYOUT_DBMATE:
    case LAYOUT_GOLANG:
        break;
    }
    return err_with_hint(e, "it begins with a number of at most %d digits and is called as %s would call it",
                         LAYOUT_DIGITS_MAX, layout_name(m->layout));
}

static dbk_err *fault_of(const module *m, const history_item *item)
{
    const char *file = item->file ? item->file->path : "";
    switch (item->verdict) {
    case HISTORY_APPLIED:
    case HISTORY_PENDING:
        return NULL;
    case HISTORY_NAME:
        return name_fault(m, file);
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
            "give it the next free number, or let it through by name: --allow-out-of-order %s/%lld", m->name,
            (long long)item->file->number);
    case HISTORY_HALF:
        return half_fault(m, item);
    }
    return err_new(ERR_INTERNAL, "unknown verdict %d", (int)item->verdict);
}

dbk_err *history_fault(const module *m, const history *h, bool going_on)
{
    dbk_err *first = NULL;
    size_t others = 0;
    for (size_t i = 0; i < h->count; i++) {
        if (h->items[i].verdict == HISTORY_APPLIED || h->items[i].verdict == HISTORY_PENDING)
            continue;
        if (going_on && h->items[i].verdict == HISTORY_HALF && h->items[i].progress.fits)
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

schema_state history_repeatable_state(const module_file *file, const ledger_routine *row)
{
    if (!row)
        return SCHEMA_PENDING;
    return strcmp(row->sha256, file->sha256) == 0 ? SCHEMA_APPLIED : SCHEMA_CHANGED;
}

static void add_routine_files(const module *m, const ledger *l, schema_kind kind, const module_files *files,
                              int64_t head, history_routines *out)
{
    for (size_t i = 0; i < files->count; i++) {
        const module_file *file = &files->items[i];
        const ledger_routine *row = ledger_find_routine(l, m->name, kind, file->name);
        out->items[out->count++] = (history_routine){.kind = kind,
                                                     .name = file->name,
                                                     .file = file,
                                                     .row = row,
                                                     .state = history_routine_state(file, row, head)};
    }
}

static void add_repeatables(const module *m, const ledger *l, history_routines *out)
{
    for (size_t i = 0; i < m->repeatables.count; i++) {
        const module_file *file = &m->repeatables.items[i];
        const ledger_routine *row = ledger_find_repeatable(l, m->name, file->name);
        out->items[out->count++] = (history_routine){.kind = SCHEMA_REPEATABLE,
                                                     .name = file->name,
                                                     .file = file,
                                                     .row = row,
                                                     .state = history_repeatable_state(file, row)};
    }
}

static void add_leftovers(const module *m, const ledger_routine *rows, size_t count, history_routines *out)
{
    size_t files = out->count;
    for (size_t i = 0; i < count; i++) {
        const ledger_routine *row = &rows[i];
        bool found = strcmp(row->module, m->name) != 0;
        for (size_t f = 0; f < files && !found; f++)
            found = out->items[f].row == row;
        if (!found)
            out->items[out->count++] =
                (history_routine){.kind = row->kind, .name = row->name, .row = row, .state = SCHEMA_LEFTOVER};
    }
}

dbk_err *history_compare_routines(arena *a, const module *m, const ledger *l, int64_t head,
                                  history_routines *out)
{
    size_t room = m->functions.count + m->views.count + m->repeatables.count + l->routine_count +
                  l->repeatable_count + 1;
    history_routines found = {.items = arena_alloc(a, room * sizeof(*found.items))};
    if (!found.items)
        return err_oom();
    add_repeatables(m, l, &found);
    add_routine_files(m, l, SCHEMA_FUNCTION, &m->functions, head, &found);
    add_routine_files(m, l, SCHEMA_VIEW, &m->views, head, &found);
    add_leftovers(m, l->routines, l->routine_count, &found);
    add_leftovers(m, l->repeatables, l->repeatable_count, &found);
    *out = found;
    return NULL;
}
