#include "market/formats/json_file.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/interrupt.h"
#include "core/mem.h"
#include "market/formats/source.h"

#define POLL_ROWS 4096
#define NAME_SIZE 64

/* The rows of all series in a file, in order. */
typedef struct stream {
    source *source;
    json_reader *values;
    json_rows *rows;
    json_reader_item item;
    int64_t line; /* of the row that was read last */
    bool in_value;
    bool longer_than_lines; /* some document was */
} stream;

static dbk_err *read_source(void *context, void *p, size_t size, size_t *got)
{
    return source_read(context, p, size, got);
}

static void stream_term(stream *s)
{
    json_rows_free(s->rows);
    json_reader_free(s->values);
    source_close(s->source);
}

static dbk_err *stream_init(stream *s, const json_file_options *o, const json_shape *named)
{
    *s = (stream){.line = 0};
    const json_rows_options ro = {
        .symbol = o->symbol, .rules = o->rules, .named = named, .only = o->only ? o->dataset : NULL};
    dbk_err *e = source_open(o->path, &s->source);
    if (!e)
        e = json_reader_new(read_source, s->source, &s->values);
    if (!e)
        e = json_rows_new(&ro, &s->rows);
    if (e)
        stream_term(s);
    return e;
}

/* "wss://… <-> 1633998511.1": what a recorder writes at the beginning of a connection. */
static bool is_heading(const json_reader_item *item)
{
    size_t length = item->length < NAME_SIZE ? item->length : NAME_SIZE;
    const char *colon = memchr(item->text, ':', length);
    return colon && length - (size_t)(colon - item->text) > 2 && memcmp(colon, "://", 3) == 0;
}

static void reject_line(const json_reader_item *item, json_row *out)
{
    *out = (json_row){
        .event = JSON_ROW_REJECTED,
        .fault = {.kind = DATASET_FAULT_RULE, .rule = item->problem ? item->problem : "this is not JSON"},
        .text = item->text,
        .length = item->length};
}

static void note_length(stream *s)
{
    const json_reader_item *item = &s->item;
    if (item->event == JSON_READER_VALUE || item->event == JSON_READER_EMPTY)
        s->longer_than_lines =
            s->longer_than_lines || item->in_array || memchr(item->text, '\n', item->length);
}

/* *more is false at the end. Everything that is no heading and no empty page comes out. */
static dbk_err *stream_next(stream *s, json_row *out, bool *more)
{
    for (;;) {
        dbk_err *e = NULL;
        *more = false;
        if (s->in_value)
            e = json_rows_next(s->rows, out, more);
        s->line += *more;
        if (e || *more)
            return e;
        s->in_value = false;
        e = json_reader_next(s->values, &s->item);
        if (e)
            return e;
        note_length(s);
        switch (s->item.event) {
        case JSON_READER_END:
            return NULL;
        case JSON_READER_VALUE:
            e = json_rows_begin(s->rows, s->item.spans, s->item.prefix, s->item.prefix_length);
            if (e)
                return e;
            s->in_value = true;
            break;
        case JSON_READER_TEXT:
        case JSON_READER_FAULT:
            s->line++;
            if (s->item.event == JSON_READER_TEXT && (s->item.passed_over || is_heading(&s->item)))
                break;
            reject_line(&s->item, out);
            *more = true;
            return NULL;
        case JSON_READER_EMPTY:
        default:
            break;
        }
    }
}

/* ---- is it JSON? ---- */

/* Is it a row that says by its form alone what it is? Candles are left to the layouts of columns, which ask
 * where a form has several meanings. */
static bool is_known_array(const json_reader_item *item)
{
    size_t count;
    const json_shape *all = json_shapes(&count);
    const json_span *row = item->spans->values;
    const json_place place = {.spans = item->spans, .document = row, .row = row};
    for (size_t i = 0; i < count; i++)
        if (all[i].items && !all[i].rows && !all[i].asked && strcmp(all[i].stream, "klines") != 0 &&
            json_shape_fits(&all[i], &place))
            return true;
    return false;
}

static bool is_read_here(const json_reader_item *item)
{
    if (item->event == JSON_READER_FAULT)
        return item->length > 0 && item->text[0] == '{';
    if (item->event != JSON_READER_VALUE)
        return false;
    return item->spans->values->kind == JSON_SPAN_OBJECT || item->prefix_length > 0 || is_known_array(item);
}

