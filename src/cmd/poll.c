/* The verb `poll`: keeps series of venues current, one thread for each venue, so that a slow or angry one
 * holds up nobody else. */
#include "market/poll/poll.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "cmd/app.h"
#include "cmd/commands.h"
#include "cmd/daemon.h"
#include "core/interrupt.h"

#define VENUES_MAX 16
/* A venue may ask for minutes of silence, and they are waited for in pieces of twenty seconds. */
#define SILENCE_US ((int64_t)180 * 1000000)

typedef struct poll_flags {
    bool once;
    const char *venue, *stream, *symbol, *since;
    opt_list venue_urls;
    int64_t page_rows;
    daemon_flags daemon;
} poll_flags;

static const opt_row rows[] = {
    {.name = "once",
     .kind = OPT_FLAG,
     .offset = offsetof(poll_flags, once),
     .help = "end when everything is current, and tell what came",
     .no_env = true},
    {.name = "venue",
     .kind = OPT_STRING,
     .offset = offsetof(poll_flags, venue),
     .value_name = "VENUE",
     .help = "poll this one only",
     .no_env = true},
    {.name = "stream",
     .kind = OPT_STRING,
     .offset = offsetof(poll_flags, stream),
     .value_name = "STREAM",
     .help = "poll this kind of data only: klines, agg_trades, funding_rates …",
     .no_env = true},
    {.name = "symbol",
     .kind = OPT_STRING,
     .offset = offsetof(poll_flags, symbol),
     .value_name = "SYMBOL",
     .help = "poll this instrument only, named as its venue names it",
     .no_env = true},
    {.name = "since",
     .kind = OPT_STRING,
     .offset = offsetof(poll_flags, since),
     .value_name = "TIME",
     .help = "where series begin of which nothing was polled yet, instead of where they are set to",
     .no_env = true},
    {.name = "venue-url",
     .kind = OPT_LIST,
     .offset = offsetof(poll_flags, venue_urls),
     .value_name = "VENUE=URL",
     .help = "ask this server instead of the venue's own"},
    {.name = "page-rows",
     .kind = OPT_INT,
     .offset = offsetof(poll_flags, page_rows),
     .value_name = "NUMBER",
     .help = "ask for at most so many rows at once; 0 for as many as the venue gives",
     .default_text = "0",
     .min = 0,
     .max = POLL_ANSWER_ROWS_MAX,
     .no_env = true},
    DAEMON_ROWS(poll_flags, daemon),
};

static const table_column columns[] = {
    {"venue", TABLE_STRING}, {"series", TABLE_INT}, {"failing", TABLE_INT},  {"by_others", TABLE_INT},
    {"pages", TABLE_INT},    {"rows", TABLE_INT},   {"ended", TABLE_STRING},
};
#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

typedef struct run run;

/* One venue. */
typedef struct venue_worker {
    run *run;
    poll_options options;
    poll_result result;
    dbk_err *end; /* why it ended; NULL: there was nothing more to do */
    pthread_t thread;
} venue_worker;

struct run {
    app *app;
    const poll_flags *flags;
    dbk_log *log;
    int64_t since_us;
    venue_worker workers[VENUES_MAX];
    size_t count;
    size_t started;
    atomic_int stop; /* 0, or the signal's number */
    metrics *metrics;
    health *health;
    httpd *http;
};

/* ---- options ---- */

static dbk_err *check_venue_url(const char *text, const char **equals)
{
    *equals = strchr(text, '=');
    size_t length = *equals ? (size_t)(*equals - text) : 0;
    for (const venue *const *v = venue_list(); *v && *equals; v++)
        if (strlen((*v)->code) == length && strncmp((*v)->code, text, length) == 0)
            return NULL;
    return err_with_hint(err_new(ERR_USAGE, "--venue-url names no venue: \"%.80s\"", text),
                         "such as --venue-url binance=http://127.0.0.1:8080");
}

static dbk_err *venue_url_of(const poll_flags *f, const venue *v, const char **out)
{
    size_t length = strlen(v->code);
    *out = NULL;
    for (size_t i = 0; i < f->venue_urls.count; i++) {
        const char *text = f->venue_urls.items[i];
        const char *equals;
        dbk_err *e = check_venue_url(text, &equals);
        if (e)
            return e;
        if ((size_t)(equals - text) == length && strncmp(text, v->code, length) == 0)
            *out = equals + 1;
    }
    return NULL;
}

