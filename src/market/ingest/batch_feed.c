#include "market/ingest/batch_feed.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "core/interrupt.h"
#include "core/mem.h"
#include "core/ring.h"
#include "core/sha256.h"
#include "market/formats/raw_text.h"
#include "market/ingest/batch_raw.h"

#define POLL_ROWS 4096
/* Enough that both threads go on while whoever sends waits for the server. */
#define ROWS_PARCELS 24
#define RAW_PARCELS (BATCH_FEED_RAW_HELD_MAX + 4)
#define RAW_BLOCKS 12
#define RAW_BLOCK_BYTES ((size_t)256 * 1024)
/* Room for a chunk, and as much again, so that what is left is moved to the front once in a chunk. */
#define CONTENT_BYTES (2 * CONTENT_CUT_BYTES_MAX)
#define PARCEL_BYTES ((size_t)256 * 1024)
/* A row that is longer gets a parcel of its own. */
#define PARCEL_ROWS_MAX ((size_t)8192)
#define OFFSETS_FIRST 256

/* Of the file, from the thread that reads it. */
typedef struct raw_block {
    char *data; /* RAW_BLOCK_BYTES */
    size_t length;
} raw_block;

/* Of the file, until there is enough of it for a chunk. */
typedef struct content {
    char *data; /* CONTENT_BYTES */
    size_t start, end;
} content;

struct batch_feed {
    batch_feed_options o;
    arena *arena; /* of the thread that reads rows */
    ring *full;
    ring *spare[2]; /* by kind */
    parcel *parcels;
    atomic_int running; /* threads that may still give */
    pthread_t rows_thread, raw_thread;
    bool rows_started, raw_started;
    dbk_err *rows_error, *raw_error;
    /* The file's bytes come from the thread that reads rows, so that they are read once, and are hashed by
     * the other thread, which has less to do; or else that one reads them itself. */
    bool tapped;
    bool whole;   /* all of them were given; said before `unpacked` is finished */
    sha256 *hash; /* of those that were given */
    raw_block blocks[RAW_BLOCKS];
    ring *empty, *unpacked; /* of blocks, where it is tapped */
    raw_block *filling;     /* by whoever reads */
    /* of the thread that packs */
    batch_raw *raw;
    content content;
    int32_t chunk_no; /* the next one */
    /* of the thread that reads rows */
    parcel *open;
    row_place previous;
    size_t offset_size;
    int64_t next_offset_line;
    batch_totals totals;
};

static dbk_err *changed(void)
{
    dbk_err *e = err_new(ERR_INPUT, "the file changed while it was being read; nothing of it was loaded");
    return err_with_hint(e, "wait until whatever writes it has finished");
}

/* ---- rows ---- */

/* false: nobody takes any more. */
static bool hand_over(batch_feed *f)
{
    parcel *p = f->open;
    f->open = NULL;
    return !p || ring_give(f->full, p);
}

static dbk_err *open_parcel(batch_feed *f, size_t bytes, bool *stopped)
{
    if (f->open && f->open->size - f->open->length >= bytes && f->open->rows < (int64_t)PARCEL_ROWS_MAX)
        return NULL;
    if (!hand_over(f)) {
        *stopped = true;
        return NULL;
    }
    parcel *p = ring_take(f->spare[PARCEL_ROWS]);
    *stopped = p == NULL;
    if (!p)
        return NULL;
    p->length = 0;
    p->rows = 0;
    p->ordered = true;
    p->ascending = true;
    f->open = p;
    if (p->size >= bytes)
        return NULL;
    char *larger = mem_realloc(p->data, bytes);
    if (!larger)
        return err_oom();
    p->data = larger;
    p->size = bytes;
    return NULL;
}

/* Numbers of a venue's own ascend with time; those made of what a row says are of their moment alone. */
static bool ascends(const batch_feed *f, const row_place *place)
{
    return f->totals.rows == 0 ||
           (place->time_us >= f->previous.time_us && (!place->numbered || place->id > f->previous.id));
}

