#include "market/ingest/batch_feed.h"

#include <assert.h>
#include <errno.h>

#include "core/mem.h"
#include "market/ingest/batch_feed_int.h"

dbk_err *batch_feed_file_changed(void)
{
    dbk_err *e = err_new(ERR_INPUT, "the file changed while it was being read; nothing of it was loaded");
    return err_with_hint(e, "wait until whatever writes it has finished");
}

/* ---- the threads ---- */

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
    f->rows_error = batch_feed_read_rows(f);
    if (f->rows_error || f->totals.too_many_rejects)
        stop_both(f);
    if (f->tapped)
        ring_finish(f->unpacked);
    give_over(f);
    return NULL;
}

static void *raw_main(void *arg)
{
    batch_feed *f = arg;
    f->raw_error = batch_feed_read_raw(f);
    if (f->raw_error)
        stop_both(f);
    give_over(f);
    return NULL;
}

/* ---- beginning and end ---- */

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
    f->tapped = row_reader_tap(f->o.reader, &(source_tap){.take = batch_feed_tap, .ctx = f});
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
