#include "market/ingest/known_blocks.h"

#include <assert.h>
#include <string.h>

#include "core/mem.h"

/* As many as market.fn_known_blocks gives at once. */
#define ANSWER_MAX ((size_t)64)

struct known_blocks {
    conn_turn turn;
    dbk_uuid batch_id;
    arena *arena;
    known_block items[ANSWER_MAX];
    size_t count, next;
    bool asked;
    int64_t first_us; /* asked from there … */
    int64_t asked_us; /* … to here */
};

dbk_err *known_blocks_new(const conn_turn *turn, const dbk_uuid *batch_id, known_blocks **out)
{
    known_blocks *k = mem_alloc(sizeof(*k));
    if (!k)
        return err_oom();
    *k = (known_blocks){.turn = *turn, .batch_id = *batch_id, .arena = arena_new(0)};
    if (!k->arena) {
        mem_free(k);
        return err_oom();
    }
    *out = k;
    return NULL;
}

void known_blocks_free(known_blocks *k)
{
    if (!k)
        return;
    arena_free(k->arena);
    mem_free(k);
}

static void take(known_blocks *k, const pg_rows *rows)
{
    bool before_stands = false;
    k->count = pg_row_count(rows);
    k->next = 0;
    assert(k->count <= ANSWER_MAX);
    for (size_t i = 0; i < k->count; i++) {
        known_block *b = &k->items[i];
        *b = (known_block){.first_us = pg_get_time(rows, i, 0),
                           .last_us = pg_get_time(rows, i, 1),
                           .rows = pg_get_int8(rows, i, 2),
                           .stands = pg_get_bool(rows, i, 4),
                           .follows = pg_get_bool(rows, i, 5) && before_stands};
        memcpy(b->sha256_hex, pg_get_text(rows, i, 3), sizeof(b->sha256_hex));
        before_stands = b->stands;
    }
}

static dbk_err *ask(known_blocks *k, int64_t from_us, int64_t to_us)
{
    dbk_err *e = conn_turn_take(&k->turn);
    if (e)
        return e;
    arena_reset(k->arena);
    pg_params *p = pg_params_new(k->arena);
    pg_param_uuid(p, &k->batch_id);
    pg_param_time(p, from_us);
    pg_param_time(p, to_us);
    pg_rows *rows;
    e = pg_query(
        k->turn.conn, k->arena,
        "select b.first_time, b.last_time, b.row_count, encode(b.sha256, 'hex'), b.stands, b.follows "
        "from market.fn_known_blocks($1, $2, $3) b order by b.last_time",
        p, &rows);
    if (e)
        return e;
    take(k, rows);
    k->asked = true;
    k->asked_us = k->count == ANSWER_MAX ? k->items[k->count - 1].last_us : to_us;
    if (k->count > 0 && k->items[k->count - 1].last_us > k->asked_us)
        k->asked_us = k->items[k->count - 1].last_us;
    return NULL;
}

static const known_block *find(known_blocks *k, int64_t us)
{
    while (k->next < k->count && (k->items[k->next].last_us < us || !k->items[k->next].stands))
        k->next++;
    return k->next < k->count ? &k->items[k->next] : NULL;
}

dbk_err *known_blocks_at(known_blocks *k, int64_t us, int64_t wanted_us, const known_block **out)
{
    assert(us <= wanted_us);
    if (!k->asked)
        k->first_us = us;
    *out = k->asked ? find(k, us) : NULL;
    while (!*out && (!k->asked || k->asked_us < wanted_us)) {
        int64_t from_us = k->asked && k->asked_us >= us ? k->asked_us + 1 : us;
        /* As far ahead as has been gone so far: few questions about much, and little is counted in vain. */
        dbk_err *e = ask(k, from_us, wanted_us + (from_us - k->first_us));
        if (e)
            return e;
        *out = find(k, us);
    }
    return NULL;
}
