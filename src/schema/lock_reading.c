/* Adding up what one statement locks. */
#include <stdarg.h>
#include <string.h>

#include "schema/lock_expect_int.h"

#define ITEMS_MAX 10000

static dbk_err *put(lock_reading *r, const lock_expected *item)
{
    for (size_t i = 0; item->relation && i < r->count; i++) {
        lock_expected *known = &r->items[i];
        if (!known->relation || strcmp(known->relation, item->relation) != 0)
            continue;
        known->mode = known->mode > item->mode ? known->mode : item->mode;
        known->children = known->children > item->children ? known->children : item->children;
        known->rewritten = known->rewritten > item->rewritten ? known->rewritten : item->rewritten;
        known->scanned = known->scanned > item->scanned ? known->scanned : item->scanned;
        return NULL;
    }
    if (r->count == ITEMS_MAX)
        return err_new(ERR_LIMIT, "a statement locks more than %d relations", ITEMS_MAX);
    if (r->count == r->capacity) {
        size_t capacity = r->capacity ? r->capacity * 2 : 8;
        lock_expected *grown = arena_alloc(r->arena, capacity * sizeof(*grown));
        if (!grown)
            return err_oom();
        if (r->count)
            memcpy(grown, r->items, r->count * sizeof(*grown));
        r->items = grown;
        r->capacity = capacity;
    }
    r->items[r->count++] = *item;
    return NULL;
}

dbk_err *lock_reading_note(lock_reading *r, lock_mode mode, lock_work work, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const char *note = arena_vprintf(r->arena, fmt, args);
    va_end(args);
    for (size_t i = 0; note && i < r->count; i++)
        if (r->items[i].note && strcmp(r->items[i].note, note) == 0)
            return NULL;
    return note ? put(r,
                      &(lock_expected){
                          .mode = mode, .rewritten = work.rewritten, .scanned = work.scanned, .note = note})
                : err_oom();
}

static size_t count_children(const lock_known *known, const char *full)
{
    size_t first, direct = lock_known_lines(known, "child", full, &first), all = direct;
    for (size_t i = 0; i < direct; i++)
        all += count_children(known, lock_known_other(known, first + i));
    return all;
}

static dbk_err *add(lock_reading *r, const char *relation, bool tree, lock_mode mode, lock_work work)
{
    const char *full;
    lock_expected item = {.mode = mode, .rewritten = work.rewritten, .scanned = work.scanned};
    switch (lock_known_find(r->known, relation, &full)) {
    case LOCK_IS_NEW:
        return NULL;
    case LOCK_IS_THERE:
        item.relation = full;
        item.children = tree ? count_children(r->known, full) : 0;
        if (!tree && lock_known_is_partitioned(r->known, full)) /* it has no rows of its own */
            item.rewritten = item.scanned = LOCK_NO;
        break;
    case LOCK_IS_ABSENT:
        if (r->if_exists)
            return NULL;
        item = (lock_expected){
            .relation = relation, .mode = LOCK_UNKNOWN, .note = "there is no relation of this name now"};
        break;
    }
    return put(r, &item);
}

dbk_err *lock_reading_add(lock_reading *r, const char *relation, lock_mode mode, lock_work work)
{
    return add(r, relation, false, mode, work);
}

dbk_err *lock_reading_add_tree(lock_reading *r, const char *relation, lock_mode mode, lock_work work)
{
    return add(r, relation, true, mode, work);
}

dbk_err *lock_reading_add_var(lock_reading *r, json_t *range_var, lock_mode mode, lock_work work)
{
    return add(r, lock_reading_name(r, range_var), tree_flag(range_var, "inh"), mode, work);
}

const char *lock_reading_name(const lock_reading *r, json_t *range_var)
{
    const char *name = tree_relation(r->arena, range_var);
    return name ? name : "";
}

/* What is not known may be. */
static bool is(const char *name, const char *wanted)
{
    return !name || strcmp(name, wanted) == 0;
}

dbk_err *lock_reading_add_foreign(lock_reading *r, lock_side side, const char *table, const char *column,
                                  const char *constraint, lock_mode mode, lock_work work)
{
    dbk_err *e = NULL;
    const char *full;
    lock_known_find(r->known, table, &full);
    for (size_t i = 0; !e && i < r->known->foreign_count; i++) {
        const lock_foreign *f = &r->known->foreigns[i];
        bool out = side == LOCK_REFERENCED;
        if (strcmp(out ? f->table : f->other, full) == 0 &&
            (!column || is(out ? f->column : f->other_column, column)) &&
            (!constraint || is(f->constraint, constraint)))
            e = lock_reading_add_tree(r, out ? f->other : f->table, mode, work);
    }
    return e;
}

dbk_err *lock_reading_add_default(lock_reading *r, const char *parent, lock_work work)
{
    const char *full;
    size_t first, count;
    dbk_err *e = NULL;
    lock_known_find(r->known, parent, &full);
    count = lock_known_lines(r->known, "child", full, &first);
    for (size_t i = 0; !e && i < count; i++)
        if (lock_known_detail(r->known, first + i))
            e = lock_reading_add_tree(r, lock_known_other(r->known, first + i), LOCK_ACCESS_EXCLUSIVE, work);
    return e;
}

/* As the server calls it when nobody does; when that name is taken, or too long, it is another one. */
static const char *foreign_name(const lock_reading *r, const char *table, const char *column,
                                json_t *constraint)
{
    json_t *columns = json_object_get(constraint, "fk_attrs");
    const char *dot = strrchr(table, '.'), *given = tree_text(constraint, "conname");
    const char *name =
        arena_printf(r->arena, "%s%s%s", dot ? dot + 1 : table, column ? "_" : "", column ? column : "");
    for (size_t i = 0; name && i < json_array_size(columns); i++)
        name = arena_printf(r->arena, "%s_%s", name, tree_string(json_array_get(columns, i)));
    return given ? given : name ? arena_printf(r->arena, "%s_fkey", name) : NULL;
}

dbk_err *lock_reading_new_foreign(lock_reading *r, const char *table, const char *column, json_t *constraint)
{
    json_t *pktable = json_object_get(constraint, "pktable");
    const char *other = lock_reading_name(r, pktable);
    bool compared = !lock_known_is_new(r->known, table) && !tree_flag(constraint, "skip_validation");
    dbk_err *e =
        lock_reading_add_tree(r, other, LOCK_SHARE_ROW_EXCLUSIVE, compared ? LOCK_MAY_SCAN : LOCK_NO_WORK);
    return e ? e
             : lock_known_add_foreign(
                   r->known, &(lock_foreign){.table = table,
                                             .column = column,
                                             .other = other,
                                             .constraint = foreign_name(r, table, column, constraint)});
}

dbk_err *lock_reading_finish(lock_reading *r, lock_expectation *out)
{
    dbk_err *e = r->count == 0 ? put(r, &(lock_expected){.mode = LOCK_NONE}) : NULL;
    if (!e)
        *out = (lock_expectation){.items = r->items, .count = r->count};
    return e;
}
