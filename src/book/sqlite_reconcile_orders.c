/* sqlite_reconcile_orders.c: which orders a reconciliation looks at, and in which order. */
#include <stdlib.h>
#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_reconcile_int.h"

typedef struct told_entry {
    dbk_uuid order_id;
    const venue_entry *entry;
    bool queried, again; /* again: told before */
    int rank;
    size_t place;
} told_entry;

static int compare_ids(const dbk_uuid *a, const dbk_uuid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static int by_rank(const void *a, const void *b)
{
    const told_entry *one = a, *two = b;
    int order = one->rank - two->rank;
    if (order == 0)
        order = compare_ids(&one->order_id, &two->order_id);
    return order != 0 ? order : one->place < two->place ? -1 : 1;
}

static int by_order(const void *a, const void *b)
{
    const told_entry *const *one = a, *const *two = b;
    int order = compare_ids(&(*one)->order_id, &(*two)->order_id);
    return order != 0 ? order : *one < *two ? -1 : 1;
}

/* What the venue tells of orders, in the order in which it counts. */
typedef struct told_orders {
    told_entry *entries;
    told_entry **sorted; /* by order; its latest telling comes last */
    size_t count;
} told_orders;

static dbk_err *add_section(mending *p, const venue_section *section, bool queried, told_orders *out)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < section->count; i++) {
        const venue_entry *v = &section->entries[i];
        told_entry *t = &out->entries[out->count];
        /* What ended counts before the list, which may be a moment older; the list, which has the terms,
         * before the rest. */
        *t = (told_entry){.entry = v,
                          .queried = queried,
                          .rank = !queried                     ? 2
                                  : venue_says_open(v->status) ? 3
                                                               : 1,
                          .place = out->count};
        e = mend_order_id(p, v, &t->order_id);
        out->count++;
    }
    return e;
}

static dbk_err *sort_told(mending *p, const venue_section *queried, const venue_section *open,
                          told_orders *out)
{
    size_t count = queried->count + open->count;
    *out = (told_orders){.entries = arena_alloc(p->call->a, (count + 1) * sizeof(told_entry)),
                         .sorted = arena_alloc(p->call->a, (count + 1) * sizeof(told_entry *))};
    if (!out->entries || !out->sorted)
        return err_oom();
    dbk_err *e = add_section(p, queried, true, out);
    if (!e)
        e = add_section(p, open, false, out);
    if (e)
        return e;
    if (count > 1)
        qsort(out->entries, count, sizeof(*out->entries), by_rank);
    for (size_t i = 0; i < count; i++)
        out->sorted[i] = &out->entries[i];
    if (count > 1)
        qsort(out->sorted, count, sizeof(*out->sorted), by_order);
    for (size_t i = 1; i < count; i++)
        out->sorted[i]->again = compare_ids(&out->sorted[i]->order_id, &out->sorted[i - 1]->order_id) == 0;
    return NULL;
}

static int find_told(const void *key, const void *element)
{
    const told_entry *const *t = element;
    return compare_ids(key, &(*t)->order_id);
}

static bool was_told(const told_orders *told, const dbk_uuid *order_id)
{
    return told->count > 0 &&
           bsearch(order_id, told->sorted, told->count, sizeof(*told->sorted), find_told) != NULL;
}

static dbk_err *mend_open(mending *p, const planned *fills, const told_orders *told)
{
    sq q = sq_of(p->call, sqlite_book_orders_open);
    sq_uuid(&q, &p->request->account_id);
    sq_int8(&q, p->request->as_of_us);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        dbk_uuid order_id;
        sq_get_uuid(&q, 0, &order_id);
        if (!was_told(told, &order_id))
            e = mend_unlisted_order(p, fills, &order_id);
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e;
}

/* trading._reconcile_orders(): every order that the venue tells of, in either section, and every order that
 * the book takes for open. */
dbk_err *mend_orders(mending *p)
{
    const reconcile_request *r = p->request;
    const planned fills = p->now;
    venue_section queried, open;
    told_orders told;
    dbk_err *e = venue_section_read(p->call, &r->account_id, r->state, VENUE_OPEN_ORDERS, &open);
    if (!e)
        e = venue_section_read(p->call, &r->account_id, r->state, VENUE_ORDERS_QUERIED, &queried);
    if (!e)
        e = sort_told(p, &queried, &open, &told);
    for (size_t i = 0; !e && i < told.count; i++) {
        const told_entry *entry = &told.entries[i];
        if (!entry->again)
            e = mend_order(p, &fills, entry->entry, entry->queried, &entry->order_id);
    }
    return e || !open.known ? e : mend_open(p, &fills, &told);
}
