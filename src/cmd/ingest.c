/* The verb `ingest`: options to ingest_options, results to a table. */
#include "market/ingest/ingest_run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/ingest_told.h"
#include "market/formats/interval.h"
#include "market/formats/layout.h"
#include "market/formats/stream_detect.h"
#include "market/ingest/spool.h"

static const char *const kinds[] = {"auto", "spot", "perp", "inverse", NULL};
static const char *const ids[] = {"venue", "content", NULL};

typedef struct ingest_flags {
    const char *duckdb;
    const char *stream;
    int ids;
    const char *venue;
    const char *symbol;
    const char *interval;
    int kind;
    const char *columns;
    const char *base;
    const char *quote;
    int64_t max_rejects;
    int64_t jobs;
    const char *accept_checksum;
    bool raw;
} ingest_flags;

static const opt_row rows[] = {
    {.name = "stream",
     .kind = OPT_STRING,
     .offset = offsetof(ingest_flags, stream),
     .value_name = "STREAM",
     .help = "what the rows are, such as klines, trades, agg_trades, funding_rates or metrics; needed when "
             "neither path, header nor columns say it",
     .no_env = true},
    {.name = "venue",
     .kind = OPT_STRING,
     .offset = offsetof(ingest_flags, venue),
     .value_name = "VENUE",
     .help = "who recorded the rows; needed unless path or columns are those of Binance's archive (binance, "
             "or demo for generated candles)",
     .no_env = true},
    {.name = "symbol",
     .kind = OPT_STRING,
     .offset = offsetof(ingest_flags, symbol),
     .value_name = "SYMBOL",
     .help = "the instrument as the venue writes it, instead of what the file's name says; the name of the "
             "series where rows belong to no instrument",
     .no_env = true},
    {.name = "interval",
     .kind = OPT_STRING,
     .offset = offsetof(ingest_flags, interval),
     .value_name = "LENGTH",
     .help = "length of a candle or time between observations, such as 1m, 4h or 1d; needed when the file's "
             "name does not say it",
     .no_env = true},
    {.name = "kind",
     .kind = OPT_CHOICE,
     .offset = offsetof(ingest_flags, kind),
     .value_name = "KIND",
     .help = "kind of instrument; auto: as the folders of Binance's archive say, else spot where spot has "
             "such rows",
     .choices = kinds,
     .default_text = "auto",
     .no_env = true},
    {.name = "columns",
     .kind = OPT_STRING,
     .offset = offsetof(ingest_flags, columns),
     .value_name = "NAMES",
     .help = "the columns in the order of the file, separated by commas, _ for one to skip; without it the "
             "header or "
             "the only known layout that fits every line decides",
     .no_env = true},
    {.name = "base",
     .kind = OPT_STRING,
     .offset = offsetof(ingest_flags, base),
     .value_name = "CURRENCY",
     .help = "what is traded, when the symbol does not tell",
     .no_env = true},
    {.name = "quote",
     .kind = OPT_STRING,
     .offset = offsetof(ingest_flags, quote),
     .value_name = "CURRENCY",
     .help = "what it is priced in, when the symbol does not tell",
     .no_env = true},
    {.name = "ids",
     .kind = OPT_CHOICE,
     .offset = offsetof(ingest_flags, ids),
     .value_name = "WHOSE",
     .help = "numbers of trades: the venue's, or made of what a trade says and how many equal ones stand "
             "before it in its moment",
     .choices = ids,
     .default_text = "venue",
     .no_env = true},
    {.name = "duckdb",
     .kind = OPT_STRING,
     .offset = offsetof(ingest_flags, duckdb),
     .value_name = "FILE",
     .help = "library of DuckDB (libduckdb.so), which reads Parquet; without it the system's"},
    {.name = "max-rejects",
     .kind = OPT_INT,
     .offset = offsetof(ingest_flags, max_rejects),
     .value_name = "NUMBER",
     .help = "refuse a file in which more lines than this are no rows",
     .default_text = "1000",
     .min = 0,
     .max = BATCH_REJECTS_MAX,
     .no_env = true},
    {.name = "accept-checksum",
     .kind = OPT_STRING,
     .offset = offsetof(ingest_flags, accept_checksum),
     .value_name = "REASON",
     .help = "load also files that are not what FILE.CHECKSUM beside them says, for this reason",
     .no_env = true},
    {.name = "raw",
     .kind = OPT_FLAG,
     .offset = offsetof(ingest_flags, raw),
     .help = "keep each file as it was received, compressed; with --no-raw only its rows are kept, and it "
             "cannot be read "
             "anew or compared with what came later",
     .default_text = "true",
     .no_env = true},
    {.name = "jobs",
     .kind = OPT_INT,
     .offset = offsetof(ingest_flags, jobs),
     .value_name = "NUMBER",
     .help = "load so many files at once, each over a connection of its own; 0: as many as there are "
             "processors, at most 4",
     .default_text = "0",
     .min = 0,
     .max = INGEST_JOBS_MAX,
     .no_env = true},
};

