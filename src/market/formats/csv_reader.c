#include "market/formats/csv_reader.h"

#include <assert.h>
#include <string.h>

#include "core/mem.h"
#include "market/formats/number.h"
#include "market/formats/source_time.h"

typedef struct csv_reader {
    row_reader reader; /* first: what callers hold */
    source *source;
    line_reader *lines;
    csv_format format;
    row_builder builder;
    bool header_pending;
} csv_reader;

bool csv_line_is_blank(const line *l)
{
    for (size_t i = 0; i < l->length; i++)
        if (l->text[i] != ' ' && l->text[i] != '\t')
            return false;
    return true;
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Fields are almost always bare: their ends lie above the double quote, and blanks below. */
static inline layout_text trim(const char *start, const char *end)
{
    if (start<end && * start> '"' && end[-1] > '"')
        return (layout_text){start, (size_t)(end - start)};
    while (start < end && is_blank(*start))
        start++;
    while (start < end && is_blank(end[-1]))
        end--;
    if (end - start >= 2 && *start == '"' && end[-1] == '"') {
        start++;
        end--;
    }
    return (layout_text){start, (size_t)(end - start)};
}

/* Behind the quote that closes a field, of which a doubled one is a part; NULL: it is not closed. */
static const char *quote_end(const char *text, const char *end)
{
    for (;;) {
        const char *quote = memchr(text, '"', (size_t)(end - text));
        if (!quote)
            return NULL;
        if (quote + 1 == end || quote[1] != '"')
            return quote + 1;
        text = quote + 2;
    }
}

/* What separates a field from the next one, or NULL. Between quotes a delimiter is text. */
static inline const char *field_end(const char *text, const char *end, char delimiter)
{
    if (text < end && *text <= '"') {
        const char *first = text;
        while (first < end && *first != delimiter && is_blank(*first))
            first++;
        const char *closed = first < end && *first == '"' ? quote_end(first + 1, end) : NULL;
        if (closed)
            text = closed;
    }
    return memchr(text, delimiter, (size_t)(end - text));
}

void csv_split(const line *l, char delimiter, csv_fields *out)
{
    const char *text = l->text;
    const char *end = text + l->length;
    int count = 0;
    for (;;) {
        const char *cut = field_end(text, end, delimiter);
        if (count < LAYOUT_FIELDS_MAX)
            out->fields[count] = trim(text, cut ? cut : end);
        count++;
        if (!cut)
            break;
        text = cut + 1;
    }
    out->count = count;
}

/* With fewer columns nothing of the dataset is recognisable; one or two that are missing are told by name. */
static size_t delimiters_min(const dataset *d)
{
    size_t required = 0;
    for (int i = 0; d && i < d->column_count; i++)
        required += (d->columns[i].flags & DATASET_REQUIRED) != 0;
    return required > 3 ? required - 2 : 1;
}

static const char *rows_name(const dataset *d)
{
    return d ? d->rows_name : "market data";
}

static dbk_err *find_delimiter(const dataset *d, const line *l, char *delimiter)
{
    static const char candidates[] = {',', '|', ';', '\t'};
    size_t counts[sizeof(candidates)] = {0};
    bool quoted = false;
    for (size_t i = 0; i < l->length; i++) {
        if (l->text[i] == '\0')
            return err_new(ERR_INPUT, "not a text file: line %lld holds a zero byte", (long long)l->number);
        quoted = quoted != (l->text[i] == '"');
        for (size_t c = 0; c < sizeof(candidates); c++)
            counts[c] += !quoted && l->text[i] == candidates[c];
    }
    size_t best = 0;
    bool tie = false;
    for (size_t c = 1; c < sizeof(candidates); c++) {
        tie = counts[c] == counts[best] || (tie && counts[c] < counts[best]);
        best = counts[c] > counts[best] ? c : best;
    }
    if (counts[best] < delimiters_min(d))
        return err_new(ERR_INPUT, "not a file of %s: line %lld has %zu columns", rows_name(d),
                       (long long)l->number, counts[best] + 1);
    if (tie)
        return err_new(
            ERR_INPUT,
            "it cannot be told what separates the columns: two delimiters are equally frequent in line %lld",
            (long long)l->number);
    *delimiter = candidates[best];
    return NULL;
}

static bool is_value(const layout_text *f)
{
    double number;
    int64_t us;
    bool exact;
    unsigned unit;
    number_status status = number_parse(f->start, f->length, &number);
    return status == NUMBER_OK || status == NUMBER_LOSSY || status == NUMBER_RANGE ||
           source_time_parse(f->start, f->length, &us, &exact, &unit);
}

dbk_err *csv_format_begin(const dataset *d, const line *l, csv_fields *fields, char *delimiter, bool *header)
{
    if (l->too_long)
        return err_new(ERR_INPUT, "not a file of %s: line %lld is longer than %zu bytes", rows_name(d),
                       (long long)l->number, LINE_LENGTH_MAX);
    char found = ',';
    dbk_err *e = find_delimiter(d, l, &found);
    if (e)
        return e;
    csv_split(l, found, fields);
    if (fields->count > LAYOUT_FIELDS_MAX)
        return err_new(ERR_INPUT, "not a file of %s: line %lld has %d columns, more than %d", rows_name(d),
                       (long long)l->number, fields->count, LAYOUT_FIELDS_MAX);
    bool values = false;
    for (int i = 0; i < fields->count; i++)
        values = values || is_value(&fields->fields[i]);
    *delimiter = found;
    *header = !values;
    return NULL;
}

/* A quote within quotes is written twice. Text is short or refused, so no more of it than that is copied. */
static layout_text without_doubled(char *room, layout_text f)
{
    size_t length = 0;
    for (size_t i = 0; i < f.length && length <= ROW_TEXT_LENGTH_MAX; i++) {
        room[length++] = f.start[i];
        if (f.start[i] == '"' && i + 1 < f.length && f.start[i + 1] == '"')
            i++;
    }
    return (layout_text){room, length};
}

static inline layout_text field_text(row_builder *b, int column, const char *text, const char *end)
{
    layout_text f = trim(text, end);
    if (f.start > text && f.start[-1] == '"' && column >= 0 && memchr(f.start, '"', f.length))
        f = without_doubled(b->unquoted[column], f);
    return f;
}

bool csv_line_read(row_builder *b, const layout *l, char delimiter, const line *line, dataset_row *row,
                   dataset_fault *fault)
{
    if (line->too_long) {
        *fault = (dataset_fault){.kind = DATASET_FAULT_LINE_LENGTH};
        return false;
    }
    const char *text = line->text;
    const char *end = text + line->length;
    int count = 0;
    bool good = true;
    row_begin(b, row);
    for (;;) {
        const char *cut = field_end(text, end, delimiter);
        if (good && count < l->field_count) {
            layout_text field = field_text(b, l->fields[count].column, text, cut ? cut : end);
            good = row_put(b, row, l->fields[count], field.start, field.length, fault);
        }
        count++;
        if (!cut)
            break;
        text = cut + 1;
    }
    if (count != l->field_count) {
        *fault = (dataset_fault){
            .kind = DATASET_FAULT_COLUMN_COUNT, .columns = count, .columns_wanted = l->field_count};
        return false;
    }
    return good && row_finish(b, row, fault);
}

static dbk_err *next_row(row_reader *reader, row_item *out)
{
    csv_reader *r = (csv_reader *)reader;
    line l;
    for (;;) {
        bool more;
        dbk_err *e = line_reader_next(r->lines, &l, &more);
        if (e)
            return e;
        if (!more) {
            out->event = ROW_END;
            return NULL;
        }
        if (csv_line_is_blank(&l))
            continue;
        if (!r->header_pending)
            break;
        r->header_pending = false;
    }
    bool good =
        csv_line_read(&r->builder, &r->format.layout, r->format.delimiter, &l, &out->row, &out->fault);
    out->event = good ? ROW_READ : ROW_REJECTED;
    out->line = l.number;
    out->byte_offset = l.byte_offset;
    out->raw = l.text;
    out->raw_length = l.length;
    return NULL;
}

static dbk_err *identify(row_reader *reader, source_identity *out)
{
    return source_identify(((csv_reader *)reader)->source, out);
}

static void close_reader(row_reader *reader)
{
    csv_reader *r = (csv_reader *)reader;
    line_reader_free(r->lines);
    source_close(r->source);
    row_builder_term(&r->builder);
    mem_free(r);
}

static bool tap_source(row_reader *reader, const source_tap *tap)
{
    return source_tap_into(((csv_reader *)reader)->source, tap);
}

static const row_reader_methods methods = {
    .next = next_row, .identify = identify, .close = close_reader, .tap = tap_source};

dbk_err *csv_reader_open(const char *path, const dataset *d, const csv_format *format,
                         const dataset_rules *rules, row_reader **out)
{
    csv_reader *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    r->reader = (row_reader){.methods = &methods, .dataset = d};
    r->format = *format;
    r->header_pending = format->header;
    dataset_rules own = *rules;
    if (!own.series && r->format.layout.series[0])
        own.series = r->format.layout.series;
    dbk_err *e = row_builder_init(&r->builder, d, &own);
    if (!e)
        e = source_open(path, &r->source);
    if (!e)
        e = line_reader_new(r->source, &r->lines);
    if (e) {
        close_reader(&r->reader);
        return e;
    }
    *out = &r->reader;
    return NULL;
}
