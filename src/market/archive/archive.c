#include "market/archive/archive.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/clock.h"

#define DAY_US (INT64_C(86400) * 1000000)
#define DATE_SIZE 11

enum { SPOT = 1 << ARCHIVE_SPOT, UM = 1 << ARCHIVE_UM, CM = 1 << ARCHIVE_CM };
enum { DAILY = 1, MONTHLY = 2 };

static const struct {
    const char *name;
    unsigned markets;
    unsigned periods;
    bool candles;
} types[] = {
    {"klines", SPOT | UM | CM, DAILY | MONTHLY, true},
    {"trades", SPOT | UM | CM, DAILY | MONTHLY, false},
    {"aggTrades", SPOT | UM | CM, DAILY | MONTHLY, false},
    {"markPriceKlines", UM | CM, DAILY | MONTHLY, true},
    {"indexPriceKlines", UM | CM, DAILY | MONTHLY, true},
    {"premiumIndexKlines", UM | CM, DAILY | MONTHLY, true},
    {"fundingRate", UM | CM, MONTHLY, false},
    {"metrics", UM | CM, DAILY, false},
    {"bookTicker", UM | CM, DAILY | MONTHLY, false},
    {"bookDepth", UM | CM, DAILY, false},
};
#define TYPE_COUNT (sizeof(types) / sizeof(types[0]))

static const struct {
    const char *name;
    unsigned markets;
    unsigned periods;
} intervals[] = {
    {"1s", SPOT, DAILY | MONTHLY},
    {"1m", SPOT | UM | CM, DAILY | MONTHLY},
    {"3m", SPOT | UM | CM, DAILY | MONTHLY},
    {"5m", SPOT | UM | CM, DAILY | MONTHLY},
    {"15m", SPOT | UM | CM, DAILY | MONTHLY},
    {"30m", SPOT | UM | CM, DAILY | MONTHLY},
    {"1h", SPOT | UM | CM, DAILY | MONTHLY},
    {"2h", SPOT | UM | CM, DAILY | MONTHLY},
    {"4h", SPOT | UM | CM, DAILY | MONTHLY},
    {"6h", SPOT | UM | CM, DAILY | MONTHLY},
    {"8h", SPOT | UM | CM, DAILY | MONTHLY},
    {"12h", SPOT | UM | CM, DAILY | MONTHLY},
    {"1d", SPOT | UM | CM, DAILY | MONTHLY},
    {"3d", SPOT | UM | CM, MONTHLY},
    {"1w", SPOT | UM | CM, MONTHLY},
    {"1mo", SPOT | UM | CM, MONTHLY},
};
#define INTERVAL_COUNT (sizeof(intervals) / sizeof(intervals[0]))

static const char *const market_folders[] = {"spot", "futures/um", "futures/cm"};
static const char *const market_names[] = {"spot", "um", "cm"};

static void date_of(int64_t day, char out[DATE_SIZE])
{
    char iso[CLOCK_ISO_SIZE];
    clock_iso(day * DAY_US, iso);
    memcpy(out, iso, DATE_SIZE - 1);
    out[DATE_SIZE - 1] = '\0';
}

/* The first day of the day's month, and of the one after it. */
static void month_of(int64_t day, int64_t *first, int64_t *next)
{
    char date[DATE_SIZE];
    int year;
    int month;
    date_of(day, date);
    int read = sscanf(date, "%d-%d", &year, &month);
    assert(read == 2);
    *first = clock_days(year, month, 1);
    *next = month == 12 ? clock_days(year + 1, 1, 1) : clock_days(year, month + 1, 1);
}

/* 1970-01-01 was a Thursday. */
static int64_t first_monday_from(int64_t day)
{
    int64_t weekday = ((day + 3) % 7 + 7) % 7; /* 0: Monday */
    return weekday == 0 ? day : day + 7 - weekday;
}

const char *archive_types(arena *a, archive_market market)
{
    buf out;
    buf_init(&out, 0);
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (types[i].markets & (1u << market))
            buf_printf(&out, "%s%s", out.length > 0 ? ", " : "", types[i].name);
    const char *list = arena_strdup(a, out.data);
    buf_term(&out);
    return list ? list : "";
}

static dbk_err *check_interval(const archive_order *o, bool candles, unsigned *periods)
{
    if (!candles) {
        if (!o->interval)
            return NULL;
        return err_new(ERR_USAGE, "%s files have no interval, but %s was asked for", o->type, o->interval);
    }
    if (!o->interval)
        return err_with_hint(err_new(ERR_USAGE, "%s come by interval, and none was asked for", o->type),
                             "such as 1m, 1h or 1d");
    for (size_t i = 0; i < INTERVAL_COUNT; i++) {
        if (strcmp(intervals[i].name, o->interval) != 0 || !(intervals[i].markets & (1u << o->market)))
            continue;
        *periods &= intervals[i].periods;
        return NULL;
    }
    dbk_err *e = err_new(ERR_USAGE, "the archive has no %s of %s in market %s", o->type, o->interval,
                         market_names[o->market]);
    return err_with_hint(e,
                         "1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d; spot also 1s; by the month also 3d 1w 1mo");
}

