/* What one SQL statement does to state: its own change, and the routines it calls, each with how often. */
#include <string.h>

#include "core/mem.h"
#include "schema/lint_routine.h"

#define PENDING_MAX 100000
#define EVENT_LOG "bus.domain_events"

/* A node still to be read, and how often what it calls is called. */
typedef struct pending {
    const char *key;
    json_t *value;
    flow_often often;
    bool in_call; /* inside an argument of a function that is not ours: it may be an aggregate */
} pending;

typedef struct reading {
    lint *l;
    const lint_routines_set *set;
    lint_routine *r;
    size_t offset;
    flow_effect *out;
    pending *items;
    size_t count, capacity;
} reading;

static dbk_err *push(reading *w, const char *key, json_t *value, flow_often often, bool in_call)
{
    if (!json_is_object(value) && !json_is_array(value))
        return NULL;
    if (w->count == w->capacity) {
        size_t capacity = w->capacity ? w->capacity * 2 : 64;
        pending *items = capacity <= PENDING_MAX ? mem_realloc(w->items, capacity * sizeof(*items)) : NULL;
        if (!items)
            return capacity <= PENDING_MAX ? err_oom() : err_new(ERR_LIMIT, "a statement is too big");
        w->items = items;
        w->capacity = capacity;
    }
    w->items[w->count++] = (pending){key, value, often, in_call};
    return NULL;
}

static dbk_err *push_fields(reading *w, json_t *value, flow_often often, bool in_call)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < json_array_size(value); i++)
        e = push(w, "", json_array_get(value, i), often, in_call);
    for (void *at = json_object_iter(value); !e && at; at = json_object_iter_next(value, at))
        e = push(w, json_object_iter_key(at), json_object_iter_value(at), often, in_call);
    return e;
}

static lint_routine *find_routine(const lint_routines_set *set, const char *name, bool qualified)
{
    for (size_t i = 0; i < set->count; i++) {
        const char *candidate = qualified ? set->items[i].name : set->items[i].bare;
        if (candidate && strcmp(candidate, name) == 0)
            return &set->items[i];
    }
    return NULL;
}

static bool is_of_server(const char *name)
{
    return strncmp(name, "pg_catalog.", 11) == 0 || strncmp(name, "information_schema.", 19) == 0 ||
           strncmp(name, "pg_temp.", 8) == 0;
}

static dbk_err *read_call(reading *w, json_t *parts, flow_often often)
{
    const char *name = tree_name(w->l->arena, parts);
    bool qualified = json_array_size(parts) > 1;
    lint_routine *found = name ? find_routine(w->set, name, qualified) : NULL;
    if (name && !found && qualified && !is_of_server(name))
        return lint_report(w->l, w->r->statement->file, w->offset, "unknown-function",
                           "%s() is defined by no module, so it may change anything", name);
    if (!found)
        return NULL;
    flow_call *call = arena_alloc(w->l->arena, sizeof(*call));
    if (!call)
        return err_oom();
    *call = (flow_call){.next = w->out->calls, .routine = &found->flow, .often = often};
    w->out->calls = call;
    return NULL;
}

static bool is_temporary(json_t *relation)
{
    return tree_is(relation, "schemaname", "pg_temp") || tree_is(relation, "relpersistence", "t");
}

/* The bits of a change of this table. */
static dbk_err *bits_of(reading *w, json_t *relation, bool is_insert, unsigned *bits)
{
    const char *table = tree_relation(w->l->arena, relation);
    *bits = is_temporary(relation) ? 0 : FLOW_CHANGED;
    if (!table || strcmp(table, EVENT_LOG) != 0)
        return NULL;
    if (is_insert)
        *bits = FLOW_EMITTED;
    if (strcmp(w->r->statement->file->module->name, "bus") == 0)
        return NULL;
    return lint_report(w->l, w->r->statement->file, w->offset, "event-log-bypassed",
                       "%s writes " EVENT_LOG " itself", w->r->name ? w->r->name : "the block");
}

/* What the change sets off. A trigger that is for some of the events alone is certain of none; one before the
 * row may run for a row that is then left as it was. */
