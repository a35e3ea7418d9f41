#include "core/clock.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/int_text.h"

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

/* Where there is no such clock, the other one counts that time. */
static int64_t boot_mono_us(const dbk_clock *c)
{
    (void)c;
#ifdef CLOCK_BOOTTIME
    return read_us(CLOCK_BOOTTIME);
#else
    return read_us(CLOCK_MONOTONIC);
#endif
}

const dbk_clock *clock_boot(void)
{
    static const dbk_clock c = {
        .wall_us = system_wall_us, .mono_us = boot_mono_us, .sleep_us = system_sleep_us};
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

int64_t clock_days(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400, year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

/* The way back: days since 1970-01-01 to a Gregorian date. Counts from 0000-03-01, so that the leap day ends
 * a year; gmtime_r would do the same but is free to refuse years by platform. */
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
    /* By hand: every event that is delivered has two times. */
    const int64_t parts[] = {year, month, day, in_day / 3600, in_day / 60 % 60, in_day % 60, us};
    static const char ends[] = "--T::";
    char text[INT_TEXT_SIZE];
    size_t n = 0;
    for (size_t i = 0; i < 7; i++) {
        if (i == 6 && us == 0)
            break;
        if (i > 0)
            out[n++] = i < 6 ? ends[i - 1] : '.';
        size_t length = int_text_padded(parts[i], i == 0 ? 4 : i == 6 ? 6 : 2, text);
        assert(n + length + 2 <= CLOCK_ISO_SIZE);
        memcpy(out + n, text, length);
        n += length;
    }
    memcpy(out + n, "Z", 2);
}

/* ---- reading ---- */

/* Exactly `digits` of them. */
static bool read_digits(const char **at, int digits, int64_t *out)
{
    *out = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        *out = *out * 10 + (**at - '0');
    }
    return true;
}

static bool read_char(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

static bool read_date(const char **at, int64_t *days)
{
    int64_t year, month, day;
    if (!read_digits(at, 4, &year) || !read_char(at, '-') || !read_digits(at, 2, &month) ||
        !read_char(at, '-') || !read_digits(at, 2, &day) || year < 1)
        return false;
    *days = clock_days(year, (int)month, (int)day);
    int64_t same_year;
    int same_month, same_day;
    civil_date(*days, &same_year, &same_month, &same_day);
    return same_year == year && same_month == month && same_day == day;
}

static bool read_fraction(const char **at, int64_t *us)
{
    int digits = 0;
    *us = 0;
    for (; digits < 6 && **at >= '0' && **at <= '9'; (*at)++, digits++)
        *us = *us * 10 + (**at - '0');
    for (int i = digits; i < 6; i++)
        *us *= 10;
    return digits > 0;
}

static bool read_time(const char **at, int64_t *us)
{
    int64_t hour, minute, second = 0, fraction = 0;
    if (!read_digits(at, 2, &hour) || !read_char(at, ':') || !read_digits(at, 2, &minute))
        return false;
    if (read_char(at, ':') && !read_digits(at, 2, &second))
        return false;
    if (read_char(at, '.') && !read_fraction(at, &fraction))
        return false;
    *us = ((hour * 60 + minute) * 60 + second) * US_PER_S + fraction;
    return hour < 24 && minute < 60 && second < 60;
}

/* How far ahead of UTC; nothing is UTC. */
static bool read_zone(const char **at, int64_t *us)
{
    int64_t hours, minutes = 0;
    *us = 0;
    if (**at == '\0' || read_char(at, 'Z'))
        return true;
    bool behind = **at == '-';
    if (!read_char(at, '+') && !read_char(at, '-'))
        return false;
    if (!read_digits(at, 2, &hours))
        return false;
    bool colon = read_char(at, ':');
    if ((colon || **at) && !read_digits(at, 2, &minutes))
        return false;
    *us = (hours * 60 + minutes) * 60 * US_PER_S * (behind ? -1 : 1);
    return hours < 16 && minutes < 60;
}

static bool read_word(const char *text, int64_t now_us, int64_t *out)
{
    const int64_t day_us = S_PER_DAY * US_PER_S;
    int64_t into_day = ((now_us % day_us) + day_us) % day_us, today = now_us - into_day;
    const struct {
        const char *word;
        int64_t at;
    } words[] = {
        {"now", now_us}, {"today", today}, {"yesterday", today - day_us}, {"tomorrow", today + day_us}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(text, words[i].word) == 0) {
            *out = words[i].at;
            return true;
        }
    return false;
}

dbk_err *clock_parse(const char *text, int64_t now_us, int64_t *out)
{
    if (read_word(text, now_us, out))
        return NULL;
    const char *at = text;
    int64_t days, time_us = 0, ahead_us = 0;
    bool valid = read_date(&at, &days);
    if (valid && *at)
        valid = (read_char(&at, 'T') || read_char(&at, ' ')) && read_time(&at, &time_us) &&
                read_zone(&at, &ahead_us);
    if (!valid || *at)
        return err_with_hint(err_new(ERR_INPUT, "%s is no time", text),
                             "2024-03-01, 2024-03-01T12:00:00Z, today and yesterday are");
    *out = days * S_PER_DAY * US_PER_S + time_us - ahead_us;
    return NULL;
}
