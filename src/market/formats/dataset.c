#include "market/formats/dataset_int.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "market/formats/interval.h"

static const dataset *const datasets[] = {
    &dataset_klines,
    &dataset_mark_klines,
    &dataset_index_klines,
    &dataset_premium_klines,
    &dataset_bid_klines,
    &dataset_ask_klines,
    &dataset_trades,
    &dataset_agg_trades,
    &dataset_book_tickers,
    &dataset_book_depth,
    &dataset_order_book,
    &dataset_book_changes,
    &dataset_funding_rates,
    &dataset_open_interest,
    &dataset_metrics,
    &dataset_metric_values,
    &dataset_macro,
    &dataset_fear_greed,
    &dataset_stablecoin_supply,
    &dataset_gamma_exposure,
    &dataset_gamma_exposure_strikes,
};
#define DATASET_COUNT (sizeof(datasets) / sizeof(datasets[0]))

const dataset *const *dataset_list(size_t *count)
{
    *count = DATASET_COUNT;
    return datasets;
}

const dataset *dataset_of_stream(const char *stream)
{
    for (size_t i = 0; i < DATASET_COUNT; i++)
        if (strcmp(datasets[i]->stream, stream) == 0)
            return datasets[i];
    return NULL;
}

int dataset_column_named(const dataset *d, const char *name)
{
    for (int i = 0; i < d->column_count; i++)
        if (strcmp(d->columns[i].name, name) == 0)
            return i;
    return -1;
}

static bool same(const char *name, const char *text, size_t length)
{
    return strlen(name) == length && memcmp(name, text, length) == 0;
}

/* asks[0].price, bids[24].amount: how flattened order books name a part of a level. */
static bool level_named(const dataset *d, const char *name, size_t length, dataset_field *out)
{
    const char *open = memchr(name, '[', length);
    const char *end = name + length;
    if (!open)
        return false;
    int column = -1;
    for (int i = 0; i < d->column_count; i++)
        if (d->columns[i].kind == DATASET_LEVELS && same(d->columns[i].name, name, (size_t)(open - name)))
            column = i;
    unsigned level = 0;
    const char *p = open + 1;
    for (; p < end && isdigit((unsigned char)*p) && level < DATASET_LEVELS_MAX; p++)
        level = level * 10 + (unsigned)(*p - '0');
    if (column < 0 || p == open + 1 || level >= DATASET_LEVELS_MAX || end - p < 2 || p[0] != ']' ||
        p[1] != '.')
        return false;
    size_t rest = (size_t)(end - p) - 2;
    bool price = same("price", p + 2, rest);
    if (!price && !same("amount", p + 2, rest) && !same("quantity", p + 2, rest))
        return false;
    *out = (dataset_field){.column = (int16_t)column,
                           .level = (uint16_t)level,
                           .as = price ? DATASET_AS_PRICE : DATASET_AS_QUANTITY};
    return true;
}

bool dataset_field_named(const dataset *d, const char *name, size_t length, bool loose, dataset_field *out)
{
    if (same("ignore", name, length) || same("_", name, length)) {
        *out = (dataset_field){.column = DATASET_IGNORED};
        return true;
    }
    for (int i = 0; i < d->column_count; i++)
        if (same(d->columns[i].name, name, length) && !d->columns[i].constant) {
            *out = (dataset_field){.column = (int16_t)i};
            return true;
        }
    if (d->has_instrument && same("symbol", name, length)) {
        *out = (dataset_field){.column = DATASET_SYMBOL};
        return true;
    }
    for (const dataset_spelling *s = d->spellings; loose && s->name; s++)
        if (same(s->name, name, length)) {
            *out = (dataset_field){.column = s->column, .as = s->as};
            return true;
        }
    return level_named(d, name, length, out);
}

static const char *const fault_texts[] = {
    [DATASET_FAULT_NONE] = "is as it should be",
    [DATASET_FAULT_EMPTY] = "is empty",
    [DATASET_FAULT_NUMBER] = "is not a number",
    [DATASET_FAULT_NUMBER_RANGE] = "is too large",
    [DATASET_FAULT_WHOLE] = "is not a whole number",
    [DATASET_FAULT_NEGATIVE] = "is negative",
    [DATASET_FAULT_TIME] = "is not a time",
    [DATASET_FAULT_TIME_IMPLAUSIBLE] = "is too early or in the future",
    [DATASET_FAULT_BOOL] = "is neither true nor false",
    [DATASET_FAULT_SIDE] = "is neither buy nor sell",
    [DATASET_FAULT_TEXT] = "is not plain text",
    [DATASET_FAULT_AMOUNT] = "is not an amount",
    [DATASET_FAULT_LEVELS] = "has levels missing, or too many",
};

void dataset_fault_format(const dataset_fault *f, char out[DATASET_FAULT_TEXT_SIZE])
{
    char interval[INTERVAL_TEXT_SIZE];
    if (f->kind == DATASET_FAULT_COLUMN_COUNT) {
        snprintf(out, DATASET_FAULT_TEXT_SIZE, "%d columns instead of %d", f->columns, f->columns_wanted);
    } else if (f->kind == DATASET_FAULT_OFF_GRID) {
        interval_format(f->interval_s, interval);
        snprintf(out, DATASET_FAULT_TEXT_SIZE, "%s does not lie on the %s grid", f->column, interval);
    } else if (f->kind == DATASET_FAULT_RULE) {
        snprintf(out, DATASET_FAULT_TEXT_SIZE, "%s", f->rule);
    } else if (f->kind == DATASET_FAULT_LINE_LENGTH) {
        snprintf(out, DATASET_FAULT_TEXT_SIZE, "the line is too long");
    } else if (f->kind == DATASET_FAULT_FORM) {
        snprintf(out, DATASET_FAULT_TEXT_SIZE, "the line has not the form of %s", f->rows_name);
    } else {
        assert((size_t)f->kind < sizeof(fault_texts) / sizeof(fault_texts[0]));
        snprintf(out, DATASET_FAULT_TEXT_SIZE, "%s %s", f->column, fault_texts[f->kind]);
    }
}