static dbk_err *take_row(batch_feed *f, const row_item *item, bool *stopped)
{
    const dataset *d = f->o.encoder->dataset;
    const dataset_row *row = &item->row;
    dbk_err *e = open_parcel(f, row_encoder_bytes_max(f->o.encoder, row), stopped);
    if (e || *stopped)
        return e;
    parcel *p = f->open;
    const row_place place = row_place_of(d, row);
    const int64_t time_us = place.time_us;
    p->ordered = p->ordered && (f->totals.rows == 0 || row_place_is_behind(&place, &f->previous));
    p->ascending = p->ascending && ascends(f, &place);
    p->first_us = p->rows == 0 || time_us < p->first_us ? time_us : p->first_us;
    p->last_us = p->rows == 0 || time_us > p->last_us ? time_us : p->last_us;
    p->lines[p->rows++] = item->line;
    p->length = (size_t)(row_encode(f->o.encoder, row, p->data + p->length) - p->data);
    f->previous = place;
    f->totals.rows++;
    batch_notes_add(&f->totals.notes, d, row, item->line);
    return NULL;
}

static dbk_err *rejects_init(arena *a, batch_rejects *r, int64_t max)
{
    assert(max >= 0 && max <= BATCH_REJECTS_MAX);
    r->size = (size_t)max;
    r->lines = arena_alloc(a, r->size * sizeof(*r->lines));
    r->offsets = arena_alloc(a, r->size * sizeof(*r->offsets));
    r->reasons = arena_alloc(a, r->size * sizeof(*r->reasons));
    r->raw = arena_alloc(a, r->size * sizeof(*r->raw));
    r->quarantined = arena_alloc(a, r->size * sizeof(*r->quarantined));
    return r->lines && r->offsets && r->reasons && r->raw && r->quarantined ? NULL : err_oom();
}

static dbk_err *keep_reject(batch_feed *f, const row_item *item, bool *stopped)
{
    batch_rejects *r = &f->totals.rejects;
    if (r->count == r->size) {
        f->totals.too_many_rejects = true;
        *stopped = true;
        return NULL;
    }
    char reason[DATASET_FAULT_TEXT_SIZE];
    dataset_fault_format(&item->fault, reason);
    size_t i = r->count++;
    r->lines[i] = arena_printf(f->arena, "%lld", (long long)item->line);
    r->offsets[i] = arena_printf(f->arena, "%lld", (long long)item->byte_offset);
    r->reasons[i] = arena_strdup(f->arena, reason);
    r->raw[i] = raw_text(f->arena, item->raw, item->raw_length, BATCH_REJECT_RAW_BYTES);
    if (item->fault.kind == DATASET_FAULT_TIME_IMPLAUSIBLE)
        r->quarantined[r->quarantined_count++] = r->lines[i];
    return r->lines[i] && r->offsets[i] && r->reasons[i] && r->raw[i] ? NULL : err_oom();
}

/* So that a line can be found in what is kept without unpacking all before it. */
static dbk_err *note_offset(batch_feed *f, const row_item *item)
{
    batch_totals *t = &f->totals;
    if (t->offset_count == f->offset_size) {
        size_t size = f->offset_size > 0 ? f->offset_size * 2 : OFFSETS_FIRST;
        const char **larger = arena_alloc(f->arena, size * sizeof(*larger));
        if (!larger)
            return err_oom();
        if (t->offset_count > 0)
            memcpy(larger, t->offsets, t->offset_count * sizeof(*larger));
        t->offsets = larger;
        f->offset_size = size;
    }
    f->next_offset_line += BATCH_OFFSET_LINES;
    t->offsets[t->offset_count] = arena_printf(f->arena, "%lld", (long long)item->byte_offset);
    return t->offsets[t->offset_count++] ? NULL : err_oom();
}

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

