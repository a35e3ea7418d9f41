#include "market/formats/file_rows.h"

#include <assert.h>
#include <string.h>

#include "market/formats/csv_scan.h"
#include "market/formats/depth_file.h"
#include "market/formats/json_file.h"
#include "market/formats/parquet_rows.h"
#include "market/formats/stream_detect.h"
#include "parquet/parquet.h"

#define DAY_US INT64_C(86400000000)

/* What the scan of the file's format found. */
typedef struct file_rows_found {
    enum { FORMAT_COLUMNS, FORMAT_JSON, FORMAT_PARQUET, FORMAT_DEPTH } format;
    const dataset *dataset; /* of columns and Parquet */
    csv_scan csv;
    json_file json;
    parquet_scan parquet;
    depth_file depth;
} file_rows_found;

typedef struct scan {
    arena *arena;
    const file_rows_options *o;
    file_rows_found *found;
    bool identified; /* by what the scan read */
    file_rows result;
} scan;

static dbk_err *refuse(scan *s, const char *reason, const char *hint)
{
    s->result.refusal = reason;
    s->result.refusal_hint = hint;
    return NULL;
}

/* Content that was refused becomes the result; everything else stays an error. */
static dbk_err *refuse_by(scan *s, dbk_err *e)
{
    if (!e || err_code(e) != ERR_INPUT)
        return e;
    s->result.refusal = arena_strdup(s->arena, err_message(e));
    s->result.refusal_hint = err_hint(e) ? arena_strdup(s->arena, err_hint(e)) : NULL;
    bool kept = s->result.refusal && (!err_hint(e) || s->result.refusal_hint);
    err_free(e);
    return kept ? NULL : err_oom();
}

static dbk_err *add_series(scan *s, const dataset *d, const char *symbol, const row_summary *summary,
                           bool whole)
{
    file_series *series = arena_alloc(s->arena, sizeof(*series));
    if (!series)
        return err_oom();
    *series = (file_series){.dataset = d, .whole = whole, .summary = *summary};
    const char *given = d->has_instrument ? s->o->symbol : s->o->rules.series;
    const char *known = symbol[0] ? symbol : given ? given : "";
    size_t length = strlen(known);
    memcpy(series->symbol, known, length < SYMBOL_SIZE ? length : SYMBOL_SIZE - 1);
    series->interval_s = d->interval_column ? s->o->rules.interval_s : 0;
    s->result.series = series;
    s->result.series_count = 1;
    return NULL;
}

/* Candles of a length that is not known cannot be judged. */
static bool ask_interval(scan *s, const dataset *d)
{
    if (!d->interval_column || s->o->rules.interval_s > 0)
        return false;
    (void)refuse(s, "how long are its intervals? neither the file nor its name says",
                 "answer with --interval, such as --interval 1m");
    return true;
}

/* ---- separated columns ---- */

static dbk_err *find_stream(scan *s)
{
    const dataset *d = s->o->dataset;
    if (!d && s->o->columns) {
        dbk_err *e = stream_of_columns(s->o->columns, &d);
        if (e)
            return e;
    }
    if (!d) {
        dbk_err *e = refuse_by(s, stream_of_file(s->o->path, s->o->rules.latest_us - DAY_US, &d));
        if (e || s->result.refusal)
            return e;
    }
    s->found->dataset = d;
    return NULL;
}

static dbk_err *scan_columns(scan *s)
{
    layout given;
    csv_scan *csv = &s->found->csv;
    dbk_err *e = find_stream(s);
    const dataset *d = s->found->dataset;
    if (e || s->result.refusal || ask_interval(s, d))
        return e;
    if (s->o->columns)
        e = layout_parse(d, s->o->columns, &given);
    if (e)
        return e;
    e = csv_scan_file(s->arena,
                      &(csv_scan_options){.path = s->o->path,
                                          .dataset = d,
                                          .rules = s->o->rules,
                                          .stream_is_said = s->o->stream_is_said,
                                          .layout = s->o->columns ? &given : NULL,
                                          .rejects_max = s->o->rejects_max,
                                          .head_lines = s->o->head_lines,
                                          .interrupt = s->o->interrupt,
                                          .progress = s->o->progress},
                      csv);
    if (e)
        return e;
    s->result.identity = csv->identity;
    s->identified = true;
    if (csv->refusal)
        return refuse(s, csv->refusal, csv->refusal_hint);
    s->result.format = csv->format.layout.name;
    s->result.columns = &csv->format;
    s->result.binance = layout_is_binance(d, &csv->format.layout);
    const char *said = d->has_instrument ? csv->symbol : csv->format.layout.series;
    return add_series(s, d, said, &csv->summary, csv->whole);
}

