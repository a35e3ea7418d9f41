#include "market/poll_answer.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "core/clock.h"
#include "core/json.h"
#include "market/json_rows.h"
#include "market/raw_text.h"

/* As much of a rejected row is kept. */
#define RAW_BYTES_MAX 256
/* A venue's parts do not agree on the time to the second; what is later than this is a fault. */
#define SLACK_US (INT64_C(60) * 1000000)

typedef struct source {
    const char *at;
    size_t left;
} source;

static dbk_err *read_source(void *context, void *p, size_t size, size_t *got)
{
    source *s = context;
    *got = size < s->left ? size : s->left;
    memcpy(p, s->at, *got);
    s->at += *got;
    s->left -= *got;
    return NULL;
}

/* ---- a row as JSON ---- */

static void append_time(buf *out, int64_t us)
{
    char text[CLOCK_ISO_SIZE];
    clock_iso(us, text);
    buf_printf(out, "\"%s\"", text);
}

static void append_levels(buf *out, const dataset_value *v)
{
    buf_append_char(out, '[');
    for (size_t i = 0; i < v->levels.count; i++)
        buf_printf(out, "%s%.17g", i ? "," : "", v->levels.values[i]);
    buf_append_char(out, ']');
}

static void append_text(arena *a, buf *out, const dataset_value *v)
{
    char *text = arena_strndup(a, v->text.start, v->text.length);
    json_append_string(out, text ? text : "");
    if (!text)
        out->state = BUF_NO_MEMORY;
}

static void append_value(arena *a, buf *out, const dataset_column *c, const dataset_value *v)
{
    char amount[DECIMAL_TEXT_SIZE];
    switch (c->kind) {
    case DATASET_TIME:
        append_time(out, v->time_us);
        break;
    case DATASET_FLOAT8:
        buf_printf(out, "%.17g", v->float8);
        break;
    case DATASET_INT8:
    case DATASET_INT4:
        buf_printf(out, "%" PRId64, v->int8);
        break;
    case DATASET_BOOL:
        buf_append_str(out, v->boolean ? "true" : "false");
        break;
    case DATASET_TEXT:
        append_text(a, out, v);
        break;
    case DATASET_AMOUNT:
        decimal_format(v->amount, amount);
        buf_append_str(out, amount);
        break;
    case DATASET_LEVELS:
        append_levels(out, v);
        break;
    }
}

static void append_row(arena *a, buf *out, const dataset *d, const dataset_row *row)
{
    const char *before = out->length > 1 ? ",{" : "{";
    for (int i = 0; i < d->column_count; i++) {
        const dataset_column *c = &d->columns[i];
        if (!dataset_has(row, i) || c->flags & DATASET_CHECKED || c->constant)
            continue;
        buf_printf(out, "%s\"%s\":", before, c->name);
        append_value(a, out, c, &row->values[i]);
        before = ",";
    }
    buf_append_char(out, '}');
}

/* ---- an answer ---- */

typedef struct reading {
    arena *arena;
    const venue_series *series;
    const venue_request *request;
    const dataset *dataset;
    const json_shape *shape;
    int64_t server_us;
    json_rows *items;
    buf rows;
    poll_reject *rejects;
    size_t reject_count;
    venue_page page;
} reading;

static dbk_err *no_answer(const reading *g, const char *what)
{
    return err_new(ERR_INPUT, "the answer for %s of %s %s", g->series->endpoint->stream, g->series->symbol,
                   what);
}

static bool is_wanted(const reading *g, int64_t time_us, int64_t id)
{
    const venue_request *r = g->request;
    if (!venue_row_is_final(g->series, time_us, g->server_us))
        return false;
    if (g->series->endpoint->paging == VENUE_NOW)
        return true;
    return r->from_id >= 0 ? id > r->from_id : time_us >= r->from_us && time_us <= r->to_us;
}

static void keep_row(reading *g, const dataset_row *row)
{
    const dataset *d = g->dataset;
    venue_page *p = &g->page;
    int64_t time_us = row->values[d->time_column].time_us;
    int64_t id = d->id_column >= 0 && dataset_has(row, d->id_column) ? row->values[d->id_column].int8 : -1;
    if (!is_wanted(g, time_us, id))
        return;
    if (p->rows_kept == 0 || time_us < p->first_us)
        p->first_us = time_us;
    if (p->rows_kept == 0 || time_us > p->last_us)
        p->last_us = time_us;
    if (id >= 0 && (p->first_id < 0 || id < p->first_id))
        p->first_id = id;
    if (id > p->last_id)
        p->last_id = id;
    p->rows_kept++;
    append_row(g->arena, &g->rows, d, row);
}

static dbk_err *reject(reading *g, const json_row *row, int64_t byte_offset)
{
    char reason[DATASET_FAULT_TEXT_SIZE];
    dataset_fault_format(&row->fault, reason);
    poll_reject *r = &g->rejects[g->reject_count];
    *r = (poll_reject){.line = g->page.rows,
                       .byte_offset = byte_offset,
                       .reason = arena_strdup(g->arena, reason),
                       .raw = raw_text(g->arena, row->text, row->length, RAW_BYTES_MAX)};
    if (!r->reason || !r->raw)
        return err_oom();
    g->reject_count++;
    return NULL;
}