/* What is asked of one run, and what came of it. */
typedef struct run {
    app *app;
    ingest_options options;
    pg_conn *conn;
    int64_t jobs; /* 0: by the number of processors */
    ingest_file_list files;
    ingest_told told;
    const char *named_symbol; /* with --symbol: what the first file that names one names */
} run;

static dbk_err *check_venue(const char *venue)
{
    size_t length = strlen(venue);
    if (length > 0 && length <= 60 && strspn(venue, "abcdefghijklmnopqrstuvwxyz0123456789_") == length)
        return NULL;
    dbk_err *e = err_new(ERR_USAGE, "--venue is not a venue's name: \"%.80s\"", venue);
    return err_with_hint(e, "lower-case letters, digits and underscores, such as binance");
}

static dbk_err *take_stream(ingest_options *o, const ingest_flags *f)
{
    o->dataset = NULL;
    dbk_err *e = f->stream ? stream_of_name(f->stream, &o->dataset) : NULL;
    if (e)
        return e;
    o->columns = f->columns;
    o->duckdb = f->duckdb;
    /* "name=member" is of JSON, and understood with the file. */
    if (!f->columns || strchr(f->columns, '='))
        return NULL;
    layout l;
    const dataset *d;
    if (o->dataset)
        return layout_parse(o->dataset, f->columns, &l);
    /* Columns of several streams are a question for each file, which its path may answer. */
    e = stream_of_columns(f->columns, &d);
    if (err_code(e) != ERR_INPUT)
        return e;
    err_free(e);
    return NULL;
}

static dbk_err *take_flags(run *r, const ingest_flags *f)
{
    ingest_options *o = &r->options;
    dbk_err *e = f->venue ? check_venue(f->venue) : NULL;
    if (!e && f->interval)
        e = interval_parse(f->interval, &o->interval_s);
    if (!e)
        e = take_stream(o, f);
    if (!e && f->base)
        e = symbol_check_currency("base", f->base);
    if (!e && f->quote)
        e = symbol_check_currency("quote", f->quote);
    if (!e && f->accept_checksum && f->accept_checksum[strspn(f->accept_checksum, " ")] == '\0')
        e = err_new(ERR_USAGE, "--accept-checksum needs a reason");
    if (!e && f->symbol && (f->symbol[0] == '\0' || strpbrk(f->symbol, " \t\r\n")))
        e = err_new(ERR_USAGE, "--symbol is not a symbol: \"%.80s\"", f->symbol);
    o->venue = f->venue;
    o->symbol = f->symbol;
    o->kind = f->kind > 0 ? kinds[f->kind] : NULL;
    o->ids_by_content = f->ids > 0;
    o->base = f->base;
    o->quote = f->quote;
    o->rejects_max = f->max_rejects;
    o->accept_checksum = f->accept_checksum;
    o->keep_raw = f->raw;
    r->jobs = f->jobs;
    return e;
}

/* One --symbol for files that name several would put one market's rows into another's. */
static dbk_err *check_named_symbol(run *r, ingest_file_name *file)
{
    symbol_file_name said;
    symbol_from_file_name(file->path, &said);
    if (!r->options.symbol || said.symbol[0] == '\0')
        return NULL;
    if (!r->named_symbol) {
        r->named_symbol = arena_strdup(r->app->arena, said.symbol);
        return r->named_symbol ? NULL : err_oom();
    }
    if (strcmp(r->named_symbol, said.symbol) != 0 && !file->refusal) {
        file->refusal = "another file named a different symbol, and --symbol is one for all of them";
        file->hint = "ingest the files of each symbol by themselves";
    }
    return NULL;
}

