/* layout.h: which field of a line means what for a dataset.
 *
 * A layout is a list of fields. It comes from the user (--columns), from a header, or from the orders that
 * venues are known to write without a header; which of those fits is decided by csv_scan over the whole
 * file. Pure; any thread. */
#ifndef DAYBOOK_MARKET_FORMATS_LAYOUT_H
#define DAYBOOK_MARKET_FORMATS_LAYOUT_H

#include "core/buf.h"
#include "core/err.h"
#include "market/formats/dataset.h"

#define LAYOUT_FIELDS_MAX 256

typedef struct layout {
    const char *name; /* "Binance dump"; "as given", "as the header says" */
    int field_count;
    uint32_t columns; /* bits of the dataset's columns that have a field */
    dataset_field fields[LAYOUT_FIELDS_MAX];
    char series[DATASET_SYMBOL_SIZE]; /* that a header names in place of the dataset's value column */
} layout;

typedef struct layout_text {
    const char *start;
    size_t length;
} layout_text;

/* "open_time,open,close,high,low,volume"; fields to skip are "ignore" or "_". ERR_USAGE says what is wrong.
 */
dbk_err *layout_parse(const dataset *d, const char *columns, layout *out) ERR_MUST_USE;
/* Appends the same text. */
void layout_format(const dataset *d, const layout *l, buf *out);

/* From a header's fields, in the spellings that venues and programs use; a first field without a name is an
 * index and skipped. ERR_INPUT names the field that is not understood, is there twice or is missing, and how
 * to answer. Numbers of rows may be missing when they follow from the content (ids_by_content). */
dbk_err *layout_from_header(const dataset *d, const layout_text *fields, size_t count, bool ids_by_content,
                            layout *out) ERR_MUST_USE;

/* The orders known to be written without a header with so many fields, at most LAYOUTS_MAX; returns how
 * many. */
#define LAYOUTS_MAX 8
size_t layouts_known(const dataset *d, size_t field_count, layout out[LAYOUTS_MAX]);

/* NULL, or the name of a column that every row needs and the layout does not have. */
const char *layout_missing(const dataset *d, const layout *l, bool ids_by_content);
/* Nobody but Binance's archive writes candles with these columns. */
bool layout_is_binance(const dataset *d, const layout *l);

#endif
