#include "market/formats/interval.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define DAY_S 86400
#define WEEK_S (7 * DAY_S)
#define INTERVAL_MAX_S (31 * DAY_S) /* as ingest.batches takes it */
/* 1970-01-01 was a Thursday: the first Monday is four days later. */
#define FIRST_MONDAY_S (4 * DAY_S)
#define US_PER_S INT64_C(1000000)

static int32_t unit_seconds(char unit)
{
    switch (unit) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return DAY_S;
    case 'w':
        return WEEK_S;
    default:
        return 0;
    }
}

bool interval_from_token(const char *token, size_t length, int32_t *interval_s)
{
    if (length < 2 || length > 6 || token[0] < '1' || token[0] > '9')
        return false;
    int64_t count = 0;
    for (size_t i = 0; i + 1 < length; i++) {
        if (token[i] < '0' || token[i] > '9')
            return false;
        count = count * 10 + (token[i] - '0');
    }
    int64_t seconds = count * unit_seconds(token[length - 1]);
    if (seconds <= 0 || seconds > INTERVAL_MAX_S)
        return false;
    *interval_s = (int32_t)seconds;
    return true;
}

bool interval_is_months(const char *token, size_t length)
{
    size_t digits = 0;
    while (digits < length && token[digits] >= '0' && token[digits] <= '9')
        digits++;
    size_t rest = length - digits;
    return digits > 0 && digits < 4 &&
           ((rest == 1 && token[digits] == 'M') || (rest == 2 && memcmp(token + digits, "mo", 2) == 0));
}

dbk_err *interval_parse(const char *text, int32_t *interval_s)
{
    if (interval_from_token(text, strlen(text), interval_s))
        return NULL;
    if (interval_is_months(text, strlen(text)))
        return err_with_hint(
            err_new(ERR_USAGE, "not an interval: \"%.40s\": %s", text, INTERVAL_MONTHS_REFUSED),
            INTERVAL_MONTHS_HINT);
    dbk_err *e = err_new(ERR_USAGE, "not an interval: \"%.40s\"", text);
    return err_with_hint(e, "write a count and one of s, m, h, d, w, such as 1m, 4h or 1d");
}

void interval_format(int32_t interval_s, char out[INTERVAL_TEXT_SIZE])
{
    assert(interval_s > 0);
    static const char units[] = "wdhms";
    for (size_t i = 0; i < sizeof(units) - 1; i++) {
        int32_t unit = unit_seconds(units[i]);
        if (interval_s % unit == 0) {
            snprintf(out, INTERVAL_TEXT_SIZE, "%d%c", interval_s / unit, units[i]);
            return;
        }
    }
}

bool interval_on_grid(int32_t interval_s, int64_t wall_us)
{
    assert(interval_s > 0);
    int64_t origin = interval_s % WEEK_S == 0 ? FIRST_MONDAY_S * US_PER_S : 0;
    return (wall_us - origin) % (interval_s * US_PER_S) == 0;
}
