/* line_reader.h: the lines of a source, with number and place, in constant memory.
 *
 * A line ends with LF or CRLF or the end of the data; a UTF-8 byte order mark at the very start belongs to no
 * line. Lines longer than LINE_LENGTH_MAX are not given whole: they come with `too_long` and their first
 * bytes. JSON that is an array of arrays, or several one after another, is given as a file with commas: a row
 * a line, numbered as rows, null as nothing. Blocks; one thread at a time. */
#ifndef DAYBOOK_MARKET_FORMATS_LINE_READER_H
#define DAYBOOK_MARKET_FORMATS_LINE_READER_H

#include "market/formats/source.h"

#define LINE_LENGTH_MAX ((size_t)64 * 1024)

typedef struct line_reader line_reader;

typedef struct line {
    const char *text; /* not terminated; lent until the next call */
    size_t length;
    int64_t number;      /* from 1 */
    int64_t byte_offset; /* of its first byte in the unpacked data */
    bool too_long;
} line;

/* The source stays the caller's and must outlive the reader. */
dbk_err *line_reader_new(source *s, line_reader **out) ERR_MUST_USE;
void line_reader_free(line_reader *r); /* accepts NULL */

/* *more is false at the end, and then nothing else is written. */
dbk_err *line_reader_next(line_reader *r, line *out, bool *more) ERR_MUST_USE;

#endif
