#include "market/formats/json_rows.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "market/formats/interval.h"
#include "market/formats/source_time.h"

#define US_PER_S INT64_C(1000000)
#define BUILDERS_MAX 32
#define RECEIVED_TEXT_SIZE 24

/* A shape's columns in a dataset. Of rows that are arrays field i is that of item i, and the shape's own
 * fields come after those. */
typedef struct mapping {
    const json_shape *shape;
    const dataset *dataset;
    row_builder builder;
    dataset_field items[DATASET_COLUMNS_MAX];
    size_t item_count;
    dataset_field fields[JSON_SHAPE_FIELDS_MAX];
} mapping;

struct json_rows {
    json_rows_options options;
    mapping *mappings[BUILDERS_MAX]; /* made when first needed */
    size_t mapping_count;
    const json_shape *last;  /* that fitted */
    const json_shape *shape; /* of the value */
    bool is_error;
    json_place place;
    char received[RECEIVED_TEXT_SIZE]; /* from the options */
    const json_span *list;             /* of rows; NULL: the document is one */
    const json_span *next;             /* NULL: no more */
};

dbk_err *json_rows_new(const json_rows_options *o, json_rows **out)
{
    json_rows *w = mem_alloc(sizeof(*w));
    if (!w)
        return err_oom();
    w->options = *o;
    if (o->received_us > 0)
        snprintf(w->received, sizeof(w->received), "%016lld", (long long)o->received_us);
    *out = w;
    return NULL;
}

void json_rows_free(json_rows *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->mapping_count; i++) {
        row_builder_term(&w->mappings[i]->builder);
        mem_free(w->mappings[i]);
    }
    mem_free(w);
}

/* ---- mappings ---- */

/* A column that another dataset of the same rows has not (the volume of a mark price's candle) is left out.
 */
static dataset_field resolve(const dataset *d, const char *name, size_t length, dataset_as as)
{
    dataset_field field = {.column = DATASET_IGNORED};
    if (dataset_field_named(d, name, length, true, &field) && as != DATASET_AS_IS)
        field.as = as;
    return field;
}

static void map_items(mapping *m)
{
    const char *at = m->shape->columns;
    while (at && *at) {
        size_t length = strcspn(at, ",");
        assert(m->item_count < DATASET_COLUMNS_MAX);
        m->items[m->item_count++] = resolve(m->dataset, at, length, DATASET_AS_IS);
        at += length;
        at += *at == ',';
    }
}

static dbk_err *make_mapping(json_rows *w, const json_shape *shape, const dataset *d, mapping **out)
{
    if (w->mapping_count == BUILDERS_MAX)
        return err_new(ERR_LIMIT, "more than %d kinds of rows in one source", BUILDERS_MAX);
    mapping *m = mem_alloc(sizeof(*m));
    if (!m)
        return err_oom();
    m->shape = shape;
    m->dataset = d;
    map_items(m);
    for (int i = 0; i < JSON_SHAPE_FIELDS_MAX && shape->fields[i].column; i++)
        m->fields[i] =
            resolve(d, shape->fields[i].column, strlen(shape->fields[i].column), shape->fields[i].as);
    dataset_rules rules = w->options.rules;
    rules.interval_s = rules.interval_s > 0 ? rules.interval_s : 1; /* each row sets its own */
    w->mappings[w->mapping_count++] = m;
    dbk_err *e = row_builder_init(&m->builder, d, &rules);
    if (e)
        return e;
    *out = m;
    return NULL;
}

static dbk_err *mapping_of(json_rows *w, const json_shape *shape, mapping **out)
{
    for (size_t i = 0; i < w->mapping_count; i++)
        if (w->mappings[i]->shape == shape) {
            *out = w->mappings[i];
            return NULL;
        }
    const dataset *d = w->options.dataset ? w->options.dataset : dataset_of_stream(shape->stream);
    assert(d);
    return make_mapping(w, shape, d, out);
}

/* ---- what stands around the rows ---- */

static bool is_time(const char *text, size_t length, int64_t *us)
{
    bool exact;
    unsigned unit;
    return source_time_parse(text, length, us, &exact, &unit);
}

/* "symbol=BTCUSDT" in the address that was asked. */
static bool find_asked(const char *prefix, size_t length, const char *name, const char **text, size_t *found)
{
    size_t name_length = strlen(name);
    for (size_t i = 1; i + name_length < length; i++) {
        if ((prefix[i - 1] != '?' && prefix[i - 1] != '&') || memcmp(prefix + i, name, name_length) != 0)
            continue;
        const char *start = prefix + i + name_length;
        const char *end = start;
        while (end < prefix + length && *end != '&' && *end != ' ')
            end++;
        *text = start;
        *found = (size_t)(end - start);
        return true;
    }
    return false;
}