static dbk_err *read_reactions(reading *w, json_t *relation, unsigned events, bool certain)
{
    const lint_reactions *all = &w->set->reactions;
    const char *table = is_temporary(relation) ? NULL : tree_relation(w->l->arena, relation);
    dbk_err *e = NULL;
    for (size_t i = 0; !e && table && i < all->count; i++) {
        const lint_reaction *r = &all->items[i];
        if (r->gone || !(r->events & events) || strcmp(r->table, table) != 0)
            continue;
        bool sure = certain && !r->sometimes && (r->events & events) == events;
        if (!sure || r->before)
            e = read_call(w, r->function, FLOW_PERHAPS);
        if (!e && sure)
            e = read_call(w, r->function, r->once ? FLOW_ONCE : FLOW_PER_ROW);
    }
    return e;
}

/* A trigger before an insert may leave the row out. */
static bool may_leave_out(const reading *w, json_t *relation)
{
    const lint_reactions *all = &w->set->reactions;
    const char *table = tree_relation(w->l->arena, relation);
    for (size_t i = 0; table && i < all->count; i++)
        if (!all->items[i].gone && all->items[i].before && !all->items[i].once &&
            strcmp(all->items[i].table, table) == 0)
            return true;
    return false;
}

static unsigned events_of(const char *kind, json_t *fields)
{
    json_t *conflict = tree_as(json_object_get(fields, "onConflictClause"), "OnConflictClause");
    if (!conflict)
        conflict = json_object_get(fields, "onConflictClause");
    if (strcmp(kind, "InsertStmt") == 0)
        return LINT_ON_INSERT | (tree_is(conflict, "action", "ONCONFLICT_UPDATE") ? LINT_ON_UPDATE : 0);
    if (strcmp(kind, "UpdateStmt") == 0)
        return LINT_ON_UPDATE;
    return strcmp(kind, "DeleteStmt") == 0 ? LINT_ON_DELETE
                                           : LINT_ON_INSERT | LINT_ON_UPDATE | LINT_ON_DELETE;
}

static dbk_err *read_change(reading *w, const char *kind, json_t *fields, flow_often often)
{
    unsigned bits;
    bool is_insert = strcmp(kind, "InsertStmt") == 0;
    dbk_err *e = bits_of(w, json_object_get(fields, "relation"), is_insert, &bits);
    if (!e)
        w->out->perhaps |= bits;
    if (!e)
        e = read_reactions(w, json_object_get(fields, "relation"), events_of(kind, fields), false);
    return e ? e : push_fields(w, fields, often, false);
}

static bool is_change(const char *kind)
{
    return strcmp(kind, "InsertStmt") == 0 || strcmp(kind, "UpdateStmt") == 0 ||
           strcmp(kind, "DeleteStmt") == 0 || strcmp(kind, "MergeStmt") == 0;
}

