#include "market/formats/row_builder.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/mem.h"
#include "market/formats/dataset_int.h"
#include "market/formats/interval.h"
#include "market/formats/source_time.h"

static_assert(DATASET_COLUMNS_MAX <= 32, "a column is a bit of present and lossy");

dbk_err *row_builder_init(row_builder *b, const dataset *d, const dataset_rules *rules)
{
    assert(d->column_count <= DATASET_COLUMNS_MAX);
    assert(!d->interval_column || rules->interval_s > 0);
    *b = (row_builder){.dataset = d, .rules = *rules, .levels_column = {-1, -1}};
    if (rules->earliest_us == 0)
        b->rules.earliest_us = d->earliest_us;
    if (rules->ids_by_content && d->ids_by_content) {
        dbk_err *e = row_ids_new(d, &b->ids);
        if (e)
            return e;
    }
    for (int i = 0; i < d->column_count; i++) {
        b->has_constants = b->has_constants || d->columns[i].constant;
        if (d->columns[i].flags & DATASET_REQUIRED)
            b->required |= UINT32_C(1) << i;
        if (d->columns[i].kind != DATASET_LEVELS)
            continue;
        int side = b->levels_column[0] < 0 ? 0 : 1;
        assert(b->levels_column[side] < 0);
        b->levels_column[side] = i;
        b->levels[side] = mem_alloc(2 * DATASET_LEVELS_MAX * sizeof(double));
        if (!b->levels[side])
            return err_oom();
    }
    if (b->ids)
        b->required &= ~(UINT32_C(1) << d->id_column);
    return NULL;
}

void row_builder_term(row_builder *b)
{
    mem_free(b->levels[0]);
    mem_free(b->levels[1]);
    row_ids_free(b->ids);
    b->ids = NULL;
    b->levels[0] = b->levels[1] = NULL;
}

void row_begin(row_builder *b, dataset_row *row)
{
    row->present = 0;
    row->lossy = 0;
    row->time_unit = 0;
    b->level_parts[0] = b->level_parts[1] = 0;
}

static bool fail(const row_builder *b, int column, dataset_fault_kind kind, dataset_fault *fault)
{
    *fault = (dataset_fault){.kind = kind, .column = b->dataset->columns[column].name};
    return false;
}

dataset_fault_kind row_fault_of(number_status status)
{
    return status == NUMBER_EMPTY   ? DATASET_FAULT_EMPTY
           : status == NUMBER_RANGE ? DATASET_FAULT_NUMBER_RANGE
                                    : DATASET_FAULT_NUMBER;
}

bool row_put_float8(row_builder *b, dataset_row *row, int column, double value, dataset_fault *fault)
{
    if (value < 0 && !(b->dataset->columns[column].flags & DATASET_SIGNED))
        return fail(b, column, DATASET_FAULT_NEGATIVE, fault);
    if (!isfinite(value))
        return fail(b, column, DATASET_FAULT_NUMBER, fault);
    row->values[column].float8 = value;
    row->present |= UINT32_C(1) << column;
    return true;
}

/* Most values of most streams come through here. */
static inline bool put_number(row_builder *b, dataset_row *row, int column, const char *text, size_t length,
                              dataset_fault *fault)
{
    double *value = &row->values[column].float8;
    number_status status = number_parse(text, length, value);
    if (status == NUMBER_LOSSY)
        row->lossy |= UINT32_C(1) << column;
    else if (status != NUMBER_OK)
        return fail(b, column, row_fault_of(status), fault);
    if (*value < 0 && !(b->dataset->columns[column].flags & DATASET_SIGNED))
        return fail(b, column, DATASET_FAULT_NEGATIVE, fault);
    row->present |= UINT32_C(1) << column;
    return true;
}

bool row_put_int8(row_builder *b, dataset_row *row, int column, int64_t value, dataset_fault *fault)
{
    const dataset_column *c = &b->dataset->columns[column];
    if (value < 0 && !(c->flags & DATASET_SIGNED))
        return fail(b, column, DATASET_FAULT_NEGATIVE, fault);
    if (c->kind == DATASET_INT4 && (value > INT32_MAX || value < INT32_MIN))
        return fail(b, column, DATASET_FAULT_NUMBER_RANGE, fault);
    row->values[column].int8 = value;
    row->present |= UINT32_C(1) << column;
    return true;
}

static bool put_whole(row_builder *b, dataset_row *row, int column, const char *text, size_t length,
                      dataset_fault *fault)
{
    int64_t value;
    number_status status = number_parse_whole(text, length, &value);
    if (status == NUMBER_LOSSY)
        return fail(b, column, DATASET_FAULT_WHOLE, fault);
    if (status != NUMBER_OK)
        return fail(b, column, row_fault_of(status), fault);
    return row_put_int8(b, row, column, value, fault);
}