static void read_prefix(json_rows *w, const char *prefix, size_t length)
{
    json_place *p = &w->place;
    p->received = w->received;
    p->received_length = strlen(w->received);
    p->asked_symbol = w->options.symbol;
    p->asked_symbol_length = w->options.symbol ? strlen(w->options.symbol) : 0;
    if (length == 0)
        return;
    size_t start = length;
    while (start > 0 && prefix[start - 1] != ' ')
        start--;
    int64_t us;
    if (is_time(prefix + start, length - start, &us)) {
        p->received = prefix + start;
        p->received_length = length - start;
    }
    if (!find_asked(prefix, length, "symbol=", &p->asked_symbol, &p->asked_symbol_length))
        find_asked(prefix, length, "pair=", &p->asked_symbol, &p->asked_symbol_length);
    if (!find_asked(prefix, length, "interval=", &p->asked_interval, &p->asked_interval_length))
        find_asked(prefix, length, "period=", &p->asked_interval, &p->asked_interval_length);
}

/* What an envelope holds; the value itself when it is none. */
static const json_span *open_envelope(const json_spans *s, const json_span *v)
{
    const json_span *data = json_span_get(s, v, "data");
    if (data && data->kind == JSON_SPAN_OBJECT && json_span_get(s, v, "stream"))
        return data;
    return v;
}

/* An array of arrays or of objects is a page of rows: its first row becomes the place. NULL: it is none. */
static const json_span *enter_page(json_place *p)
{
    const json_span *page = p->row;
    const json_span *first = page->kind == JSON_SPAN_ARRAY ? json_span_first(p->spans, page) : NULL;
    if (!first || first->kind < JSON_SPAN_ARRAY)
        return NULL;
    p->row = first;
    return page;
}

/* ---- which shape ---- */

static const json_span *first_row(json_place *p, const json_shape *shape)
{
    return shape->rows ? json_place_rows(p, shape->rows) : p->row;
}

/* Is the document of this shape? Then *list is its rows, NULL when it is one itself. */
static bool fits(json_rows *w, const json_shape *shape, const json_span **list)
{
    json_place p = w->place;
    const json_span *rows = first_row(&p, shape);
    if (!rows)
        return false;
    if (shape->rows) {
        p.row = json_span_first(p.spans, rows);
        if (!p.row)
            return false;
    }
    if (!json_shape_fits(shape, &p))
        return false;
    w->place.key = p.key;
    w->place.key_length = p.key_length;
    *list = shape->rows ? rows : NULL;
    return true;
}

static const json_shape *find_shape(json_rows *w, const json_span **list)
{
    size_t count;
    const json_shape *all = json_shapes(&count);
    if (w->last && fits(w, w->last, list))
        return w->last;
    for (size_t i = 0; i < count; i++)
        if (!all[i].asked && fits(w, &all[i], list)) {
            w->last = &all[i];
            return &all[i];
        }
    return w->place.row->kind == JSON_SPAN_OBJECT ? w->options.named : NULL;
}

/* An answer without rows: a list of rows as some shape has it, with nothing in it. */
static bool is_empty_answer(const json_rows *w)
{
    size_t count;
    const json_shape *all = json_shapes(&count);
    for (size_t i = 0; i < count; i++) {
        json_place p = w->place;
        const json_span *rows = all[i].rows ? json_place_rows(&p, all[i].rows) : NULL;
        if (rows && rows->count == 0)
            return true;
    }
    return w->place.row->kind == JSON_SPAN_ARRAY && w->place.row->count == 0;
}

static bool is_wanted(const json_rows *w, const json_shape *shape)
{
    return !w->options.only || w->options.only == dataset_of_stream(shape->stream);
}

static const json_shape *recognise(json_rows *w)
{
    json_place *p = &w->place;
    const json_span *outer = p->row;
    const json_span *info = json_span_get(p->spans, outer, "info");
    if (info && info->kind == JSON_SPAN_OBJECT) {
        p->row = info;
        const json_shape *inner = find_shape(w, &w->list);
        if (inner && inner->stream && is_wanted(w, inner))
            return inner;
        p->row = outer;
        w->last = NULL;
    }
    return find_shape(w, &w->list);
}

