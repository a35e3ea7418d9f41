/* A price walks in whole ticks of 0.01: four small steps a minute, around a drift that changes every few
 * hours. Everything is integer arithmetic, because floating point differs between compilers and machines and
 * the files' hashes must not. */
#include "market/generate.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <zip.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/file.h"

#define TICKS_PER_UNIT 100
#define QUANTITY_UNITS 100000
#define DECIMALS 8
#define STEPS_PER_MINUTE 4
#define STEP_DIVISOR (INT64_C(1) << 27) /* a step is about 3 of 10,000 */
#define DRIFT_SPAN 5000
#define DRIFT_MINUTES_MIN 120
#define DRIFT_MINUTES_SPAN 480
#define PRICE_MIN_TICKS 2000
#define PRICE_SPAN_TICKS 2000000
#define MONTH_BYTES_MAX ((size_t)32 << 20)
#define DAY_MS INT64_C(86400000)
#define MINUTE_MS INT64_C(60000)
#define DOS_EPOCH_YEAR 1980

typedef struct generator {
    uint64_t state;
    int64_t start_ticks;
    int64_t price_ticks;
    int64_t drift;
    int64_t drift_minutes;  /* until it changes */
    int64_t outage_minutes; /* still to be left out */
} generator;

typedef struct candle {
    int64_t open_ms;
    int64_t open, high, low, close; /* ticks */
    int64_t volume, taker_volume;   /* QUANTITY_UNITS to one */
    int64_t average;                /* ticks */
    int64_t trades;
} candle;