/* ---- JSON ---- */

static json_file_options json_options(const file_rows_options *o)
{
    return (json_file_options){.path = o->path,
                               .dataset = o->dataset,
                               .only = o->stream_is_said,
                               .symbol = o->symbol,
                               .rules = o->rules,
                               .columns = o->columns,
                               .interrupt = o->interrupt,
                               .progress = o->progress};
}

static dbk_err *scan_json(scan *s)
{
    json_file *json = &s->found->json;
    json_file_options options = json_options(s->o);
    if (s->o->columns && !strchr(s->o->columns, '='))
        return refuse(s, "which member is which column? members of JSON have names",
                      "answer with --columns, such as --columns open_time=ts,open=o");
    dbk_err *e = json_file_scan(s->arena, &options, json);
    if (e)
        return e;
    s->result.identity = json->identity;
    s->identified = true;
    if (json->refusal)
        return refuse(s, json->refusal, json->refusal_hint);
    file_series *series = arena_alloc(s->arena, json->series_count * sizeof(*series));
    if (!series)
        return err_oom();
    for (size_t i = 0; i < json->series_count; i++) {
        const json_series *from = &json->series[i];
        series[i] = (file_series){.dataset = from->dataset,
                                  .interval_s = from->interval_s,
                                  .whole = true,
                                  .summary = from->summary};
        memcpy(series[i].symbol, from->symbol, sizeof(series[i].symbol));
    }
    s->result.format = "JSON";
    s->result.series = series;
    s->result.series_count = json->series_count;
    s->result.unfinished = json->unfinished;
    s->result.others = json->others;
    s->result.other = json->other;
    return NULL;
}

/* ---- Parquet ---- */

static parquet_rows_options parquet_options(const file_rows_options *o, const dataset *d)
{
    return (parquet_rows_options){.path = o->path,
                                  .library = o->duckdb,
                                  .dataset = d,
                                  .rules = o->rules,
                                  .interrupt = o->interrupt,
                                  .progress = o->progress};
}

static dbk_err *stream_of_parquet(scan *s)
{
    parquet_file *f;
    const dataset *d = NULL;
    dbk_err *e = parquet_open(s->o->path, s->o->duckdb, &f);
    if (e)
        return refuse_by(s, e);
    size_t count = parquet_column_count(f);
    layout_text *names = arena_alloc(s->arena, count * sizeof(*names));
    for (size_t i = 0; names && i < count; i++)
        names[i] = (layout_text){parquet_column_name(f, i), strlen(parquet_column_name(f, i))};
    e = names ? stream_of_header(names, count, &d) : err_oom();
    parquet_close(f);
    s->found->dataset = d;
    return refuse_by(s, e);
}

static dbk_err *scan_parquet(scan *s)
{
    layout given;
    dbk_err *e = NULL;
    if (s->o->dataset || s->o->columns)
        e = find_stream(s);
    else
        e = stream_of_parquet(s);
    const dataset *d = s->found->dataset;
    if (e || s->result.refusal || ask_interval(s, d))
        return e;
    parquet_rows_options options = parquet_options(s->o, d);
    if (s->o->columns) {
        e = layout_parse(d, s->o->columns, &given);
        options.layout = &given;
    }
    parquet_scan *parquet = &s->found->parquet;
    if (!e)
        e = parquet_scan_file(s->arena, &options, parquet);
    if (e)
        return e;
    s->result.identity = parquet->identity;
    s->identified = true;
    if (parquet->refusal)
        return refuse(s, parquet->refusal, parquet->refusal_hint);
    s->result.format = "Parquet";
    return add_series(s, d, parquet->symbol, &parquet->summary, true);
}