bool row_put_time(row_builder *b, dataset_row *row, int column, int64_t time_us, dataset_fault *fault)
{
    const dataset *d = b->dataset;
    if (time_us < b->rules.earliest_us || time_us > b->rules.latest_us)
        return fail(b, column, DATASET_FAULT_TIME_IMPLAUSIBLE, fault);
    if (d->interval_column && column == d->time_column && !interval_on_grid(b->rules.interval_s, time_us)) {
        *fault = (dataset_fault){.kind = DATASET_FAULT_OFF_GRID,
                                 .column = d->columns[column].name,
                                 .interval_s = b->rules.interval_s};
        return false;
    }
    row->values[column].time_us = time_us;
    row->present |= UINT32_C(1) << column;
    return true;
}

/* Parts of a microsecond are cut off and told, but not from the time that says which row it is. */
static bool put_time_text(row_builder *b, dataset_row *row, int column, const char *text, size_t length,
                          dataset_fault *fault)
{
    int64_t time_us;
    bool exact;
    unsigned unit;
    const dataset *d = b->dataset;
    if (!source_time_parse(text, length, &time_us, &exact, &unit))
        return fail(b, column, DATASET_FAULT_TIME, fault);
    if (column == d->time_column)
        row->time_unit = unit;
    if (!exact)
        row->lossy |= UINT32_C(1) << column;
    if (!row_put_time(b, row, column, time_us, fault))
        return false;
    if (exact || !d->interval_column || column != d->time_column)
        return true;
    fail(b, column, DATASET_FAULT_OFF_GRID, fault);
    fault->interval_s = b->rules.interval_s;
    return false;
}

bool row_put_bool(row_builder *b, dataset_row *row, int column, bool value, dataset_fault *fault)
{
    (void)b;
    (void)fault;
    row->values[column].boolean = value;
    row->present |= UINT32_C(1) << column;
    return true;
}

static bool is_word(const char *word, const char *text, size_t length)
{
    return strlen(word) == length && strncasecmp(word, text, length) == 0;
}

static bool put_bool_text(row_builder *b, dataset_row *row, int column, const char *text, size_t length,
                          dataset_fault *fault)
{
    bool yes = is_word("true", text, length) || is_word("t", text, length) || is_word("1", text, length);
    if (!yes && !is_word("false", text, length) && !is_word("f", text, length) && !is_word("0", text, length))
        return fail(b, column, DATASET_FAULT_BOOL, fault);
    return row_put_bool(b, row, column, yes, fault);
}

static bool put_side(row_builder *b, dataset_row *row, int column, const char *text, size_t length,
                     dataset_fault *fault)
{
    bool sell = is_word("sell", text, length) || is_word("s", text, length);
    if (!sell && !is_word("buy", text, length) && !is_word("b", text, length))
        return fail(b, column, DATASET_FAULT_SIDE, fault);
    return row_put_bool(b, row, column, sell, fault);
}

static bool is_plain(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return length <= ROW_TEXT_LENGTH_MAX;
}

static bool put_text(row_builder *b, dataset_row *row, int column, const char *text, size_t length,
                     dataset_fault *fault)
{
    if (!is_plain(text, length))
        return fail(b, column, DATASET_FAULT_TEXT, fault);
    row->values[column].text.start = text;
    row->values[column].text.length = length;
    row->present |= UINT32_C(1) << column;
    return true;
}

static bool put_amount(row_builder *b, dataset_row *row, int column, const char *text, size_t length,
                       dataset_fault *fault)
{
    decimal value;
    dbk_err *e = decimal_parse(text, length, &value);
    if (e) {
        err_free(e);
        return fail(b, column, DATASET_FAULT_AMOUNT, fault);
    }
    if (decimal_sign(value) < 0 && !(b->dataset->columns[column].flags & DATASET_SIGNED))
        return fail(b, column, DATASET_FAULT_NEGATIVE, fault);
    row->values[column].amount = value;
    row->present |= UINT32_C(1) << column;
    return true;
}

static int side_of(const row_builder *b, int column)
{
    assert(column == b->levels_column[0] || column == b->levels_column[1]);
    return column == b->levels_column[0] ? 0 : 1;
}

/* Sources write the parts of one level side by side and the levels in order, so parts are only counted. */
static bool put_level_part(row_builder *b, dataset_row *row, dataset_field field, double value,
                           dataset_fault *fault)
{
    int side = side_of(b, field.column);
    unsigned part = 2U * field.level + (field.as == DATASET_AS_QUANTITY);
    if (part >= 2 * DATASET_LEVELS_MAX)
        return fail(b, field.column, DATASET_FAULT_LEVELS, fault);
    if (field.as == DATASET_AS_QUANTITY && value < 0)
        return fail(b, field.column, DATASET_FAULT_NEGATIVE, fault);
    b->levels[side][part] = value;
    b->level_parts[side]++;
    row->values[field.column].levels.values = b->levels[side];
    if (row->values[field.column].levels.count < part + 1 || !dataset_has(row, field.column))
        row->values[field.column].levels.count = part + 1;
    row->present |= UINT32_C(1) << field.column;
    return true;
}

