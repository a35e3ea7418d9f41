/* The locks that the statements of a plan will take. */
#include <string.h>

#include "schema/lint_tree.h"
#include "schema/plan.h"
#include "schema/sql_file.h"

#define STATEMENTS_FIRST 16

typedef struct expecting {
    arena *arena;
    pgquery *parser;
    lock_known known;
} expecting;

static dbk_err *expect_locks(expecting *x, const char *text, lock_expectation *out)
{
    json_t *tree, *fields = NULL;
    const char *error;
    dbk_err *e = tree_parse(x->arena, x->parser, PGQUERY_SQL, text, &tree, &error, NULL);
    if (e)
        return e;
    json_t *statements = tree ? json_object_get(tree, "stmts") : NULL;
    const char *kind = json_array_size(statements) == 1
                           ? tree_kind(json_object_get(json_array_get(statements, 0), "stmt"), &fields)
                           : NULL;
    if (kind)
        return lock_expect(&x->known, kind, fields, out);
    return lock_expect_unknown(x->arena, error ? error : "it is not one statement", out);
}

static dbk_err *add_statement(expecting *x, plan_step *step, size_t *room, const sql_statement *s)
{
    if (step->item_count == *room) {
        plan_statement *grown = arena_alloc(x->arena, 2 * *room * sizeof(*grown));
        if (!grown)
            return err_oom();
        memcpy(grown, step->items, *room * sizeof(*grown));
        step->items = grown;
        *room *= 2;
    }
    plan_statement *item = &step->items[step->item_count++];
    *item = (plan_statement){.line = sql_place_of(step->file->text, s->offset).line,
                             .text = arena_strndup(x->arena, s->text, s->length),
                             .summary = sql_statement_summary(x->arena, s)};
    return item->text && item->summary ? expect_locks(x, item->text, &item->locks) : err_oom();
}

/* Statements that have run already are not sent again. */
static dbk_err *read_migration(expecting *x, plan_step *step, size_t *room)
{
    sql_file f;
    dbk_err *e = sql_file_read(x->arena, step->file, &f);
    for (size_t i = e ? 0 : f.count - step->statements; !e && i < f.count; i++)
        e = add_statement(x, step, room, &f.items[i]);
    return e;
}

static dbk_err *read_routine(expecting *x, plan_step *step, size_t *room)
{
    sql_scan scan;
    sql_statement s;
    dbk_err *e = NULL;
    sql_scan_init(&scan, step->file->text);
    while (!e && sql_scan_next(&scan, &s))
        e = add_statement(x, step, room, &s);
    return e;
}

/* As the installer drops what no file makes any more: without CASCADE. */
static dbk_err *read_drop(expecting *x, plan_step *step)
{
    const char *space = strrchr(step->identity, ' ');
    plan_statement *item = &step->items[step->item_count++];
    bool view = step->kind == SCHEMA_VIEW && space;
    item->text = item->summary = arena_printf(x->arena, "drop %s", step->identity);
    if (!item->text)
        return err_oom();
    lock_expected *lock = arena_alloc(x->arena, sizeof(*lock));
    if (!lock)
        return err_oom();
    *lock = (lock_expected){.relation = view ? space + 1 : NULL,
                            .mode = view ? LOCK_ACCESS_EXCLUSIVE : LOCK_NONE};
    item->locks = (lock_expectation){.items = lock, .count = 1};
    return NULL;
}

static dbk_err *read_step(expecting *x, plan_step *step)
{
    size_t room = STATEMENTS_FIRST;
    step->items = arena_alloc(x->arena, room * sizeof(*step->items));
    if (!step->items)
        return err_oom();
    if (!step->file && step->kind == SCHEMA_REPEATABLE)
        return NULL;
    if (!step->file)
        return read_drop(x, step);
    return step->kind == SCHEMA_MIGRATION ? read_migration(x, step, &room) : read_routine(x, step, &room);
}

dbk_err *plan_expect_locks(pg_conn *c, arena *a, schema_plan *plan)
{
    expecting x = {.arena = a, .known = {.arena = a}};
    if (plan->count == 0)
        return NULL;
    dbk_err *e = pgquery_start(a, &x.parser);
    if (!e)
        e = lock_known_read(c, &x.known);
    for (size_t i = 0; !e && i < plan->count; i++)
        e = read_step(&x, &plan->steps[i]);
    return e ? err_wrap(e, "while reading what the plan would lock") : NULL;
}
