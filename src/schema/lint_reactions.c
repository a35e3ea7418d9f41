#include "schema/lint_reactions.h"

#include <string.h>

#include "schema/lint_tree.h"

/* Bits of a trigger's type, as in the server's pg_trigger.h. */
#define TRIGGER_BEFORE 2
#define TRIGGER_INSTEAD 64

typedef struct collecting {
    lint *l;
    lint_reactions *out;
    lint_reaction common; /* of the default at hand */
    dbk_err *error;
} collecting;

static dbk_err *add(collecting *c, const lint_reaction *reaction)
{
    lint_reactions *out = c->out;
    if (!reaction->table)
        return err_oom();
    if (out->count == out->capacity) {
        size_t capacity = out->capacity ? out->capacity * 2 : 64;
        lint_reaction *grown = arena_alloc(c->l->arena, capacity * sizeof(*grown));
        if (!grown)
            return err_oom();
        if (out->count)
            memcpy(grown, out->items, out->count * sizeof(*grown));
        out->items = grown;
        out->capacity = capacity;
    }
    out->items[out->count++] = *reaction;
    return NULL;
}

static void remove_default(collecting *c, const char *table, const char *column)
{
    for (size_t i = 0; i < c->out->count; i++) {
        lint_reaction *r = &c->out->items[i];
        if (!r->trigger && column && strcmp(r->table, table) == 0 && strcmp(r->column, column) == 0)
            r->gone = true;
    }
}

/* NULL: all of the table's. */
static void remove_triggers(collecting *c, const char *table, const char *trigger)
{
    for (size_t i = 0; table && i < c->out->count; i++) {
        lint_reaction *r = &c->out->items[i];
        if (strcmp(r->table, table) == 0 && (!trigger || (r->trigger && strcmp(r->trigger, trigger) == 0)))
            r->gone = true;
    }
}

static dbk_err *read_trigger(collecting *c, const lint_statement *st)
{
    long long timing = tree_int(st->fields, "timing", 0), events = tree_int(st->fields, "events", 0);
    lint_reaction r = {.table = tree_relation(c->l->arena, json_object_get(st->fields, "relation")),
                       .trigger = tree_text(st->fields, "trigname"),
                       .once = !tree_flag(st->fields, "row"),
                       .before = (timing & (TRIGGER_BEFORE | TRIGGER_INSTEAD)) != 0,
                       .sometimes = json_object_get(st->fields, "whenClause") ||
                                    json_array_size(json_object_get(st->fields, "columns")) > 0,
                       .function = json_object_get(st->fields, "funcname"),
                       .statement = st};
    /* INSERT, DELETE, UPDATE and TRUNCATE are the server's bits 2 to 5. */
    r.events = ((events & 4) ? LINT_ON_INSERT : 0) | ((events & 8) ? LINT_ON_DELETE : 0) |
               ((events & 16) ? LINT_ON_UPDATE : 0) | ((events & 32) ? LINT_ON_TRUNCATE : 0);
    if (tree_flag(st->fields, "replace"))
        remove_triggers(c, r.table, r.trigger);
    return add(c, &r);
}

static bool visit_default(void *ctx, const char *key, json_t *fields)
{
    collecting *c = ctx;
    if (strcmp(key, "FuncCall") != 0 || c->error)
        return !c->error;
    lint_reaction r = c->common;
    r.function = json_object_get(fields, "funcname");
    c->error = add(c, &r);
    return !c->error;
}

/* A column is left out of an insert or not, so what its default calls may be called. */
static dbk_err *read_default(collecting *c, const lint_statement *st, const char *table, const char *column,
                             json_t *expression)
{
    c->common = (lint_reaction){
        .table = table, .column = column, .events = LINT_ON_INSERT, .sometimes = true, .statement = st};
    dbk_err *e = column ? tree_walk(expression, visit_default, c) : NULL;
    if (c->error) {
        err_free(e);
        e = c->error;
        c->error = NULL;
    }
    return e;
}

