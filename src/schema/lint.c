#include "schema/lint.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "schema/lint_int.h"
#include "schema/sql_scan.h"

#define NAMES_FIRST 64

bool lint_is_selected(const lint *l, const lint_rule *rule)
{
    for (size_t i = 0; i < l->options->rule_count; i++)
        if (strcmp(l->options->rules[i], rule->id) == 0 ||
            strcmp(l->options->rules[i], lint_group_name(rule->group)) == 0)
            return true;
    /* What could not be read may break any rule. */
    return l->options->rule_count == 0 || rule->level == LINT_UNKNOWN;
}

dbk_err *lint_report_at(lint *l, const char *path, size_t line, size_t column, const lint_rule *rule,
                        const char *message)
{
    if (!message)
        return err_oom();
    if (l->finding_count == LINT_FINDINGS_MAX)
        return err_new(ERR_LIMIT, "more than %d findings", LINT_FINDINGS_MAX);
    if (l->finding_count == l->finding_capacity) {
        size_t capacity = l->finding_capacity ? l->finding_capacity * 2 : NAMES_FIRST;
        lint_finding *grown = arena_alloc(l->arena, capacity * sizeof(*grown));
        if (!grown)
            return err_oom();
        if (l->finding_count)
            memcpy(grown, l->findings, l->finding_count * sizeof(*grown));
        l->findings = grown;
        l->finding_capacity = capacity;
    }
    l->findings[l->finding_count++] =
        (lint_finding){.path = path, .line = line, .column = column, .rule = rule, .message = message};
    return NULL;
}

dbk_err *lint_report(lint *l, lint_file *file, size_t offset, const char *rule_id, const char *fmt, ...)
{
    const lint_rule *rule = lint_rule_find(rule_id);
    const char *note = "";
    assert(rule);
    if (!file->reported || file->applied || !lint_is_selected(l, rule))
        return NULL;
    if (lint_is_allowed(l, file, offset, rule, &note)) {
        l->allowed_count++;
        return NULL;
    }
    va_list args;
    va_start(args, fmt);
    char *text = arena_vprintf(l->arena, fmt, args);
    va_end(args);
    if (!text || !note)
        return err_oom();
    sql_place place = sql_place_of(file->source->text, offset);
    return lint_report_at(l, file->source->path, place.line, place.column, rule,
                          arena_printf(l->arena, "%s%s", text, note));
}

dbk_err *lint_names_add(arena *a, lint_names *set, const char *name)
{
    if (!name)
        return err_oom();
    if (lint_names_has(set, name))
        return NULL;
    if (set->count == set->capacity) {
        size_t capacity = set->capacity ? set->capacity * 2 : NAMES_FIRST;
        const char **grown = arena_alloc(a, capacity * sizeof(*grown));
        if (!grown)
            return err_oom();
        if (set->count)
            memcpy(grown, set->items, set->count * sizeof(*grown));
        set->items = grown;
        set->capacity = capacity;
    }
    set->items[set->count++] = name;
    return NULL;
}

bool lint_names_has(const lint_names *set, const char *name)
{
    for (size_t i = 0; name && i < set->count; i++)
        if (strcmp(set->items[i], name) == 0)
            return true;
    return false;
}

static int compare_sizes(size_t x, size_t y)
{
    return x < y ? -1 : x > y;
}

static int compare_findings(const void *x, const void *y)
{
    const lint_finding *a = x, *b = y;
    int order = strcmp(a->path, b->path);
    if (order == 0)
        order = compare_sizes(a->line, b->line);
    if (order == 0)
        order = compare_sizes(a->column, b->column);
    if (order == 0)
        order = strcmp(a->rule->id, b->rule->id);
    return order ? order : strcmp(a->message, b->message);
}

/* One place can be reached in several ways, as a statement inside a loop is. */
static void drop_repetitions(lint *l)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->finding_count; i++)
        if (kept == 0 || compare_findings(&l->findings[kept - 1], &l->findings[i]) != 0)
            l->findings[kept++] = l->findings[i];
    l->finding_count = kept;
}

dbk_err *lint_run(arena *a, const lint_options *options, lint_result *out)
{
    assert(options->today);
    lint l = {.arena = a, .options = options};
    dbk_err *e = pgquery_start(a, &l.parser);
    if (!e)
        e = lint_load(&l);
    if (!e)
        e = lint_locks(&l);
    if (!e)
        e = lint_tables(&l);
    if (!e)
        e = lint_usage(&l);
    if (!e)
        e = lint_routines(&l);
    if (!e)
        e = lint_allows_report(&l);
    if (e)
        return e;
    if (l.finding_count)
        qsort(l.findings, l.finding_count, sizeof(*l.findings), compare_findings);
    drop_repetitions(&l);
    *out = (lint_result){.items = l.findings,
                         .count = l.finding_count,
                         .routine_count = l.routine_count,
                         .allowed_count = l.allowed_count};
    for (size_t i = 0; i < l.finding_count; i++)
        out->unknown_count += l.findings[i].rule->level == LINT_UNKNOWN;
    for (size_t i = 0; i < l.file_count; i++)
        out->file_count += l.files[i].reported;
    return NULL;
}
