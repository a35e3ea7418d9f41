/* The verb `fetch`: symbols, types and dates to files of the public archive, and those to `ingest`. */
#include "market/archive/fetch.h"

#include <string.h>

#include "cmd/ingest_told.h"
#include "core/interrupt.h"

/* Lines of a file that may be no rows, as for `ingest`. */
#define REJECTS_MAX 1000

static const char *const markets[] = {"spot", "um", "cm", NULL};
static const char *const periods[] = {"auto", "daily", "monthly", NULL};

typedef struct fetch_flags {
    int market;
    int period;
    opt_list types;
    opt_list intervals;
    const char *from, *to;
    const char *mirror;
    const char *into;
    int64_t jobs;
    bool no_ingest;
} fetch_flags;

static const opt_row rows[] = {
    {.name = "market",
     .kind = OPT_CHOICE,
     .offset = offsetof(fetch_flags, market),
     .value_name = "MARKET",
     .help = "spot, um (perpetuals in USD) or cm (inverse ones, in coin)",
     .choices = markets,
     .default_text = "spot",
     .no_env = true},
    {.name = "type",
     .kind = OPT_LIST,
     .offset = offsetof(fetch_flags, types),
     .value_name = "TYPE",
     .help = "kind of data as the archive writes it: klines (when not given), trades, aggTrades, and for um "
             "and cm "
             "markPriceKlines, indexPriceKlines, premiumIndexKlines, fundingRate, metrics, bookTicker, "
             "bookDepth",
     .no_env = true},
    {.name = "interval",
     .kind = OPT_LIST,
     .offset = offsetof(fetch_flags, intervals),
     .value_name = "LENGTH",
     .help = "of candles: 1m (when not given), 1h, 1d …",
     .no_env = true},
    {.name = "from",
     .kind = OPT_STRING,
     .offset = offsetof(fetch_flags, from),
     .value_name = "DAY",
     .help = "the first day, 2024-01-15, or a month, 2024-01",
     .no_env = true},
    {.name = "to",
     .kind = OPT_STRING,
     .offset = offsetof(fetch_flags, to),
     .value_name = "DAY",
     .help = "the last day or month, included; without it the newest there is",
     .no_env = true},
    {.name = "period",
     .kind = OPT_CHOICE,
     .offset = offsetof(fetch_flags, period),
     .value_name = "PERIOD",
     .help = "files of days or of months; auto takes a month's file for every whole month that has one",
     .choices = periods,
     .default_text = "auto",
     .no_env = true},
    {.name = "mirror",
     .kind = OPT_STRING,
     .offset = offsetof(fetch_flags, mirror),
     .value_name = "URL",
     .help = "another server with the archive's paths",
     .default_text = ARCHIVE_URL},
    {.name = "into",
     .kind = OPT_STRING,
     .offset = offsetof(fetch_flags, into),
     .value_name = "FOLDER",
     .help =
         "where the files are kept, under the archive's paths; what is there already is not fetched again",
     .default_text = "archive",
     .no_env = true},
    {.name = "jobs",
     .letter = 'j',
     .kind = OPT_INT,
     .offset = offsetof(fetch_flags, jobs),
     .value_name = "N",
     .help = "how many files at once",
     .default_text = "4",
     .min = 1,
     .max = FETCH_AT_ONCE_MAX,
     .no_env = true},
    {.name = "no-ingest",
     .kind = OPT_FLAG,
     .offset = offsetof(fetch_flags, no_ingest),
     .help = "only fetch: no database is needed",
     .no_env = true},
};

static const table_column columns[] = {
    {"file", TABLE_STRING},   {"verdict", TABLE_STRING}, {"size_bytes", TABLE_INT},
    {"sha256", TABLE_STRING}, {"reason", TABLE_STRING},
};
#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

typedef struct run {
    app *app;
    const fetch_flags *flags;
    archive_order *orders;
    size_t order_count;
    fetch_item *items;
    size_t item_count;
    _Atomic(fetch *) fetch;
    ingest_told told;
} run;

