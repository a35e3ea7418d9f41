/* Definitions of routines, and law 4: whatever changes state reaches the event log on every path that does.
 */
#include <ctype.h>
#include <string.h>

#include "schema/lint_routine.h"
#include "schema/sql_scan.h"

#define ROUNDS_MAX 1000

static bool is_routine(const lint_statement *st)
{
    return st->kind && (strcmp(st->kind, "CreateFunctionStmt") == 0 || strcmp(st->kind, "DoStmt") == 0);
}

static dbk_err *note_overloads(lint_routines_set *set, lint_routine *r)
{
    for (lint_routine *other = set->items; r->name && other < r; other++)
        if (other->name && strcmp(other->name, r->name) == 0) {
            flow_routine *last = &other->flow;
            while (last->same_name)
                last = last->same_name;
            last->same_name = &r->flow;
            break;
        }
    return NULL;
}

static dbk_err *find_routine(lint *l, const lint_statement *st, lint_routines_set *set)
{
    lint_routine *r = &set->items[set->count++];
    json_t *name = json_object_get(st->fields, "funcname");
    *r = (lint_routine){.statement = st};
    if (name) {
        r->name = tree_name(l->arena, name);
        r->bare = tree_string(json_array_get(name, json_array_size(name) - 1));
        if (!r->name || !r->bare)
            return err_oom();
    }
    json_t *strict = lint_option(st, "strict");
    r->returns_set = tree_flag(json_object_get(st->fields, "returnType"), "setof");
    r->flow.name = r->name;
    r->flow.strict = tree_flag(tree_as(strict, "Boolean"), "boolval");
    dbk_err *e = note_overloads(set, r);
    return e ? e : lint_body_read(l, st, &r->body);
}

static dbk_err *find_all(lint *l, lint_routines_set *set)
{
    size_t count = 0;
    for (size_t f = 0; f < l->file_count; f++)
        for (size_t i = 0; i < l->files[f].statement_count; i++)
            count += is_routine(&l->files[f].statements[i]);
    set->items = arena_alloc(l->arena, (count + 1) * sizeof(*set->items));
    if (!set->items)
        return err_oom();
    dbk_err *e = NULL;
    for (size_t f = 0; !e && f < l->file_count; f++)
        for (size_t i = 0; !e && i < l->files[f].statement_count; i++)
            if (is_routine(&l->files[f].statements[i]))
                e = find_routine(l, &l->files[f].statements[i], set);
    return e;
}

/* The options that SET gives a routine: the last name of search_path. */
static bool ends_in_pg_temp(const lint_statement *st, bool *has_path)
{
    json_t *options = json_object_get(st->fields, "options");
    *has_path = false;
    for (size_t i = 0; i < json_array_size(options); i++) {
        json_t *option = tree_as(json_array_get(options, i), "DefElem");
        json_t *set = tree_as(json_object_get(option, "arg"), "VariableSetStmt"),
               *args = json_object_get(set, "args");
        if (!tree_is(option, "defname", "set") || !tree_is(set, "name", "search_path"))
            continue;
        json_t *last = tree_as(json_array_get(args, json_array_size(args) - 1), "A_Const");
        *has_path = true;
        return tree_is(json_object_get(last, "sval"), "sval", "pg_temp");
    }
    return false;
}

/* Whether a comment ends right above the statement. */
static bool has_comment_above(const lint_statement *st)
{
    const char *text = st->file->source->text;
    size_t at = st->offset;
    while (at > 0 && isspace((unsigned char)text[at - 1]))
        at--;
    if (at >= 2 && text[at - 1] == '/' && text[at - 2] == '*')
        return true;
    size_t line = at;
    while (line > 0 && text[line - 1] != '\n')
        line--;
    line += strspn(text + line, " \t");
    return line + 1 < at && text[line] == '-' && text[line + 1] == '-';
}

static bool returns_trigger(const lint_statement *st)
{
    json_t *names = json_object_get(json_object_get(st->fields, "returnType"), "names");
    const char *type = tree_string(json_array_get(names, json_array_size(names) - 1));
    return type && (strcmp(type, "trigger") == 0 || strcmp(type, "event_trigger") == 0);
}

