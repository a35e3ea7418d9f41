/* stream_detect.h: which stream the rows of a file with separated columns are of.
 *
 * Asked when neither the user nor the path says it. A header decides when it names the columns of one
 * stream, columns that are given do, and without either the first lines do, when they are rows of one
 * stream in an order that venues are known to write. What fits several or none is a question. Candles of
 * mark, index and premium prices are never told from each other by their columns. Blocks. */
#ifndef DAYBOOK_MARKET_FORMATS_STREAM_DETECT_H
#define DAYBOOK_MARKET_FORMATS_STREAM_DETECT_H

#include "core/arena.h"
#include "market/formats/layout.h"

/* By its name, as for --stream. ERR_USAGE, with all names, when it is none's. */
dbk_err *stream_of_name(const char *name, const dataset **out) ERR_MUST_USE;

/* By columns as for --columns. ERR_USAGE when they are of no stream, ERR_INPUT with the
 * question when they are of several. */
dbk_err *stream_of_columns(const char *columns, const dataset **out) ERR_MUST_USE;

/* By the names of columns, as a header has them. ERR_INPUT with the question. */
dbk_err *stream_of_header(const layout_text *names, size_t count, const dataset **out) ERR_MUST_USE;

/* By the beginning of the file. ERR_INPUT with the question, also for a file that is damaged there. */
dbk_err *stream_of_file(const char *path, int64_t now_us, const dataset **out) ERR_MUST_USE;

#endif
