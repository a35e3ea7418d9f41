#include "market/formats/source_time.h"

#include <stdio.h>
#include <string.h>

#include "core/clock.h"

#define US_PER_S INT64_C(1000000)

typedef struct cursor {
    const char *p;
    const char *end;
} cursor;

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static bool take_char(cursor *c, char wanted)
{
    if (c->p == c->end || *c->p != wanted)
        return false;
    c->p++;
    return true;
}

/* Exactly `count` digits. */
static bool take_number(cursor *c, int count, int *out)
{
    if (c->end - c->p < count)
        return false;
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (!is_digit(c->p[i]))
            return false;
        value = value * 10 + (c->p[i] - '0');
    }
    c->p += count;
    *out = value;
    return true;
}

static bool date_exists(int year, int month, int day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= lengths[month - 1] + (month == 2 && leap);
}

static bool take_date(cursor *c, int64_t *days)
{
    int year, month, day;
    if (!take_number(c, 4, &year) || !take_char(c, '-') || !take_number(c, 2, &month) || !take_char(c, '-') ||
        !take_number(c, 2, &day) || !date_exists(year, month, day))
        return false;
    *days = clock_days(year, month, day);
    return true;
}

/* ".123456789": at most nanoseconds, more digits must be zeros. */
static bool take_fraction(cursor *c, int64_t *us, bool *exact)
{
    int64_t scale = US_PER_S;
    if (c->p == c->end || !is_digit(*c->p))
        return false;
    for (; c->p < c->end && is_digit(*c->p); c->p++) {
        scale /= 10;
        if (scale > 0)
            *us += (*c->p - '0') * scale;
        else if (*c->p != '0')
            *exact = false;
    }
    return true;
}

static bool take_clock(cursor *c, int64_t *us, bool *exact)
{
    int hour, minute, second = 0;
    if (!take_number(c, 2, &hour) || !take_char(c, ':') || !take_number(c, 2, &minute))
        return false;
    if (take_char(c, ':') && !take_number(c, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    *us = (hour * INT64_C(3600) + minute * 60 + second) * US_PER_S;
    return !take_char(c, '.') || take_fraction(c, us, exact);
}

/* Z, +HH, +HHMM or +HH:MM; nothing at all is UTC. */
static bool take_zone(cursor *c, int64_t *offset_us)
{
    *offset_us = 0;
    if (c->p == c->end || take_char(c, 'Z'))
        return true;
    if (c->end - c->p == 4 && memcmp(c->p, " UTC", 4) == 0) {
        c->p += 4;
        return true;
    }
    int sign = *c->p == '-' ? -1 : *c->p == '+' ? 1 : 0;
    int hours, minutes = 0;
    c->p++;
    if (sign == 0 || !take_number(c, 2, &hours))
        return false;
    if (c->p < c->end) {
        take_char(c, ':');
        if (!take_number(c, 2, &minutes))
            return false;
    }
    if (hours > 18 || minutes > 59)
        return false;
    *offset_us = sign * (hours * INT64_C(3600) + minutes * 60) * US_PER_S;
    return true;
}

static bool parse_text(const char *text, size_t length, int64_t *wall_us, bool *exact, unsigned *unit)
{
    cursor c = {text, text + length};
    int64_t days;
    int64_t clock_us = 0;
    int64_t offset_us = 0;
    bool whole = true;
    if (!take_date(&c, &days))
        return false;
    if (c.p < c.end) {
        if (!take_char(&c, ' ') && !take_char(&c, 'T'))
            return false;
        if (!take_clock(&c, &clock_us, &whole) || !take_zone(&c, &offset_us))
            return false;
    }
    if (c.p != c.end)
        return false;
    *wall_us = days * 86400 * US_PER_S + clock_us - offset_us;
    *exact = whole;
    *unit = SOURCE_TIME_TEXT;
    return true;
}

/* Seconds whose fraction is given, from its point on. */
static bool parse_seconds(int64_t seconds, const char *fraction, size_t length, int64_t *wall_us, bool *exact,
                          unsigned *unit)
{
    cursor c = {fraction + 1, fraction + length};
    int64_t us = seconds * US_PER_S;
    bool whole = true;
    if (!take_fraction(&c, &us, &whole) || c.p != c.end)
        return false;
    *wall_us = us;
    *exact = whole;
    *unit = SOURCE_TIME_S;
    return true;
}

bool source_time_parse(const char *text, size_t length, int64_t *wall_us, bool *exact, unsigned *unit)
{
    uint64_t value = 0;
    const char *p = text;
    const char *end = text + (length < 19 ? length : 19);
    unsigned digit;
    for (; p < end && (digit = (unsigned char)*p - (unsigned)'0') < 10; p++)
        value = value * 10 + digit;
    size_t digits = (size_t)(p - text);
    if (digits == 10 && digits < length && text[digits] == '.')
        return parse_seconds((int64_t)value, text + digits, length - digits, wall_us, exact, unit);
    if (digits < length) {
        /* Floating point numbers of other programs: 1546300800000.0 */
        size_t rest = digits;
        if (text[rest] == '.')
            for (rest++; rest < length && text[rest] == '0'; rest++)
                ;
        if (rest < length)
            return parse_text(text, length, wall_us, exact, unit);
    }
    *exact = true;
    switch (digits) {
    case 10:
        *wall_us = (int64_t)value * US_PER_S;
        *unit = SOURCE_TIME_S;
        return true;
    case 13:
        *wall_us = (int64_t)value * 1000;
        *unit = SOURCE_TIME_MS;
        return true;
    case 16:
        *wall_us = (int64_t)value;
        *unit = SOURCE_TIME_US;
        return true;
    case 19:
        *wall_us = (int64_t)(value / 1000);
        *exact = value % 1000 == 0;
        *unit = SOURCE_TIME_NS;
        return true;
    default:
        return false;
    }
}

void source_time_units_format(unsigned units, char out[SOURCE_TIME_UNITS_SIZE])
{
    static const char *const names[] = {"s", "ms", "us", "ns", "text"};
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (units & (1u << i)) {
            int n = snprintf(out + used, SOURCE_TIME_UNITS_SIZE - used, "%s%s", used > 0 ? " and " : "",
                             names[i]);
            used += (size_t)n;
        }
}
