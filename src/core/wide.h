/* wide.h: exact decimals wider than an amount: products, sums and quotients of the book's arithmetic.
 *
 * The server's numeric has no limit that the book could meet; a decimal (core/decimal.h) holds one amount. A
 * wide is in between: 1024 bits, some 300 digits, as a plain value: nothing to free, no failing allocation.
 * What the rules compute from amounts needs fewer than 200 digits (a mark times a quantity times a multiplier
 * times a rate, summed 10^20 times, has 192), so passing the limit is a programmer's mistake and an assert.
 *
 * Addition, subtraction and multiplication are exact. wide_div18 is the only rounding. Equal
 * values may be held with a different scale: compare with wide_compare, never byte by byte. Pure; any thread.
 */
#ifndef DAYBOOK_CORE_WIDE_H
#define DAYBOOK_CORE_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/decimal.h"
#include "core/err.h"

#define WIDE_LIMBS 16
#define WIDE_DIGITS_MAX 308 /* that WIDE_LIMBS always hold */
#define WIDE_SIDE_DIGITS_MAX                                                                                 \
    140 /* read from text, before the point and after it: two of them can be added                           \
         */
#define WIDE_TEXT_SIZE (WIDE_DIGITS_MAX + 16)

/* sign * limbs * 10^-scale; zero has no limbs and no sign. All zero bytes are the number 0. */
typedef struct wide {
    uint64_t limb[WIDE_LIMBS]; /* least significant first; those from `count` on mean nothing */
    int count;
    int scale;
    bool negative;
} wide;

wide wide_of(decimal d);
wide wide_of_int(int64_t value);

/* Accepts [+-]digits[.digits] with at most WIDE_SIDE_DIGITS_MAX digits on either side; ERR_INPUT for anything
 * else. `length` bytes are read. */
dbk_err *wide_parse(const char *text, size_t length, wide *out) ERR_MUST_USE;
/* Canonical text: no exponent, no plus, no trailing zeros, no "-0"; what trim_scale() of the server prints.
 */
void wide_format(wide w, char out[WIDE_TEXT_SIZE]);

wide wide_add(wide a, wide b);
wide wide_sub(wide a, wide b);
wide wide_mul(wide a, wide b);
wide wide_neg(wide w);
wide wide_abs(wide w);
/* a / b rounded half away from zero to 18 decimals: util.div18() of the server. b is not zero. */
wide wide_div18(wide a, wide b);
/* What `part` of `whole` takes of an amount that belongs to the whole: wide_div18(amount * part, whole), or
 * all of it, unrounded, when part is the whole. */
wide wide_share(wide amount, wide part, wide whole);

int wide_compare(wide a, wide b); /* -1, 0, 1 */
bool wide_equal(wide a, wide b);
int wide_sign(wide w);
bool wide_is_zero(wide w);
wide wide_min(wide a, wide b);
wide wide_max(wide a, wide b);

#endif