/* What is below these may not be evaluated at all: IN, BETWEEN and comparisons of rows end early too. */
static bool is_optional(const char *kind, json_t *fields)
{
    static const char *const kinds[] = {
        "CaseExpr", "CoalesceExpr", "BoolExpr",        "SubLink", "SelectStmt",
        "larg",     "rarg",         "CommonTableExpr", "RowExpr", NULL};
    const char *operation = strcmp(kind, "A_Expr") == 0 ? tree_text(fields, "kind") : NULL;
    for (size_t i = 0; kinds[i]; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return operation && (strcmp(operation, "AEXPR_IN") == 0 || strstr(operation, "BETWEEN"));
}

/* Functions of the server that give any number of rows, also none. */
static bool gives_rows(const char *name)
{
    static const char *const words[] = {"generate_s", "unnest",   "_elements", "_each",       "_each_text",
                                        "_recordset", "_matches", "_to_table", "_path_query", "_object_keys"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strstr(name, words[i]))
            return true;
    return false;
}

typedef struct set_search {
    const reading *w;
    json_t *outermost; /* it may give a set: it is called once for that */
    bool found;
} set_search;

static bool visit_set(void *ctx, const char *key, json_t *fields)
{
    set_search *s = ctx;
    json_t *name = json_object_get(fields, "funcname");
    const char *last = tree_string(json_array_get(name, json_array_size(name) - 1));
    if (strcmp(key, "FuncCall") != 0 || !last || fields == s->outermost)
        return true;
    const char *whole = json_array_size(name) > 1 ? tree_name(s->w->l->arena, name) : NULL;
    const lint_routine *ours = whole ? find_routine(s->w->set, whole, true) : NULL;
    s->found |= gives_rows(last) || (ours && ours->returns_set);
    return true;
}

/* What stands beside or around a set is evaluated once for each of its rows, so perhaps never. */
static dbk_err *depends_on_set(const reading *w, json_t *targets, bool *found)
{
    json_t *only = json_array_size(targets) == 1 ? tree_as(json_array_get(targets, 0), "ResTarget") : NULL;
    set_search s = {.w = w, .outermost = only ? tree_as(json_object_get(only, "val"), "FuncCall") : NULL};
    dbk_err *e = tree_walk(targets, visit_set, &s);
    *found = s.found;
    return e;
}

static dbk_err *drain(reading *w)
{
    dbk_err *e = NULL;
    while (!e && w->count > 0) {
        pending p = w->items[--w->count];
        bool is_call = strcmp(p.key, "FuncCall") == 0 || strcmp(p.key, "funccall") == 0;
        if (json_is_array(p.value))
            e = push_fields(w, p.value, p.often, p.in_call);
        else if (is_change(p.key))
            e = read_change(w, p.key, p.value, FLOW_PERHAPS);
        else if (is_call) {
            /* An aggregate sees all rows and gives one: called for each row, but not told by FOUND. */
            flow_often often = p.often == FLOW_PER_ROW && p.in_call ? FLOW_PERHAPS : p.often;
            const char *name = tree_name(w->l->arena, json_object_get(p.value, "funcname"));
            bool ours = name && find_routine(w->set, name, strchr(name, '.') != NULL);
            e = read_call(w, json_object_get(p.value, "funcname"), often);
            if (!e)
                e = push_fields(w, p.value, often, p.in_call || !ours);
        } else
            e = push_fields(w, p.value, is_optional(p.key, p.value) ? FLOW_PERHAPS : p.often, p.in_call);
    }
    return e;
}

static bool has_any(json_t *fields, const char *const *keys)
{
    for (; *keys; keys++) {
        json_t *value = json_object_get(fields, *keys);
        if (value && (!json_is_array(value) || json_array_size(value) > 0))
            return true;
    }
    return false;
}

/* The target list of a plain select is evaluated once without FROM, else once for each row that is found. */
static dbk_err *read_select(reading *w, json_t *fields)
{
    static const char *const plain_breakers[] = {
        "larg",       "groupClause", "havingClause", "distinctClause", "limitOffset",
        "limitCount", "valuesLists", "windowClause", "withClause",     NULL};
    json_t *from = json_object_get(fields, "fromClause"), *where = json_object_get(fields, "whereClause");
    bool plain = !has_any(fields, plain_breakers);
    bool from_one_function =
        json_array_size(from) == 1 && tree_as(json_array_get(from, 0), "RangeFunction") && !where;
    bool set = false;
    dbk_err *e = depends_on_set(w, json_object_get(fields, "targetList"), &set);
    flow_often targets = !plain                                         ? FLOW_PERHAPS
                         : json_array_size(from) == 0 && !where && !set ? FLOW_ONCE
                                                                        : FLOW_PER_ROW;
    if (json_object_get(fields, "intoClause"))
        w->out->always |= FLOW_CHANGED; /* SELECT INTO makes a table */
    for (void *at = json_object_iter(fields); !e && at; at = json_object_iter_next(fields, at)) {
        const char *key = json_object_iter_key(at);
        flow_often often = strcmp(key, "targetList") == 0                                 ? targets
                           : strcmp(key, "fromClause") == 0 && plain && from_one_function ? FLOW_ONCE
                                                                                          : FLOW_PERHAPS;
        e = push(w, key, json_object_iter_value(at), often, false);
    }
    w->out->found = FLOW_FOUND_BY_ROWS;
    return e;
}

static dbk_err *read_top_change(reading *w, const char *kind, json_t *fields)
{
    json_t *select = tree_as(json_object_get(fields, "selectStmt"), "SelectStmt");
    bool is_insert = strcmp(kind, "InsertStmt") == 0;
    bool is_values = json_array_size(json_object_get(select, "valuesLists")) > 0;
    unsigned bits;
    dbk_err *e = bits_of(w, json_object_get(fields, "relation"), is_insert, &bits);
    if (!e)
        e = read_reactions(w, json_object_get(fields, "relation"), events_of(kind, fields), true);
    if (!e)
        e = push_fields(w, fields, FLOW_PERHAPS, false);
    bool certain = is_insert && is_values && !json_object_get(fields, "onConflictClause") &&
                   !may_leave_out(w, json_object_get(fields, "relation"));
    w->out->found = certain ? FLOW_FOUND_TRUE : FLOW_FOUND_BY_ROWS;
    w->out->by_rows |= bits;
    return e;
}

static dbk_err *read_truncate(reading *w, json_t *fields)
{
    json_t *relations = json_object_get(fields, "relations");
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < json_array_size(relations); i++)
        e = read_reactions(w, tree_as(json_array_get(relations, i), "RangeVar"), LINT_ON_TRUNCATE, true);
    return e;
}

