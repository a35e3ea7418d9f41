#include "market/formats/stream_detect.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "market/formats/csv_reader.h"

#define DAY_US INT64_C(86400000000)
/* Lines that are looked at for one that is a row of something. */
#define LINES_MAX 20
#define STREAMS_MAX 32
#define ANSWER "answer with --stream, one of"

/* How a line is to be read. */
typedef struct try_options {
    int width;
    char delimiter;
    int64_t now_us;
} try_options;

/* Streams that come into question. */
typedef struct streams {
    const dataset *found[STREAMS_MAX];
    size_t count;
} streams;

/* NULL when memory is short. */
static const char *stream_names(arena *a)
{
    size_t count;
    const dataset *const *list = dataset_list(&count);
    const char *names = list[0]->stream;
    for (size_t i = 1; i < count && names; i++)
        names = arena_printf(a, "%s, %s", names, list[i]->stream);
    return names;
}

static void add(streams *s, const dataset *d)
{
    assert(s->count < STREAMS_MAX);
    s->found[s->count++] = d;
}

static dbk_err *with_streams(dbk_err *e, const char *advice)
{
    arena *a = arena_new(0);
    const char *names = a ? stream_names(a) : NULL;
    if (names)
        e = err_with_hint(e, "%s %s", advice, names);
    arena_free(a);
    return e;
}

dbk_err *stream_of_name(const char *name, const dataset **out)
{
    const dataset *d = dataset_of_stream(name);
    if (!d)
        return with_streams(err_new(ERR_USAGE, "--stream is not a stream: \"%.80s\"", name), "streams are");
    *out = d;
    return NULL;
}

static dbk_err *ask(const streams *s, enum err_code code, const char *what)
{
    if (s->count == 0)
        return with_streams(err_new(code, "which stream is it? %s of none that is known", what), ANSWER);
    char names[200] = "";
    for (size_t i = 0; i < s->count; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof(names) - used, "%s%s", i > 0 ? ", " : "", s->found[i]->stream);
    }
    return with_streams(err_new(code, "which stream is it? %s of each of %s", what, names), ANSWER);
}

static dbk_err *settle(const streams *s, enum err_code code, const char *what, const dataset **out)
{
    if (s->count != 1)
        return ask(s, code, what);
    *out = s->found[0];
    return NULL;
}

/* Candles of a price have the columns of plain ones. */
static bool is_price(const dataset *d)
{
    for (int i = 0; i < d->column_count; i++)
        if (d->columns[i].constant)
            return true;
    return false;
}

dbk_err *stream_of_columns(const char *columns, const dataset **out)
{
    streams s = {.count = 0};
    size_t count;
    const dataset *const *list = dataset_list(&count);
    for (size_t i = 0; i < count; i++) {
        layout l;
        dbk_err *e = layout_parse(list[i], columns, &l);
        if (!e)
            add(&s, list[i]);
        err_free(e);
    }
    if (s.count == 0)
        return layout_parse(dataset_of_stream("klines"), columns, &(layout){0});
    return settle(&s, ERR_INPUT, "these columns are", out);
}

static bool is_named(const layout_text *field, const char *name)
{
    return strlen(name) == field->length && strncasecmp(field->start, name, field->length) == 0;
}

static void try_header(const layout_text *fields, size_t field_count, streams *s)
{
    size_t count;
    const dataset *const *list = dataset_list(&count);
    for (size_t i = 0; i < count; i++) {
        layout l;
        if (is_price(list[i]))
            continue;
        dbk_err *e = layout_from_header(list[i], fields, field_count, true, &l);
        /* A name that is no column may be anything; beside FRED's word for the time it is a series. */
        if (!e && (!l.series[0] || is_named(&fields[0], "observation_date")))
            add(s, list[i]);
        err_free(e);
    }
}

dbk_err *stream_of_header(const layout_text *names, size_t count, const dataset **out)
{
    streams s = {.count = 0};
    try_header(names, count, &s);
    return settle(&s, ERR_INPUT, "its columns are", out);
}

