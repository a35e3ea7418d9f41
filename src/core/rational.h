/* rational.h: exact fractions of any size, for checking other arithmetic: nothing overflows and nothing
 * rounds but rational_round.
 *
 * A rational is immutable and lives in the desk that made it, until the desk is reset or freed. Operands may
 * belong to any desk. When memory for a result is short the desk is broken: results are zero from then on,
 * and rational_error() says so; so a caller computes freely and asks once. (GMP itself ends the process when
 * it gets no memory for what it works with.) One thread at a time.
 *
 * Not for the book's own rules, which compute with wide.h. */
#ifndef DAYBOOK_CORE_RATIONAL_H
#define DAYBOOK_CORE_RATIONAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

typedef struct rational rational;
typedef struct rational_desk rational_desk;

/* NULL when memory is short. */
rational_desk *rational_desk_new(void);
void rational_desk_free(rational_desk *d); /* accepts NULL */
void rational_desk_reset(rational_desk *d);
dbk_err *rational_error(const rational_desk *d) ERR_MUST_USE;

extern const rational *const rational_zero;

const rational *rational_of_int(rational_desk *d, int64_t value);
/* [-]digits[.digits]: anything else is the caller's mistake. NULL gives NULL. */
const rational *rational_of_text(rational_desk *d, const char *text);
/* The same value, living in this desk. NULL gives NULL. */
const rational *rational_keep(rational_desk *d, const rational *x);

const rational *rational_add(rational_desk *d, const rational *x, const rational *y);
const rational *rational_sub(rational_desk *d, const rational *x, const rational *y);
const rational *rational_mul(rational_desk *d, const rational *x, const rational *y);
const rational *rational_div(rational_desk *d, const rational *x, const rational *y); /* y is not zero */
const rational *rational_neg(rational_desk *d, const rational *x);
const rational *rational_abs(rational_desk *d, const rational *x);
/* To so many decimals, a half away from zero. */
const rational *rational_round(rational_desk *d, const rational *x, unsigned decimals);

int rational_sign(const rational *x);
int rational_compare(const rational *x, const rational *y);
bool rational_equal(const rational *x, const rational *y);
bool rational_is_integer(const rational *x);

/* Appends x as a decimal without exponent, trailing zeros and "-0". x has a finite one. */
void rational_append(buf *out, const rational *x);

#endif