dbk_err *json_rows_begin(json_rows *w, const json_spans *value, const char *prefix, size_t prefix_length)
{
    assert(value->count > 0);
    w->place = (json_place){.spans = value, .document = value->values};
    read_prefix(w, prefix, prefix_length);
    w->place.row = open_envelope(value, value->values);
    w->list = NULL;
    dbk_err *e = json_answer_error(value);
    w->is_error = e != NULL;
    if (e && err_code(e) != ERR_INPUT)
        return e;
    err_free(e);
    const json_span *page = enter_page(&w->place);
    w->shape = w->options.shape;
    if (w->is_error)
        w->shape = NULL;
    else if (!w->shape)
        w->shape = recognise(w);
    else if (w->shape->rows)
        w->list = json_place_rows(&w->place, w->shape->rows);
    w->list = w->list ? w->list : page;
    w->next = w->place.row;
    if (w->list)
        w->next = json_span_first(value, w->list);
    else if (!w->is_error && !w->shape && is_empty_answer(w))
        w->next = NULL;
    return NULL;
}

/* ---- one row ---- */

static bool broken(dataset_fault *fault, const char *rule)
{
    *fault = (dataset_fault){.kind = DATASET_FAULT_RULE, .rule = rule};
    return false;
}

/* [["price", "quantity"], …], best first; more in a level is left alone. */
static bool put_levels(const json_rows *w, mapping *m, dataset_row *row, dataset_field field,
                       const json_span *levels, dataset_fault *fault)
{
    const json_spans *s = w->place.spans;
    field.level = 0;
    row_put_no_levels(&m->builder, row, field.column);
    for (const json_span *v = json_span_first(s, levels); v; v = json_span_after(s, levels, v)) {
        const json_span *price = json_span_at(s, v, 0);
        const json_span *quantity = json_span_at(s, v, 1);
        if (!price || !quantity || price->kind >= JSON_SPAN_ARRAY || quantity->kind >= JSON_SPAN_ARRAY)
            return broken(fault, "a level of the book is not a price and a quantity");
        if (field.level == DATASET_LEVELS_MAX)
            return broken(fault, "the book has too many levels");
        field.as = DATASET_AS_PRICE;
        if (!row_put(&m->builder, row, field, price->text, price->length, fault))
            return false;
        field.as = DATASET_AS_QUANTITY;
        if (!row_put(&m->builder, row, field, quantity->text, quantity->length, fault))
            return false;
        field.level++;
    }
    return true;
}

static bool put_value(const json_rows *w, mapping *m, dataset_row *row, dataset_field field,
                      const json_found *v, dataset_fault *fault)
{
    if (field.column < 0)
        return true;
    bool levels = m->dataset->columns[field.column].kind == DATASET_LEVELS;
    bool array = v->span && v->span->kind == JSON_SPAN_ARRAY;
    if (levels && array)
        return put_levels(w, m, row, field, v->span, fault);
    if (levels || array || (v->span && v->span->kind == JSON_SPAN_OBJECT))
        return broken(fault, "a value has not the form that belongs there");
    if (v->span && v->span->escaped)
        return broken(fault, "a value has an escaped character");
    return row_put(&m->builder, row, field, v->text, v->length, fault);
}

static bool put_items(const json_rows *w, mapping *m, dataset_row *row, dataset_fault *fault)
{
    const json_spans *s = w->place.spans;
    const json_span *array = w->place.row;
    if (array->kind != JSON_SPAN_ARRAY || array->count != m->item_count) {
        *fault = (dataset_fault){.kind = DATASET_FAULT_COLUMN_COUNT,
                                 .columns = array->kind == JSON_SPAN_ARRAY ? (int)array->count : 1,
                                 .columns_wanted = (int)m->item_count};
        return false;
    }
    const dataset_field *field = m->items;
    for (const json_span *v = json_span_first(s, array); v; v = json_span_after(s, array, v), field++) {
        json_found found = {v, v->text, v->length};
        if (v->kind != JSON_SPAN_NULL && !put_value(w, m, row, *field, &found, fault))
            return false;
    }
    return true;
}

static bool build(const json_rows *w, mapping *m, dataset_row *row, dataset_fault *fault)
{
    const json_shape *shape = m->shape;
    row_begin(&m->builder, row);
    if (shape->columns && !put_items(w, m, row, fault))
        return false;
    for (int i = 0; i < JSON_SHAPE_FIELDS_MAX && shape->fields[i].column; i++) {
        json_found found;
        if (json_place_find(&w->place, shape->fields[i].path, &found) &&
            !put_value(w, m, row, m->fields[i], &found, fault))
            return false;
    }
    return row_finish(&m->builder, row, fault);
}

