/* Fills of several stores, in one transaction over the connection of one of them. */
#include <stdlib.h>
#include <string.h>

#include "book/pg_store_int.h"
#include "pg/pg_each.h"

/* A fill that waits for a lock holds up those that are with it for no longer; then each goes by itself. */
#define TOGETHER_MS 1000

typedef struct fill_call {
    const dbk_fill *fill;
    pg_each each;
    size_t came; /* which of those made together */
} fill_call;

static int order_of_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

/* By account, then position: so two transactions never wait for each other's positions. Of one position in
 * the order in which they came. */
static int order_of(const void *left, const void *right)
{
    const fill_call *a = *(fill_call *const *)left, *b = *(fill_call *const *)right;
    int order =
        memcmp(a->fill->account_id.bytes, b->fill->account_id.bytes, sizeof(a->fill->account_id.bytes));
    if (order == 0)
        order = memcmp(a->fill->instrument_id.bytes, b->fill->instrument_id.bytes,
                       sizeof(a->fill->instrument_id.bytes));
    if (order == 0)
        order = order_of_text(a->fill->position_key, b->fill->position_key);
    return order != 0 ? order : (a->came > b->came) - (a->came < b->came);
}

/* Of the position: fills of one wait for each other in the server. Two positions with one key cost no more
 * than a wait. */
static uint64_t key_of(const dbk_fill *fill)
{
    uint64_t account, instrument;
    memcpy(&account, fill->account_id.bytes + 8, sizeof(account));
    memcpy(&instrument, fill->instrument_id.bytes + 8, sizeof(instrument));
    uint64_t key = account * 31 + instrument;
    for (const char *c = fill->position_key; c && *c; c++)
        key = key * 31 + (unsigned char)*c;
    return key;
}

/* What becomes of those that fail is told by their own tries, in their own threads. */
static bool make_fills(void *with, void **calls, size_t count)
{
    pg_store *s = with;
    fill_call **fills = (fill_call **)calls;
    pg_each each[COMMIT_GROUP_CALLS_MAX];
    if (pg_is_lost(s->conn))
        return false;
    for (size_t i = 0; i < count; i++)
        fills[i]->came = i;
    qsort(fills, count, sizeof(*fills), order_of);
    for (size_t i = 0; i < count; i++)
        each[i] = fills[i]->each;
    dbk_err *e = pg_query_each(s->conn, store_fill_record.sql, TOGETHER_MS, each, count);
    for (size_t i = 0; !e && i < count; i++)
        fills[i]->each.rows = each[i].rows;
    err_free(e);
    return !e;
}

commit_group *pg_store_group_new(void)
{
    return commit_group_new(make_fills);
}

dbk_err *pg_store_fill_record_in(commit_group *group, pg_store *s, const dbk_fill *fill, dbk_fill_answer *out)
{
    const store_write *w = &store_fill_record;
    arena *a = pg_store_keep(s, w->keep);
    pg_params *params = NULL;
    dbk_err *e = pg_store_write_params(s, a, w, fill, &params);
    if (e)
        return e;
    fill_call own = {.fill = fill, .each = {.params = params, .arena = a}};
    if (!commit_group_call(group, s, &own, key_of(fill)))
        return pg_store_write(s, DBK_CALL_FILL_RECORD, fill, out);
    return pg_store_read_answer(w, request_name(DBK_CALL_FILL_RECORD), own.each.rows, out);
}