static dbk_err *check_definition(lint *l, const lint_routine *r)
{
    const lint_statement *st = r->statement;
    bool definer = tree_flag(tree_as(lint_option(st, "security"), "Boolean"), "boolval"), has_path;
    bool good_path = ends_in_pg_temp(st, &has_path), of_interface = strncmp(r->bare, "fn_", 3) == 0;
    dbk_err *e = NULL;
    if (!good_path && (has_path || !r->body.bound || definer))
        e = lint_report(
            l, st->file, st->offset, "function-search-path",
            has_path ? "search_path of %s does not end in pg_temp" : "%s does not fix search_path", r->name);
    if (!e && !lint_option(st, "volatility") && !tree_flag(st->fields, "is_procedure"))
        e = lint_report(l, st->file, st->offset, "function-volatility", "%s does not state its volatility",
                        r->name);
    if (!e && definer && !of_interface && !has_comment_above(st))
        e = lint_report(l, st->file, st->offset, "security-definer-reason", "%s does not say why", r->name);
    if (!e && of_interface && !definer && !returns_trigger(st))
        e = lint_report(l, st->file, st->offset, "interface-security-definer", "%s is not security definer",
                        r->name);
    if (!e && !strchr(r->name, '.'))
        e = lint_report(l, st->file, st->offset, "unqualified-name", "function %s() has no schema", r->name);
    return e;
}

/* An exempt routine changes something that needs no event, for itself and for whoever calls it. */
static bool is_exempt(lint *l, lint_routine *r)
{
    if (!r->exempt_known) {
        const lint_rule *rule = lint_rule_find("state-change-without-event");
        r->exempt_known = true;
        r->exempt = lint_is_allowed(l, r->statement->file, r->statement->offset, rule, NULL);
        l->allowed_count += r->exempt && r->statement->file->reported;
    }
    return r->exempt;
}

static dbk_err *settle(lint *l, lint_routines_set *set)
{
    bool changed = true;
    for (int round = 0; changed; round++) {
        changed = false;
        if (round == ROUNDS_MAX)
            return err_new(ERR_INTERNAL, "the endings of routines do not settle");
        for (size_t i = 0; i < set->count; i++) {
            lint_routine *r = &set->items[i];
            flow_endings endings = flow_run(&r->flow);
            if ((endings & FLOW_SILENT_CHANGE) && r->name && is_exempt(l, r))
                endings = (flow_endings)((endings ^ FLOW_SILENT_CHANGE) | 1u);
            changed |= endings != r->flow.endings;
            r->flow.endings = endings;
        }
    }
    return NULL;
}

static size_t file_line(const lint_routine *r, long long line)
{
    return r->body.line + (size_t)(line > 0 ? line - 1 : 0);
}

/* Names beginning with _ are parts of others and are judged where they are used. */
static dbk_err *report_silent(lint *l, const lint_routine *r)
{
    if (!r->name || r->bare[0] == '_' || !(r->flow.endings & FLOW_SILENT_CHANGE))
        return NULL;
    size_t at = lint_body_place(r->statement, &r->body, r->flow.changed_line > 0 ? r->flow.changed_line : 1);
    if (r->flow.returned_line > 0)
        return lint_report(l, r->statement->file, at, "state-change-without-event",
                           "%s can change state here and leave at line %zu without an event", r->name,
                           file_line(r, r->flow.returned_line));
    return lint_report(l, r->statement->file, at, "state-change-without-event",
                       "%s can change state here and come to its end without an event", r->name);
}

dbk_err *lint_routines(lint *l)
{
    lint_routines_set set = {0};
    dbk_err *e = find_all(l, &set);
    if (!e)
        e = lint_reactions_read(l, &set.reactions);
    for (size_t i = 0; !e && i < set.count; i++)
        e = lint_program_build(l, &set, &set.items[i]);
    for (size_t i = 0; !e && i < set.count; i++)
        if (set.items[i].name)
            e = check_definition(l, &set.items[i]);
    if (!e)
        e = settle(l, &set);
    for (size_t i = 0; !e && i < set.count; i++)
        e = report_silent(l, &set.items[i]);
    for (size_t i = 0; i < set.count; i++)
        l->routine_count += set.items[i].statement->file->reported;
    return e;
}