static dbk_err *add_workers(run *r)
{
    const poll_flags *f = r->flags;
    for (const venue *const *v = venue_list(); *v; v++) {
        if (f->venue && strcmp(f->venue, (*v)->code) != 0)
            continue;
        venue_worker *w = &r->workers[r->count++];
        w->run = r;
        w->options = (poll_options){.wishes = {.venue = *v,
                                               .stream = f->stream,
                                               .symbol = f->symbol,
                                               .since_us = r->since_us,
                                               .page_rows = (int)f->page_rows},
                                    .once = f->once,
                                    .clock = r->app->clock,
                                    .log = r->log,
                                    .interrupt = &r->stop};
        dbk_err *e = venue_url_of(f, *v, &w->options.venue_url);
        if (e)
            return e;
    }
    if (r->count > 0)
        return NULL;
    return err_with_hint(err_new(ERR_USAGE, "--venue is not known: \"%.80s\"", f->venue),
                         "binance or kraken");
}

static dbk_err *take_options(run *r)
{
    const poll_flags *f = r->flags;
    dbk_err *e = NULL;
    if (f->since)
        e = clock_parse(f->since, r->app->clock->wall_us(r->app->clock), &r->since_us);
    if (e)
        return err_wrap(e, "--since");
    /* A daemon's lines are read later, in a file: they have the time. */
    log_level level = r->app->common.quiet ? LOG_ERROR : r->app->common.verbose ? LOG_DEBUG : LOG_INFO;
    e = log_new(&(log_options){.level = level,
                               .format = (log_format)r->app->common.log_format,
                               .program = COMMANDS_PROGRAM,
                               .clock = r->app->clock,
                               .timestamps = !f->once},
                &r->log);
    return e ? e : add_workers(r);
}

/* ---- threads ---- */

/* Wakes whoever waits, for the server or for a venue. */
static void stop_all(run *r, int signal_number)
{
    int none = 0;
    atomic_compare_exchange_strong(&r->stop, &none, signal_number);
    for (size_t i = 0; i < r->count; i++) {
        if (r->workers[i].options.http)
            http_wake(r->workers[i].options.http);
        if (r->workers[i].options.conn)
            err_free(pg_cancel(r->workers[i].options.conn));
    }
}

static void on_signal(void *ctx)
{
    stop_all(ctx, SIGTERM);
}

static void *work(void *arg)
{
    venue_worker *w = arg;
    w->end = poll_run(&w->options, &w->result);
    /* A daemon that lost one venue for good ends as a whole, so that whoever keeps it running sees it. */
    if (w->end && !w->options.once)
        stop_all(w->run, SIGTERM);
    return NULL;
}

static dbk_err *open_workers(run *r)
{
    dbk_err *err = metrics_new("daybook_poll_", &r->metrics);
    if (!err)
        err = health_new(r->app->clock, SILENCE_US, &r->health);
    if (err)
        return err;
    for (size_t i = 0; i < r->count; i++) {
        venue_worker *w = &r->workers[i];
        w->options.metrics = r->metrics;
        w->options.health = health_add(r->health, w->options.wishes.venue->code);
        dbk_err *e = app_connect(r->app, "daybook poll", &w->options.conn);
        if (!e)
            e = http_client_new(&(http_client_options){.interrupt = &r->stop}, &w->options.http);
        if (e)
            return e;
    }
    return NULL;
}

static dbk_err *start_workers(run *r)
{
    for (; r->started < r->count; r->started++) {
        venue_worker *w = &r->workers[r->started];
        int rc = pthread_create(&w->thread, NULL, work, w);
        if (rc != 0) {
            stop_all(r, SIGTERM);
            return err_errno(rc, "could not start a thread");
        }
    }
    return NULL;
}

