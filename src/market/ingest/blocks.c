#include "market/ingest/blocks.h"

#include <assert.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/sha256.h"

/* They travel in one statement, and memory is bounded: of a longer batch the rest has none. */
#define BLOCKS_MAX ((size_t)16384)
#define BLOCKS_FIRST 64
/* What a row takes beside its own fields while it is held to be compared. */
#define ROW_BYTES ((size_t)64)
#define US_PER_DAY INT64_C(86400000000)

struct blocks {
    block *items;
    size_t count, size;
    block open;
    size_t open_bytes;
    sha256 *hash; /* of the open one; NULL: none is open */
};

dbk_err *blocks_new(blocks **out)
{
    blocks *b = mem_alloc(sizeof(*b));
    if (!b)
        return err_oom();
    *b = (blocks){.size = BLOCKS_FIRST};
    b->items = mem_alloc(b->size * sizeof(*b->items));
    if (!b->items) {
        mem_free(b);
        return err_oom();
    }
    *out = b;
    return NULL;
}

void blocks_free(blocks *b)
{
    if (!b)
        return;
    sha256_free(b->hash);
    mem_free(b->items);
    mem_free(b);
}

static void drop_open(blocks *b)
{
    sha256_free(b->hash);
    b->hash = NULL;
}

static dbk_err *make_room(blocks *b)
{
    if (b->count < b->size)
        return NULL;
    block *larger = mem_realloc(b->items, 2 * b->size * sizeof(*larger));
    if (!larger)
        return err_oom();
    b->items = larger;
    b->size *= 2;
    return NULL;
}

/* There is room for it. */
static void end_open(blocks *b)
{
    assert(b->count < b->size);
    if (b->open_bytes >= BLOCK_BYTES_MIN) {
        sha256_final(b->hash, b->open.sha256);
        b->items[b->count++] = b->open;
    }
    drop_open(b);
}

static int64_t day_of(int64_t us)
{
    return us / US_PER_DAY - (us % US_PER_DAY < 0);
}

static bool ends_before(const blocks *b, int64_t us)
{
    return us > b->open.last_us && (b->open_bytes >= BLOCK_BYTES || (b->open_bytes >= BLOCK_BYTES_OF_DAY &&
                                                                     day_of(us) != day_of(b->open.last_us)));
}

dbk_err *blocks_add(blocks *b, int64_t us, const char *own, size_t length)
{
    if (b->hash && ends_before(b, us))
        end_open(b);
    if (!b->hash) {
        if (b->count == BLOCKS_MAX)
            return NULL;
        dbk_err *e = make_room(b);
        if (!e)
            e = sha256_new(&b->hash);
        if (e)
            return e;
        b->open = (block){.first_us = us, .last_us = us};
        b->open_bytes = 0;
    }
    assert(us >= b->open.last_us);
    sha256_update(b->hash, own, length);
    b->open_bytes += length + ROW_BYTES;
    b->open.last_us = us;
    b->open.rows++;
    return NULL;
}

void blocks_cut(blocks *b, bool torn)
{
    if (b->hash && !torn)
        end_open(b);
    drop_open(b);
}

void blocks_forget(blocks *b)
{
    drop_open(b);
    b->count = 0;
}

dbk_err *blocks_json(const blocks *b, arena *a, const char *horizon, const char **out)
{
    assert(!b->hash);
    buf text;
    *out = NULL;
    if (b->count == 0)
        return NULL;
    buf_init(&text, 0);
    buf_printf(&text, "{\"horizon\": \"%s\", \"blocks\": [", horizon);
    for (size_t i = 0; i < b->count; i++) {
        const block *one = &b->items[i];
        char first[CLOCK_ISO_SIZE], last[CLOCK_ISO_SIZE], hex[65];
        clock_iso(one->first_us, first);
        clock_iso(one->last_us, last);
        sha256_hex(one->sha256, hex);
        buf_printf(&text, "%s{\"first\": \"%s\", \"last\": \"%s\", \"rows\": %lld, \"sha256\": \"%s\"}",
                   i > 0 ? ", " : "", first, last, (long long)one->rows, hex);
    }
    buf_append_str(&text, "]}");
    return buf_to_arena(&text, a, out);
}
