/* market_gaps.c: what is missing from series, why, and how much of each day is there; and rows that are there
 * and say nothing. */
#include <string.h>

#include "cmd/market.h"
#include "cmd/rows_table.h"
#include "market_sql.h"

/* ---- gaps ---- */

typedef struct gaps_flags {
    market_flags market;
    const char *cause;
    int64_t min_missing;
    bool runs;
} gaps_flags;

/* Causes that nobody can do anything about, or has to. */
static bool is_accounted_for(const char *cause)
{
    static const char *const causes[] = {"before_listing", "no_trade", "not_yet_published", "discontinued"};
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
        if (strcmp(cause, causes[i]) == 0)
            return true;
    return false;
}

static dbk_err *print_gaps(app *app, pg_conn *c, const gaps_flags *f, int *exit_status)
{
    pg_params *p;
    const pg_rows *rows = NULL;
    dbk_err *e = market_cadence_params(app, &f->market, &p);
    if (e)
        return e;
    pg_param_text(p, f->cause);
    pg_param_int8(p, f->min_missing);
    e = rows_print(app, c, "gaps", f->runs ? market_gap_runs : market_gaps, p, &rows);
    int cause = e ? 0 : pg_column(rows, "cause");
    for (size_t i = 0; !e && i < pg_row_count(rows); i++)
        if (!is_accounted_for(pg_get_text(rows, i, (size_t)cause)))
            *exit_status = 1;
    return e;
}

static dbk_err *run_market_gaps(app *app, void *options, const opt_result *args, int *exit_status)
{
    const gaps_flags *f = options;
    pg_conn *c = NULL;
    (void)args;
    dbk_err *e = market_begin(app, "daybook market gaps", &f->market, &c);
    if (!e)
        e = print_gaps(app, c, f, exit_status);
    pg_close(c);
    return e;
}

static const opt_row gaps_rows[] = {
    MARKET_STREAM_ROW("klines"),
    MARKET_SERIES_ROWS,
    MARKET_INTERVAL_ROW,
    MARKET_CADENCE_ROW,
    MARKET_RANGE_ROWS,
    {.name = "runs",
     .kind = OPT_FLAG,
     .offset = offsetof(gaps_flags, runs),
     .help = "each run of missing rows with its evidence, instead of sums by cause",
     .no_env = true},
    {.name = "min-missing",
     .kind = OPT_INT,
     .offset = offsetof(gaps_flags, min_missing),
     .value_name = "NUMBER",
     .help = "only runs of at least so many rows",
     .default_text = "1",
     .min = 1,
     .max = INT64_MAX,
     .no_env = true},
    {.name = "cause",
     .kind = OPT_STRING,
     .offset = offsetof(gaps_flags, cause),
     .value_name = "CAUSE",
     .help = "only what is missing for this cause",
     .no_env = true},
};