static dbk_err *try_interval(const dataset *d, const line *l, const try_options *o, int32_t interval_s,
                             bool *is_row)
{
    row_builder b;
    layout known[LAYOUTS_MAX];
    size_t count = layouts_known(d, (size_t)o->width, known);
    dbk_err *e = row_builder_init(
        &b, d,
        &(dataset_rules){.interval_s = interval_s, .latest_us = o->now_us + DAY_US, .ids_by_content = true});
    for (size_t i = 0; i < count && !e; i++) {
        dataset_row row;
        dataset_fault fault;
        *is_row = *is_row || csv_line_read(&b, &known[i], o->delimiter, l, &row, &fault);
    }
    row_builder_term(&b);
    return e;
}

/* Whether it is a row with any interval: the right one is not known yet. */
static dbk_err *try_line(const dataset *d, const line *l, const try_options *o, bool *is_row)
{
    static const int32_t intervals[] = {1,     60,    180,   300,   900,   1800,   3600,  7200,
                                        14400, 21600, 28800, 43200, 86400, 259200, 604800};
    size_t count = d->interval_column ? sizeof(intervals) / sizeof(intervals[0]) : 1;
    *is_row = false;
    for (size_t i = 0; i < count && !*is_row; i++) {
        dbk_err *e = try_interval(d, l, o, intervals[i], is_row);
        if (e)
            return e;
    }
    return NULL;
}

static dbk_err *try_orders(const line *l, const try_options *o, streams *s)
{
    size_t count;
    const dataset *const *list = dataset_list(&count);
    s->count = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_row;
        /* A date and a number may be of any series. */
        if (is_price(list[i]) || !list[i]->has_instrument)
            continue;
        dbk_err *e = try_line(list[i], l, o, &is_row);
        if (e)
            return e;
        if (is_row)
            add(s, list[i]);
    }
    return NULL;
}

/* One line's word; a first line that is damaged does not have the last. */
static dbk_err *look_at(const line *l, bool first, int64_t now_us, streams *s, bool *is_header)
{
    csv_fields fields;
    try_options o = {.now_us = now_us};
    dbk_err *e = csv_format_begin(NULL, l, &fields, &o.delimiter, is_header);
    if (e)
        return e;
    *is_header = *is_header && first;
    o.width = fields.count;
    if (!*is_header)
        return try_orders(l, &o, s);
    try_header(fields.fields, (size_t)fields.count, s);
    return NULL;
}

static dbk_err *detect(line_reader *lines, int64_t now_us, const dataset **out)
{
    streams s = {.count = 0};
    bool is_header = false;
    int seen = 0;
    dbk_err *of_first = NULL;
    while (s.count == 0 && seen < LINES_MAX && !is_header) {
        line l;
        bool more = false;
        dbk_err *e = line_reader_next(lines, &l, &more);
        if (!e && more && csv_line_is_blank(&l))
            continue;
        bool of_line = !e && more;
        if (of_line)
            e = look_at(&l, seen++ == 0, now_us, &s, &is_header);
        if (e && (!of_line || err_code(e) != ERR_INPUT)) {
            err_free(of_first);
            return e;
        }
        if (e && !of_first)
            of_first = e;
        else
            err_free(e);
        if (!more)
            break;
    }
    if (s.count == 0 && of_first)
        return of_first;
    err_free(of_first);
    return settle(&s, ERR_INPUT, is_header ? "its header is" : "its first lines are", out);
}

dbk_err *stream_of_file(const char *path, int64_t now_us, const dataset **out)
{
    source *s = NULL;
    line_reader *lines = NULL;
    dbk_err *e = source_open(path, &s);
    if (!e)
        e = line_reader_new(s, &lines);
    if (!e)
        e = detect(lines, now_us, out);
    line_reader_free(lines);
    source_close(s);
    return e;
}
