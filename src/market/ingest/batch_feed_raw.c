/* The thread that packs the file as it was received, chunk by chunk, and how the bytes come to it. */
#include <string.h>

#include "core/interrupt.h"
#include "market/ingest/batch_feed_int.h"

/* ---- from the thread that reads rows ---- */

static void give_block(batch_feed *f)
{
    raw_block *b = f->filling;
    f->filling = NULL;
    if (b && !ring_give(f->unpacked, b))
        b->length = 0; /* the other thread has ended */
}

/* As much as there is room for; says how much that was. */
static size_t fill_block(raw_block *b, const char *bytes, size_t length)
{
    size_t room = RAW_BLOCK_BYTES - b->length;
    size_t n = length < room ? length : room;
    memcpy(b->data + b->length, bytes, n);
    b->length += n;
    return n;
}

static bool is_full(const raw_block *b)
{
    return b->length == RAW_BLOCK_BYTES;
}

dbk_err *batch_feed_tap(void *feed, const void *bytes, size_t length)
{
    batch_feed *f = feed;
    for (size_t used = 0; used < length;) {
        if (!f->filling)
            f->filling = ring_take(f->empty);
        if (!f->filling)
            return NULL; /* the other thread has ended, and rows find no parcel either */
        used += fill_block(f->filling, (const char *)bytes + used, length - used);
        if (is_full(f->filling))
            give_block(f);
    }
    return NULL;
}

void batch_feed_tap_end(batch_feed *f)
{
    give_block(f);
}

/* ---- packing ---- */

/* What the parcel says of a chunk, and its bytes, unless they are kept already. */
static dbk_err *fill_raw(batch_feed *f, parcel *p, const char *bytes, size_t length)
{
    p->length = 0;
    p->like = NULL;
    p->plain_bytes = 0;
    if (batch_raw_is_plain(f->raw, bytes, length)) {
        dbk_err *e = sha256_of(bytes, length, p->plain_sha256);
        if (e)
            return e;
        p->plain_bytes = (int32_t)length;
        p->like = f->o.known ? known_chunks_find(f->o.known, p->plain_sha256, length) : NULL;
    }
    if (p->like)
        return NULL;
    dbk_err *e = batch_raw_pack(f->raw, bytes, length, p->data, p->size, &p->length);
    return e ? e : sha256_of(p->data, p->length, p->sha256);
}

/* *stopped: nobody takes any more. */
static dbk_err *pack(batch_feed *f, const char *bytes, size_t length, bool *stopped)
{
    parcel *p = ring_take(f->spare[PARCEL_RAW]);
    *stopped = !p;
    if (!p)
        return NULL;
    dbk_err *e = interrupt_check(f->o.interrupt);
    if (!e)
        e = fill_raw(f, p, bytes, length);
    p->chunk_no = f->chunk_no++;
    if (e || !ring_give(f->full, p)) {
        ring_give(f->spare[PARCEL_RAW], p);
        *stopped = true;
    }
    return e;
}

/* What came compressed is cut by its length alone: other lines in it are other bytes everywhere. */
static size_t next_chunk(batch_feed *f, const char *bytes, size_t length, bool end)
{
    if (batch_raw_is_plain(f->raw, bytes, length))
        return content_cut(bytes, length, end);
    return length >= CONTENT_CUT_BYTES_MAX ? CONTENT_CUT_BYTES_MAX : end ? length : 0;
}

static dbk_err *pack_chunks(batch_feed *f, bool end, bool *stopped)
{
    content *c = &f->content;
    dbk_err *e = NULL;
    while (!e && !*stopped && c->start < c->end) {
        size_t n = next_chunk(f, c->data + c->start, c->end - c->start, end);
        if (n == 0)
            break;
        e = pack(f, c->data + c->start, n, stopped);
        c->start += n;
    }
    return e;
}

static dbk_err *take_content(batch_feed *f, const char *bytes, size_t length, bool *stopped)
{
    content *c = &f->content;
    dbk_err *e = NULL;
    while (!e && !*stopped && length > 0) {
        if (c->end == CONTENT_BYTES) {
            memmove(c->data, c->data + c->start, c->end - c->start);
            c->end -= c->start;
            c->start = 0;
        }
        size_t room = CONTENT_BYTES - c->end;
        size_t n = length < room ? length : room;
        memcpy(c->data + c->end, bytes, n);
        c->end += n;
        bytes += n;
        length -= n;
        e = pack_chunks(f, false, stopped);
    }
    return e;
}

static dbk_err *pack_given(batch_feed *f)
{
    dbk_err *e = NULL;
    bool stopped = false;
    source_identity given = {.size_bytes = 0};
    for (raw_block *b; !e && !stopped && (b = ring_take(f->unpacked)) != NULL;) {
        sha256_update(f->hash, b->data, b->length);
        given.size_bytes += (int64_t)b->length;
        e = take_content(f, b->data, b->length, &stopped);
        b->length = 0;
        if (!ring_give(f->empty, b))
            stopped = true;
    }
    if (!e && !stopped && f->whole)
        e = pack_chunks(f, true, &stopped);
    if (e || stopped || !f->whole)
        return e;
    sha256_final(f->hash, given.sha256);
    return source_identity_equal(&given, f->o.identity) ? NULL : batch_feed_file_changed();
}

static dbk_err *read_and_pack(batch_feed *f, source *s)
{
    bool stopped = false;
    const void *bytes;
    size_t length = 1;
    dbk_err *e = NULL;
    while (!e && !stopped && length > 0) {
        e = source_read_raw(s, &bytes, &length);
        if (!e)
            e = take_content(f, bytes, length, &stopped);
    }
    if (!e && !stopped)
        e = pack_chunks(f, true, &stopped);
    if (e || stopped)
        return e;
    source_identity now;
    e = source_identify(s, &now);
    if (e)
        return e;
    return source_identity_equal(&now, f->o.identity) ? NULL : batch_feed_file_changed();
}

dbk_err *batch_feed_read_raw(batch_feed *f)
{
    if (f->tapped)
        return pack_given(f);
    source *s;
    dbk_err *e = source_open_raw(f->o.raw_path, &s);
    if (e)
        return e;
    e = read_and_pack(f, s);
    source_close(s);
    return e;
}
