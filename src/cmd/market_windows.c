/* market_windows.c: windows of candles drawn by a seed, and market data as it was known at a moment. */
#include <string.h>

#include "cmd/fleet.h"
#include "cmd/market.h"
#include "cmd/rows_table.h"
#include "market/formats/interval.h"
#include "market_sql.h"

/* ---- windows ---- */

typedef struct windows_flags {
    market_flags market;
    const char *seed, *length, *min_coverage, *known_at;
    int64_t count;
} windows_flags;

enum { WINDOWS, MANIFEST, PART_COUNT };

static dbk_err *check_windows(const windows_flags *f)
{
    int32_t length_s;
    dbk_err *e = fleet_need(f->seed, "--seed");
    if (!e)
        e = fleet_need(f->market.from, "--from");
    if (!e)
        e = fleet_need(f->market.to, "--to");
    if (!e)
        e = fleet_need(f->length, "--length");
    return e ? e : interval_parse(f->length, &length_s);
}

/* The manifests of the series, one line each under its names, hashed by the server. */
static dbk_err *add_manifest(app *app, pg_conn *c, const pg_rows *rows, bool *short_of, int64_t wanted,
                             table **out)
{
    size_t count = pg_row_count(rows), lines = 0;
    const char **items = arena_alloc(app->arena, (count + 1) * sizeof(*items));
    if (!items)
        return err_oom();
    int64_t last = 0;
    *short_of = count == 0;
    for (size_t i = 0; i < count; i++) {
        int64_t number = pg_get_int8(rows, i, 4);
        bool ends = i + 1 == count || pg_get_int8(rows, i + 1, 4) <= number;
        last = number;
        if (!ends)
            continue;
        *short_of = *short_of || last < wanted;
        items[lines] =
            arena_printf(app->arena, "%s|%s|%s|%s|%s", pg_get_text(rows, i, 0), pg_get_text(rows, i, 2),
                         pg_get_text(rows, i, 1), pg_get_text(rows, i, 3), pg_get_text(rows, i, 10));
        if (!items[lines++])
            return err_oom();
    }
    pg_params *p = pg_params_new(app->arena);
    pg_param_text_array(p, items, lines);
    return rows_query(app, c, "manifest", market_manifest, p, NULL, out);
}

static dbk_err *print_windows(app *app, pg_conn *c, const windows_flags *f, int *exit_status)
{
    pg_params *p;
    const pg_rows *rows = NULL;
    table *parts[PART_COUNT] = {NULL};
    bool short_of = false;
    dbk_err *e = market_params(app, &f->market, &p);
    if (e)
        return e;
    pg_param_text(p, f->seed);
    pg_param_text(p, f->length);
    pg_param_int4(p, (int32_t)f->count);
    pg_param_text(p, f->min_coverage);
    pg_param_text(p, f->known_at);
    e = rows_query(app, c, "windows", market_windows, p, &rows, &parts[WINDOWS]);
    if (!e)
        e = add_manifest(app, c, rows, &short_of, f->count, &parts[MANIFEST]);
    if (!e)
        e = app_print(app, parts, PART_COUNT);
    if (!e)
        *exit_status = short_of;
    for (size_t i = 0; i < PART_COUNT; i++)
        table_free(parts[i]);
    return e;
}

static dbk_err *run_market_windows(app *app, void *options, const opt_result *args, int *exit_status)
{
    windows_flags *f = options;
    pg_conn *c = NULL;
    (void)args;
    dbk_err *e = check_windows(f);
    f->market.stream = "klines";
    if (!e)
        e = market_begin(app, "daybook market windows", &f->market, &c);
    if (!e)
        e = market_check_time(app, c, "--known-at", f->known_at);
    if (!e)
        e = print_windows(app, c, f, exit_status);
    pg_close(c);
    return e;
}

static const opt_row windows_rows[] = {
    MARKET_SERIES_ROWS,
    MARKET_INTERVAL_ROW,
    {.name = "from",
     .kind = OPT_STRING,
     .offset = offsetof(windows_flags, market.from),
     .value_name = "TIME",
     .help = "from this moment on, UTC unless it says otherwise; must be given, for it is part of the draw",
     .no_env = true},
    {.name = "to",
     .kind = OPT_STRING,
     .offset = offsetof(windows_flags, market.to),
     .value_name = "TIME",
     .help = "before this moment; must be given, too",
     .no_env = true},
    {.name = "seed",
     .kind = OPT_STRING,
     .offset = offsetof(windows_flags, seed),
     .value_name = "TEXT",
     .help = "what draws them: the same seed draws the same windows; must be given",
     .no_env = true},
    {.name = "length",
     .kind = OPT_STRING,
     .offset = offsetof(windows_flags, length),
     .value_name = "LENGTH",
     .help = "of a window, such as 4h; must be given",
     .no_env = true},
    {.name = "count",
     .kind = OPT_INT,
     .offset = offsetof(windows_flags, count),
     .value_name = "NUMBER",
     .help = "how many of each series",
     .default_text = "10",
     .min = 1,
     .max = 10000,
     .no_env = true},
    {.name = "min-coverage",
     .kind = OPT_STRING,
     .offset = offsetof(windows_flags, min_coverage),
     .value_name = "SHARE",
     .help = "the least share of a window's candles that must be there, 0 to 1",
     .default_text = "1",
     .no_env = true},
    {.name = "known-at",
     .kind = OPT_STRING,
     .offset = offsetof(windows_flags, known_at),
     .value_name = "TIME",
     .help = "as the candles were known at this moment; without it as they are",
     .no_env = true},
};

