/* market_venue.c: what venues say of their instruments, and what is known of how they publish. */
#include "cmd/fleet.h"
#include "cmd/market.h"
#include "cmd/rows_table.h"
#include "cmd/who.h"
#include "core/file.h"
#include "core/uuid.h"
#include "market/ingest/instrument.h"
#include "market_sql.h"

/* The longest list known is below twenty. */
#define LIST_BYTES_MAX ((size_t)128 << 20)

static dbk_err *new_id(app *app, pg_params *p)
{
    dbk_uuid id;
    dbk_err *e = uuid_v7(app->clock, &id);
    if (!e)
        pg_param_uuid(p, &id);
    return e;
}

static dbk_err *find_instrument(app *app, pg_conn *c, const market_flags *f, dbk_uuid *id)
{
    bool found;
    const instrument_spec spec = {
        .venue = f->venue, .symbol = f->symbol, .kind = f->kind == 0 ? NULL : market_kinds[f->kind]};
    dbk_err *e = instrument_find(c, app->arena, &spec, id, &found);
    if (!e && !found)
        e = err_new(ERR_NOT_FOUND, "%s has no instrument %s", f->venue, f->symbol);
    return e;
}

/* ---- instruments ---- */

static dbk_err *record_list(app *app, pg_conn *c, const market_flags *f, const char *path)
{
    char *text;
    size_t length;
    const char *ctx;
    pg_rows *rows;
    dbk_err *e = file_read(app->arena, path, LIST_BYTES_MAX, &text, &length);
    if (!e)
        e = who_ctx(app, NULL, &ctx);
    pg_params *venue = pg_params_new(app->arena);
    pg_param_text(venue, f->venue);
    if (!e)
        e = pg_query_one(c, app->arena, "select outcome from ref.fn_register_venue($1, $1)", venue, &rows);
    pg_params *p = pg_params_new(app->arena);
    if (!e)
        e = new_id(app, p);
    if (e)
        return e;
    pg_param_text(p, f->venue);
    pg_param_text(p, market_kinds[f->kind]);
    pg_param_text(p, text);
    pg_param_text(p, ctx);
    e = rows_print(app, c, "recorded", market_exchange_info, p, NULL);
    return e ? e : pg_commit(c);
}

static dbk_err *run_market_instruments(app *app, void *options, const opt_result *args, int *exit_status)
{
    const market_flags *f = options;
    pg_conn *c = NULL;
    (void)exit_status;
    bool records = args->arg_count > 0;
    if (records && (!f->venue || f->kind == 0))
        return err_new(ERR_USAGE, "--venue and --kind say whose list it is, and of what");
    dbk_err *e = market_begin(app, "daybook market instruments", NULL, &c);
    if (!e && records)
        e = record_list(app, c, f, args->args[0]);
    else if (!e)
        e = rows_print(app, c, "instruments", market_instruments, market_instrument_params(app, f), NULL);
    pg_close(c);
    return e;
}

static const opt_row instruments_rows[] = {MARKET_SERIES_ROWS};

