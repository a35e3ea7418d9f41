#include "market/formats/depth_file.h"

#include <assert.h>
#include <string.h>

#include "core/interrupt.h"
#include "core/mem.h"
#include "market/formats/depth_form.h"
#include "market/formats/depth_updates.h"

#define POLL_ROWS 4096

static dbk_err *look_at_first(const char *path, bool *out)
{
    depth_form found;
    csv_fields fields;
    line l = {.length = 0};
    source *s = NULL;
    line_reader *lines = NULL;
    bool more = true;
    dbk_err *e = source_open(path, &s);
    if (!e)
        e = line_reader_new(s, &lines);
    while (!e && more && csv_line_is_blank(&l))
        e = line_reader_next(lines, &l, &more);
    *out = false;
    if (!e && more && !l.too_long) {
        csv_split(&l, ',', &fields);
        *out = depth_form_of_header(&fields, &found) || depth_form_of_line(&fields, &found);
    }
    line_reader_free(lines);
    source_close(s);
    return e;
}

dbk_err *depth_file_is(const char *path, bool *out)
{
    dbk_err *e = look_at_first(path, out);
    if (!e || err_code(e) != ERR_INPUT)
        return e;
    err_free(e);
    *out = false;
    return NULL;
}

/* ---- the first reading ---- */

typedef struct scan {
    const depth_file_options *o;
    int64_t strays;
    dataset_fault stray;
    depth_file result;
} scan;

static bool is_left_out(const dataset *only, const depth_update *found)
{
    return only && found->dataset && found->dataset != only;
}

static depth_series *series_of(depth_file *f, const dataset *d)
{
    size_t i = 0;
    while (i < f->series_count && f->series[i].dataset != d)
        i++;
    assert(i < DEPTH_SERIES_MAX);
    if (i == f->series_count)
        f->series[f->series_count++] = (depth_series){.dataset = d};
    return &f->series[i];
}

static void note_update(scan *s, const depth_update *found)
{
    const row_item *item = &found->item;
    if (!found->dataset) {
        s->stray = s->strays == 0 ? item->fault : s->stray;
        s->strays++;
        return;
    }
    row_summary *summary = &series_of(&s->result, found->dataset)->summary;
    summary->rows++;
    if (item->event == ROW_READ)
        row_summary_add(summary, row_place_of(found->dataset, &item->row), item->row.time_unit);
    else
        summary->rejects++;
}

static dbk_err *read_all(scan *s, depth_updates *u)
{
    depth_update found = {.item = {.event = ROW_READ}};
    dbk_err *e = NULL;
    for (int64_t n = 0; !e && found.item.event != ROW_END; n++) {
        if (n % POLL_ROWS == 0) {
            if (s->o->progress)
                progress_set(s->o->progress, source_position_bytes(depth_updates_source(u)));
            e = interrupt_check(s->o->interrupt);
        }
        if (!e)
            e = depth_updates_next(u, &found);
        if (!e && found.item.event != ROW_END && !is_left_out(s->o->only, &found))
            note_update(s, &found);
    }
    return e;
}

static dbk_err *settle(arena *a, scan *s)
{
    char why[DATASET_FAULT_TEXT_SIZE] = "it holds no rows";
    depth_file *r = &s->result;
    if (r->series_count > 0) {
        r->series[0].summary.rows += s->strays;
        r->series[0].summary.rejects += s->strays;
        return NULL;
    }
    if (s->strays > 0)
        dataset_fault_format(&s->stray, why);
    r->refusal = arena_strdup(a, why);
    return r->refusal ? NULL : err_oom();
}

/* Content that was refused becomes the result; everything else stays an error. */
static dbk_err *refuse_by(arena *a, scan *s, dbk_err *e)
{
    if (!e || err_code(e) != ERR_INPUT)
        return e;
    s->result.refusal = arena_strdup(a, err_message(e));
    err_free(e);
    return s->result.refusal ? NULL : err_oom();
}

dbk_err *depth_file_scan(arena *a, const depth_file_options *o, depth_file *out)
{
    depth_updates *u;
    scan s = {.o = o};
    dbk_err *e = depth_updates_new(o->path, &o->rules, &u);
    if (e)
        return e;
    e = refuse_by(a, &s, read_all(&s, u));
    if (!e && !s.result.refusal)
        e = settle(a, &s);
    if (!e)
        e = source_identify(depth_updates_source(u), &s.result.identity);
    memcpy(s.result.symbol, depth_updates_symbol(u), sizeof(s.result.symbol));
    depth_updates_free(u);
    if (!e)
        *out = s.result;
    return e;
}

/* ---- the second ---- */

typedef struct depth_reader {
    row_reader reader; /* first: what callers hold */
    depth_updates *updates;
    bool first;
    depth_update found;
} depth_reader;

static dbk_err *reader_next(row_reader *base, row_item *out)
{
    depth_reader *r = (depth_reader *)base;
    for (;;) {
        dbk_err *e = depth_updates_next(r->updates, &r->found);
        if (e)
            return e;
        bool mine = r->found.dataset ? r->found.dataset == base->dataset : r->first;
        if (mine || r->found.item.event == ROW_END)
            break;
    }
    *out = r->found.item;
    return NULL;
}

static dbk_err *reader_identify(row_reader *base, source_identity *out)
{
    return source_identify(depth_updates_source(((depth_reader *)base)->updates), out);
}

static bool reader_tap(row_reader *base, const source_tap *tap)
{
    return source_tap_into(depth_updates_source(((depth_reader *)base)->updates), tap);
}

static void reader_close(row_reader *base)
{
    depth_reader *r = (depth_reader *)base;
    depth_updates_free(r->updates);
    mem_free(r);
}

dbk_err *depth_file_open(const depth_file_options *o, const depth_file *scan, size_t series, row_reader **out)
{
    static const row_reader_methods methods = {reader_next, reader_identify, reader_close, reader_tap};
    assert(series < scan->series_count);
    depth_reader *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    r->reader = (row_reader){&methods, scan->series[series].dataset};
    r->first = series == 0;
    dbk_err *e = depth_updates_new(o->path, &o->rules, &r->updates);
    if (e) {
        mem_free(r);
        return e;
    }
    *out = &r->reader;
    return NULL;
}
