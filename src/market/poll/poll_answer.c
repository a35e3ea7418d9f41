#include "market/poll/poll_answer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/json.h"
#include "market/formats/json_answer.h"
#include "market/formats/json_rows.h"
#include "market/formats/raw_text.h"

/* As much of a rejected row is kept. */
#define RAW_BYTES_MAX 256
/* A venue's parts do not agree on the time to the second; what is later than this is a fault. */
#define SLACK_US (INT64_C(60) * 1000000)
/* No error is longer. */
#define ERROR_BYTES_MAX ((size_t)4096)

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
    buf rejects;
    int64_t reject_count;
    batch_notes notes;
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
    /* The present state is told in the very second of the answer, whose time is in whole seconds. */
    if (g->series->endpoint->paging == VENUE_NOW)
        return true;
    if (!venue_row_is_final(g->series, time_us, g->server_us))
        return false;
    return r->from_id >= 0 ? id > r->from_id && id <= r->to_id : time_us >= r->from_us && time_us <= r->to_us;
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
    batch_notes_add(&g->notes, d, row, p->rows);
    append_row(g->arena, &g->rows, d, row);
}

static dbk_err *reject(reading *g, const json_row *row, int64_t byte_offset)
{
    char reason[DATASET_FAULT_TEXT_SIZE];
    dataset_fault_format(&row->fault, reason);
    const char *raw = raw_text(g->arena, row->text, row->length, RAW_BYTES_MAX);
    if (!raw)
        return err_oom();
    buf_printf(&g->rejects, "%s{\"line\":%" PRId64 ",\"byte_offset\":%" PRId64 ",\"reason\":",
               g->reject_count++ ? "," : "", g->page.rows, byte_offset);
    json_append_string(&g->rejects, reason);
    buf_append_str(&g->rejects, ",\"raw\":");
    json_append_string(&g->rejects, raw);
    if (row->fault.kind == DATASET_FAULT_TIME_IMPLAUSIBLE)
        buf_append_str(&g->rejects, ",\"quarantine\":true");
    buf_append_char(&g->rejects, '}');
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
    const json_rows_options o = {.shape = g->shape,
                                 .dataset = g->dataset,
                                 .symbol = s->symbol,
                                 .rules = {.interval_s = s->interval_s, .latest_us = g->server_us + SLACK_US},
                                 .received_us = g->server_us,
                                 .now_us = g->server_us};
    return json_rows_new(&o, &g->items);
}

static dbk_err *end_list(arena *a, buf *list, const char **out)
{
    buf_append_char(list, ']');
    dbk_err *e = buf_error(list);
    if (e)
        return e;
    *out = arena_strndup(a, list->data, list->length);
    return *out ? NULL : err_oom();
}

/* ---- what a venue states of funding at a moment ---- */

static bool copy_amount(const json_spans *spans, const json_span *object, const char *name, char out[64])
{
    const json_span *v = json_span_get(spans, object, name);
    decimal amount;
    if (!v || !json_span_copy(v, out, 64))
        return false;
    dbk_err *e = decimal_parse(out, strlen(out), &amount);
    err_free(e);
    return !e;
}

/* These are no rows of a stream: they are recorded one by one, exact, by market.fn_record_funding. */
static dbk_err *read_funding(reading *g, const json_spans *spans)
{
    const json_span *row = spans->values;
    if (row->kind == JSON_SPAN_ARRAY)
        row = json_span_at(spans, row, 0);
    json_place place = {.spans = spans, .document = spans->values, .row = row};
    char rate[64], mark[64], index[64], time[32];
    const json_span *at = row ? json_span_get(spans, row, "time") : NULL;
    if (!row || !json_shape_fits(g->shape, &place) || !at || at->length >= sizeof(time))
        return no_answer(g, "is something else");
    if (!copy_amount(spans, row, "lastFundingRate", rate) || !copy_amount(spans, row, "markPrice", mark) ||
        !copy_amount(spans, row, "indexPrice", index))
        return no_answer(g, "states no rate or no price");
    memcpy(time, at->text, at->length);
    time[at->length] = '\0';
    int64_t time_us = strtoll(time, NULL, 10) * 1000;
    if (time_us <= 0 || time_us > g->server_us + SLACK_US)
        return no_answer(g, "is of an implausible time");
    g->page = (venue_page){.rows = 1,
                           .rows_kept = 1,
                           .first_us = time_us,
                           .last_us = time_us,
                           .first_id = -1,
                           .last_id = -1,
                           .token = -1};
    buf_append_str(&g->rows, "{\"snapshot_at\":");
    append_time(&g->rows, time_us);
    buf_printf(&g->rows, ",\"rate\":\"%s\",\"mark_price\":\"%s\",\"index_price\":\"%s\"}", rate, mark, index);
    return NULL;
}

static dbk_err *read_snapshot(reading *g, const char *body, size_t length)
{
    json_spans spans;
    json_spans_init(&spans, 10000);
    dbk_err *e = json_spans_parse(&spans, body, length, "the answer");
    if (!e)
        e = json_answer_error(&spans);
    if (!e)
        e = read_funding(g, &spans);
    json_spans_term(&spans);
    return e;
}

static dbk_err *read_rows(reading *g, const char *body, size_t length)
{
    source text = {.at = body, .left = length};
    json_reader *reader = NULL;
    dbk_err *e = begin(g);
    if (!e)
        e = json_reader_new(read_source, &text, &reader);
    if (!e)
        e = read_items(g, reader);
    json_reader_free(reader);
    json_rows_free(g->items);
    return e;
}

dbk_err *poll_answer_read(arena *a, const venue_series *s, const venue_request *r, const char *body,
                          size_t length, int64_t server_us, poll_answer *out)
{
    reading g = {.arena = a,
                 .series = s,
                 .request = r,
                 .server_us = server_us,
                 .page = {.first_id = -1, .last_id = -1, .token = -1}};
    buf_init(&g.rows, 0);
    buf_init(&g.rejects, 0);
    buf_append_char(&g.rows, '[');
    buf_append_char(&g.rejects, '[');
    g.shape = json_shape_named(s->endpoint->shape);
    g.dataset = dataset_of_stream(s->endpoint->stream);
    assert(g.shape);
    dbk_err *e = g.dataset ? read_rows(&g, body, length) : read_snapshot(&g, body, length);
    poll_answer answer = {.page = g.page, .reject_count = g.reject_count, .notes = g.notes};
    if (!e)
        e = end_list(a, &g.rows, &answer.rows);
    if (!e)
        e = end_list(a, &g.rejects, &answer.rejects);
    if (!e)
        *out = answer;
    buf_term(&g.rows);
    buf_term(&g.rejects);
    return e;
}

bool poll_answer_is_too_often(const char *body, size_t length)
{
    json_spans spans;
    if (length > ERROR_BYTES_MAX)
        return false;
    json_spans_init(&spans, ERROR_BYTES_MAX);
    dbk_err *e = json_spans_parse(&spans, body, length, "the answer");
    bool said = !e && json_answer_is_too_often(&spans);
    err_free(e);
    json_spans_term(&spans);
    return said;
}

dbk_err *poll_answer_check_list(const char *body, size_t length)
{
    json_spans spans;
    if (length > ERROR_BYTES_MAX)
        return NULL;
    json_spans_init(&spans, ERROR_BYTES_MAX);
    dbk_err *e = json_spans_parse(&spans, body, length, "the answer");
    if (!e)
        e = json_answer_error(&spans);
    json_spans_term(&spans);
    return e;
}