const cmd_spec cmd_market_instruments = {
    .help = {.name = "market instruments",
             .summary = "tell what venues say of their instruments, or record what one said",
             .description =
                 "Whether they trade, ticks and lots, since when they are listed. FILE is the answer of "
                 "exchangeInfo, as Binance gives it for a kind of instruments: those that are new become "
                 "known, and what no longer trades, or is not named any more, is discontinued in market "
                 "status and market gaps from then on.",
             .examples = "curl -s https://api.binance.com/api/v3/exchangeInfo > spot.json\n"
                         "daybook market instruments --venue binance --kind spot spot.json\n"
                         "daybook market instruments --venue binance --symbol BTCUSDT --format json",
             .positional = {.name = "[FILE]", .help = "a list to record", .min = 0, .max = 1}},
    .options_size = sizeof(market_flags),
    .rows = instruments_rows,
    .row_count = sizeof(instruments_rows) / sizeof(instruments_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_instruments,
};

/* ---- conventions ---- */

static dbk_err *run_market_conventions(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    (void)args;
    (void)exit_status;
    dbk_err *e = market_begin(app, "daybook market conventions", NULL, &c);
    if (!e)
        e = rows_print(app, c, "conventions", market_conventions, market_instrument_params(app, options),
                       NULL);
    pg_close(c);
    return e;
}

static const opt_row conventions_rows[] = {MARKET_STREAM_ROW(NULL), MARKET_SERIES_ROWS};

const cmd_spec cmd_market_conventions = {
    .help = {.name = "market conventions",
             .summary = "list what is known of how venues publish, and why",
             .description = "Of several that apply the most special one counts, then the one with the newest "
                            "since, then the one stated last.",
             .examples = "daybook market conventions --venue binance --stream klines"},
    .options_size = sizeof(market_flags),
    .rows = conventions_rows,
    .row_count = sizeof(conventions_rows) / sizeof(conventions_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_conventions,
};

typedef struct convention_flags {
    market_flags market;
    const char *since, *source, *reason;
} convention_flags;

static dbk_err *state(app *app, pg_conn *c, const convention_flags *f, const char *const *words)
{
    dbk_uuid id;
    const char *ctx;
    market_flags about = f->market;
    about.venue = words[0];
    pg_params *p = pg_params_new(app->arena);
    dbk_err *e = new_id(app, p);
    if (!e && about.symbol)
        e = find_instrument(app, c, &about, &id);
    if (!e)
        e = who_ctx(app, NULL, &ctx);
    if (e)
        return e;
    for (int i = 0; i < 3; i++)
        pg_param_text(p, words[i]);
    pg_param_text(p, f->reason);
    pg_param_text(p, f->since);
    pg_param_text(p, about.kind == 0 ? NULL : market_kinds[about.kind]);
    pg_param_text(p, about.stream);
    pg_param_text(p, f->source);
    pg_param_uuid(p, about.symbol ? &id : NULL);
    pg_param_text(p, ctx);
    e = rows_print(app, c, "convention", market_convention, p, NULL);
    return e ? e : pg_commit(c);
}

static dbk_err *run_market_convention(app *app, void *options, const opt_result *args, int *exit_status)
{
    const convention_flags *f = options;
    pg_conn *c = NULL;
    (void)exit_status;
    dbk_err *e = fleet_need(f->reason, "--reason");
    if (!e && f->market.venue)
        e = err_new(ERR_USAGE, "--venue is too much: the venue is named first");
    if (!e)
        e = market_begin(app, "daybook market convention", NULL, &c);
    if (!e)
        e = state(app, c, f, (const char *const *)args->args);
    pg_close(c);
    return e;
}

static const opt_row convention_rows[] = {
    MARKET_STREAM_ROW(NULL),
    MARKET_SERIES_ROWS,
    {.name = "source",
     .kind = OPT_STRING,
     .offset = offsetof(convention_flags, source),
     .value_name = "SOURCE",
     .help = "only what this source delivers, such as archive_daily",
     .no_env = true},
    {.name = "since",
     .kind = OPT_STRING,
     .offset = offsetof(convention_flags, since),
     .value_name = "TIME",
     .help = "holds for rows of this time and later; without it for all",
     .no_env = true},
    {.name = "reason",
     .kind = OPT_STRING,
     .offset = offsetof(convention_flags, reason),
     .value_name = "TEXT",
     .help = "how it is known; must be given",
     .no_env = true},
};

const cmd_spec cmd_market_convention = {
    .help =
        {.name = "market convention",
         .summary = "state how a venue publishes, which its rows do not tell",
         .description =
             "published: yes or no. quiet_intervals: written or omitted. label: start or end of the period. "
             "publication_lag: seconds. update_ids: consecutive or sparse. For all of a venue, or only a "
             "kind, stream, source or symbol of it. "
             "Nothing stated is ever changed; a later statement about the same takes its place.",
         .examples =
             "daybook market convention binance published no --symbol LUNAUSDT --since 2022-05-13 "
             "--reason 'delisted'\n"
             "daybook market convention kraken quiet_intervals omitted --stream klines --reason 'its manual'",
         .positional =
             {.name = "VENUE NAME VALUE", .help = "of whom, what, and how it is", .min = 3, .max = 3}},
    .options_size = sizeof(convention_flags),
    .rows = convention_rows,
    .row_count = sizeof(convention_rows) / sizeof(convention_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_market_convention,
};