/* ---- levels of order books ---- */

static depth_file_options depth_options(const file_rows_options *o)
{
    return (depth_file_options){.path = o->path,
                                .only = o->dataset,
                                .rules = o->rules,
                                .interrupt = o->interrupt,
                                .progress = o->progress};
}

static bool may_be_depth(const file_rows_options *o)
{
    return !o->columns && (!o->dataset || strcmp(o->dataset->stream, "order_book") == 0 ||
                           strcmp(o->dataset->stream, "book_changes") == 0);
}

/* BTCUSDT is margined in the quote currency, BTCUSD_PERP in the base; of those that expire it is not said. */
static const char *contract_kind(const char *symbol)
{
    const char *ending = strchr(symbol, '_');
    return !ending ? "perp" : strcmp(ending, "_PERP") == 0 ? "inverse" : NULL;
}

static dbk_err *scan_depth(scan *s)
{
    depth_file *depth = &s->found->depth;
    depth_file_options options = depth_options(s->o);
    dbk_err *e = depth_file_scan(s->arena, &options, depth);
    if (e)
        return e;
    s->result.identity = depth->identity;
    s->identified = true;
    if (depth->refusal)
        return refuse(s, depth->refusal, NULL);
    file_series *series = arena_alloc(s->arena, depth->series_count * sizeof(*series));
    if (!series)
        return err_oom();
    for (size_t i = 0; i < depth->series_count; i++) {
        series[i] = (file_series){
            .dataset = depth->series[i].dataset, .whole = true, .summary = depth->series[i].summary};
        memcpy(series[i].symbol, depth->symbol, sizeof(depth->symbol));
    }
    s->result.format = "Binance order book history";
    s->result.binance = true;
    s->result.contracts = true;
    s->result.kind = contract_kind(depth->symbol);
    s->result.series = series;
    s->result.series_count = depth->series_count;
    return NULL;
}

/* ---- all of them ---- */

static dbk_err *scan_by_format(scan *s)
{
    bool parquet;
    bool json = false;
    bool depth = false;
    dbk_err *e = parquet_is(s->o->path, &parquet);
    if (!e && !parquet)
        e = json_file_is(s->o->path, &json);
    if (!e && !parquet && !json && may_be_depth(s->o))
        e = depth_file_is(s->o->path, &depth);
    if (e)
        return refuse_by(s, e);
    s->found->format = parquet ? FORMAT_PARQUET : json ? FORMAT_JSON : depth ? FORMAT_DEPTH : FORMAT_COLUMNS;
    return parquet ? scan_parquet(s) : json ? scan_json(s) : depth ? scan_depth(s) : scan_columns(s);
}

dbk_err *file_rows_scan(arena *a, const file_rows_options *o, file_rows *out)
{
    scan s = {.arena = a, .o = o};
    s.found = arena_alloc(a, sizeof(*s.found));
    if (!s.found)
        return err_oom();
    s.result.found = s.found;
    dbk_err *e = scan_by_format(&s);
    s.result.dataset = s.found->dataset ? s.found->dataset : o->dataset;
    if (!e && !s.identified)
        e = source_identify_path(o->path, &s.result.identity);
    if (!e)
        *out = s.result;
    return e;
}

dbk_err *file_rows_open(const file_rows_options *o, const file_rows *scan, size_t series, row_reader **out)
{
    const file_rows_found *found = scan->found;
    assert(!scan->refusal);
    assert(series < scan->series_count);
    if (found->format == FORMAT_JSON) {
        json_file_options options = json_options(o);
        return json_file_open(&options, &found->json, series, out);
    }
    if (found->format == FORMAT_DEPTH) {
        depth_file_options options = depth_options(o);
        return depth_file_open(&options, &found->depth, series, out);
    }
    if (found->format == FORMAT_PARQUET) {
        parquet_rows_options options = parquet_options(o, found->dataset);
        return parquet_rows_open(&options, &found->parquet, out);
    }
    return csv_reader_open(o->path, found->dataset, &found->csv.format, &found->csv.rules, out);
}