dbk_err *json_file_is(const char *path, bool *out)
{
    source *s = NULL;
    json_reader *r = NULL;
    json_reader_item item = {.event = JSON_READER_EMPTY};
    dbk_err *e = source_open(path, &s);
    if (!e)
        e = json_reader_new(read_source, s, &r);
    bool pages = false; /* without a row, so far */
    while (!e && (item.event == JSON_READER_EMPTY || (item.event == JSON_READER_TEXT && is_heading(&item)))) {
        e = json_reader_next(r, &item);
        pages = pages || (!e && item.event == JSON_READER_EMPTY);
    }
    if (!e)
        *out = is_read_here(&item) || (pages && item.event == JSON_READER_END);
    json_reader_free(r);
    source_close(s);
    if (e && err_code(e) == ERR_INPUT && s) {
        err_free(e);
        *out = false;
        return NULL;
    }
    return e;
}

/* ---- objects with names that are not known as a shape ---- */

/* The member that --columns names for a column; false when it names none. */
static bool find_named(const char *columns, const char *column, const char **name, size_t *length)
{
    size_t wanted = strlen(column);
    for (const char *at = columns; *at;) {
        size_t entry = strcspn(at, ",");
        const char *equals = memchr(at, '=', entry);
        if (equals && (size_t)(equals - at) == wanted && memcmp(at, column, wanted) == 0) {
            *name = equals + 1;
            *length = entry - wanted - 1;
            return true;
        }
        at += entry;
        at += *at == ',';
    }
    return false;
}

static bool is_plain_name(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr(".|^@#* ", name[i]))
            return false;
    return length > 0;
}

static dbk_err *add_field(arena *a, json_shape *shape, const char *column, dataset_as as, const char *name,
                          size_t length)
{
    int at = 0;
    while (at < JSON_SHAPE_FIELDS_MAX && shape->fields[at].column) {
        if (strcmp(shape->fields[at].column, column) == 0)
            return NULL; /* the first name counts */
        at++;
    }
    if (at == JSON_SHAPE_FIELDS_MAX || !is_plain_name(name, length))
        return NULL;
    char *path = arena_strndup(a, name, length);
    if (!path)
        return err_oom();
    shape->fields[at] = (json_shape_field){.column = column, .path = path, .as = as};
    return NULL;
}

static dbk_err *fields_as_given(arena *a, const json_file_options *o, json_shape *shape)
{
    for (int i = 0; i < o->dataset->column_count; i++) {
        const char *name;
        size_t length;
        const char *column = o->dataset->columns[i].name;
        if (!find_named(o->columns, column, &name, &length))
            continue;
        dbk_err *e = add_field(a, shape, column, DATASET_AS_IS, name, length);
        if (e)
            return e;
    }
    return NULL;
}

static dbk_err *fields_by_name(arena *a, const json_file_options *o, const json_spans *s, json_shape *shape)
{
    const json_span *object = s->values;
    const json_span *name = json_span_first(s, object);
    while (name) {
        dataset_field field;
        bool known = dataset_field_named(o->dataset, name->text, name->length, true, &field);
        if (known && field.column == DATASET_SYMBOL && is_plain_name(name->text, name->length)) {
            char *path = arena_strndup(a, name->text, name->length);
            if (!path)
                return err_oom();
            shape->symbol = path;
        } else if (known && field.column >= 0) {
            dbk_err *e = add_field(a, shape, o->dataset->columns[field.column].name, field.as, name->text,
                                   name->length);
            if (e)
                return e;
        }
        name = json_span_after(s, object, json_span_after(s, object, name));
    }
    return NULL;
}

