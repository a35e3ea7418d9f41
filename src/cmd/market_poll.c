/* The verbs `market poll` and `market polls`: what is polled, and where it stands. */
#include <string.h>

#include "cmd/app.h"
#include "cmd/fleet.h"
#include "cmd/rows_table.h"
#include "market/formats/interval.h"
#include "market/ingest/instrument.h"
#include "market/poll/venue.h"
#include "poll_cmd_sql.h"

static const char *const kinds[] = {"spot", "perp", "inverse", NULL};

typedef struct set_flags {
    int kind;
    const char *symbol, *base, *quote, *interval, *since;
    int64_t every_ms;
    bool off;
} set_flags;

static const opt_row set_rows[] = {
    {.name = "kind",
     .kind = OPT_CHOICE,
     .offset = offsetof(set_flags, kind),
     .value_name = "KIND",
     .help = "kind of instruments",
     .choices = kinds,
     .default_text = "spot",
     .no_env = true},
    {.name = "symbol",
     .kind = OPT_STRING,
     .offset = offsetof(set_flags, symbol),
     .value_name = "SYMBOL",
     .help = "one instrument, named as the venue names it; without it every enabled coin of "
             "settings.coin_universe",
     .no_env = true},
    {.name = "base",
     .kind = OPT_STRING,
     .offset = offsetof(set_flags, base),
     .value_name = "CURRENCY",
     .help = "what is traded, when the symbol is new and does not tell",
     .no_env = true},
    {.name = "quote",
     .kind = OPT_STRING,
     .offset = offsetof(set_flags, quote),
     .value_name = "CURRENCY",
     .help = "what it is priced in, when the symbol is new and does not tell",
     .no_env = true},
    {.name = "interval",
     .kind = OPT_STRING,
     .offset = offsetof(set_flags, interval),
     .value_name = "LENGTH",
     .help = "length of the rows, such as 1m, for streams whose rows have one",
     .no_env = true},
    {.name = "since",
     .kind = OPT_STRING,
     .offset = offsetof(set_flags, since),
     .value_name = "TIME",
     .help = "where the history begins that is fetched first; without it now",
     .default_text = "now",
     .no_env = true},
    {.name = "every",
     .kind = OPT_DURATION,
     .offset = offsetof(set_flags, every_ms),
     .value_name = "TIME",
     .help = "pause between two requests while the series is current; without it as rows come",
     .min = 0,
     .max = 86400000,
     .no_env = true},
    {.name = "off",
     .kind = OPT_FLAG,
     .offset = offsetof(set_flags, off),
     .help = "do not poll it any more; with --symbol also not as one of the coins",
     .no_env = true},
};

/* The instrument that --symbol names, made known when it is new; NULL without --symbol. */
static dbk_err *instrument(app *app, pg_conn *c, const set_flags *f, const char *code, dbk_uuid *id,
                           const dbk_uuid **out)
{
    *out = NULL;
    if (!f->symbol)
        return NULL;
    const instrument_spec spec = {
        .venue = code, .symbol = f->symbol, .kind = kinds[f->kind], .base = f->base, .quote = f->quote};
    *out = id;
    return instrument_ensure(c, app->arena, app->clock, &spec, id);
}

static dbk_err *register_venue(app *app, pg_conn *c, const char *code)
{
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, code);
    pg_rows *rows;
    return pg_query_one(c, app->arena, poll_cmd_venue, p, &rows);
}

static dbk_err *set(app *app, pg_conn *c, const set_flags *f, const char *code, const char *stream)
{
    int64_t since_us;
    int32_t interval_s = 0;
    dbk_uuid id;
    const dbk_uuid *named;
    dbk_err *e = clock_parse(f->since, app->clock->wall_us(app->clock), &since_us);
    if (!e && f->interval)
        e = interval_parse(f->interval, &interval_s);
    if (!e)
        e = register_venue(app, c, code);
    if (!e)
        e = instrument(app, c, f, code, &id, &named);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, code);
    pg_param_text(p, stream);
    pg_param_text(p, kinds[f->kind]);
    pg_param_uuid(p, named);
    if (interval_s > 0)
        pg_param_int4(p, interval_s);
    else
        pg_param_null(p);
    pg_param_time(p, since_us);
    if (f->every_ms >= 1000)
        pg_param_int4(p, (int32_t)(f->every_ms / 1000));
    else
        pg_param_null(p);
    pg_param_bool(p, !f->off);
    return rows_print(app, c, "poll", poll_cmd_set, p, NULL);
}

