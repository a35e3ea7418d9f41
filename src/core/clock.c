#include "core/clock.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

#define US_PER_S INT64_C(1000000)
#define S_PER_DAY INT64_C(86400)

static int64_t read_us(clockid_t id)
{
    struct timespec now;
    int failed = clock_gettime(id, &now);
    assert(!failed);
    (void)failed;
    return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

static int64_t system_wall_us(const dbk_clock *c)
{
    (void)c;
    return read_us(CLOCK_REALTIME);
}

static int64_t system_mono_us(const dbk_clock *c)
{
    (void)c;
    return read_us(CLOCK_MONOTONIC);
}

static void system_sleep_us(const dbk_clock *c, int64_t duration_us)
{
    (void)c;
    if (duration_us <= 0)
        return;
    struct timespec t = {.tv_sec = (time_t)(duration_us / US_PER_S),
                         .tv_nsec = (long)(duration_us % US_PER_S) * 1000};
    /* A signal may cut this short: the caller's loop looks at its flag and its deadline. */
    (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

const dbk_clock *clock_system(void)
{
    static const dbk_clock c = {
        .wall_us = system_wall_us, .mono_us = system_mono_us, .sleep_us = system_sleep_us};
    return &c;
}

static int64_t fake_now_us(const dbk_clock *c)
{
    const clock_fake *fake = c->state;
    return fake->now_us;
}

static void fake_sleep_us(const dbk_clock *c, int64_t duration_us)
{
    if (duration_us > 0)
        clock_fake_advance(c->state, duration_us);
}

void clock_fake_init(clock_fake *fake, int64_t start_us)
{
    assert(fake);
    fake->clock =
        (dbk_clock){.wall_us = fake_now_us, .mono_us = fake_now_us, .sleep_us = fake_sleep_us, .state = fake};
    fake->now_us = start_us;
}

void clock_fake_advance(clock_fake *fake, int64_t duration_us)
{
    assert(fake);
    assert(duration_us >= 0);
    fake->now_us += duration_us;
}

/* Days since 1970-01-01 to a Gregorian date. Counts from 0000-03-01, so that the leap day ends a year;
 * gmtime_r would do the same but is free to refuse years by platform. */
static void civil_date(int64_t days, int64_t *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    *month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

void clock_iso(int64_t wall_us, char *out)
{
    assert(out);
    int64_t second = wall_us / US_PER_S, us = wall_us % US_PER_S;
    if (us < 0) {
        us += US_PER_S;
        second--;
    }
    int64_t days = second / S_PER_DAY, in_day = second % S_PER_DAY;
    if (in_day < 0) {
        in_day += S_PER_DAY;
        days--;
    }
    int64_t year;
    int month, day;
    civil_date(days, &year, &month, &day);
    int n = snprintf(out, CLOCK_ISO_SIZE, "%04lld-%02d-%02dT%02d:%02d:%02d", (long long)year, month, day,
                     (int)(in_day / 3600), (int)(in_day / 60 % 60), (int)(in_day % 60));
    assert(n > 0 && n + 9 <= CLOCK_ISO_SIZE);
    if (us)
        n += snprintf(out + n, (size_t)(CLOCK_ISO_SIZE - n), ".%06d", (int)us);
    snprintf(out + n, (size_t)(CLOCK_ISO_SIZE - n), "Z");
}
