/* The thread that reads rows: of each row it makes what is sent, and notes what else is to be said of the
 * batch. */
#include <string.h>

#include "core/interrupt.h"
#include "core/mem.h"
#include "market/formats/raw_text.h"
#include "market/ingest/batch_feed_int.h"

#define POLL_ROWS 4096
#define OFFSETS_FIRST 256

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

dbk_err *batch_feed_read_rows(batch_feed *f)
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
    batch_feed_tap_end(f);
    f->whole = !e;
    if (e || f->tapped)
        return e;
    return source_identity_equal(&now, f->o.identity) ? NULL : batch_feed_file_changed();
}
