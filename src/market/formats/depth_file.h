/* depth_file.h: Binance's history of order books (T_DEPTH): files with one level of a book a line.
 *
 * Lines that follow each other with the same ids and time are one update. Of type `snap` they are a snapshot
 * of the book, of type `set` a change of it, so a file, or an archive of both kinds, holds up to two series
 * of one instrument. What says by how much a level changed (`delta`) is no row. A level of a snapshot stands
 * where its price belongs. The venue repeats lines within an update: a level that is said twice with the same
 * quantity is one, with two quantities the update is rejected. An update is rejected whole, too, when one of
 * its lines is faulty, or a line beside it cannot be read, since that may be a part of it. Blocks; one thread
 * at a time. */
#ifndef DAYBOOK_MARKET_FORMATS_DEPTH_FILE_H
#define DAYBOOK_MARKET_FORMATS_DEPTH_FILE_H

#include <stdatomic.h>

#include "core/arena.h"
#include "core/progress.h"
#include "market/formats/row_reader.h"

#define DEPTH_SERIES_MAX 2

/* Does its first line say so, as a header or by the form of its fields? ERR_IO and the like when it cannot be
 * read at all. */
dbk_err *depth_file_is(const char *path, bool *out) ERR_MUST_USE;

typedef struct depth_file_options {
    const char *path;
    const dataset *only; /* updates of the other stream are left out; NULL: of none */
    dataset_rules rules;
    const atomic_int *interrupt; /* of core/interrupt.h: set, stop with its error; may be NULL */
    progress *progress;          /* of bytes; may be NULL */
} depth_file_options;

typedef struct depth_series {
    const dataset *dataset; /* order_book or book_changes */
    row_summary summary;    /* a row is an update */
} depth_series;

typedef struct depth_file {
    source_identity identity;
    const char *refusal;                   /* NULL: it can be loaded; else why not */
    char symbol[DATASET_SYMBOL_SIZE];      /* of the first line; lines of another symbol are rejected */
    depth_series series[DEPTH_SERIES_MAX]; /* in the order of their first rows */
    size_t series_count;
} depth_file;

/* An error only when the file could not be read or reading was interrupted; content that is refused is a
 * result. Everything lives in the arena. */
dbk_err *depth_file_scan(arena *a, const depth_file_options *o, depth_file *out) ERR_MUST_USE;

/* The rows of one series; rejects that belong to none come with the first. A row's place is that of its first
 * line, a reject's that of the line at fault. The options' path and the scan must outlive the reader. */
dbk_err *depth_file_open(const depth_file_options *o, const depth_file *scan, size_t series,
                         row_reader **out) ERR_MUST_USE;

#endif
