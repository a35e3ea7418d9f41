/* interval.h: lengths of candles ("1m", "4h") and the grid their opening times lie on.
 *
 * Only fixed lengths: a calendar month is not one. Whole divisors of a day and whole days start at multiples
 * of their length since 1970-01-01 UTC, weeks on Mondays. Pure; any thread. */
#ifndef DAYBOOK_MARKET_FORMATS_INTERVAL_H
#define DAYBOOK_MARKET_FORMATS_INTERVAL_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define INTERVAL_TEXT_SIZE 16

/* "1s" to "31d" and weeks. ERR_USAGE for anything else. */
dbk_err *interval_parse(const char *text, int32_t *interval_s) ERR_MUST_USE;
/* The same as a question about part of a file name; case matters, since 1M is a month. */
bool interval_from_token(const char *token, size_t length, int32_t *interval_s);
/* "1M", "1mo": calendar months, which venues have candles of. */
bool interval_is_months(const char *token, size_t length);
#define INTERVAL_MONTHS_REFUSED "candles of calendar months are not kept, since months differ in length"
#define INTERVAL_MONTHS_HINT "those of 1d are, and add up to months"
/* "1m", "90s", "1w": the largest unit that divides it. */
void interval_format(int32_t interval_s, char out[INTERVAL_TEXT_SIZE]);
bool interval_on_grid(int32_t interval_s, int64_t wall_us);

#endif