/* splitmix64 (S. Vigna, public domain algorithm): any seed is a good one. */
static uint64_t next_random(generator *g)
{
    g->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = g->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static int64_t random_below(generator *g, int64_t bound)
{
    return (int64_t)((next_random(g) >> 1) % (uint64_t)bound);
}

static void generator_init(generator *g, const char *symbol, uint64_t seed)
{
    *g = (generator){.state = seed};
    for (const char *p = symbol; *p; p++)
        g->state = (g->state ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
    g->start_ticks = PRICE_MIN_TICKS + random_below(g, PRICE_SPAN_TICKS);
    g->price_ticks = g->start_ticks;
}

static void change_drift(generator *g)
{
    if (g->drift_minutes-- > 0)
        return;
    g->drift_minutes = DRIFT_MINUTES_MIN + random_below(g, DRIFT_MINUTES_SPAN);
    g->drift = random_below(g, DRIFT_SPAN) - DRIFT_SPAN / 2;
    /* Prices that have gone far come back. */
    if (g->price_ticks > 4 * g->start_ticks)
        g->drift = -DRIFT_SPAN / 2;
    if (g->price_ticks < g->start_ticks / 4)
        g->drift = DRIFT_SPAN / 2;
}

static void step(generator *g)
{
    int64_t noise = g->drift;
    for (int i = 0; i < 4; i++)
        noise += random_below(g, 65536) - 32768;
    g->price_ticks += g->price_ticks * noise / STEP_DIVISOR;
    if (g->price_ticks < PRICE_MIN_TICKS / 2)
        g->price_ticks = PRICE_MIN_TICKS / 2;
}

static void make_candle(generator *g, candle *c)
{
    *c = (candle){
        .open_ms = c->open_ms, .open = g->price_ticks, .high = g->price_ticks, .low = g->price_ticks};
    bool quiet = random_below(g, 500) == 0; /* nobody traded: the venue repeats the last price */
    for (int i = 0; i < STEPS_PER_MINUTE && !quiet; i++) {
        step(g);
        c->high = g->price_ticks > c->high ? g->price_ticks : c->high;
        c->low = g->price_ticks < c->low ? g->price_ticks : c->low;
    }
    c->close = g->price_ticks;
    c->average = (c->open + c->high + c->low + c->close) / 4;
    if (quiet)
        return;
    c->trades = 1 + random_below(g, 40) * random_below(g, 40);
    c->volume = c->trades * (1 + random_below(g, QUANTITY_UNITS));
    c->taker_volume = c->volume * random_below(g, 1001) / 1000;
}

/* A single minute now and then, and on some days the venue is away for up to three quarters of an hour. */
static bool is_missing(generator *g)
{
    if (g->outage_minutes > 0) {
        g->outage_minutes--;
        return true;
    }
    if (random_below(g, 12 * GENERATE_MINUTES) == 0)
        g->outage_minutes = 2 + random_below(g, 43);
    return random_below(g, 4000) == 0;
}

/* value / units as a decimal with 8 digits; units is a power of ten that divides 10^8. */
static void put_decimal(buf *out, int64_t value, int64_t units)
{
    int digits = 0;
    for (int64_t u = units; u > 1; u /= 10)
        digits++;
    buf_printf(out, "%lld.%0*lld%0*d,", (long long)(value / units), digits, (long long)(value % units),
               DECIMALS - digits, 0);
}

static void put_candle(buf *out, const candle *c)
{
    int64_t quote_units = (int64_t)TICKS_PER_UNIT * QUANTITY_UNITS;
    buf_printf(out, "%lld,", (long long)c->open_ms);
    put_decimal(out, c->open, TICKS_PER_UNIT);
    put_decimal(out, c->high, TICKS_PER_UNIT);
    put_decimal(out, c->low, TICKS_PER_UNIT);
    put_decimal(out, c->close, TICKS_PER_UNIT);
    put_decimal(out, c->volume, QUANTITY_UNITS);
    buf_printf(out, "%lld,", (long long)(c->open_ms + MINUTE_MS - 1));
    put_decimal(out, c->volume * c->average, quote_units);
    buf_printf(out, "%lld,", (long long)c->trades);
    put_decimal(out, c->taker_volume, QUANTITY_UNITS);
    put_decimal(out, c->taker_volume * c->average, quote_units);
    buf_append_str(out, "0\n");
}

static int64_t make_day(generator *g, int64_t day, buf *out)
{
    int64_t count = 0;
    for (int64_t minute = 0; minute < GENERATE_MINUTES; minute++) {
        change_drift(g);
        candle c = {.open_ms = day * DAY_MS + minute * MINUTE_MS};
        make_candle(g, &c);
        if (is_missing(g))
            continue;
        put_candle(out, &c);
        count++;
    }
    return count;
}

static dbk_err *zip_err(zip_t *archive, const char *path)
{
    dbk_err *e = err_new(ERR_IO, "could not write zip archive \"%s\": %s", path, zip_strerror(archive));
    zip_discard(archive);
    return e;
}

static dbk_err *write_zip(const char *path, const char *member, const struct tm *day, const buf *content)
{
    int code;
    zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (!archive) {
        zip_error_t why;
        zip_error_init_with_code(&why, code);
        dbk_err *e =
            err_new(ERR_IO, "could not create zip archive \"%s\": %s", path, zip_error_strerror(&why));
        zip_error_fini(&why);
        return e;
    }
    zip_source_t *source = zip_source_buffer(archive, content->data, content->length, 0);
    zip_int64_t index = source ? zip_file_add(archive, member, source, ZIP_FL_ENC_UTF_8) : -1;
    if (index < 0) {
        zip_source_free(source);
        return zip_err(archive, path);
    }
    /* Digits compress as well at level 1 as at 9, and thirty times as fast. */
    if (zip_set_file_compression(archive, (zip_uint64_t)index, ZIP_CM_DEFLATE, 1) != 0)
        return zip_err(archive, path);
    /* The time of the member is part of the bytes, and of their hash: the day itself, not now and in no time
     * zone. */
    zip_uint16_t date =
        (zip_uint16_t)((day->tm_year + 1900 - DOS_EPOCH_YEAR) << 9 | (day->tm_mon + 1) << 5 | day->tm_mday);
    if (zip_file_set_dostime(archive, (zip_uint64_t)index, 0, date, 0) != 0 || zip_close(archive) != 0)
        return zip_err(archive, path);
    return NULL;
}

static dbk_err *day_of(int64_t day, struct tm *tm)
{
    time_t seconds = (time_t)(day * 86400);
    return gmtime_r(&seconds, tm) ? NULL : err_new(ERR_USAGE, "day %lld is out of range", (long long)day);
}

/* The file that begins on this day. */
static dbk_err *write_file(const generate_options *o, const struct tm *day, const buf *content)
{
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    char *name = arena_printf(a, "%s-1m-%04d-%02d", o->symbol, day->tm_year + 1900, day->tm_mon + 1);
    if (name && !o->monthly)
        name = arena_printf(a, "%s-%02d", name, day->tm_mday);
    char *path = name ? arena_printf(a, "%s/%s.%s", o->folder, name, o->plain ? "csv" : "zip") : NULL;
    char *member = name ? arena_printf(a, "%s.csv", name) : NULL;
    dbk_err *e = NULL;
    if (!path || !member)
        e = err_oom();
    else if (o->plain)
        e = file_write_atomic(path, content->data, content->length, 0644);
    else
        e = write_zip(path, member, day, content);
    arena_free(a);
    return e;
}

/* Makes the days of one file, beginning at *day, and moves *day behind them. */
static dbk_err *make_file(const generate_options *o, generator *g, int64_t *day, buf *content,
                          int64_t *candles)
{
    struct tm first, next;
    dbk_err *e = day_of(*day, &first);
    buf_clear(content);
    do {
        *candles += make_day(g, *day, content);
        *day += 1;
        if (!e)
            e = day_of(*day, &next);
    } while (!e && o->monthly && *day < o->first_day + o->days && next.tm_mon == first.tm_mon);
    if (!e)
        e = buf_error(content);
    return e ? e : write_file(o, &first, content);
}

dbk_err *generate_candles(const generate_options *o, int64_t *candles)
{
    assert(o->days > 0);
    dbk_err *e = file_make_dirs(o->folder, 0755);
    if (e)
        return e;
    generator g;
    generator_init(&g, o->symbol, o->seed);
    buf content;
    buf_init(&content, MONTH_BYTES_MAX);
    int64_t count = 0;
    int64_t day = o->first_day;
    while (!e && day < o->first_day + o->days)
        e = make_file(o, &g, &day, &content, &count);
    buf_term(&content);
    if (!e)
        *candles = count;
    return e;
}

dbk_err *generate_label(const char *folder)
{
    static const char text[] =
        "# Generated candles\n\n"
        "The candles in this folder were made by `daybook generate candles`. They were never recorded "
        "anywhere: no such\n"
        "market exists. They have the format of Binance's archive files (twelve columns, no header, times "
        "in\n"
        "milliseconds), a few minutes are missing on purpose, and the same options give the same bytes "
        "again.\n\n"
        "Use them to try Daybook out, for tests and for benchmarks, for nothing else.\n";
    arena *a = arena_new(0);
    char *path = a ? arena_printf(a, "%s/%s", folder, GENERATE_LABEL_FILE) : NULL;
    dbk_err *e = path ? file_make_dirs(folder, 0755) : err_oom();
    if (!e)
        e = file_write_atomic(path, text, sizeof(text) - 1, 0644);
    arena_free(a);
    return e;
}

bool generate_is_symbol(const char *symbol)
{
    return strncmp(symbol, GENERATE_PREFIX, strlen(GENERATE_PREFIX)) == 0;
}

dbk_err *generate_check_symbol(const char *symbol)
{
    size_t length = strlen(symbol);
    char base[CURRENCY_SIZE];
    char quote[CURRENCY_SIZE];
    bool good = length <= 60 && strspn(symbol, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == length &&
                generate_is_symbol(symbol);
    dbk_err *e = good ? symbol_split(symbol, base, quote) : NULL;
    if (good && !e)
        return NULL;
    err_free(e);
    e = err_new(ERR_USAGE, "not a symbol for generated candles: \"%.80s\"", symbol);
    return err_with_hint(
        e,
        "capitals and digits that begin with %s and end with a quote currency, such as %sAUSDT: nobody must "
        "take them for recorded ones",
        GENERATE_PREFIX, GENERATE_PREFIX);
}
