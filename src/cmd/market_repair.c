/* market_repair.c: holes in the ids of trades, and the repairs that fill them. */
#include "cmd/market.h"
#include "cmd/rows_table.h"
#include "cmd/who.h"
#include "market_sql.h"

/* ---- holes ---- */

static dbk_err *run_market_holes(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    pg_params *p;
    const pg_rows *rows;
    (void)args;
    dbk_err *e = market_params(app, options, &p);
    if (!e)
        e = market_begin(app, "daybook market holes", options, &c);
    if (e)
        return e;
    e = rows_print(app, c, "holes", market_holes, p, &rows);
    if (!e)
        *exit_status = pg_row_count(rows) > 0;
    pg_close(c);
    return e;
}

static const opt_row holes_rows[] = {MARKET_STREAM_ROW("agg_trades"), MARKET_SERIES_ROWS, MARKET_RANGE_ROWS};

const cmd_spec cmd_market_holes = {
    .help = {.name = "market holes",
             .summary = "name the ids that are missing from trades",
             .description =
                 "Venues number trades and agg_trades one after the other, so what was lost on the "
                 "way has a name. Changes nothing.\n\n"
                 "Exit status: 0 there are none, 1 there are some.",
             .examples = "daybook market holes --symbol XRPETH\n"
                         "daybook market holes --stream trades --venue binance --from 2026-11-01"},
    .options_size = sizeof(market_flags),
    .rows = holes_rows,
    .row_count = sizeof(holes_rows) / sizeof(holes_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_holes,
};

/* ---- repair ---- */

enum { OPENED, CLOSED, LEFT, PART_COUNT };

static dbk_err *repair(app *app, pg_conn *c, const market_flags *f, table **parts)
{
    const char *ctx;
    pg_params *open;
    dbk_err *e = who_ctx(app, NULL, &ctx);
    if (!e)
        e = market_params(app, f, &open);
    if (e)
        return e;
    pg_param_text(open, ctx);
    pg_params *close = market_instrument_params(app, f);
    pg_param_text(close, ctx);
    e = rows_query(app, c, "holes", market_open_repairs, open, NULL, &parts[OPENED]);
    if (!e)
        e = rows_query(app, c, "filled", market_close_repairs, close, NULL, &parts[CLOSED]);
    if (!e)
        e = rows_query(app, c, "open", market_repairs, market_instrument_params(app, f), NULL, &parts[LEFT]);
    return e ? e : pg_commit(c);
}

static dbk_err *run_market_repair(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    table *parts[PART_COUNT] = {NULL};
    (void)args;
    dbk_err *e = market_begin(app, "daybook market repair", options, &c);
    if (!e)
        e = repair(app, c, options, parts);
    if (!e)
        e = app_print(app, parts, PART_COUNT);
    if (!e)
        *exit_status = table_rows(parts[LEFT]) > 0;
    for (size_t i = 0; i < PART_COUNT; i++)
        table_free(parts[i]);
    pg_close(c);
    return e;
}

const cmd_spec cmd_market_repair = {
    .help =
        {.name = "market repair",
         .summary = "open a repair for each hole in the ids of trades, and close those that were filled",
         .description =
             "Each hole becomes a repair that stays open until all of its ids are there, whoever brings "
             "them: a file that has them all, or daybook poll, which asks the venue by id. Candles that an "
             "open repair touches are not final.\n\n"
             "Exit status: 0 no repair is open, 1 some are.",
         .examples = "daybook market repair --symbol XRPETH\ndaybook market repair --stream trades"},
    .options_size = sizeof(market_flags),
    .rows = holes_rows,
    .row_count = sizeof(holes_rows) / sizeof(holes_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_repair,
};