static dbk_err *read_column(collecting *c, const lint_statement *st, const char *table, json_t *column)
{
    json_t *constraints = json_object_get(column, "constraints");
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < json_array_size(constraints); i++) {
        json_t *constraint = tree_as(json_array_get(constraints, i), "Constraint");
        if (tree_is(constraint, "contype", "CONSTR_DEFAULT"))
            e = read_default(c, st, table, tree_text(column, "colname"),
                             json_object_get(constraint, "raw_expr"));
    }
    return e;
}

static dbk_err *read_table(collecting *c, const lint_statement *st)
{
    const char *table = tree_relation(c->l->arena, json_object_get(st->fields, "relation"));
    json_t *parts = json_object_get(st->fields, "tableElts");
    dbk_err *e = table ? NULL : err_oom();
    for (size_t i = 0; !e && i < json_array_size(parts); i++) {
        json_t *column = tree_as(json_array_get(parts, i), "ColumnDef");
        e = column ? read_column(c, st, table, column) : NULL;
    }
    return e;
}

static dbk_err *read_alter(collecting *c, const lint_statement *st)
{
    const char *table = tree_relation(c->l->arena, json_object_get(st->fields, "relation"));
    json_t *commands = json_object_get(st->fields, "cmds");
    dbk_err *e = table ? NULL : err_oom();
    for (size_t i = 0; !e && i < json_array_size(commands); i++) {
        json_t *command = tree_as(json_array_get(commands, i), "AlterTableCmd"),
               *def = json_object_get(command, "def");
        const char *name = tree_text(command, "name");
        if (tree_is(command, "subtype", "AT_AddColumn"))
            e = read_column(c, st, table, tree_as(def, "ColumnDef"));
        if (tree_is(command, "subtype", "AT_ColumnDefault") || tree_is(command, "subtype", "AT_DropColumn"))
            remove_default(c, table, name);
        if (!e && tree_is(command, "subtype", "AT_ColumnDefault"))
            e = read_default(c, st, table, name, def);
    }
    return e;
}

static dbk_err *read_drop(collecting *c, const lint_statement *st)
{
    json_t *objects = json_object_get(st->fields, "objects");
    bool table = tree_is(st->fields, "removeType", "OBJECT_TABLE"),
         trigger = tree_is(st->fields, "removeType", "OBJECT_TRIGGER");
    for (size_t i = 0; (table || trigger) && i < json_array_size(objects); i++) {
        json_t *items = json_object_get(tree_as(json_array_get(objects, i), "List"), "items");
        size_t count = json_array_size(items);
        if (table) {
            remove_triggers(c, tree_name(c->l->arena, items), NULL);
        } else if (count == 3) {
            const char *name = arena_printf(c->l->arena, "%s.%s", tree_string(json_array_get(items, 0)),
                                            tree_string(json_array_get(items, 1)));
            if (!name)
                return err_oom();
            remove_triggers(c, name, tree_string(json_array_get(items, 2)));
        }
    }
    return NULL;
}

dbk_err *lint_reactions_read(lint *l, lint_reactions *out)
{
    static const struct {
        const char *kind;
        dbk_err *(*read)(collecting *c, const lint_statement *st);
    } readers[] = {{"CreateTrigStmt", read_trigger},
                   {"CreateStmt", read_table},
                   {"AlterTableStmt", read_alter},
                   {"DropStmt", read_drop}};
    collecting c = {.l = l, .out = out};
    dbk_err *e = NULL;
    for (size_t f = 0; !e && f < l->file_count; f++)
        for (size_t i = 0; !e && i < l->files[f].statement_count; i++) {
            const lint_statement *st = &l->files[f].statements[i];
            for (size_t k = 0; !e && st->kind && k < sizeof(readers) / sizeof(readers[0]); k++)
                if (strcmp(st->kind, readers[k].kind) == 0)
                    e = readers[k].read(&c, st);
        }
    return e;
}
