#include "market/formats/parquet_rows.h"

#include <string.h>

#include "core/interrupt.h"
#include "core/mem.h"
#include "market/formats/row_builder.h"
#include "market/formats/source_time.h"
#include "parquet/parquet.h"

#define POLL_ROWS 4096
/* What pandas calls an index without a name. */
#define INDEX_NAME "__index_level_"
#define REJECT_LENGTH_MAX ((size_t)16 * 1024)

typedef struct parquet_reader {
    row_reader reader;
    parquet_file *file;
    row_builder builder;
    layout layout;
    buf raw; /* of a row that is rejected, with commas */
} parquet_reader;

/* ---- what the columns are ---- */

static dbk_err *find_layout(const parquet_rows_options *o, const parquet_file *f, layout *out)
{
    layout_text names[PARQUET_COLUMNS_MAX];
    size_t count = parquet_column_count(f);
    if (o->layout) {
        *out = *o->layout;
        if ((size_t)out->field_count == count)
            return NULL;
        return err_new(ERR_INPUT, "the file has %zu columns, --columns names %d", count, out->field_count);
    }
    for (size_t i = 0; i < count; i++) {
        const char *name = parquet_column_name(f, i);
        bool index = strncmp(name, INDEX_NAME, strlen(INDEX_NAME)) == 0;
        names[i].start = index ? "_" : name;
        names[i].length = strlen(names[i].start);
    }
    return layout_from_header(o->dataset, names, count, o->rules.ids_by_content, out);
}

/* Columns that are read must be such that they can be. */
static dbk_err *check_kinds(const dataset *d, const parquet_file *f, const layout *l)
{
    for (int i = 0; i < l->field_count; i++) {
        int column = l->fields[i].column;
        if (column == DATASET_IGNORED)
            continue;
        parquet_kind kind = parquet_column_kind(f, (size_t)i);
        bool time = column >= 0 && d->columns[column].kind == DATASET_TIME;
        if (kind == PARQUET_TEXT || (kind == PARQUET_TIME && time))
            continue;
        dbk_err *e =
            err_new(ERR_INPUT, "column \"%s\" is %s, which cannot be %s", parquet_column_name(f, (size_t)i),
                    parquet_column_type(f, (size_t)i), column >= 0 ? d->columns[column].name : "a symbol");
        return err_with_hint(e,
                             "name the columns with --columns, in the order of the file, _ for one to skip");
    }
    return NULL;
}

/* ---- rows ---- */

static bool put_column(parquet_reader *r, int field, dataset_row *row, dataset_fault *fault)
{
    dataset_field f = r->layout.fields[field];
    parquet_value v = parquet_get(r->file, (size_t)field);
    if (f.column == DATASET_IGNORED || !v.present)
        return true;
    if (parquet_column_kind(r->file, (size_t)field) == PARQUET_TEXT)
        return row_put(&r->builder, row, f, v.text, v.length, fault);
    if (f.column == r->reader.dataset->time_column)
        row->time_unit = SOURCE_TIME_US;
    return row_put_time(&r->builder, row, f.column, v.time_us, fault);
}

static bool build(parquet_reader *r, dataset_row *row, dataset_fault *fault)
{
    row_begin(&r->builder, row);
    for (int i = 0; i < r->layout.field_count; i++)
        if (!put_column(r, i, row, fault))
            return false;
    return row_finish(&r->builder, row, fault);
}

/* The row as it would stand in a file with commas. */
static dbk_err *write_raw(parquet_reader *r)
{
    buf_clear(&r->raw);
    for (int i = 0; i < r->layout.field_count; i++) {
        parquet_value v = parquet_get(r->file, (size_t)i);
        if (i > 0)
            buf_append_char(&r->raw, ',');
        if (!v.present || r->raw.length + v.length > REJECT_LENGTH_MAX)
            continue;
        if (parquet_column_kind(r->file, (size_t)i) == PARQUET_TIME)
            buf_printf(&r->raw, "%lld", (long long)v.time_us);
        else
            buf_append(&r->raw, v.text, v.length);
    }
    return buf_error(&r->raw);
}