static bool put_level_text(row_builder *b, dataset_row *row, dataset_field field, const char *text,
                           size_t length, dataset_fault *fault)
{
    double value;
    number_status status = number_parse(text, length, &value);
    if (status == NUMBER_LOSSY)
        row->lossy |= UINT32_C(1) << field.column;
    else if (status != NUMBER_OK)
        return fail(b, field.column, row_fault_of(status), fault);
    return put_level_part(b, row, field, value, fault);
}

void row_put_no_levels(row_builder *b, dataset_row *row, int column)
{
    int side = side_of(b, column);
    row->values[column].levels.values = b->levels[side];
    row->values[column].levels.count = 0;
    row->present |= UINT32_C(1) << column;
    b->level_parts[side] = 0;
}

bool row_put_level(row_builder *b, dataset_row *row, int column, double price, double quantity,
                   dataset_fault *fault)
{
    unsigned level = b->level_parts[side_of(b, column)] / 2;
    if (level >= DATASET_LEVELS_MAX)
        return fail(b, column, DATASET_FAULT_LEVELS, fault);
    if (!isfinite(price) || !isfinite(quantity))
        return fail(b, column, DATASET_FAULT_NUMBER, fault);
    dataset_field field = {.column = (int16_t)column, .level = (uint16_t)level, .as = DATASET_AS_PRICE};
    if (!put_level_part(b, row, field, price, fault))
        return false;
    field.as = DATASET_AS_QUANTITY;
    return put_level_part(b, row, field, quantity, fault);
}

static bool put_symbol(row_builder *b, const char *text, size_t length, dataset_fault *fault)
{
    if (b->symbol[0] == '\0' && length < DATASET_SYMBOL_SIZE && is_plain(text, length)) {
        memcpy(b->symbol, text, length);
        b->symbol[length] = '\0';
        return true;
    }
    return (strlen(b->symbol) == length && memcmp(b->symbol, text, length) == 0) ||
           dataset_broken(fault, "its symbol is not that of the rows before");
}

/* Apart from row_put(), so that numbers do not pay for what the other kinds need of the stack. */
__attribute__((noinline)) static bool put_other(row_builder *b, dataset_row *row, dataset_field field,
                                                const char *text, size_t length, dataset_fault *fault)
{
    int column = field.column;
    if (column == DATASET_SYMBOL)
        return put_symbol(b, text, length, fault);
    switch (b->dataset->columns[column].kind) {
    case DATASET_FLOAT8:
        return put_number(b, row, column, text, length, fault);
    case DATASET_TIME:
        return put_time_text(b, row, column, text, length, fault);
    case DATASET_INT8:
    case DATASET_INT4:
        return put_whole(b, row, column, text, length, fault);
    case DATASET_BOOL:
        return field.as == DATASET_AS_TAKER_SIDE ? put_side(b, row, column, text, length, fault)
                                                 : put_bool_text(b, row, column, text, length, fault);
    case DATASET_TEXT:
        return put_text(b, row, column, text, length, fault);
    case DATASET_AMOUNT:
        return put_amount(b, row, column, text, length, fault);
    case DATASET_LEVELS:
    default:
        return put_level_text(b, row, field, text, length, fault);
    }
}

bool row_put(row_builder *b, dataset_row *row, dataset_field field, const char *text, size_t length,
             dataset_fault *fault)
{
    assert(field.column < b->dataset->column_count);
    if (length == 0 || field.column == DATASET_IGNORED)
        return true;
    if (field.column >= 0 && b->dataset->columns[field.column].kind == DATASET_FLOAT8)
        return put_number(b, row, field.column, text, length, fault);
    return put_other(b, row, field, text, length, fault);
}

static bool tell_missing(const row_builder *b, const dataset_row *row, dataset_fault *fault)
{
    int column = 0;
    while (!((b->required & ~row->present) >> column & 1u))
        column++;
    return fail(b, column, DATASET_FAULT_EMPTY, fault);
}

static bool levels_whole(const row_builder *b, const dataset_row *row, dataset_fault *fault)
{
    for (int side = 0; side < 2; side++) {
        int column = b->levels_column[side];
        if (column >= 0 && dataset_has(row, column) &&
            (row->values[column].levels.count % 2 != 0 ||
             row->values[column].levels.count != b->level_parts[side]))
            return fail(b, column, DATASET_FAULT_LEVELS, fault);
    }
    return true;
}

static void put_constants(const row_builder *b, dataset_row *row)
{
    for (int i = 0; i < b->dataset->column_count; i++) {
        const char *constant = b->dataset->columns[i].constant;
        if (!constant)
            continue;
        row->values[i].text.start = constant;
        row->values[i].text.length = strlen(constant);
        row->present |= UINT32_C(1) << i;
    }
}

bool row_finish(row_builder *b, dataset_row *row, dataset_fault *fault)
{
    const dataset *d = b->dataset;
    if ((row->present & b->required) != b->required)
        return tell_missing(b, row, fault);
    if (b->levels[0] && !levels_whole(b, row, fault))
        return false;
    if (b->has_constants)
        put_constants(b, row);
    if (d->finish && !d->finish(&b->rules, row, fault))
        return false;
    return !b->ids || row_ids_put(b->ids, row, fault);
}
