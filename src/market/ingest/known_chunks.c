#include "market/ingest/known_chunks.h"

#include <stdlib.h>
#include <string.h>

dbk_err *known_chunks_read(pg_conn *c, arena *a, const dbk_uuid *batch_id, known_chunks *out)
{
    arena *scratch = arena_new(0);
    if (!scratch)
        return err_oom();
    pg_params *p = pg_params_new(scratch);
    pg_param_uuid(p, batch_id);
    pg_rows *rows;
    dbk_err *e = pg_query_binary(c, scratch,
                                 "select plain_sha256, sha256, plain_bytes, object_id, chunk_no "
                                 "from market.fn_known_chunks($1) order by plain_sha256",
                                 p, &rows);
    size_t count = e ? 0 : pg_row_count(rows);
    known_chunk *items = arena_alloc(a, (count > 0 ? count : 1) * sizeof(*items));
    if (!e && !items)
        e = err_oom();
    for (size_t i = 0; !e && i < count; i++) {
        known_chunk *k = &items[i];
        pg_get_hash_binary(rows, i, 0, k->plain_sha256);
        pg_get_hash_binary(rows, i, 1, k->sha256);
        k->plain_bytes = pg_get_int8_binary(rows, i, 2);
        k->object_id = pg_get_uuid_binary(rows, i, 3);
        k->chunk_no = (int32_t)pg_get_int8_binary(rows, i, 4);
    }
    arena_free(scratch);
    if (!e)
        *out = (known_chunks){items, count};
    return e;
}

static int compare(const void *sha256, const void *item)
{
    return memcmp(sha256, ((const known_chunk *)item)->plain_sha256, 32);
}

const known_chunk *known_chunks_find(const known_chunks *k, const uint8_t plain_sha256[32],
                                     size_t plain_bytes)
{
    if (k->count == 0)
        return NULL;
    const known_chunk *found = bsearch(plain_sha256, k->items, k->count, sizeof(*k->items), compare);
    return found && found->plain_bytes == (int64_t)plain_bytes ? found : NULL;
}
