/* market_rollup.c: brings higher timeframes up to date, makes them again, or compares them with the minutes.
 */
#include <string.h>

#include "cmd/app.h"
#include "cmd/rows_table.h"
#include "cmd/watched.h"
#include "market/rollup.h"
#include "market_rollup_sql.h"

static const char *const kinds[] = {"any", "spot", "perp", "inverse", NULL};

typedef struct rollup_flags {
    const char *venue, *symbol;
    int kind;
    const char *from, *to;
    bool rebuild, verify;
} rollup_flags;

static const table_column columns[] = {{"venue", TABLE_STRING}, {"symbol", TABLE_STRING},
                                       {"kind", TABLE_STRING},  {"from", TABLE_STRING},
                                       {"to", TABLE_STRING},    {"written", TABLE_INT}};
#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

/* ---- what is chosen ---- */

static dbk_err *check_flags(const rollup_flags *f)
{
    bool chosen = f->venue || f->symbol || f->kind > 0 || f->from || f->to;
    if (chosen && !f->rebuild && !f->verify)
        return err_new(ERR_USAGE,
                       "what is rolled up follows from what changed: --venue, --symbol, --kind, --from and "
                       "--to go with --rebuild and --verify");
    return NULL;
}

static pg_params *chosen(app *app, const rollup_flags *f)
{
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, f->venue);
    pg_param_text(p, f->symbol);
    pg_param_text(p, f->kind == 0 ? NULL : kinds[f->kind]);
    pg_param_text(p, f->from);
    pg_param_text(p, f->to);
    return p;
}

/* A misspelt symbol must not pass for one without differences. */
static dbk_err *check_found(const pg_rows *rows)
{
    if (pg_row_count(rows) > 0)
        return NULL;
    return err_with_hint(err_new(ERR_NOT_FOUND, "no candles of one minute stand of what is named"),
                         "market.v_coverage lists what was loaded");
}

/* ---- rolling up ---- */

static dbk_err *add_part(void *ctx, const rollup_part *part)
{
    table *t = ctx;
    const char *texts[] = {part->venue, part->symbol, part->kind, part->from_day, part->to_day};
    dbk_err *e = table_row(t);
    for (size_t i = 0; !e && i < sizeof(texts) / sizeof(texts[0]); i++)
        e = table_set(t, i, texts[i]);
    return e ? e : table_setf(t, COLUMN_COUNT - 1, "%lld", (long long)part->written);
}

static dbk_err *roll_up(app *app, pg_conn *c, const atomic_int *flag)
{
    rollup_result result;
    progress *bar = NULL;
    table *t = NULL;
    dbk_err *e = table_new("rolled_up", columns, COLUMN_COUNT, &t);
    if (!e && !app->common.quiet)
        e = progress_new(stderr, app->clock, "rolling up", "buckets", 0, &bar);
    const rollup_options o = {.conn = c, .interrupt = flag, .progress = bar, .each = add_part, .each_ctx = t};
    if (!e)
        e = rollup_run(&o, &result);
    progress_free(bar);
    /* What was committed before something went wrong stays, so it is told. */
    if (t && (!e || table_rows(t) > 0)) {
        dbk_err *print = app_print(app, &t, 1);
        if (!e)
            e = print;
        else
            err_free(print);
    }
    if (!e && result.pending > 0)
        log_fields(app->log, LOG_INFO, "others are at work on what is left",
                   LOG_INT("marks", result.pending));
    table_free(t);
    return e;
}

static dbk_err *ask_rebuild(app *app, pg_conn *c, const rollup_flags *f)
{
    pg_rows *rows;
    dbk_err *e = pg_query(c, app->arena, rollup_rebuild, chosen(app, f), &rows);
    return e ? e : check_found(rows);
}

/* ---- verifying ---- */

static int64_t sum_of(const pg_rows *rows, const char *column)
{
    int64_t sum = 0;
    for (size_t i = 0; i < pg_row_count(rows); i++)
        sum += pg_get_int8(rows, i, (size_t)pg_column(rows, column));
    return sum;
}