/* The bytes of the file go to the thread that packs them. */
static dbk_err *take_bytes(void *ctx, const void *bytes, size_t length)
{
    batch_feed *f = ctx;
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

static dbk_err *read_rows(batch_feed *f)
{
    row_item item;
    bool stopped = false;
    for (int64_t n = 0; !stopped; n++) {
        dbk_err *e = n % POLL_ROWS == 0 ? interrupt_check(f->o.interrupt) : NULL;
        if (!e)
            e = row_reader_next(f->o.reader, &item);
        if (e)
            return e;
        if (item.event == ROW_END)
            break;
        while (!e && item.line >= f->next_offset_line)
            e = note_offset(f, &item);
        if (!e)
            e = item.event == ROW_REJECTED ? keep_reject(f, &item, &stopped) : take_row(f, &item, &stopped);
        if (e)
            return e;
    }
    if (stopped || !hand_over(f))
        return NULL;
    source_identity now;
    dbk_err *e = row_reader_identify(f->o.reader, &now);
    give_block(f);
    f->whole = !e;
    if (e || f->tapped)
        return e;
    return source_identity_equal(&now, f->o.identity) ? NULL : changed();
}

/* Without anything to fill, the other thread ends as well. */
static void stop_both(batch_feed *f)
{
    ring *const waited_for[] = {f->spare[PARCEL_ROWS], f->spare[PARCEL_RAW], f->empty, f->unpacked};
    for (size_t i = 0; i < sizeof(waited_for) / sizeof(waited_for[0]); i++)
        if (waited_for[i])
            ring_abandon(waited_for[i]);
}

/* Whoever takes sees the end when no thread is left. */
static void give_over(batch_feed *f)
{
    if (atomic_fetch_sub(&f->running, 1) == 1)
        ring_finish(f->full);
}

static void *rows_main(void *arg)
{
    batch_feed *f = arg;
    f->rows_error = read_rows(f);
    if (f->rows_error || f->totals.too_many_rejects)
        stop_both(f);
    if (f->tapped)
        ring_finish(f->unpacked);
    give_over(f);
    return NULL;
}

/* ---- the file as received ---- */

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
    return source_identity_equal(&given, f->o.identity) ? NULL : changed();
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
    return source_identity_equal(&now, f->o.identity) ? NULL : changed();
}

static dbk_err *read_raw(batch_feed *f)
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

static void *raw_main(void *arg)
{
    batch_feed *f = arg;
    f->raw_error = read_raw(f);
    if (f->raw_error)
        stop_both(f);
    give_over(f);
    return NULL;
}

/* ---- both ---- */

static dbk_err *add_parcels(batch_feed *f, parcel_kind kind, parcel *first, size_t count)
{
    dbk_err *e = ring_new(count, &f->spare[kind]);
    for (size_t i = 0; i < count && !e; i++) {
        parcel *p = &first[i];
        p->kind = kind;
        p->size = kind == PARCEL_ROWS ? PARCEL_BYTES : BATCH_RAW_CHUNK_BYTES_MAX;
        p->data = mem_alloc(p->size);
        p->lines = kind == PARCEL_ROWS ? mem_alloc(PARCEL_ROWS_MAX * sizeof(*p->lines)) : NULL;
        if (!p->data || (kind == PARCEL_ROWS && !p->lines))
            return err_oom();
        ring_give(f->spare[kind], p);
    }
    return e;
}

static dbk_err *start_thread(batch_feed *f, void *(*fn)(void *), pthread_t *thread, bool *started)
{
    atomic_fetch_add(&f->running, 1);
    int rc = pthread_create(thread, NULL, fn, f);
    *started = rc == 0;
    if (rc == 0)
        return NULL;
    atomic_fetch_sub(&f->running, 1);
    return err_errno(rc, "could not start a thread that reads");
}