/* In what pieces the archive has what is asked for. */
static dbk_err *check_order(arena *a, const archive_order *o, unsigned *periods)
{
    size_t i = 0;
    while (i < TYPE_COUNT && strcmp(types[i].name, o->type) != 0)
        i++;
    if (i == TYPE_COUNT || !(types[i].markets & (1u << o->market))) {
        dbk_err *e =
            err_new(ERR_USAGE, "the archive has no %s in market %s", o->type, market_names[o->market]);
        return err_with_hint(e, "it has %s", archive_types(a, o->market));
    }
    *periods = types[i].periods;
    dbk_err *e = check_interval(o, types[i].candles, periods);
    if (e)
        return e;
    if (o->period == ARCHIVE_DAILY)
        *periods &= DAILY;
    if (o->period == ARCHIVE_MONTHLY)
        *periods &= MONTHLY;
    if (*periods == 0)
        return err_new(ERR_USAGE, "%s%s%s come by the %s only", o->type, o->interval ? " of " : "",
                       o->interval ? o->interval : "", o->period == ARCHIVE_DAILY ? "month" : "day");
    return NULL;
}

static dbk_err *add(arena *a, const archive_order *o, int64_t first, int64_t last, bool monthly,
                    archive_files *files)
{
    if (files->count == files->size) {
        size_t size = files->size ? files->size * 2 : 64;
        if (files->count >= ARCHIVE_FILES_MAX)
            return err_new(ERR_LIMIT, "these are more than %d files", ARCHIVE_FILES_MAX);
        archive_file *items = arena_alloc(a, size * sizeof(*items));
        if (!items)
            return err_oom();
        if (files->count > 0)
            memcpy(items, files->items, files->count * sizeof(*items));
        files->items = items;
        files->size = size;
    }
    char date[DATE_SIZE];
    date_of(first, date);
    if (monthly)
        date[sizeof("2024-01") - 1] = '\0';
    const char *folder = o->interval ? arena_printf(a, "%s/%s", o->symbol, o->interval) : o->symbol;
    const char *path = arena_printf(a, "data/%s/%s/%s/%s/%s-%s-%s.zip", market_folders[o->market],
                                    monthly ? "monthly" : "daily", o->type, folder, o->symbol,
                                    o->interval ? o->interval : o->type, date);
    if (!folder || !path)
        return err_oom();
    files->items[files->count++] =
        (archive_file){.path = path, .first_day = first, .last_day = last, .monthly = monthly};
    return NULL;
}

static dbk_err *add_days(arena *a, const archive_order *o, int64_t first, int64_t last, archive_files *files)
{
    dbk_err *e = NULL;
    for (int64_t day = first; day <= last && day < o->today && !e; day++)
        e = add(a, o, day, day, false, files);
    return e;
}

dbk_err *archive_plan(arena *a, const archive_order *o, archive_files *files)
{
    unsigned periods;
    dbk_err *e = check_order(a, o, &periods);
    if (e)
        return e;
    int64_t day = o->first_day;
    while (day <= o->last_day && !e) {
        int64_t first;
        int64_t next;
        month_of(day, &first, &next);
        /* A month's file for part of a month is too much, unless there is nothing smaller. */
        bool whole = first >= o->first_day && next - 1 <= o->last_day;
        bool out = first_monday_from(next) <= o->today;
        if (periods == MONTHLY || ((periods & MONTHLY) && whole && out)) {
            if (next <= o->today)
                e = add(a, o, first, next - 1, true, files);
        } else {
            e = add_days(a, o, day, next - 1 < o->last_day ? next - 1 : o->last_day, files);
        }
        day = next;
    }
    return e;
}

dbk_err *archive_days_of(arena *a, const archive_order *o, const archive_file *month, archive_files *files)
{
    unsigned periods;
    dbk_err *e = check_order(a, o, &periods);
    if (e || !(periods & DAILY))
        return e;
    return add_days(a, o, month->first_day, month->last_day, files);
}

dbk_err *archive_day(const char *text, bool last, int64_t *day)
{
    size_t length = strlen(text);
    bool month = length == sizeof("2024-01") - 1;
    char date[DATE_SIZE];
    int64_t wall_us;
    dbk_err *e = NULL;
    if ((month || length == DATE_SIZE - 1) && strspn(text, "0123456789-") == length) {
        (void)snprintf(date, sizeof(date), "%s%s", text, month ? "-01" : "");
        e = clock_parse(date, 0, &wall_us);
        if (!e) {
            int64_t next;
            *day = wall_us / DAY_US;
            if (month)
                month_of(*day, day, &next);
            if (month && last)
                *day = next - 1;
            return NULL;
        }
    }
    err_free(e);
    return err_with_hint(err_new(ERR_USAGE, "this is no day and no month: \"%.40s\"", text),
                         "such as 2024-02-29 or 2024-02");
}