/* "1m", "candle1H", "5" and "D" are how venues call lengths; 0: not a fixed one. */
static int32_t read_interval(const char *text, size_t length)
{
    char token[INTERVAL_TEXT_SIZE] = "";
    if (length > 6 && memcmp(text, "candle", 6) == 0) {
        text += 6;
        length -= 6;
    }
    if (length == 0 || length + 2 >= sizeof(token))
        return 0;
    bool digits = true;
    for (size_t i = 0; i < length; i++)
        digits = digits && text[i] >= '0' && text[i] <= '9';
    snprintf(token, sizeof(token), "%s%.*s%s", text[0] >= 'A' ? "1" : "", (int)length, text,
             digits ? "m" : "");
    char *unit = token + strlen(token) - 1;
    if (*unit == 'H' || *unit == 'D' || *unit == 'W')
        *unit = (char)(*unit + 'a' - 'A');
    int32_t interval_s;
    return interval_from_token(token, strlen(token), &interval_s) ? interval_s : 0;
}

static void describe(const json_rows *w, const json_shape *shape, json_row *out)
{
    json_found found;
    out->symbol[0] = '\0';
    out->interval_s = out->dataset->interval_column ? w->options.rules.interval_s : 0;
    if (out->dataset->interval_column && shape->interval &&
        json_place_find(&w->place, shape->interval, &found))
        out->interval_s = read_interval(found.text, found.length);
    if (!shape->symbol || !json_place_find(&w->place, shape->symbol, &found) || found.length >= SYMBOL_SIZE)
        return;
    if (found.span && found.span->escaped) {
        if (!json_span_copy(found.span, out->symbol, SYMBOL_SIZE))
            out->symbol[0] = '\0';
        return;
    }
    memcpy(out->symbol, found.text, found.length);
    out->symbol[found.length] = '\0';
}

static bool says_unclosed(const json_rows *w, const json_shape *shape)
{
    json_found found;
    if (!shape->closed || !json_place_find(&w->place, shape->closed, &found))
        return false;
    bool yes = (found.length == 4 && memcmp(found.text, "true", 4) == 0) ||
               (found.length == 1 && found.text[0] == '1');
    return !yes;
}

static bool is_candle(const dataset *d)
{
    return d->interval_column && strcmp(d->interval_column, "interval_s") == 0;
}

/* By the venue's own time, never by ours. */
static bool is_unfinished(const json_rows *w, const json_shape *shape, const json_row *r)
{
    if (!is_candle(r->dataset))
        return false;
    int64_t open_us = r->row.values[r->dataset->time_column].time_us;
    int64_t now_us = w->options.now_us;
    int64_t last_us;
    json_found found;
    if (shape->now && json_place_find(&w->place, shape->now, &found))
        (void)is_time(found.text, found.length, &now_us);
    /* What was received before a candle's end and does not say more cannot have all of it. */
    if (now_us == 0 && !shape->closed && w->place.received_length > 0)
        (void)is_time(w->place.received, w->place.received_length, &now_us);
    if (now_us > 0 && open_us + r->interval_s * US_PER_S > now_us)
        return true;
    return shape->last_closed && json_place_find(&w->place, shape->last_closed, &found) &&
           is_time(found.text, found.length, &last_us) && open_us > last_us;
}

static dbk_err *read_row(json_rows *w, json_row *out)
{
    mapping *m = NULL;
    dbk_err *e = mapping_of(w, w->shape, &m);
    if (e)
        return e;
    if (w->options.only && w->options.only != m->dataset) {
        out->event = JSON_ROW_OTHER;
        return NULL;
    }
    out->dataset = m->dataset;
    describe(w, w->shape, out);
    if (says_unclosed(w, w->shape)) {
        out->event = JSON_ROW_UNFINISHED;
        return NULL;
    }
    out->event = JSON_ROW_REJECTED;
    if (m->dataset->interval_column && out->interval_s == 0) {
        broken(&out->fault, "the length of its interval is not known");
        return NULL;
    }
    m->builder.rules.interval_s = out->interval_s;
    if (build(w, m, &out->row, &out->fault))
        out->event = is_unfinished(w, w->shape, out) ? JSON_ROW_UNFINISHED : JSON_ROW_READ;
    return NULL;
}

dbk_err *json_rows_next(json_rows *w, json_row *out, bool *more)
{
    const json_span *v = w->next;
    *more = v != NULL;
    if (!v)
        return NULL;
    w->next = w->list ? json_span_after(w->place.spans, w->list, v) : NULL;
    w->place.row = v;
    out->shape = w->shape;
    out->dataset = NULL;
    out->text = v->text;
    out->length = v->length;
    out->symbol[0] = '\0';
    out->interval_s = 0;
    if (w->shape && w->shape->stream)
        return read_row(w, out);
    out->event = w->shape ? JSON_ROW_OTHER : JSON_ROW_REJECTED;
    if (w->is_error)
        broken(&out->fault, "it is an error that the venue answered");
    else if (!w->shape)
        broken(&out->fault, "it has not the form of anything known");
    return NULL;
}