static dbk_err *next_row(row_reader *reader, row_item *out)
{
    parquet_reader *r = (parquet_reader *)reader;
    bool more;
    dbk_err *e = parquet_next(r->file, &more);
    if (e)
        return e;
    out->event = ROW_END;
    if (!more)
        return NULL;
    out->line = parquet_row_number(r->file);
    out->byte_offset = 0;
    out->event = ROW_READ;
    if (build(r, &out->row, &out->fault))
        return NULL;
    out->event = ROW_REJECTED;
    e = write_raw(r);
    out->raw = r->raw.data;
    out->raw_length = r->raw.length;
    return e;
}

static dbk_err *identify(row_reader *reader, source_identity *out)
{
    return source_identify_path(parquet_path(((parquet_reader *)reader)->file), out);
}

static void close_reader(row_reader *reader)
{
    parquet_reader *r = (parquet_reader *)reader;
    parquet_close(r->file);
    row_builder_term(&r->builder);
    buf_term(&r->raw);
    mem_free(r);
}

static dbk_err *open_reader(const parquet_rows_options *o, parquet_reader **out)
{
    static const row_reader_methods methods = {.next = next_row, .identify = identify, .close = close_reader};
    parquet_reader *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    r->reader = (row_reader){.methods = &methods, .dataset = o->dataset};
    buf_init(&r->raw, 2 * REJECT_LENGTH_MAX);
    dbk_err *e = parquet_open(o->path, o->library, &r->file);
    if (!e)
        e = find_layout(o, r->file, &r->layout);
    if (!e)
        e = check_kinds(o->dataset, r->file, &r->layout);
    dataset_rules rules = o->rules;
    if (!e && !rules.series && r->layout.series[0])
        rules.series = r->layout.series;
    if (!e)
        e = row_builder_init(&r->builder, o->dataset, &rules);
    if (e) {
        close_reader(&r->reader);
        return e;
    }
    *out = r;
    return NULL;
}

dbk_err *parquet_rows_open(const parquet_rows_options *o, const parquet_scan *scan, row_reader **out)
{
    parquet_rows_options settled = *o;
    parquet_reader *r;
    settled.layout = &scan->layout;
    dbk_err *e = open_reader(&settled, &r);
    if (!e)
        *out = &r->reader;
    return e;
}

/* ---- the first reading ---- */

/* Content that was refused becomes the result; everything else stays an error. */
static dbk_err *refuse_by(arena *a, dbk_err *e, parquet_scan *out)
{
    if (!e || err_code(e) != ERR_INPUT)
        return e;
    out->refusal = arena_strdup(a, err_message(e));
    out->refusal_hint = err_hint(e) ? arena_strdup(a, err_hint(e)) : NULL;
    bool kept = out->refusal && (!err_hint(e) || out->refusal_hint);
    err_free(e);
    return kept ? NULL : err_oom();
}

static dbk_err *read_all(const parquet_rows_options *o, parquet_reader *r, parquet_scan *out)
{
    row_item item;
    row_summary *s = &out->summary;
    do {
        dbk_err *e = next_row(&r->reader, &item);
        if (!e && s->rows % POLL_ROWS == 0) {
            if (o->progress && s->rows > 0)
                progress_set(o->progress, out->identity.size_bytes * s->rows / parquet_row_count(r->file));
            e = interrupt_check(o->interrupt);
        }
        if (e)
            return e;
        s->rows += item.event != ROW_END;
        s->rejects += item.event == ROW_REJECTED;
        if (item.event == ROW_READ)
            row_summary_add(s, row_place_of(o->dataset, &item.row), item.row.time_unit);
    } while (item.event != ROW_END);
    return s->rows > 0 ? NULL : err_new(ERR_INPUT, "the file holds no rows");
}

dbk_err *parquet_scan_file(arena *a, const parquet_rows_options *o, parquet_scan *out)
{
    parquet_scan scan = {.rules = o->rules};
    parquet_reader *r = NULL;
    dbk_err *e = source_identify_path(o->path, &scan.identity);
    if (!e)
        e = open_reader(o, &r);
    if (!e) {
        scan.layout = r->layout;
        e = read_all(o, r, &scan);
        memcpy(scan.symbol, r->builder.symbol, sizeof(scan.symbol));
        close_reader(&r->reader);
    }
    e = refuse_by(a, e, &scan);
    if (!e)
        *out = scan;
    return e;
}
