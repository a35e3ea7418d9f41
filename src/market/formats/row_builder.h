/* row_builder.h: rows of a dataset from the fields of a source, one value after another.
 *
 * Begin a row, put its fields in any order, finish it. Nothing is repaired: a row satisfies its dataset
 * completely or is faulty, with a reason. After the first fault the row is worthless. Values lend what they
 * point to: text from the source, levels from the builder, until the next row is begun. One thread at a
 * time. */
#ifndef DAYBOOK_MARKET_FORMATS_ROW_BUILDER_H
#define DAYBOOK_MARKET_FORMATS_ROW_BUILDER_H

#include "core/err.h"
#include "market/formats/number.h"
#include "market/formats/row_ids.h"

/* Longer text is refused. */
#define ROW_TEXT_LENGTH_MAX 200

typedef struct row_builder {
    const dataset *dataset;
    dataset_rules rules;
    uint32_t required; /* bits of the columns that every row has */
    bool has_constants;
    row_ids *ids;            /* with rules.ids_by_content; owned */
    double *levels[2];       /* of the dataset's columns of levels, in their order; owned */
    int levels_column[2];    /* -1: none */
    unsigned level_parts[2]; /* prices and quantities put so far */
    char unquoted[DATASET_COLUMNS_MAX][ROW_TEXT_LENGTH_MAX + 1]; /* room of a reader whose source writes text
                                                                    otherwise than it reads */
    char symbol[DATASET_SYMBOL_SIZE]; /* of a DATASET_SYMBOL field; empty while no row had one */
} row_builder;

/* rules->earliest_us may be 0 for the dataset's own. */
dbk_err *row_builder_init(row_builder *b, const dataset *d, const dataset_rules *rules) ERR_MUST_USE;
void row_builder_term(row_builder *b); /* also of one that is all zero, or failed to begin */

void row_begin(row_builder *b, dataset_row *row);
/* A field as text. Empty text is no value. false: *fault says why. */
bool row_put(row_builder *b, dataset_row *row, dataset_field field, const char *text, size_t length,
             dataset_fault *fault);
/* Values that come typed, for a column of that kind, with the same checks. */
bool row_put_float8(row_builder *b, dataset_row *row, int column, double value, dataset_fault *fault);
bool row_put_int8(row_builder *b, dataset_row *row, int column, int64_t value, dataset_fault *fault);
bool row_put_time(row_builder *b, dataset_row *row, int column, int64_t time_us, dataset_fault *fault);
bool row_put_bool(row_builder *b, dataset_row *row, int column, bool value, dataset_fault *fault);
/* One level of an order book; levels are put best first, from 0, without holes. */
bool row_put_level(row_builder *b, dataset_row *row, int column, double price, double quantity,
                   dataset_fault *fault);
/* A side of the book that is there and holds nothing yet; not the same as one that nobody speaks of. */
void row_put_no_levels(row_builder *b, dataset_row *row, int column);
bool row_finish(row_builder *b, dataset_row *row, dataset_fault *fault);

/* Of text that is no number. */
dataset_fault_kind row_fault_of(number_status status);

#endif
