/* csv_scan.h: the first of two readings of a file with separated columns: is it whole, what is its format,
 * what does it hold?
 *
 * The layout is the one given, the header's, or the only one of the known
 * orders that every line satisfies. A malformed line (columns missing, no number where all want one) is a
 * reject and decides nothing; any other decides against every layout that it does not satisfy, and when none
 * is left the file is refused with a question. What is decided does not depend on the order of the
 * lines. Blocks; one thread at a time. */
#ifndef DAYBOOK_MARKET_FORMATS_CSV_SCAN_H
#define DAYBOOK_MARKET_FORMATS_CSV_SCAN_H

#include <stdatomic.h>

#include "core/arena.h"
#include "core/progress.h"
#include "market/formats/csv_reader.h"

typedef struct csv_scan_options {
    const char *path;
    const dataset *dataset;
    dataset_rules rules;  /* interval_s where the dataset has one; latest_us */
    bool stream_is_said;  /* and not found out */
    const layout *layout; /* NULL: from the header, or to be found out */
    int64_t rejects_max;
    /* Stop after so many lines when only one layout comes into question, which nothing after them can change;
     * 0: read all. */
    int64_t head_lines;
    const atomic_int *interrupt; /* of core/interrupt.h: set, stop with its error; may be NULL */
    progress *progress;          /* of bytes; may be NULL */
} csv_scan_options;

typedef struct csv_scan {
    source_identity identity;
    const char *refusal;      /* NULL: the file can be loaded; else why not, and nothing below is known */
    const char *refusal_hint; /* the question it leaves, or NULL */
    csv_format format;
    dataset_rules rules; /* as given */
    bool whole;          /* all lines were read; else the summary is of the first ones */
    row_summary summary;
    char symbol[DATASET_SYMBOL_SIZE]; /* that all rows name; empty: they name none */
} csv_scan;

/* An error only when the file could not be read at all or reading was interrupted; content that is refused is
 * a result. Strings live in the arena. */
dbk_err *csv_scan_file(arena *a, const csv_scan_options *o, csv_scan *out) ERR_MUST_USE;

#endif