static dbk_err *run_workers(run *r)
{
    interrupt *watch;
    dbk_err *e = interrupt_watch(on_signal, r, &watch);
    if (e)
        return e;
    if (r->flags->daemon.metrics_port > 0)
        e = httpd_start_daemon(r->flags->daemon.metrics_address, (uint16_t)r->flags->daemon.metrics_port,
                               r->metrics, r->health, &r->http);
    if (!e)
        e = start_workers(r);
    for (size_t i = 0; i < r->started; i++)
        pthread_join(r->workers[i].thread, NULL);
    /* Being stopped is how a daemon ends; of a single run it is an error. */
    dbk_err *stopped = interrupt_check(interrupt_flag(watch));
    httpd_stop(r->http);
    interrupt_end(watch);
    if (e || !stopped)
        return e;
    for (size_t i = 0; i < r->started; i++) {
        err_free(r->workers[i].end);
        r->workers[i].end = NULL;
    }
    if (r->flags->once)
        return stopped;
    err_free(stopped);
    return NULL;
}

/* ---- what came ---- */

static dbk_err *add_row(table *t, const venue_worker *w)
{
    const poll_result *p = &w->result;
    const int64_t counts[] = {(int64_t)p->series, (int64_t)p->failing, (int64_t)p->led_others, p->pages,
                              p->rows};
    dbk_err *e = table_row(t);
    if (!e)
        e = table_set(t, 0, w->options.wishes.venue->code);
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]) && !e; i++)
        e = table_setf(t, i + 1, "%lld", (long long)counts[i]);
    return e ? e : table_set(t, 6, w->end ? err_message(w->end) : p->failing ? "failing" : "current");
}

static dbk_err *tell(run *r, int *exit_status)
{
    table *t;
    dbk_err *e = table_new(NULL, columns, COLUMN_COUNT, &t);
    if (e)
        return e;
    for (size_t i = 0; i < r->count && !e; i++) {
        e = add_row(t, &r->workers[i]);
        if (r->workers[i].result.failing > 0)
            *exit_status = 1;
    }
    if (!e)
        e = table_print(t, (table_format)r->app->output.format, r->app->out);
    table_free(t);
    return e;
}

/* The first venue_worker's error is the program's; the others' have been told in the table or the log. */
static dbk_err *take_error(run *r)
{
    dbk_err *first = NULL;
    for (size_t i = 0; i < r->count; i++) {
        venue_worker *w = &r->workers[i];
        dbk_err *e = w->end;
        w->end = NULL;
        bool was_told_to = err_code(e) == ERR_TERMINATED || err_code(e) == ERR_INTERRUPTED;
        if (e && !first && !was_told_to)
            first = e;
        else
            err_free(e);
    }
    return first;
}

static dbk_err *run_poll(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    run r = {.app = app, .flags = options};
    dbk_err *e = take_options(&r);
    if (!e)
        e = open_workers(&r);
    if (!e)
        e = run_workers(&r);
    if (!e && r.flags->once)
        e = tell(&r, exit_status);
    dbk_err *worst = take_error(&r);
    if (!e)
        e = worst;
    else
        err_free(worst);
    for (size_t i = 0; i < r.count; i++) {
        http_client_free(r.workers[i].options.http);
        pg_close(r.workers[i].options.conn);
    }
    health_free(r.health);
    metrics_free(r.metrics);
    log_free(r.log);
    return e;
}

const cmd_spec cmd_poll = {
    .help =
        {.name = "poll",
         .summary = "keep market data current by asking its venues",
         .description =
             "Asks venues for what follows on the data that is there, for every series that `daybook "
             "market poll` made known: of one instrument, or of every enabled coin of "
             "settings.coin_universe. Each answer "
             "is "
             "recorded together with the cursor that covers it, so it may be stopped or killed at any "
             "moment. "
             "A candle is recorded when it is over by the venue's own time.\n\n"
             "Limits of the venues are kept: their budgets, their wishes to slow down, their bans. Several "
             "pollers may run: each stream of a venue is polled by one of them.\n\n"
             "Runs until it is stopped, which is a success. With --once it ends when everything is current. "
             "Exit status then: 0 everything is current, 1 some series failed five times in a row, 4 a venue "
             "asked to be left alone.",
         .examples = "daybook poll\n"
                     "daybook poll --once --venue binance --stream klines\n"
                     "daybook poll --since 2024-01-01 --symbol BTCUSDT"},
    .options_size = sizeof(poll_flags),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_poll,
};
