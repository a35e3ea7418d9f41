#include <string.h>

#include "schema/history.h"
#include "schema/install.h"
#include "schema/ledger.h"
#include "schema/module.h"
#include "schema/roles.h"

typedef struct status_reader {
    arena *arena;
    const ledger *ledger;
    const module_names *allowed; /* out of order */
    schema_status *status;
} status_reader;

const char *schema_state_name(schema_state s)
{
    static const char *const names[] = {"applied", "pending", "changed", "leftover", "faulty", "half"};
    return names[s];
}

const char *schema_kind_name(schema_kind k)
{
    static const char *const names[] = {"migration", "function", "view", "repeatable"};
    return names[k];
}

static void add(status_reader *r, schema_item item)
{
    r->status->items[r->status->count++] = item;
    if (item.state == SCHEMA_PENDING || (item.kind != SCHEMA_MIGRATION && item.state != SCHEMA_APPLIED))
        r->status->pending++;
}

static schema_state state_of(history_verdict verdict)
{
    switch (verdict) {
    case HISTORY_APPLIED:
        return SCHEMA_APPLIED;
    case HISTORY_PENDING:
        return SCHEMA_PENDING;
    case HISTORY_EDITED:
    case HISTORY_RENAMED:
        return SCHEMA_CHANGED;
    case HISTORY_DELETED:
    case HISTORY_AHEAD:
        return SCHEMA_LEFTOVER;
    case HISTORY_HALF:
        return SCHEMA_HALF;
    case HISTORY_NAME:
    case HISTORY_DUPLICATE:
    case HISTORY_ORDER:
        return SCHEMA_FAULTY;
    }
    return SCHEMA_FAULTY;
}

static dbk_err *add_migrations(status_reader *r, const module *m)
{
    history h;
    dbk_err *e = history_compare(r->arena, m, r->ledger, r->allowed, &h);
    if (e)
        return e;
    for (size_t i = 0; i < h.count; i++) {
        const history_item *item = &h.items[i];
        int64_t number = item->file ? item->file->number : item->row ? item->row->number : item->step->number;
        add(r, (schema_item){.module = m->name,
                             .kind = SCHEMA_MIGRATION,
                             .number = number,
                             .name = item->file  ? item->file->name
                                     : item->row ? item->row->name
                                                 : "",
                             .state = state_of(item->verdict),
                             .applied_at = item->row ? item->row->applied_at : NULL,
                             .applied_by = item->row ? item->row->applied_by : NULL});
    }
    if (!r->status->fault)
        r->status->fault = history_fault(m, &h, false);
    return NULL;
}

static dbk_err *add_routines(status_reader *r, const module *m)
{
    history_routines routines;
    dbk_err *e = history_compare_routines(r->arena, m, r->ledger, ledger_head(r->ledger, m->name), &routines);
    for (size_t i = 0; !e && i < routines.count; i++) {
        const history_routine *item = &routines.items[i];
        add(r, (schema_item){.module = m->name,
                             .kind = item->kind,
                             .name = item->name,
                             .state = item->state,
                             .applied_at = item->row ? item->row->applied_at : NULL});
    }
    return e;
}

/* What the ledger knows of modules that are not among the files. */
static void add_missing(status_reader *r, const module_set *set)
{
    for (size_t i = 0; i < r->ledger->migration_count; i++) {
        const ledger_migration *row = &r->ledger->migrations[i];
        if (!module_find(set, row->module))
            add(r, (schema_item){.module = row->module,
                                 .kind = SCHEMA_MIGRATION,
                                 .number = row->number,
                                 .name = row->name,
                                 .state = SCHEMA_LEFTOVER,
                                 .applied_at = row->applied_at,
                                 .applied_by = row->applied_by});
    }
}

static size_t items_max(const module_order *order, const ledger *l)
{
    size_t count = l->migration_count + l->step_count + l->routine_count + l->repeatable_count;
    for (size_t i = 0; i < order->count; i++)
        count += order->items[i]->migrations.count + order->items[i]->functions.count +
                 order->items[i]->views.count + order->items[i]->repeatables.count;
    return count;
}

static dbk_err *read_ledger(pg_conn *c, arena *a, const char *role_prefix, ledger *l, schema_status *s)
{
    schema_roles roles;
    dbk_err *e = pg_exec(c, "set transaction isolation level repeatable read, read only");
    if (!e)
        e = ledger_find(c, a, l);
    if (!e)
        e = schema_roles_find(c, a, role_prefix, l->owner, &roles);
    if (e)
        return e;
    s->installed = l->owner != NULL;
    s->one_role = roles.api == NULL || roles.hand_over;
    s->tool_version = l->tool_version;
    return NULL;
}

/* The modules that are remembered and have files here; the others are a fault of their own. */
static dbk_err *present_modules(arena *a, const module_set *set, const ledger *l, module_names *out)
{
    out->items = arena_alloc(a, (l->modules.count + 1) * sizeof(*out->items));
    if (!out->items)
        return err_oom();
    out->count = 0;
    for (size_t i = 0; i < l->modules.count; i++)
        if (module_find(set, l->modules.items[i]))
            out->items[out->count++] = l->modules.items[i];
    return NULL;
}

static dbk_err *compare(arena *a, const module_set *set, const schema_choice *choice, const ledger *l,
                        schema_status *s)
{
    module_names present;
    module_order order;
    dbk_err *e = present_modules(a, set, l, &present);
    if (!e)
        e = module_select(a, set, choice, &present, &order);
    if (e)
        return e;
    s->items = arena_alloc(a, (items_max(&order, l) + 1) * sizeof(*s->items));
    if (!s->items)
        return err_oom();
    status_reader r = {.arena = a, .ledger = l, .allowed = &choice->allow_out_of_order, .status = s};
    s->fault = history_missing_module(set, l);
    add_missing(&r, set);
    for (size_t i = 0; !e && i < order.count; i++) {
        e = add_migrations(&r, order.items[i]);
        if (!e)
            e = add_routines(&r, order.items[i]);
    }
    return e;
}

dbk_err *schema_status_read(pg_conn *c, arena *a, const schema_choice *choice, const char *role_prefix,
                            schema_status *out)
{
    module_set *set;
    ledger l = {0};
    schema_status s = {0};
    dbk_err *e = module_set_load(a, choice->modules_dir, &set);
    if (!e)
        e = pg_begin(c);
    if (e)
        return e;
    e = read_ledger(c, a, role_prefix, &l, &s);
    pg_rollback(c);
    if (!e)
        e = compare(a, set, choice, &l, &s);
    if (e) {
        err_free(s.fault);
        return err_wrap(e, "while comparing the modules with the database");
    }
    *out = s;
    return NULL;
}
