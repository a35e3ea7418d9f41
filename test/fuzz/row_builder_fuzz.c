/* Rows of every stream from fields of any text: the first byte chooses the dataset, then come `name=value`
 * lines, each row ended by an empty one. A row that was accepted keeps what its dataset promises. */
#include <math.h>

#include "fuzz.h"
#include "market/formats/row_builder.h"

static void check_row(const dataset *d, const dataset_rules *rules, const dataset_row *row)
{
    for (int i = 0; i < d->column_count; i++) {
        const dataset_column *c = &d->columns[i];
        const dataset_value *v = &row->values[i];
        fuzz_require(dataset_has(row, i) || !(c->flags & DATASET_REQUIRED));
        if (!dataset_has(row, i))
            continue;
        if (c->kind == DATASET_FLOAT8)
            fuzz_require(isfinite(v->float8) && ((c->flags & DATASET_SIGNED) || v->float8 >= 0));
        if (c->kind == DATASET_INT8 || c->kind == DATASET_INT4)
            fuzz_require((c->flags & DATASET_SIGNED) || v->int8 >= 0);
        if (c->kind == DATASET_TEXT)
            fuzz_require(v->text.length > 0);
        if (c->kind == DATASET_LEVELS)
            for (size_t k = 0; k < v->levels.count; k++)
                fuzz_require(isfinite(v->levels.values[k]));
    }
    fuzz_require(dataset_has(row, d->time_column));
    int64_t time_us = row->values[d->time_column].time_us;
    fuzz_require(time_us >= (rules->earliest_us ? rules->earliest_us : d->earliest_us) &&
                 time_us <= rules->latest_us);
}

/* One line of "name=value"; false: the row is worthless. */
static bool put_line(row_builder *b, dataset_row *row, const char *line, size_t length)
{
    const char *equals = memchr(line, '=', length);
    size_t name = equals ? (size_t)(equals - line) : length;
    dataset_field field;
    if (!dataset_field_named(b->dataset, line, name, true, &field))
        return true;
    dataset_fault fault = {0};
    size_t value = equals ? length - name - 1 : 0;
    if (row_put(b, row, field, equals ? equals + 1 : "", value, &fault))
        return true;
    char text[DATASET_FAULT_TEXT_SIZE];
    dataset_fault_format(&fault, text);
    fuzz_require(fault.kind != DATASET_FAULT_NONE && text[0] != '\0');
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t count;
    const dataset *const *all = dataset_list(&count);
    const dataset *d = all[data[0] % count];
    dataset_rules rules = {.interval_s = d->interval_column ? 60 : 0, .latest_us = INT64_C(1800000000000000)};
    row_builder b = {0};
    fuzz_require(fuzz_succeeded(row_builder_init(&b, d, &rules)));
    const char *p = (const char *)data + 1;
    const char *end = (const char *)data + size;
    while (p < end) {
        dataset_row row;
        bool good = true;
        row_begin(&b, &row);
        for (bool more = true; more && p < end;) {
            const char *newline = memchr(p, '\n', (size_t)(end - p));
            size_t length = newline ? (size_t)(newline - p) : (size_t)(end - p);
            more = length > 0;
            good = good && (!more || put_line(&b, &row, p, length));
            p += length + (newline != NULL);
        }
        dataset_fault fault = {0};
        if (good && row_finish(&b, &row, &fault))
            check_row(d, &rules, &row);
        else
            fuzz_require(!good || fault.kind != DATASET_FAULT_NONE);
    }
    row_builder_term(&b);
    return 0;
}
