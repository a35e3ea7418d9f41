#include "schema/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/sha256.h"
#include "schema/roles.h"
#include "schema/sql_file.h"
#include "schema_sql.h"

#define FILES_TEXT_MAX ((size_t)64 << 20)

static dbk_err *add_migration(arena *a, const module *m, const history_item *item, schema_plan *plan)
{
    sql_file f;
    if (item->verdict != HISTORY_PENDING && item->verdict != HISTORY_HALF)
        return NULL;
    dbk_err *e = sql_file_read(a, item->file, &f);
    if (e)
        return e;
    size_t done = item->verdict == HISTORY_HALF ? item->progress.done : 0;
    plan->steps[plan->count++] = (plan_step){.module = m->name,
                                             .kind = SCHEMA_MIGRATION,
                                             .number = item->file->number,
                                             .name = item->file->name,
                                             .action = item->verdict == HISTORY_HALF ? "go on" : "apply",
                                             .by_statement = f.by_statement,
                                             .statements = f.count - done,
                                             .sha256 = item->file->sha256,
                                             .file = item->file};
    return NULL;
}

/* What a repeatable file made is not known, and so stays when the file is gone. */
static const char *routine_action(const history_routine *r)
{
    if (!r->file)
        return r->kind == SCHEMA_REPEATABLE ? "forget" : "drop";
    return r->row ? "replace" : "apply";
}

static dbk_err *add_routines(arena *a, const module *m, const ledger *l, schema_plan *plan)
{
    int64_t head = m->migrations.count ? m->migrations.items[m->migrations.count - 1].number : -1;
    history_routines routines;
    dbk_err *e = history_compare_routines(a, m, l, head, &routines);
    for (size_t i = 0; !e && i < routines.count; i++) {
        const history_routine *r = &routines.items[i];
        if (r->state == SCHEMA_APPLIED)
            continue;
        plan->steps[plan->count++] = (plan_step){.module = m->name,
                                                 .kind = r->kind,
                                                 .name = r->name,
                                                 .action = routine_action(r),
                                                 .sha256 = r->file ? r->file->sha256 : r->row->sha256,
                                                 .file = r->file,
                                                 .identity = r->file ? NULL : r->row->identity};
    }
    return e;
}

static dbk_err *hash_files(schema_plan *plan)
{
    buf text;
    uint8_t digest[32];
    buf_init(&text, FILES_TEXT_MAX);
    for (size_t i = 0; i < plan->count; i++) {
        const plan_step *s = &plan->steps[i];
        buf_printf(&text, "%s %s %" PRId64 " %s %s %zu %s\n", s->module, schema_kind_name(s->kind), s->number,
                   s->name, s->action, s->statements, s->sha256);
    }
    dbk_err *e = buf_error(&text);
    if (!e)
        e = sha256_of(text.data, text.length, digest);
    if (!e)
        sha256_hex(digest, plan->fingerprint.files);
    buf_term(&text);
    return e;
}

dbk_err *plan_steps(arena *a, const module_order *order, const history *histories, const ledger *l,
                    schema_plan *out)
{
    schema_plan plan = {0};
    size_t room = l->routine_count + l->repeatable_count + 1;
    for (size_t i = 0; i < order->count; i++)
        room += order->items[i]->migrations.count + order->items[i]->functions.count +
                order->items[i]->views.count + order->items[i]->repeatables.count;
    plan.steps = arena_alloc(a, room * sizeof(*plan.steps));
    if (!plan.steps)
        return err_oom();
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < order->count; i++) {
        const module *m = order->items[i];
        for (size_t k = 0; !e && k < histories[i].count; k++)
            e = add_migration(a, m, &histories[i].items[k], &plan);
        if (!e)
            e = add_routines(a, m, l, &plan);
    }
    if (!e)
        e = hash_files(&plan);
    if (!e)
        *out = plan;
    return e;
}

dbk_err *plan_finish(pg_conn *c, arena *a, const ledger *l, schema_plan *plan)
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(c, a, sql_catalog_hash, NULL, &rows);
    if (e)
        return err_wrap(e, "while reading the catalog");
    snprintf(plan->fingerprint.catalog, sizeof(plan->fingerprint.catalog), "%s", pg_get_text(rows, 0, 0));
    snprintf(plan->fingerprint.ledger, sizeof(plan->fingerprint.ledger), "%s",
             l->head_hash ? l->head_hash : "none");
    return NULL;
}

/* Remembered modules that have no files here are a fault of their own. */
static dbk_err *judge(arena *a, const module_set *set, const schema_choice *choice, const ledger *l,
                      schema_plan *plan)
{
    module_order order;
    dbk_err *e = history_missing_module(set, l);
    if (!e)
        e = module_select(a, set, choice, &l->modules, &order);
    if (e)
        return e;
    history *histories = arena_alloc(a, (order.count + 1) * sizeof(*histories));
    if (!histories)
        return err_oom();
    for (size_t i = 0; !e && i < order.count; i++) {
        e = history_compare(a, order.items[i], l, &choice->allow_out_of_order, &histories[i]);
        if (!e)
            e = history_fault(order.items[i], &histories[i], true);
        if (!e)
            e = sql_file_check_routines(order.items[i]);
    }
    return e ? e : plan_steps(a, &order, histories, l, plan);
}

static dbk_err *read_plan(pg_conn *c, arena *a, const module_set *set, const schema_choice *choice,
                          const char *role_prefix, schema_plan *plan)
{
    schema_roles roles;
    ledger l = {0};
    dbk_err *e = pg_exec(c, "set transaction isolation level repeatable read, read only");
    if (!e)
        e = ledger_find(c, a, &l);
    if (!e)
        e = schema_roles_find(c, a, role_prefix, l.owner, &roles);
    if (!e)
        e = judge(a, set, choice, &l, plan);
    if (!e)
        e = plan_finish(c, a, &l, plan);
    return e ? e : plan_expect_locks(c, a, plan);
}

dbk_err *schema_plan_read(pg_conn *c, arena *a, const schema_choice *choice, const char *role_prefix,
                          schema_plan *out)
{
    module_set *set;
    schema_plan plan = {0};
    dbk_err *e = module_set_load(a, choice->modules_dir, &set);
    if (!e)
        e = pg_begin(c);
    if (e)
        return e;
    e = read_plan(c, a, set, choice, role_prefix, &plan);
    pg_rollback(c);
    if (!e)
        *out = plan;
    return e;
}

dbk_err *plan_compare(const plan_fingerprint *planned, const plan_fingerprint *now)
{
    const char *what = NULL;
    if (strcmp(planned->ledger, now->ledger) != 0)
        what = "migrations were applied to the database";
    else if (strcmp(planned->catalog, now->catalog) != 0)
        what = "something in the database's schemas was changed";
    else if (strcmp(planned->files, now->files) != 0)
        what = "the files, or the modules asked for, are not those of the plan";
    return what ? err_with_hint(err_new(ERR_INPUT, "the plan is no longer what would be done: %s", what),
                                "make a new plan, and look at it again")
                : NULL;
}