/* Is this a row of the kind that was asked for, or the document that has its list of them? An object where an
 * array is expected is no page, and least of all an empty one. */
static bool has_shape(const reading *g, const json_reader_item *item)
{
    json_place place = {.spans = item->spans, .document = item->spans->values, .row = item->spans->values};
    if (g->shape->rows)
        return !item->in_array && json_place_rows(&place, g->shape->rows);
    bool one = g->series->endpoint->paging == VENUE_NOW;
    return (item->in_array || one) && json_shape_fits(g->shape, &place);
}

static dbk_err *take_rows(reading *g, const json_reader_item *item)
{
    dbk_err *e = json_answer_error(item->spans);
    if (!e && !has_shape(g, item))
        e = no_answer(g, "is something else");
    if (!e)
        e = json_rows_begin(g->items, item->spans, NULL, 0);
    bool more = true;
    while (!e && more) {
        json_row row;
        e = json_rows_next(g->items, &row, &more);
        if (e || !more)
            break;
        if (++g->page.rows > POLL_ANSWER_ROWS_MAX)
            return no_answer(g, "has too many rows");
        if (row.event == JSON_ROW_READ)
            keep_row(g, &row.row);
        else if (row.event == JSON_ROW_REJECTED)
            e = reject(g, &row, item->byte_offset + (row.text - item->text));
    }
    return e;
}

/* Where the rows end, as Kraken says it: {"result": {…, "last": "1762820035982277754"}}. */
static void take_token(reading *g, const json_spans *spans)
{
    char text[32];
    const json_span *result = json_span_get(spans, spans->values, "result");
    const json_span *last = result ? json_span_get(spans, result, "last") : NULL;
    if (!last || last->length == 0 || last->length >= sizeof(text))
        return;
    memcpy(text, last->text, last->length);
    text[last->length] = '\0';
    char *end;
    long long token = strtoll(text, &end, 10);
    if (*end == '\0' && token >= 0)
        g->page.token = token;
}

static dbk_err *read_items(reading *g, json_reader *reader)
{
    for (bool any = false;; any = true) {
        json_reader_item item;
        dbk_err *e = json_reader_next(reader, &item);
        if (e)
            return e;
        switch (item.event) {
        case JSON_READER_VALUE:
            if (!item.in_array)
                take_token(g, item.spans);
            e = take_rows(g, &item);
            if (e)
                return e;
            break;
        case JSON_READER_EMPTY:
            if (g->shape->rows)
                return no_answer(g, "is something else");
            break;
        case JSON_READER_TEXT:
        case JSON_READER_FAULT:
            return no_answer(g, "is no JSON");
        case JSON_READER_END:
            return any ? NULL : no_answer(g, "is empty");
        }
    }
}

static dbk_err *begin(reading *g)
{
    const venue_series *s = g->series;
    g->dataset = dataset_of_stream(s->endpoint->stream);
    g->shape = json_shape_named(s->endpoint->shape);
    assert(g->dataset && g->shape);
    g->rejects = arena_alloc(g->arena, POLL_ANSWER_ROWS_MAX * sizeof(*g->rejects));
    if (!g->rejects)
        return err_oom();
    const json_rows_options o = {.shape = g->shape,
                                 .dataset = g->dataset,
                                 .symbol = s->symbol,
                                 .rules = {.interval_s = s->interval_s, .latest_us = g->server_us + SLACK_US},
                                 .received_us = g->server_us,
                                 .now_us = g->server_us};
    return json_rows_new(&o, &g->items);
}

dbk_err *poll_answer_read(arena *a, const venue_series *s, const venue_request *r, const char *body,
                          size_t length, int64_t server_us, poll_answer *out)
{
    reading g = {.arena = a,
                 .series = s,
                 .request = r,
                 .server_us = server_us,
                 .page = {.first_id = -1, .last_id = -1, .token = -1}};
    source text = {.at = body, .left = length};
    json_reader *reader = NULL;
    buf_init(&g.rows, 0);
    buf_append_char(&g.rows, '[');
    dbk_err *e = begin(&g);
    if (!e)
        e = json_reader_new(read_source, &text, &reader);
    if (!e)
        e = read_items(&g, reader);
    buf_append_char(&g.rows, ']');
    if (!e)
        e = buf_error(&g.rows);
    const char *rows = e ? NULL : arena_strndup(a, g.rows.data, g.rows.length);
    if (!e && !rows)
        e = err_oom();
    if (!e)
        *out =
            (poll_answer){.page = g.page, .rows = rows, .rejects = g.rejects, .reject_count = g.reject_count};
    json_reader_free(reader);
    json_rows_free(g.items);
    buf_term(&g.rows);
    return e;
}