static bool drops_temporary(json_t *fields)
{
    json_t *objects = json_object_get(fields, "objects");
    for (size_t i = 0; i < json_array_size(objects); i++) {
        json_t *items = json_object_get(tree_as(json_array_get(objects, i), "List"), "items");
        const char *schema = tree_string(json_array_get(items, 0));
        if (json_array_size(items) < 2 || !schema || strcmp(schema, "pg_temp") != 0)
            return false;
    }
    return true;
}

/* Statements that are neither queries nor changes of rows: whether they leave the state as it was. */
static bool is_harmless(const char *kind, json_t *fields)
{
    static const char *const harmless[] = {
        "VariableSetStmt", "VariableShowStmt",   "LockStmt",    "NotifyStmt", "ListenStmt", "UnlistenStmt",
        "VacuumStmt",      "ConstraintsSetStmt", "DiscardStmt", "CallStmt",   NULL};
    for (size_t i = 0; harmless[i]; i++)
        if (strcmp(kind, harmless[i]) == 0)
            return true;
    if (strcmp(kind, "DropStmt") == 0)
        return drops_temporary(fields);
    json_t *relation = json_object_get(fields, "relation"), *into = json_object_get(fields, "into");
    if (strcmp(kind, "CreateStmt") == 0 || strcmp(kind, "IndexStmt") == 0)
        return is_temporary(relation);
    return strcmp(kind, "CreateTableAsStmt") == 0 && is_temporary(json_object_get(into, "rel"));
}

dbk_err *lint_effect_read(lint *l, const lint_routines_set *set, lint_routine *r, json_t *statement,
                          size_t offset, flow_effect *out)
{
    flow_effect effect = {0};
    reading w = {.l = l, .set = set, .r = r, .offset = offset, .out = &effect};
    json_t *fields = NULL;
    const char *kind = tree_kind(statement, &fields);
    dbk_err *e = NULL;
    size_t length = kind ? strlen(kind) : 0;
    if (length < 4 || strcmp(kind + length - 4, "Stmt") != 0) /* an expression */
        e = push(&w, "", statement, FLOW_ONCE, false);
    else if (strcmp(kind, "SelectStmt") == 0)
        e = read_select(&w, fields);
    else if (is_change(kind))
        e = read_top_change(&w, kind, fields);
    else {
        if (!is_harmless(kind, fields))
            effect.always |= FLOW_CHANGED;
        if (strcmp(kind, "TruncateStmt") == 0)
            e = read_truncate(&w, fields);
        if (!e)
            e = push_fields(&w, fields, FLOW_ONCE, false);
    }
    if (!e)
        e = drain(&w);
    mem_free(w.items);
    if (!e)
        *out = effect;
    return e;
}