static dbk_err *ingest_all(run *r)
{
    for (size_t i = 0; i < r->files.count; i++) {
        dbk_err *e = check_named_symbol(r, &r->files.files[i]);
        if (e)
            return e;
    }
    dbk_err *e = ingest_and_tell(r->app, r->conn, &r->options, r->files, r->jobs, NULL, &r->told);
    /* What was loaded before something went wrong stays loaded, so it is told. */
    if (e && (!r->told.table || table_rows(r->told.table) == 0))
        return e;
    dbk_err *print = table_print(r->told.table, (table_format)r->app->output.format, r->app->out);
    if (!e)
        return print;
    err_free(print);
    return e;
}

static bool is_pipe(const char *path)
{
    struct stat st;
    return strcmp(path, "-") == 0 || (stat(path, &st) == 0 && S_ISFIFO(st.st_mode));
}

/* The descriptor stays open as long as the process, and with it the file. */
static dbk_err *spool_one(app *app, ingest_file_name *file)
{
    bool is_stdin = strcmp(file->path, "-") == 0;
    int spooled;
    int fd = is_stdin ? STDIN_FILENO : open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(errno, "could not open pipe \"%s\"", file->path);
    dbk_err *e = spool_pipe(app->arena, fd, NULL, NULL, &spooled, &file->spooled);
    if (!is_stdin)
        close(fd);
    return e;
}

static dbk_err *spool_pipes(run *r)
{
    for (size_t i = 0; i < r->files.count; i++) {
        ingest_file_name *file = &r->files.files[i];
        dbk_err *e = !file->refusal && is_pipe(file->path) ? spool_one(r->app, file) : NULL;
        if (e)
            return e;
    }
    return NULL;
}

static dbk_err *finish(run *r, int *exit_status)
{
    if (r->told.refused > 0)
        return err_new(ERR_INPUT, "%zu of %zu files were refused", r->told.refused, r->files.count);
    *exit_status = r->told.rejected_some ? 1 : 0;
    return NULL;
}

static dbk_err *run_ingest(app *app, void *options, const opt_result *args, int *exit_status)
{
    run r = {.app = app};
    r.options = (ingest_options){.clock = app->clock, .log = app->log};
    dbk_err *e = take_flags(&r, options);
    if (!e)
        e = ingest_files_find(app->arena, app->log, args->args, args->arg_count, &r.files);
    if (!e)
        e = spool_pipes(&r);
    if (!e)
        e = app_connect(app, "daybook ingest", &r.conn);
    if (!e)
        e = ingest_all(&r);
    if (!e)
        e = finish(&r, exit_status);
    pg_close(r.conn);
    table_free(r.told.table);
    return e;
}

const cmd_spec cmd_ingest = {
    .help =
        {.name = "ingest",
         .summary = "load recorded market data from files",
         .description =
             "Reads candles, trades, order books, funding rates and the other streams of market data from "
             "plain, gzip, zip and tar files of separated columns, JSON or Parquet, and loads each series "
             "of a file in one transaction. A folder stands for the files of market data in it; folders "
             "inside it are not looked into.\n\n"
             "Every line of a file is accounted for: rows_in = inserted + duplicate + superseded + "
             "rejected. Lines that are no rows are kept with their place and the reason (ingest.rejects). "
             "The same file again changes nothing. A file that is damaged, or whose stream, columns, "
             "symbol or venue cannot be told for certain, is refused as a whole, and the others are still "
             "loaded.\n\n"
             "Exit status: 0 all loaded, 1 some lines were rejected, 5 some file was refused.",
         .examples = "daybook ingest ADABTC-1m-2021-11-28.zip\n"
                     "daybook ingest data/futures/um/daily/metrics/BTCUSDT/\n"
                     "daybook ingest --venue bitfinex --columns open_time,open,close,high,low,volume "
                     "BTCUSD_1m_2013.csv.gz\n"
                     "daybook ingest --stream macro --symbol VIXCLS vix.csv\n"
                     "daybook ingest --format json dumps/",
         .positional = {.name = "FILE",
                        .help = "files, or folders with files; - is standard input",
                        .min = 1,
                        .max = 100000}},
    .options_size = sizeof(ingest_flags),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_ingest,
};
