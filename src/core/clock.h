/* clock.h: time as something that is passed in, so that tests can replace it.
 *
 * wall_us is microseconds since 1970-01-01 UTC; mono_us only ever grows and is for durations and deadlines.
 */
#ifndef DAYBOOK_CORE_CLOCK_H
#define DAYBOOK_CORE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

typedef struct dbk_clock {
    int64_t (*wall_us)(const struct dbk_clock *c);
    int64_t (*mono_us)(const struct dbk_clock *c);
    void (*sleep_us)(const struct dbk_clock *c, int64_t duration_us); /* may return early on a signal */
    void *state;
} dbk_clock;

/* The operating system's clock; a constant. */
const dbk_clock *clock_system(void);

/* The same, but its mono_us also counts the time during which the machine was suspended. A constant. */
const dbk_clock *clock_boot(void);

/* A clock that stands still until slept on or advanced. `state` of the result points into *fake. */
typedef struct clock_fake {
    dbk_clock clock;
    int64_t now_us;
} clock_fake;
void clock_fake_init(clock_fake *fake, int64_t start_us);
void clock_fake_advance(clock_fake *fake, int64_t duration_us);

/* Days from 1970-01-01 to a date of the proleptic Gregorian calendar; month 1 to 12, and any day, also one
 * that its month does not have. */
int64_t clock_days(int64_t year, int month, int day);

/* ISO 8601 UTC text of a wall time: 2021-11-28T00:00:00Z, with .ffffff only when not whole seconds.
 * out is at least CLOCK_ISO_SIZE bytes. Years 0001 to 9999. */
#define CLOCK_ISO_SIZE 40
void clock_iso(int64_t wall_us, char *out);

/* A time as people write it: 2024-03-01, 2024-03-01T12:00, 2024-03-01 12:00:00.5+01:00, and now, today,
 * yesterday and tomorrow, which count from now_us. UTC without a zone. ERR_INPUT for anything else, a 30th of
 * February included. */
dbk_err *clock_parse(const char *text, int64_t now_us, int64_t *out) ERR_MUST_USE;

#endif