const cmd_spec cmd_market_gaps = {
    .help =
        {.name = "market gaps",
         .summary = "tell what is missing from series of market data, and why",
         .description =
             "Sums by series and cause, or each run with its evidence (--runs). Causes rest on what is "
             "recorded: no_trade on ids of trades that follow one another, venue_outage on the silence of "
             "all other instruments, source_absent and source_short on the batches that were loaded, "
             "discontinued and not_yet_published on what is known of the venue, before_listing on the first "
             "row. Where that says nothing the cause is unknown. Changes of order books are told by their "
             "ids, "
             "and missing counts those. docs/MARKET.md says more.\n\n"
             "Exit status: 0 nothing is missing but for a cause that needs nobody (before_listing, no_trade, "
             "not_yet_published, discontinued), 1 something is.",
         .examples = "daybook market gaps --symbol BTCUSD\n"
                     "daybook market gaps --symbol ETHUSD --runs --min-missing 60 --from 2016-08-01\n"
                     "daybook market gaps --stream book_depth --cadence 30s --format json\n"
                     "daybook market gaps --stream book_changes --symbol BTCUSDT --runs"},
    .options_size = sizeof(gaps_flags),
    .rows = gaps_rows,
    .row_count = sizeof(gaps_rows) / sizeof(gaps_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_gaps,
};

/* ---- coverage ---- */

static const char *const units[] = {"day", "month", NULL};

typedef struct coverage_flags {
    market_flags market;
    int unit;
} coverage_flags;

static dbk_err *run_market_coverage(app *app, void *options, const opt_result *args, int *exit_status)
{
    const coverage_flags *f = options;
    pg_conn *c = NULL;
    pg_params *p;
    (void)args;
    (void)exit_status;
    dbk_err *e = market_cadence_params(app, &f->market, &p);
    if (!e)
        e = market_begin(app, "daybook market coverage", &f->market, &c);
    if (e)
        return e;
    pg_param_text(p, units[f->unit]);
    e = rows_print(app, c, "coverage", market_coverage, p, NULL);
    pg_close(c);
    return e;
}

static const opt_row coverage_rows[] = {
    MARKET_STREAM_ROW("klines"),
    MARKET_SERIES_ROWS,
    MARKET_INTERVAL_ROW,
    MARKET_CADENCE_ROW,
    MARKET_RANGE_ROWS,
    {.name = "by",
     .kind = OPT_CHOICE,
     .offset = offsetof(coverage_flags, unit),
     .value_name = "UNIT",
     .help = "what a row is about",
     .choices = units,
     .default_text = "month",
     .no_env = true},
};

const cmd_spec cmd_market_coverage = {
    .help = {.name = "market coverage",
             .summary = "show how much of each day or month of market data is there",
             .description = "Rows expected at the interval, present, missing, and the share that is there. "
                            "Days and months are those of UTC.",
             .examples =
                 "daybook market coverage --symbol BTCUSD\n"
                 "daybook market coverage --symbol BTCUSD --by day --from 2013-08-01 --to 2013-09-01"},
    .options_size = sizeof(coverage_flags),
    .rows = coverage_rows,
    .row_count = sizeof(coverage_rows) / sizeof(coverage_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_coverage,
};

/* ---- stuck ---- */

typedef struct stuck_flags {
    market_flags market;
    int64_t min_rows;
} stuck_flags;

static dbk_err *run_market_stuck(app *app, void *options, const opt_result *args, int *exit_status)
{
    const stuck_flags *f = options;
    pg_conn *c = NULL;
    pg_params *p;
    const pg_rows *rows;
    (void)args;
    dbk_err *e = market_cadence_params(app, &f->market, &p);
    if (!e)
        e = market_begin(app, "daybook market stuck", &f->market, &c);
    if (e)
        return e;
    pg_param_int4(p, (int32_t)f->min_rows);
    e = rows_print(app, c, "stuck", market_stuck, p, &rows);
    if (!e)
        *exit_status = pg_row_count(rows) > 0;
    pg_close(c);
    return e;
}

static const opt_row stuck_rows[] = {
    MARKET_STREAM_ROW("klines"),
    MARKET_SERIES_ROWS,
    MARKET_INTERVAL_ROW,
    MARKET_CADENCE_ROW,
    MARKET_RANGE_ROWS,
    {.name = "min-rows",
     .kind = OPT_INT,
     .offset = offsetof(stuck_flags, min_rows),
     .value_name = "NUMBER",
     .help = "how many rows in a row must be alike",
     .default_text = "30",
     .min = 2,
     .max = 1000000,
     .no_env = true},
};

const cmd_spec cmd_market_stuck = {
    .help = {.name = "market stuck",
             .summary = "find rows of market data that keep coming and say nothing",
             .description = "Runs of rows with the same values, and rows in which all that is measured is 0. "
                            "Candles without volume repeat the last price and are left out.\n\n"
                            "Exit status: 0 there are none, 1 there are some.",
             .examples = "daybook market stuck --stream book_depth --symbol BTCUSDT --from 2026-09-01\n"
                         "daybook market stuck --stream metrics --format json"},
    .options_size = sizeof(stuck_flags),
    .rows = stuck_rows,
    .row_count = sizeof(stuck_rows) / sizeof(stuck_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_stuck,
};