static dbk_err *add_raw(batch_feed *f)
{
    dbk_err *e = add_parcels(f, PARCEL_RAW, f->parcels + ROWS_PARCELS, RAW_PARCELS);
    if (!e)
        e = batch_raw_new(&f->raw);
    if (!e)
        e = ring_new(RAW_BLOCKS, &f->empty);
    if (!e)
        e = ring_new(RAW_BLOCKS, &f->unpacked);
    if (e)
        return e;
    f->tapped = row_reader_tap(f->o.reader, &(source_tap){.take = take_bytes, .ctx = f});
    f->content.data = mem_alloc(CONTENT_BYTES);
    e = f->content.data ? sha256_new(&f->hash) : err_oom();
    if (e)
        return e;
    for (int i = 0; f->tapped && i < RAW_BLOCKS; i++) {
        f->blocks[i].data = mem_alloc(RAW_BLOCK_BYTES);
        if (!f->blocks[i].data)
            return err_oom();
        ring_give(f->empty, &f->blocks[i]);
    }
    return NULL;
}

dbk_err *batch_feed_start(arena *a, const batch_feed_options *o, batch_feed **out)
{
    batch_feed *f = mem_alloc(sizeof(*f));
    if (!f) {
        row_reader_close(o->reader);
        return err_oom();
    }
    f->o = *o;
    f->arena = a;
    f->next_offset_line = BATCH_OFFSET_LINES;
    atomic_init(&f->running, 0);
    dbk_err *e = rejects_init(a, &f->totals.rejects, o->rejects_max);
    if (!e)
        e = ring_new(ROWS_PARCELS + RAW_PARCELS, &f->full);
    if (!e) {
        f->parcels = mem_alloc((ROWS_PARCELS + RAW_PARCELS) * sizeof(*f->parcels));
        e = f->parcels ? add_parcels(f, PARCEL_ROWS, f->parcels, ROWS_PARCELS) : err_oom();
    }
    if (!e && o->raw_path)
        e = add_raw(f);
    /* The first to end must not take the second for ended, so it is counted before either runs. */
    atomic_fetch_add(&f->running, 1);
    if (!e)
        e = start_thread(f, rows_main, &f->rows_thread, &f->rows_started);
    if (!e && o->raw_path)
        e = start_thread(f, raw_main, &f->raw_thread, &f->raw_started);
    if (!e) {
        give_over(f);
        *out = f;
        return NULL;
    }
    batch_totals none;
    err_free(batch_feed_end(f, &none));
    return e;
}

parcel *batch_feed_take(batch_feed *f)
{
    return ring_take(f->full);
}

void batch_feed_give_back(batch_feed *f, parcel *p)
{
    if (!ring_give(f->spare[p->kind], p))
        p->length = 0; /* the threads are ending; it is freed with the feed */
}

static void free_feed(batch_feed *f)
{
    for (size_t i = 0; f->parcels && i < ROWS_PARCELS + RAW_PARCELS; i++) {
        mem_free(f->parcels[i].data);
        mem_free(f->parcels[i].lines);
    }
    mem_free(f->parcels);
    ring_free(f->spare[PARCEL_ROWS]);
    ring_free(f->spare[PARCEL_RAW]);
    ring_free(f->full);
    for (int i = 0; i < RAW_BLOCKS; i++)
        mem_free(f->blocks[i].data);
    mem_free(f->content.data);
    sha256_free(f->hash);
    ring_free(f->empty);
    ring_free(f->unpacked);
    batch_raw_free(f->raw);
    row_reader_close(f->o.reader);
    mem_free(f);
}

dbk_err *batch_feed_end(batch_feed *f, batch_totals *out)
{
    if (!f)
        return NULL;
    if (f->rows_started) {
        ring_abandon(f->full);
        stop_both(f);
        pthread_join(f->rows_thread, NULL);
    }
    if (f->raw_started)
        pthread_join(f->raw_thread, NULL);
    /* What ails the rows says more than what ails the bytes. */
    dbk_err *e = f->rows_error ? f->rows_error : f->raw_error;
    if (f->rows_error)
        err_free(f->raw_error);
    if (!e)
        *out = f->totals;
    free_feed(f);
    return e;
}