const cmd_spec cmd_market_windows = {
    .help =
        {.name = "market windows",
         .summary = "draw windows of candles by a seed, with a hash over what is in them",
         .description =
             "The same windows on every machine that holds the same candles: where one begins is a hash of "
             "seed, series, range and number. content is the hash of a window's candles, and the manifest "
             "that of all windows of all series chosen. A change outside of them changes nothing.\n\n"
             "Exit status: 0 as many as asked for, 1 there are not so many with enough candles.",
         .examples =
             "daybook market windows --symbol BTCUSD --seed 2026-11 --from 2014-01-01 --to 2014-11-01 "
             "--length 4h --count 100 --min-coverage 0.5"},
    .options_size = sizeof(windows_flags),
    .rows = windows_rows,
    .row_count = sizeof(windows_rows) / sizeof(windows_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_windows,
};

/* ---- as-of ---- */

typedef struct as_of_flags {
    market_flags market;
    const char *known_at;
} as_of_flags;

#define LATEST_PRICES "latest_prices" /* no stream, but made of several */

static dbk_err *print_latest(app *app, const as_of_flags *f)
{
    pg_conn *c = NULL;
    dbk_err *e = market_begin(app, "daybook market as-of", NULL, &c);
    if (e)
        return e;
    pg_params *p = market_instrument_params(app, &f->market);
    pg_param_text(p, f->known_at);
    e = market_check_time(app, c, "--known-at", f->known_at);
    if (!e)
        e = rows_print(app, c, LATEST_PRICES, market_as_of_latest, p, NULL);
    pg_close(c);
    return e;
}

static dbk_err *print_rows(app *app, const as_of_flags *f)
{
    pg_conn *c = NULL;
    pg_params *p;
    dbk_err *e = market_params(app, &f->market, &p);
    if (!e)
        e = market_begin(app, "daybook market as-of", &f->market, &c);
    if (e)
        return e;
    pg_param_text(p, f->known_at);
    bool candles = strcmp(f->market.stream, "klines") == 0;
    e = market_check_time(app, c, "--known-at", f->known_at);
    if (!e)
        e = rows_print(app, c, f->market.stream, candles ? market_as_of : market_as_of_rows, p, NULL);
    pg_close(c);
    return e;
}

static dbk_err *run_market_as_of(app *app, void *options, const opt_result *args, int *exit_status)
{
    const as_of_flags *f = options;
    (void)args;
    (void)exit_status;
    dbk_err *e = fleet_need(f->known_at, "--known-at");
    if (e)
        return e;
    return strcmp(f->market.stream, LATEST_PRICES) == 0 ? print_latest(app, f) : print_rows(app, f);
}

static const opt_row as_of_rows[] = {
    MARKET_STREAM_ROW("klines"),
    MARKET_SERIES_ROWS,
    MARKET_INTERVAL_ROW,
    MARKET_RANGE_ROWS,
    {.name = "known-at",
     .kind = OPT_STRING,
     .offset = offsetof(as_of_flags, known_at),
     .value_name = "TIME",
     .help = "the moment whose knowledge is asked for; must be given",
     .no_env = true},
};

const cmd_spec cmd_market_as_of = {
    .help = {.name = "market as-of",
             .summary = "print market data as it was known at a moment",
             .description =
                 "Of each row the values that had been loaded by then, whatever has replaced them since, "
                 "with the batch that brought them and since when they were known. At most 1,000,000. With "
                 "--stream latest_prices the latest price and quote of each instrument, as the series knew "
                 "them.",
             .examples =
                 "daybook market as-of --symbol BTCUSD --known-at 2026-11-01 --from 2026-10-01 "
                 "--to 2026-10-02 --format csv\n"
                 "daybook market as-of --stream funding_rates --symbol XRPUSDT --known-at 2026-11-01\n"
                 "daybook market as-of --stream latest_prices --venue binance --known-at '2026-11-01 12:00'"},
    .options_size = sizeof(as_of_flags),
    .rows = as_of_rows,
    .row_count = sizeof(as_of_rows) / sizeof(as_of_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_as_of,
};
