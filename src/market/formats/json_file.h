/* json_file.h: recorded files of JSON: which series are in one, and the rows of each.
 *
 * A capture holds the frames of several streams and instruments side by side, an answer one series, lines of
 * JSON whatever a program wrote. Shapes that are known say themselves what they are; of objects with other
 * names it has to be said which stream they are. A file is read once to find out whether it is whole and what
 * is in it, and once for each series. Arrays of arrays are not read here: line_reader.h. Blocks; one thread
 * at a time. */
#ifndef DAYBOOK_MARKET_FORMATS_JSON_FILE_H
#define DAYBOOK_MARKET_FORMATS_JSON_FILE_H

#include <stdatomic.h>

#include "core/arena.h"
#include "core/progress.h"
#include "market/formats/json_rows.h"
#include "market/formats/row_reader.h"

#define JSON_SERIES_MAX 1000

/* Does it begin like JSON that is read here? ERR_INPUT and the like when it cannot be read at all. */
dbk_err *json_file_is(const char *path, bool *out) ERR_MUST_USE;

typedef struct json_file_options {
    const char *path;
    const dataset *dataset; /* of rows that do not say it themselves; NULL: not known */
    bool only;              /* rows that say they are of another are left out */
    const char *symbol;     /* of rows that do not say it; may be NULL */
    dataset_rules rules;    /* interval_s of candles that do not say it; 0: not known */
    const char *columns;    /* "open_time=ts,open=o": which member is what; NULL: by their names */
    const atomic_int *interrupt;
    progress *progress; /* of bytes; may be NULL */
} json_file_options;

typedef struct json_series {
    const dataset *dataset;
    char symbol[SYMBOL_SIZE]; /* empty: neither said nor given */
    int32_t interval_s;       /* 0: the dataset has none */
    row_summary summary;
    bool named_in_rows; /* each row's document holds the symbol, letter by letter */
} json_series;

typedef struct json_file {
    source_identity identity;
    const char *refusal; /* NULL: it can be loaded; else why not */
    const char *refusal_hint;
    const json_series *series; /* in the order of their first rows */
    size_t series_count;
    int64_t unfinished;      /* candles that were not closed */
    int64_t others;          /* what is known and kept in no table */
    const char *other;       /* what the first of those is, or NULL */
    bool line_by_line;       /* no document is longer than its line */
    const json_shape *named; /* of objects that no known shape fits; NULL: none */
} json_file;

/* An error only when the file could not be read or reading was interrupted; content that is refused is a
 * result. Everything lives in the arena. */
dbk_err *json_file_scan(arena *a, const json_file_options *o, json_file *out) ERR_MUST_USE;

/* The rows of one series. Rejects that belong to none come with the first. The options, the scan and its
 * arena must outlive the reader. A row's line is its number in the file, the file's other lines counted too.
 */
dbk_err *json_file_open(const json_file_options *o, const json_file *scan, size_t series,
                        row_reader **out) ERR_MUST_USE;

#endif
