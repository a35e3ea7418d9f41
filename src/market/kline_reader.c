#include "market/kline_reader.h"

#include <string.h>

#include "core/mem.h"
#include "market/kline_time.h"
#include "market/number.h"

/* Time and four prices: what has less is no candle file; what has no volume is told so by name. */
#define DELIMITERS_MIN 4

struct kline_reader {
    source *source;
    line_reader *lines;
    kline_format format;
    kline_rules rules;
    kline_columns columns;
    bool header_pending;
};

bool kline_line_is_blank(const line *l)
{
    for (size_t i = 0; i < l->length; i++)
        if (l->text[i] != ' ' && l->text[i] != '\t')
            return false;
    return true;
}

static dbk_err *find_delimiter(const line *l, char *delimiter)
{
    static const char candidates[] = {',', '|', ';', '\t'};
    size_t counts[sizeof(candidates)] = {0};
    for (size_t i = 0; i < l->length; i++) {
        if (l->text[i] == '\0')
            return err_new(ERR_INPUT, "not a text file: line %lld holds a zero byte", (long long)l->number);
        for (size_t c = 0; c < sizeof(candidates); c++)
            counts[c] += l->text[i] == candidates[c];
    }
    size_t best = 0;
    bool tie = false;
    for (size_t c = 1; c < sizeof(candidates); c++) {
        tie = counts[c] == counts[best] || (tie && counts[c] < counts[best]);
        best = counts[c] > counts[best] ? c : best;
    }
    if (counts[best] < DELIMITERS_MIN)
        return err_new(ERR_INPUT, "not a candle file: line %lld has %zu columns", (long long)l->number,
                       counts[best] + 1);
    if (tie)
        return err_new(
            ERR_INPUT,
            "it cannot be told what separates the columns: two delimiters are equally frequent in line %lld",
            (long long)l->number);
    *delimiter = candidates[best];
    return NULL;
}

static bool is_value(const kline_field *f)
{
    double number;
    int64_t us;
    bool exact;
    unsigned unit;
    number_status status = number_parse(f->text, f->length, &number);
    return status == NUMBER_OK || status == NUMBER_LOSSY || status == NUMBER_RANGE ||
           kline_time_parse(f->text, f->length, &us, &exact, &unit);
}

dbk_err *kline_format_begin(const line *l, kline_row *row, char *delimiter, bool *header)
{
    if (l->too_long)
        return err_new(ERR_INPUT, "not a candle file: line %lld is longer than %zu bytes",
                       (long long)l->number, LINE_LENGTH_MAX);
    char found = ',';
    dbk_err *e = find_delimiter(l, &found);
    if (e)
        return e;
    kline_row_split(row, l->text, l->length, found);
    if (row->field_count > KLINE_COLUMNS_MAX)
        return err_new(ERR_INPUT, "not a candle file: line %lld has %d columns, more than %d",
                       (long long)l->number, row->field_count, KLINE_COLUMNS_MAX);
    bool values = false;
    for (int i = 0; i < row->field_count; i++)
        values = values || is_value(&row->fields[i]);
    *delimiter = found;
    *header = !values;
    return NULL;
}

dbk_err *kline_reader_open(const char *path, const kline_format *format, const kline_rules *rules,
                           kline_reader **out)
{
    kline_reader *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    r->format = *format;
    r->rules = *rules;
    r->header_pending = format->header;
    kline_columns_add(&r->columns, &format->layout);
    dbk_err *e = source_open(path, &r->source);
    if (!e)
        e = line_reader_new(r->source, &r->lines);
    if (e) {
        kline_reader_close(r);
        return e;
    }
    *out = r;
    return NULL;
}

void kline_reader_close(kline_reader *r)
{
    if (!r)
        return;
    line_reader_free(r->lines);
    source_close(r->source);
    mem_free(r);
}

static void classify(kline_reader *r, kline_reader_item *out)
{
    kline_row row;
    if (out->line.too_long) {
        out->event = KLINE_EVENT_REJECT;
        out->fault = (kline_fault){.kind = KLINE_FAULT_LINE_LENGTH};
        return;
    }
    kline_row_split(&row, out->line.text, out->line.length, r->format.delimiter);
    kline_row_read(&row, &r->columns);
    bool good = kline_row_check(&row, &r->format.layout, &r->rules, &out->candle, &out->fault);
    out->event = good ? KLINE_EVENT_CANDLE : KLINE_EVENT_REJECT;
    if (good)
        out->time_unit = row.time_unit[r->format.layout.column_of[KLINE_OPEN_TIME]];
}

dbk_err *kline_reader_next(kline_reader *r, kline_reader_item *out)
{
    for (;;) {
        bool more;
        dbk_err *e = line_reader_next(r->lines, &out->line, &more);
        if (e)
            return e;
        if (!more) {
            out->event = KLINE_EVENT_END;
            return NULL;
        }
        if (kline_line_is_blank(&out->line))
            continue;
        if (r->header_pending) {
            r->header_pending = false;
            continue;
        }
        classify(r, out);
        return NULL;
    }
}

dbk_err *kline_reader_identify(kline_reader *r, source_identity *out)
{
    return source_identify(r->source, out);
}
