/* number.h: the text of a market data number as a double, exactly where that is possible.
 *
 * Accepts [+-]digits[.digits][e[+-]digits] with at least one digit, nothing else: no spaces, no inf, no nan,
 * no hexadecimal. The result is the double nearest to the text, the same as strtod() gives in the C locale,
 * but several times as fast for the numbers that exchanges write. Not for amounts of the book: those are
 * decimals (core/decimal.h).
 *
 * Pure; any thread. */
#ifndef DAYBOOK_MARKET_FORMATS_NUMBER_H
#define DAYBOOK_MARKET_FORMATS_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* Longer text is malformed: no venue writes such numbers, and it bounds the slow path. */
#define NUMBER_LENGTH_MAX 256

typedef enum number_status {
    NUMBER_OK,    /* printing the double with the fewest digits that identify it gives the same value again */
    NUMBER_LOSSY, /* the nearest double, which does not give the text's value back */
    NUMBER_EMPTY, /* no text */
    NUMBER_MALFORMED, /* not a number */
    NUMBER_RANGE      /* too large for a double */
} number_status;

/* *out is written for NUMBER_OK and NUMBER_LOSSY only. */
number_status number_parse(const char *text, size_t length, double *out);

/* A whole number that fits 64 bits; also as 96.0 or 1e3, up to 2^53. NUMBER_LOSSY says that it is a number
 * and not whole; *out is written for NUMBER_OK only. */
number_status number_parse_whole(const char *text, size_t length, int64_t *out);

#endif