/* A shape of the members of the first value, when it is an object. */
static dbk_err *name_fields(arena *a, const json_file_options *o, const json_shape **out)
{
    stream s;
    json_shape *shape = arena_alloc(a, sizeof(*shape));
    if (!shape)
        return err_oom();
    dbk_err *e = stream_init(&s, o, NULL);
    if (e)
        return e;
    do
        e = json_reader_next(s.values, &s.item);
    while (!e && s.item.event != JSON_READER_VALUE && s.item.event != JSON_READER_END);
    if (!e && s.item.event == JSON_READER_VALUE && s.item.spans->values->kind == JSON_SPAN_OBJECT) {
        *shape = (json_shape){.name = "named members", .stream = o->dataset->stream, .symbol = "@symbol"};
        e = o->columns ? fields_as_given(a, o, shape) : fields_by_name(a, o, s.item.spans, shape);
        if (!e && shape->fields[0].column)
            *out = shape;
    }
    stream_term(&s);
    return e;
}

/* ---- the first reading ---- */

typedef struct scan {
    arena *arena;
    const json_file_options *o;
    json_series *series;
    size_t last; /* that a row was of */
    int64_t strays;
    dataset_fault stray;
    json_file result;
} scan;

static dbk_err *refuse(scan *s, const char *reason, const char *hint)
{
    s->result.refusal = arena_strdup(s->arena, reason);
    s->result.refusal_hint = hint ? arena_strdup(s->arena, hint) : NULL;
    return s->result.refusal && (!hint || s->result.refusal_hint) ? NULL : err_oom();
}

/* Content that was refused becomes the result; everything else stays an error. */
static dbk_err *refuse_by(scan *s, dbk_err *e)
{
    if (!e || (err_code(e) != ERR_INPUT && err_code(e) != ERR_LIMIT))
        return e;
    dbk_err *failed = refuse(s, err_message(e), err_hint(e));
    err_free(e);
    return failed;
}

static bool is_of(const json_row *row, const json_series *series)
{
    return row->dataset == series->dataset && row->interval_s == series->interval_s &&
           strcmp(row->symbol, series->symbol) == 0;
}

static dbk_err *series_of(scan *s, const json_row *row, json_series **out)
{
    size_t count = s->result.series_count;
    if (s->last < count && is_of(row, &s->series[s->last])) {
        *out = &s->series[s->last];
        return NULL;
    }
    size_t i = 0;
    while (i < count && !is_of(row, &s->series[i]))
        i++;
    if (i == JSON_SERIES_MAX)
        return err_new(ERR_INPUT, "more than %d series in one file", JSON_SERIES_MAX);
    if (i == count) {
        s->series[i] = (json_series){.dataset = row->dataset, .interval_s = row->interval_s};
        memcpy(s->series[i].symbol, row->symbol, sizeof(row->symbol));
        s->result.series_count++;
    }
    s->last = i;
    *out = &s->series[i];
    return NULL;
}

static bool is_named(const json_row *row, const json_reader_item *document)
{
    size_t length = strlen(row->symbol);
    return length > 0 && memmem(document->text, document->length, row->symbol, length);
}

static dbk_err *note_row(scan *s, const json_row *row, const json_reader_item *document)
{
    json_series *series = NULL;
    if (row->event == JSON_ROW_UNFINISHED) {
        s->result.unfinished++;
        return NULL;
    }
    if (row->event == JSON_ROW_OTHER) {
        s->result.others++;
        s->result.other = s->result.other ? s->result.other : row->shape->name;
        return NULL;
    }
    if (!row->dataset) {
        s->stray = s->strays == 0 ? row->fault : s->stray;
        s->strays++;
        return NULL;
    }
    dbk_err *e = series_of(s, row, &series);
    if (e)
        return e;
    series->named_in_rows = (series->summary.rows == 0 || series->named_in_rows) && is_named(row, document);
    series->summary.rows++;
    if (row->event == JSON_ROW_READ)
        row_summary_add(&series->summary, row_place_of(row->dataset, &row->row), row->row.time_unit);
    else
        series->summary.rejects++;
    return NULL;
}

static dbk_err *read_all(scan *s, stream *rows)
{
    json_row row;
    bool more = true;
    for (int64_t count = 0; more; count++) {
        dbk_err *e = stream_next(rows, &row, &more);
        if (!e && more)
            e = note_row(s, &row, &rows->item);
        if (!e && count % POLL_ROWS == 0) {
            if (s->o->progress)
                progress_set(s->o->progress, source_position_bytes(rows->source));
            e = interrupt_check(s->o->interrupt);
        }
        if (e)
            return e;
    }
    return NULL;
}

