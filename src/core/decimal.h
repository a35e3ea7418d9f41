/* decimal.h: exact decimals of the book: at most 20 integer digits and 18 decimals.
 *
 * A value is a signed 128-bit integer of 10^-18 units (38 digits fit). Nothing rounds, there is no NaN and no
 * infinity. Canonical text has no exponent, no leading plus, no trailing zeros and no "-0". Sums of amounts
 * that leave the range are ERR_INPUT, never wrapped. */
#ifndef DAYBOOK_CORE_DECIMAL_H
#define DAYBOOK_CORE_DECIMAL_H

#include <stddef.h>

#include "core/err.h"

#define DECIMAL_SCALE 18
#define DECIMAL_INTEGER_DIGITS 20
#define DECIMAL_TEXT_SIZE 44

typedef struct decimal {
    __int128 units;
} decimal;

/* Accepts [+-]digits[.digits][e[+-]digits]; refuses everything else, more than 18 significant decimals, more
 * than 20 integer digits. `length` bytes are read; text need not be terminated. */
dbk_err *decimal_parse(const char *text, size_t length, decimal *out) ERR_MUST_USE;
void decimal_format(decimal d, char out[DECIMAL_TEXT_SIZE]);
dbk_err *decimal_add(decimal a, decimal b, decimal *out) ERR_MUST_USE;
dbk_err *decimal_sub(decimal a, decimal b, decimal *out) ERR_MUST_USE;
int decimal_compare(decimal a, decimal b); /* -1, 0, 1 */
int decimal_sign(decimal d);

#endif