static dbk_err *check_symbol(const char *symbol)
{
    size_t length = strlen(symbol);
    if (length > 0 && length <= 60 && strspn(symbol, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == length)
        return NULL;
    return err_with_hint(err_new(ERR_USAGE, "this is no symbol of the archive: \"%.80s\"", symbol),
                         "capitals and digits, such as BTCUSDT or BTCUSD_PERP");
}

static bool has_interval(const char *type)
{
    size_t length = strlen(type);
    return strcmp(type, "klines") == 0 || (length > 6 && strcmp(type + length - 6, "Klines") == 0);
}

static dbk_err *check_flags(const fetch_flags *f)
{
    size_t length = strlen(f->mirror);
    if (strncmp(f->mirror, "https://", 8) != 0 && strncmp(f->mirror, "http://", 7) != 0)
        return err_new(ERR_USAGE, "--mirror is not a URL of http or https: \"%.80s\"", f->mirror);
    if (f->mirror[length - 1] == '/')
        return err_new(ERR_USAGE, "--mirror ends with a slash; write it without");
    if (f->into[0] == '\0')
        return err_new(ERR_USAGE, "--into is empty");
    if (!f->from)
        return err_with_hint(err_new(ERR_USAGE, "--from is missing: the first day"),
                             "such as --from 2024-01");
    return NULL;
}

static dbk_err *read_days(const run *r, archive_order *o)
{
    const fetch_flags *f = r->flags;
    o->today = r->app->clock->wall_us(r->app->clock) / (INT64_C(86400) * 1000000);
    o->last_day = o->today - 1;
    dbk_err *e = archive_day(f->from, false, &o->first_day);
    if (!e && f->to)
        e = archive_day(f->to, true, &o->last_day);
    if (!e && o->first_day > o->last_day)
        e = err_new(ERR_USAGE, "there is no day from %s to %s", f->from, f->to ? f->to : "yesterday");
    return e;
}

/* Every symbol with every type, and candles with every interval. */
static dbk_err *make_orders(run *r, const opt_result *args)
{
    static const char *const default_types[] = {"klines"};
    static const char *const default_intervals[] = {"1m"};
    const fetch_flags *f = r->flags;
    size_t type_count = f->types.count ? f->types.count : 1;
    size_t interval_count = f->intervals.count ? f->intervals.count : 1;
    const char *const *types = f->types.count ? f->types.items : default_types;
    const char *const *intervals = f->intervals.count ? f->intervals.items : default_intervals;
    archive_order base = {.market = (archive_market)f->market, .period = (archive_period)f->period};
    dbk_err *e = check_flags(f);
    if (!e)
        e = read_days(r, &base);
    if (e)
        return e;
    r->orders =
        arena_alloc(r->app->arena, args->arg_count * type_count * interval_count * sizeof(*r->orders));
    if (!r->orders)
        return err_oom();
    for (size_t s = 0; s < args->arg_count && !e; s++) {
        base.symbol = args->args[s];
        e = check_symbol(base.symbol);
        for (size_t t = 0; t < type_count && !e; t++) {
            base.type = types[t];
            for (size_t i = 0; i < (has_interval(base.type) ? interval_count : 1); i++) {
                base.interval = has_interval(base.type) ? intervals[i] : NULL;
                r->orders[r->order_count++] = base;
            }
        }
    }
    return e;
}

static dbk_err *append_items(run *r, const archive_order *order, const archive_files *files)
{
    if (files->count == 0)
        return NULL;
    fetch_item *items = arena_alloc(r->app->arena, (r->item_count + files->count) * sizeof(*items));
    if (!items)
        return err_oom();
    if (r->item_count > 0)
        memcpy(items, r->items, r->item_count * sizeof(*items));
    for (size_t i = 0; i < files->count; i++)
        items[r->item_count + i] = (fetch_item){.order = order, .file = files->items[i]};
    r->items = items;
    r->item_count += files->count;
    return NULL;
}

static dbk_err *plan(run *r)
{
    dbk_err *e = NULL;
    for (size_t i = 0; i < r->order_count && !e; i++) {
        archive_files files = {0};
        e = archive_plan(r->app->arena, &r->orders[i], &files);
        if (!e)
            e = append_items(r, &r->orders[i], &files);
    }
    if (!e && r->item_count == 0)
        e = err_with_hint(
            err_new(ERR_INPUT, "the archive cannot have any of this yet"),
            "a day's file appears the day after, a month's on the first Monday of the month after");
    return e;
}

/* A month that was not published as one file may be there by its days. */
static dbk_err *plan_days_of_absent(run *r, bool *more)
{
    size_t count = r->item_count;
    dbk_err *e = NULL;
    for (size_t i = 0; i < count && !e; i++) {
        const fetch_item *item = &r->items[i];
        if (item->verdict != FETCH_ABSENT || !item->file.monthly || item->order->period != ARCHIVE_AUTO)
            continue;
        archive_files files = {0};
        e = archive_days_of(r->app->arena, item->order, &item->file, &files);
        if (!e)
            e = append_items(r, item->order, &files);
    }
    *more = r->item_count > count;
    return e;
}

/* In the thread that watches for signals, until interrupt_end(). */
static void wake(void *ctx)
{
    fetch *f = atomic_load(&((run *)ctx)->fetch);
    if (f)
        fetch_wake(f);
}

static dbk_err *fetch_pending(run *r)
{
    progress *bar = NULL;
    fetch *f = atomic_load(&r->fetch);
    dbk_err *e = NULL;
    if (!r->app->common.quiet)
        e = progress_new(stderr, r->app->clock, "fetching", "files", (int64_t)r->item_count, &bar);
    if (!e)
        e = fetch_files(f, r->app->arena, bar, r->items, r->item_count);
    progress_free(bar);
    return e;
}

static dbk_err *fetch_watched(run *r)
{
    interrupt *watch;
    dbk_err *e = interrupt_watch(wake, r, &watch);
    if (e)
        return e;
    fetch *f = NULL;
    e = fetch_begin(&(fetch_options){.mirror = r->flags->mirror,
                                     .folder = r->flags->into,
                                     .at_once = (int)r->flags->jobs,
                                     .clock = r->app->clock,
                                     .log = r->app->log,
                                     .interrupt = interrupt_flag(watch)},
                    &f);
    atomic_store(&r->fetch, f);
    if (!e)
        e = fetch_pending(r);
    bool more = false;
    if (!e)
        e = plan_days_of_absent(r, &more);
    if (!e && more)
        e = fetch_pending(r);
    interrupt_end(watch);
    fetch_end(f);
    return e;
}

static dbk_err *tell_fetched(const run *r, table **out)
{
    dbk_err *e = table_new("fetched", columns, COLUMN_COUNT, out);
    for (size_t i = 0; i < r->item_count && !e; i++) {
        const fetch_item *item = &r->items[i];
        e = table_row(*out);
        if (!e)
            e = table_set(*out, 0, item->local);
        if (!e)
            e = table_set(*out, 1, fetch_verdict_name(item->verdict));
        if (!e && item->sha256[0] != '\0')
            e = table_setf(*out, 2, "%lld", (long long)item->size_bytes);
        if (!e && item->sha256[0] != '\0')
            e = table_set(*out, 3, item->sha256);
        if (!e && item->reason)
            e = table_set(*out, 4, item->reason);
    }
    return e;
}

/* Everything that is here, oldest first for each series; what does not have its published hash is handed over
 * too, to be refused and registered. */
static dbk_err *ingest_fetched(run *r)
{
    ingest_file_list files = {.files = arena_alloc(r->app->arena, r->item_count * sizeof(*files.files))};
    if (!files.files)
        return err_oom();
    for (size_t i = 0; i < r->item_count; i++)
        if (r->items[i].sha256[0] != '\0')
            files.files[files.count++] = (ingest_file_name){.path = r->items[i].local};
    if (files.count == 0)
        return NULL;
    pg_conn *conn = NULL;
    const ingest_options each = {.clock = r->app->clock, .log = r->app->log, .rejects_max = REJECTS_MAX};
    dbk_err *e = app_connect(r->app, "daybook fetch", &conn);
    if (!e)
        e = ingest_and_tell(r->app, conn, &each, files, 0, "ingested", &r->told);
    pg_close(conn);
    return e;
}

/* A month whose days were asked for instead is not missing. */
static bool is_replaced(const run *r, const fetch_item *month)
{
    if (!month->file.monthly || month->order->period != ARCHIVE_AUTO)
        return false;
    for (size_t i = 0; i < r->item_count; i++)
        if (r->items[i].order == month->order && !r->items[i].file.monthly &&
            r->items[i].file.first_day >= month->file.first_day &&
            r->items[i].file.last_day <= month->file.last_day)
            return true;
    return false;
}

static dbk_err *judge(const run *r, int *exit_status)
{
    size_t failed = 0;
    size_t mismatched = 0;
    size_t missing = 0;
    for (size_t i = 0; i < r->item_count; i++) {
        fetch_verdict v = r->items[i].verdict;
        failed += v == FETCH_FAILED;
        mismatched += v == FETCH_MISMATCH;
        missing += v == FETCH_ABSENT && !is_replaced(r, &r->items[i]);
    }
    if (failed > 0)
        return err_with_hint(
            err_new(ERR_CONNECTION, "%zu of %zu files could not be fetched", failed, r->item_count),
            "run it again: what is here is not fetched again");
    if (mismatched > 0)
        return err_new(ERR_INPUT, "%zu of %zu files do not have the published SHA-256", mismatched,
                       r->item_count);
    if (r->told.refused > 0)
        return err_new(ERR_INPUT, "%zu files were refused", r->told.refused);
    *exit_status = missing > 0 || r->told.rejected_some ? 1 : 0;
    return NULL;
}

/* What was fetched and loaded before it was stopped stays, so it is told. */
static dbk_err *print(const run *r)
{
    table *tables[2] = {NULL, r->told.table};
    dbk_err *e = tell_fetched(r, &tables[0]);
    if (!e)
        e = app_print(r->app, tables, r->told.table ? 2 : 1);
    table_free(tables[0]);
    return e;
}

static dbk_err *run_fetch(app *app, void *options, const opt_result *args, int *exit_status)
{
    run r = {.app = app, .flags = options};
    dbk_err *e = make_orders(&r, args);
    if (!e)
        e = plan(&r);
    if (e)
        return e;
    e = fetch_watched(&r);
    if (!e && !r.flags->no_ingest)
        e = ingest_fetched(&r);
    dbk_err *told = print(&r);
    table_free(r.told.table);
    if (!e)
        e = told;
    else
        err_free(told);
    return e ? e : judge(&r, exit_status);
}

const cmd_spec cmd_fetch = {
    .help =
        {.name = "fetch",
         .summary = "download recorded market data from the public archive",
         .description =
             "Downloads the files of Binance's public archive, or of a mirror of it, for symbols, types and "
             "days, verifies each against its published CHECKSUM, and loads them as `daybook ingest` does. "
             "Files are kept in a folder under the archive's own paths. Interrupted, it is started again: "
             "what is there is not fetched again, a part is continued, and a file that was published anew "
             "is fetched anew and loaded as a new revision.\n\n"
             "Exit status: 0 all is here and loaded, 1 the archive lacks some of the files or some lines "
             "were rejected, 4 the mirror could not be "
             "asked for some, 5 some file does not have its published SHA-256 or was refused.",
         .examples =
             "daybook fetch BTCUSDT ETHUSDT --from 2024-01 --to 2024-06\n"
             "daybook fetch BTCUSDT --market um --type aggTrades --type fundingRate --from 2024-01-01\n"
             "daybook fetch BTCUSDT --interval 1h --from 2020-01 --no-ingest --into /data/archive",
         .positional = {.name = "SYMBOL",
                        .help = "as the archive writes it: BTCUSDT, BTCUSD_PERP",
                        .min = 1,
                        .max = 10000}},
    .options_size = sizeof(fetch_flags),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_fetch,
};