static dbk_err *check(const set_flags *f, const char *code, const char *stream)
{
    const venue *v = venue_named(code);
    if (!v)
        return err_with_hint(err_new(ERR_USAGE, "venue \"%.80s\" is not known", code), "binance or kraken");
    const venue_endpoint *e = venue_find_endpoint(v, stream, kinds[f->kind]);
    if (!e)
        return err_new(ERR_USAGE, "%s tells no \"%.80s\" of %s instruments", code, stream, kinds[f->kind]);
    if (e->by_interval != (f->interval != NULL))
        return err_new(ERR_USAGE,
                       e->by_interval ? "--interval is missing: rows of %s have a length"
                                      : "--interval is too much: rows of %s have no length",
                       stream);
    if (e->is_list && f->symbol)
        return err_new(ERR_USAGE, "--symbol is too much: listings are of all instruments");
    return NULL;
}

static dbk_err *run_market_poll(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    pg_conn *c = NULL;
    dbk_err *e = check(options, args->args[0], args->args[1]);
    if (!e)
        e = app_connect(app, "daybook market poll", &c);
    if (!e)
        e = set(app, c, options, args->args[0], args->args[1]);
    pg_close(c);
    return e;
}

const cmd_spec cmd_market_poll = {
    .help = {.name = "market poll",
             .summary = "say which series are polled",
             .description =
                 "The venues are binance and kraken. Binance tells klines, agg_trades and book_tickers of "
                 "spot instruments; of perp and inverse ones also mark_klines, index_klines, "
                 "premium_klines, funding_rates, funding_snapshots and open_interest. Kraken tells klines "
                 "(the newest 720) and trades of spot instruments. Of each kind both tell listings: which "
                 "instruments there are, their ticks and lots, and whether they trade; once an hour without "
                 "--every.\n\n"
                 "Pollers that run see a change within half a minute.",
             .examples = "daybook market poll binance klines --interval 1m --since 2024-01-01\n"
                         "daybook market poll binance agg_trades --symbol BTCUSDT --every 5s\n"
                         "daybook market poll binance funding_rates --kind perp --since 2023-01-01\n"
                         "daybook market poll binance listings --kind perp\n"
                         "daybook market poll binance klines --interval 1m --symbol LUNAUSDT --off",
             .positional = {.name = "VENUE STREAM", .help = "whom to ask, and for what", .min = 2, .max = 2}},
    .options_size = sizeof(set_flags),
    .rows = set_rows,
    .row_count = sizeof(set_rows) / sizeof(set_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_poll,
};

static dbk_err *run_market_polls(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)args;
    pg_conn *c = NULL;
    const pg_rows *rows;
    dbk_err *e = app_connect(app, "daybook market polls", &c);
    if (!e)
        e = rows_print(app, c, "polls", poll_cmd_status, NULL, &rows);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++)
        if (pg_get_int8(rows, i, (size_t)pg_column(rows, "errors_in_row")) > 0)
            *exit_status = 1;
    pg_close(c);
    return e;
}

const cmd_spec cmd_market_polls = {
    .help = {.name = "market polls",
             .summary = "list the series that are polled, where each stands and what went wrong last",
             .description =
                 "complete_to is the moment before which everything was asked for. Exit status: 0, or 1 "
                 "when the last requests of some series failed.",
             .examples = "daybook market polls\ndaybook market polls --format json"},
    .uses_target = true,
    .uses_output = true,
    .run = run_market_polls,
};
