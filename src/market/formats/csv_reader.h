/* csv_reader.h: the rows of a file with separated columns whose format is settled.
 *
 * Every line that is not blank and not the header comes out exactly once. Blanks around a field and one pair
 * of double quotes are not part of it. Blocks; one thread at a time. */
#ifndef DAYBOOK_MARKET_FORMATS_CSV_READER_H
#define DAYBOOK_MARKET_FORMATS_CSV_READER_H

#include "market/formats/layout.h"
#include "market/formats/line_reader.h"
#include "market/formats/row_builder.h"
#include "market/formats/row_reader.h"

typedef struct csv_format {
    char delimiter;
    bool header; /* the first line that is not blank */
    layout layout;
} csv_format;

/* The fields of a line, of which at most LAYOUT_FIELDS_MAX are kept; text is lent from the line. */
typedef struct csv_fields {
    int count;
    layout_text fields[LAYOUT_FIELDS_MAX];
} csv_fields;
void csv_split(const line *l, char delimiter, csv_fields *out);

/* The delimiter is the one of , | ; and tab that the line has most of, and a header is a first line without
 * any number or time. ERR_INPUT when this cannot be a file of the dataset; NULL: of any. */
dbk_err *csv_format_begin(const dataset *d, const line *l, csv_fields *fields, char *delimiter,
                          bool *header) ERR_MUST_USE;

bool csv_line_is_blank(const line *l);

/* One line as a row. false: *fault says why not. */
bool csv_line_read(row_builder *b, const layout *l, char delimiter, const line *line, dataset_row *row,
                   dataset_fault *fault);

/* Takes the format and the rules by value. */
dbk_err *csv_reader_open(const char *path, const dataset *d, const csv_format *format,
                         const dataset_rules *rules, row_reader **out) ERR_MUST_USE;

#endif
