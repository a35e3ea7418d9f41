/* book_text.h: canonical text of what the server answers, the same whatever wrote the row.
 *
 * Decimals without trailing zeros and exponent, times in UTC (2024-03-01T12:00:00Z, with six decimals
 * when they are not zero), booleans as true and false; everything else as the server prints it. */
#ifndef DAYBOOK_BOOK_BOOK_TEXT_H
#define DAYBOOK_BOOK_BOOK_TEXT_H

#include "core/buf.h"
#include "pg/pg.h"

/* Appends the value of a cell; the caller has seen that it is not NULL. */
void book_text_append(buf *out, const pg_rows *rows, size_t row, size_t column);

#endif
