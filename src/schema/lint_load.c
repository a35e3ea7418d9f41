/* Reads the modules' files into statements with their trees. */
#include <string.h>

#include "core/buf.h"
#include "schema/lint_int.h"
#include "schema/sql_scan.h"

bool lint_is_reported(const lint *l, const module *m)
{
    const lint_options *o = l->options;
    for (size_t i = 0; i < o->module_count; i++)
        if (strcmp(o->modules[i], m->name) == 0)
            return true;
    return o->module_count == 0 && m->built_in == (o->modules_dir == NULL);
}

bool lint_is_applied(const lint_options *o, const module *m, const module_file *file)
{
    for (size_t i = 0; i < o->applied_count; i++)
        if (strcmp(o->applied[i].module, m->name) == 0 && file->number <= o->applied[i].number)
            return true;
    return false;
}

static dbk_err *parse_statement(lint *l, lint_statement *s)
{
    const char *error;
    size_t error_char;
    json_t *tree;
    char *text = arena_strndup(l->arena, s->file->source->text + s->offset, s->length);
    if (!text)
        return err_oom();
    dbk_err *e = tree_parse(l->arena, l->parser, PGQUERY_SQL, text, &tree, &error, &error_char);
    if (e)
        return e;
    json_t *statements = tree ? json_object_get(tree, "stmts") : NULL;
    if (json_array_size(statements) == 1)
        s->kind = tree_kind(json_object_get(json_array_get(statements, 0), "stmt"), &s->fields);
    if (s->kind)
        return NULL;
    size_t at = s->offset + (error_char ? sql_char_offset(text, error_char) : 0);
    return lint_report(l, s->file, at, "unparsable", "%s",
                       error ? error : "it cannot be told where the statement ends");
}

static dbk_err *note_routine(lint *l, const lint_statement *s)
{
    json_t *name =
        s->kind && strcmp(s->kind, "CreateFunctionStmt") == 0 ? json_object_get(s->fields, "funcname") : NULL;
    if (!name)
        return NULL;
    return lint_names_add(l->arena, &l->routine_names,
                          tree_string(json_array_get(name, json_array_size(name) - 1)));
}

static dbk_err *load_statements(lint *l, lint_file *file)
{
    sql_scan scan;
    sql_statement found;
    size_t count = 0;
    sql_scan_init(&scan, file->source->text);
    while (sql_scan_next(&scan, &found))
        count++;
    file->statements = arena_alloc(l->arena, (count + 1) * sizeof(*file->statements));
    if (!file->statements)
        return err_oom();
    sql_scan_init(&scan, file->source->text);
    while (sql_scan_next(&scan, &found))
        file->statements[file->statement_count++] =
            (lint_statement){.file = file, .offset = found.offset, .length = found.length};
    dbk_err *e = lint_allows_read(l, file);
    for (size_t i = 0; !e && i < file->statement_count; i++)
        e = parse_statement(l, &file->statements[i]);
    for (size_t i = 0; !e && i < file->statement_count; i++)
        e = note_routine(l, &file->statements[i]);
    return e;
}

static void add_files(lint *l, const module *m, const module_files *files, lint_kind kind)
{
    for (size_t i = 0; i < files->count; i++)
        l->files[l->file_count++] = (lint_file){
            .module = m,
            .source = &files->items[i],
            .kind = kind,
            .reported = lint_is_reported(l, m) &&
                        !(kind == LINT_MIGRATION && lint_squawk_leaves_out(l, &files->items[i])),
            .applied = kind == LINT_MIGRATION && lint_is_applied(l->options, m, &files->items[i])};
}

static bool is_group(const char *name)
{
    for (int group = LINT_LOCKS; group <= LINT_META; group++)
        if (strcmp(lint_group_name((lint_group)group), name) == 0)
            return true;
    return false;
}

static dbk_err *check_names(const lint *l)
{
    for (size_t i = 0; i < l->options->module_count; i++)
        if (!module_find(l->modules, l->options->modules[i]))
            return err_new(ERR_USAGE, "there is no module \"%s\"", l->options->modules[i]);
    for (size_t i = 0; i < l->options->applied_count; i++)
        if (!module_find(l->modules, l->options->applied[i].module))
            return err_new(ERR_USAGE, "there is no module \"%s\"", l->options->applied[i].module);
    for (size_t i = 0; i < l->options->rule_count; i++)
        if (!lint_rule_find(l->options->rules[i]) && !is_group(l->options->rules[i]))
            return err_with_hint(err_new(ERR_USAGE, "there is no rule \"%s\"", l->options->rules[i]),
                                 "`daybook lint --list` prints all rules");
    return NULL;
}

dbk_err *lint_load(lint *l)
{
    module_set *set;
    size_t count = 0;
    dbk_err *e = module_set_load(l->arena, l->options->modules_dir, &set);
    if (e)
        return e;
    l->modules = set;
    e = check_names(l);
    if (!e)
        e = lint_squawk_read(l);
    if (e)
        return e;
    for (size_t i = 0; i < set->count; i++)
        count += set->items[i].migrations.count + set->items[i].repeatables.count +
                 set->items[i].functions.count + set->items[i].views.count;
    l->files = arena_alloc(l->arena, (count + 1) * sizeof(*l->files));
    if (!l->files)
        return err_oom();
    for (size_t i = 0; i < set->count; i++) {
        add_files(l, &set->items[i], &set->items[i].migrations, LINT_MIGRATION);
        add_files(l, &set->items[i], &set->items[i].repeatables, LINT_MIGRATION);
        add_files(l, &set->items[i], &set->items[i].functions, LINT_FUNCTION);
        add_files(l, &set->items[i], &set->items[i].views, LINT_VIEW);
    }
    for (size_t i = 0; !e && i < l->file_count; i++)
        e = load_statements(l, &l->files[i]);
    return e;
}
