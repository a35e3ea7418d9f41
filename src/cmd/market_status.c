/* market_status.c: which series are live, and what was received at all. */
#include <string.h>

#include "cmd/market.h"
#include "cmd/rows_table.h"
#include "market_sql.h"

/* ---- status ---- */

typedef struct status_flags {
    market_flags market;
    int64_t stuck_rows;
    bool problems;
} status_flags;

/* 1 for what asks for somebody, 3 when the worst is a series of which nothing can be said. */
static int worst(const pg_rows *rows)
{
    int status = 0;
    for (size_t i = 0; i < pg_row_count(rows); i++) {
        const char *state = pg_get_text(rows, i, 0);
        if (strcmp(state, "late") == 0 || strcmp(state, "stuck") == 0 || strcmp(state, "never") == 0)
            return 1;
        if (strcmp(state, "unknown") == 0)
            status = 3;
    }
    return status;
}

static dbk_err *print_status(app *app, pg_conn *c, const status_flags *f, int *exit_status)
{
    pg_params *p;
    const pg_rows *rows = NULL;
    dbk_err *e = market_series_params(app, &f->market, &p);
    if (e)
        return e;
    pg_param_int4(p, (int32_t)f->stuck_rows);
    pg_param_bool(p, f->problems);
    e = rows_print(app, c, "status", market_status, p, &rows);
    if (!e)
        *exit_status = worst(rows);
    return e;
}

static dbk_err *run_market_status(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    (void)args;
    dbk_err *e = market_begin(app, "daybook market status", NULL, &c);
    if (!e)
        e = print_status(app, c, options, exit_status);
    pg_close(c);
    return e;
}

static const opt_row status_rows[] = {
    MARKET_STREAM_ROW(NULL),
    MARKET_SERIES_ROWS,
    MARKET_INTERVAL_ROW,
    {.name = "stuck-rows",
     .kind = OPT_INT,
     .offset = offsetof(status_flags, stuck_rows),
     .value_name = "NUMBER",
     .help = "how many of the newest rows must be alike for a series to be stuck",
     .default_text = "30",
     .min = 2,
     .max = 1000000,
     .no_env = true},
    {.name = "problems",
     .kind = OPT_FLAG,
     .offset = offsetof(status_flags, problems),
     .help = "only series that are late, stuck, unknown or never came",
     .no_env = true},
};

const cmd_spec cmd_market_status = {
    .help =
        {.name = "market status",
         .summary = "show which series of market data are live, late, stuck, discontinued or never came",
         .description =
             "One row for each series of each source. late: nothing since due_at, which allows for the "
             "row's length, twice the cadence and what publication takes. stuck: rows come and say nothing. "
             "discontinued: known not to be published any more, with since when and why. never: expected, "
             "and never received. unknown: no cadence is set or learnt yet.\n\n"
             "Exit status: 0 all is live or discontinued, 1 something is late, stuck or never came, 3 of "
             "something nothing can be said.",
         .examples = "daybook market status --problems\n"
                     "daybook market status --venue binance --stream klines --format json"},
    .options_size = sizeof(status_flags),
    .rows = status_rows,
    .row_count = sizeof(status_rows) / sizeof(status_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_status,
};

/* ---- series ---- */

static dbk_err *run_market_series(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    pg_params *p;
    (void)args;
    (void)exit_status;
    dbk_err *e = market_series_params(app, options, &p);
    if (!e)
        e = market_begin(app, "daybook market series", NULL, &c);
    if (!e)
        e = rows_print(app, c, "series", market_list, p, NULL);
    pg_close(c);
    return e;
}

static const opt_row series_rows[] = {MARKET_STREAM_ROW(NULL), MARKET_SERIES_ROWS, MARKET_INTERVAL_ROW};

const cmd_spec cmd_market_series = {
    .help = {.name = "market series",
             .summary = "list the series of which market data was received",
             .description =
                 "How many batches of each were loaded, and the first and last time among their rows.",
             .examples = "daybook market series\ndaybook market series --stream agg_trades --format json"},
    .options_size = sizeof(market_flags),
    .rows = series_rows,
    .row_count = sizeof(series_rows) / sizeof(series_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_series,
};