/* What is left to ask once everything has been read. */
static dbk_err *judge(scan *s)
{
    char why[DATASET_FAULT_TEXT_SIZE];
    const json_file *r = &s->result;
    for (size_t i = 0; i < r->series_count; i++) {
        const json_series *series = &s->series[i];
        if (series->dataset->interval_column && series->interval_s == 0)
            return refuse(s, "how long are its intervals? the file does not say",
                          "answer with --interval, such as --interval 1m");
    }
    if (r->series_count > 0) {
        s->series[0].summary.rows += s->strays;
        s->series[0].summary.rejects += s->strays;
        return NULL;
    }
    if (s->strays == 0)
        return refuse(
            s, r->unfinished > 0 ? "it holds only candles that were not finished" : "it holds no rows", NULL);
    dataset_fault_format(&s->stray, why);
    return refuse(s, why,
                  s->o->dataset ? "say with --columns which member is what, as in open_time=ts,open=o"
                                : "say with --stream what its rows are");
}

dbk_err *json_file_scan(arena *a, const json_file_options *o, json_file *out)
{
    scan s = {.arena = a, .o = o};
    s.series = arena_alloc(a, JSON_SERIES_MAX * sizeof(*s.series));
    if (!s.series)
        return err_oom();
    s.result.series = s.series;
    dbk_err *e = source_identify_path(o->path, &s.result.identity);
    if (!e && o->dataset)
        e = refuse_by(&s, name_fields(a, o, &s.result.named));
    stream rows;
    if (!e && !s.result.refusal)
        e = refuse_by(&s, stream_init(&rows, o, s.result.named));
    if (e || s.result.refusal) {
        *out = s.result;
        return e;
    }
    e = refuse_by(&s, read_all(&s, &rows));
    s.result.line_by_line = !rows.longer_than_lines;
    stream_term(&rows);
    if (!e && !s.result.refusal)
        e = judge(&s);
    if (!e)
        *out = s.result;
    return e;
}

/* ---- the second ---- */

typedef struct file_reader {
    row_reader base;
    stream stream;
    json_series series;
    bool first;
} file_reader;

static dbk_err *reader_next(row_reader *base, row_item *out)
{
    file_reader *r = (file_reader *)base;
    json_row row;
    for (;;) {
        bool more;
        dbk_err *e = stream_next(&r->stream, &row, &more);
        if (e)
            return e;
        if (!more) {
            out->event = ROW_END;
            return NULL;
        }
        bool mine = row.dataset ? is_of(&row, &r->series) : r->first;
        if (mine && (row.event == JSON_ROW_READ || row.event == JSON_ROW_REJECTED))
            break;
    }
    out->event = row.event == JSON_ROW_READ ? ROW_READ : ROW_REJECTED;
    out->row = row.row;
    out->fault = row.fault;
    out->line = r->stream.line;
    out->byte_offset = r->stream.item.byte_offset + (row.text - r->stream.item.text);
    out->raw = row.text;
    out->raw_length = row.length;
    return NULL;
}

static dbk_err *reader_identify(row_reader *base, source_identity *out)
{
    return source_identify(((file_reader *)base)->stream.source, out);
}

static bool reader_tap(row_reader *base, const source_tap *tap)
{
    return source_tap_into(((file_reader *)base)->stream.source, tap);
}

static void reader_close(row_reader *base)
{
    file_reader *r = (file_reader *)base;
    stream_term(&r->stream);
    mem_free(r);
}

dbk_err *json_file_open(const json_file_options *o, const json_file *scan, size_t series, row_reader **out)
{
    static const row_reader_methods methods = {reader_next, reader_identify, reader_close, reader_tap};
    assert(series < scan->series_count);
    file_reader *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    r->base = (row_reader){&methods, scan->series[series].dataset};
    r->series = scan->series[series];
    r->first = series == 0;
    dbk_err *e = stream_init(&r->stream, o, scan->named);
    if (e) {
        mem_free(r);
        return e;
    }
    /* What belongs to no series comes with the first, so that one looks at every line. */
    if (!e && !r->first && scan->line_by_line && r->series.named_in_rows)
        json_reader_pass_over_without(r->stream.values, r->series.symbol);
    *out = &r->base;
    return NULL;
}