static dbk_err *verify(app *app, pg_conn *c, const rollup_flags *f, int *exit_status)
{
    pg_rows *rows;
    dbk_err *e = pg_query(c, app->arena, rollup_verify, chosen(app, f), &rows);
    if (!e)
        e = check_found(rows);
    if (!e)
        e = rows_show(app, "verified", rows);
    if (e)
        return e;
    int64_t wrong = sum_of(rows, "missing") + sum_of(rows, "extra") + sum_of(rows, "different");
    *exit_status = wrong > 0 ? 1 : sum_of(rows, "pending") > 0 ? 3 : 0;
    return NULL;
}

/* ---- the command ---- */

typedef struct rollup_verb {
    app *app;
    pg_conn *conn;
    const rollup_flags *flags;
    int *exit_status;
} rollup_verb;

static dbk_err *act(void *ctx, const atomic_int *flag)
{
    const rollup_verb *v = ctx;
    dbk_err *e = v->flags->rebuild ? ask_rebuild(v->app, v->conn, v->flags) : NULL;
    if (!e && (v->flags->rebuild || !v->flags->verify))
        e = roll_up(v->app, v->conn, flag);
    if (!e && v->flags->verify)
        e = verify(v->app, v->conn, v->flags, v->exit_status);
    return e;
}

static dbk_err *run_market_rollup(app *app, void *options, const opt_result *args, int *exit_status)
{
    rollup_verb v = {.app = app, .flags = options, .exit_status = exit_status};
    (void)args;
    dbk_err *e = check_flags(options);
    if (!e)
        e = app_connect(app, "daybook market rollup", &v.conn);
    if (!e)
        e = watched_run(v.conn, act, &v);
    pg_close(v.conn);
    return e;
}

static const opt_row rollup_rows[] = {
    {.name = "rebuild",
     .kind = OPT_FLAG,
     .offset = offsetof(rollup_flags, rebuild),
     .help = "make all buckets again; only what differs is written",
     .no_env = true},
    {.name = "verify",
     .kind = OPT_FLAG,
     .offset = offsetof(rollup_flags, verify),
     .help = "compare all buckets with the minutes, bit for bit",
     .no_env = true},
    {.name = "venue",
     .kind = OPT_STRING,
     .offset = offsetof(rollup_flags, venue),
     .value_name = "VENUE",
     .help = "only instruments of this venue",
     .no_env = true},
    {.name = "symbol",
     .kind = OPT_STRING,
     .offset = offsetof(rollup_flags, symbol),
     .value_name = "SYMBOL",
     .help = "only this instrument, as its venue writes it",
     .no_env = true},
    {.name = "kind",
     .kind = OPT_CHOICE,
     .offset = offsetof(rollup_flags, kind),
     .value_name = "KIND",
     .help = "only instruments of this kind",
     .choices = kinds,
     .default_text = "any",
     .no_env = true},
    {.name = "from",
     .kind = OPT_STRING,
     .offset = offsetof(rollup_flags, from),
     .value_name = "DAY",
     .help = "the first day of UTC; without it the one of the first minute",
     .no_env = true},
    {.name = "to",
     .kind = OPT_STRING,
     .offset = offsetof(rollup_flags, to),
     .value_name = "DAY",
     .help = "the last day of UTC, included; without it the one of the last minute",
     .no_env = true},
};

const cmd_spec cmd_market_rollup = {
    .help = {.name = "market rollup",
             .summary = "make candles of 5 and 15 minutes, 1 and 4 hours and 1 day of those of 1 minute",
             .description =
                 "Loading and correcting minutes marks the buckets that they are in; this makes exactly the "
                 "marked ones again, each length of the one below, half a year of an instrument in a "
                 "transaction, and writes those that are new or differ. It may be stopped at any moment, and "
                 "several may run at once. --rebuild marks everything first; --verify compares what stands "
                 "with the minutes and changes nothing (docs/MARKET.md).\n\n"
                 "Exit status: 0 done, or all is equal; 1 --verify found differences; 3 some buckets wait to "
                 "be rolled up and were not compared.",
             .examples = "daybook market rollup\n"
                         "daybook market rollup --verify\n"
                         "daybook market rollup --rebuild --symbol BTCUSD --from 2024-01-01 --to 2024-01-31"},
    .options_size = sizeof(rollup_flags),
    .rows = rollup_rows,
    .row_count = sizeof(rollup_rows) / sizeof(rollup_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_rollup,
};
