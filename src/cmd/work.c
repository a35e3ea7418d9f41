/* The verb `work`: runs jobs. */
#include "jobs/job_work.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cmd/app.h"
#include "cmd/commands.h"
#include "core/interrupt.h"
#include "http/http.h"
#include "httpd/httpd.h"
#include "jobs/job_pool.h"
#include "jobs_cmd_sql.h"

#define PROGRAMS_MAX 256
#define WORDS_MAX 64
#define MODULE_LOOKS 100 /* at the signal, between two at the database */
#define MODULE_LOOK_US INT64_C(100000)
#define SILENCE_US INT64_C(90000000) /* queues are looked at every 30 s */

typedef struct work_flags {
    bool once;
    opt_list queues, commands, urls, env;
    int64_t threads, patience_ms, metrics_port, lag_limit_ms;
    const char *metrics_address, *ca_file;
} work_flags;

static const opt_row rows[] = {
    {.name = "once",
     .kind = OPT_FLAG,
     .offset = offsetof(work_flags, once),
     .help = "end when nothing is ready any more, and tell what was done",
     .no_env = true},
    {.name = "queue",
     .kind = OPT_LIST,
     .offset = offsetof(work_flags, queues),
     .value_name = "QUEUE",
     .help = "only jobs of this queue; may be repeated, the first one comes first; without it all"},
    {.name = "threads",
     .kind = OPT_INT,
     .offset = offsetof(work_flags, threads),
     .value_name = "NUMBER",
     .help = "how many jobs run at once, each with a connection of its own",
     .default_text = "4",
     .min = 1,
     .max = JOB_POOL_THREADS_MAX},
    {.name = "command",
     .kind = OPT_LIST,
     .offset = offsetof(work_flags, commands),
     .value_name = "NAME=PROGRAM",
     .help = "what handlers of kind command mean by NAME: a program and its arguments, separated by blanks"},
    {.name = "command-env",
     .kind = OPT_LIST,
     .offset = offsetof(work_flags, env),
     .value_name = "VARIABLE",
     .help = "pass this variable of the environment on to programs; the usual ones are, others are not"},
    {.name = "allow-url",
     .kind = OPT_LIST,
     .offset = offsetof(work_flags, urls),
     .value_name = "URL",
     .help = "jobs may post to addresses that begin so"},
    {.name = "http-ca",
     .kind = OPT_STRING,
     .offset = offsetof(work_flags, ca_file),
     .value_name = "FILE",
     .help = "certificates (PEM) of the authorities that vouch for whom jobs post to; without it those that "
             "the system trusts"},
    {.name = "stop-timeout",
     .kind = OPT_DURATION,
     .offset = offsetof(work_flags, patience_ms),
     .value_name = "TIME",
     .help = "how long what runs may go on when the worker is stopped, before it is given back",
     .default_text = "6s",
     .no_env = true},
    {.name = "metrics-port",
     .kind = OPT_INT,
     .offset = offsetof(work_flags, metrics_port),
     .value_name = "PORT",
     .help = "answer /metrics and /health over HTTP on this port; 0 for none",
     .default_text = "0",
     .min = 0,
     .max = 65535},
    {.name = "metrics-address",
     .kind = OPT_STRING,
     .offset = offsetof(work_flags, metrics_address),
     .value_name = "ADDRESS",
     .help = "listen there with --metrics-port; anybody who reaches it may read the numbers",
     .default_text = "127.0.0.1"},
    {.name = "lag-limit",
     .kind = OPT_DURATION,
     .offset = offsetof(work_flags, lag_limit_ms),
     .value_name = "TIME",
     .help = "a job that has been ready for longer makes /health fail",
     .default_text = "5m"},
};

static const table_column columns[] = {
    {"claimed", TABLE_INT},   {"succeeded", TABLE_INT}, {"failed", TABLE_INT},
    {"cancelled", TABLE_INT}, {"released", TABLE_INT},  {"fenced", TABLE_INT},
};
#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

typedef struct work_run {
    app *app;
    const work_flags *flags;
    pg_conn *conn;
    dbk_log *log;
    metrics *metrics;
    health *health;
    httpd *httpd;
    _Atomic(job_work *) worker; /* the watching thread wakes it */
    job_program programs[PROGRAMS_MAX];
} work_run;

/* ---- options ---- */

static dbk_err *program_of(arena *a, const char *text, job_program *out)
{
    const char *equals = strchr(text, '=');
    const char **argv = arena_alloc(a, (WORDS_MAX + 1) * sizeof(*argv));
    char *words = equals ? arena_strdup(a, equals + 1) : NULL;
    if (!argv || (equals && !words))
        return err_oom();
    size_t n = 0;
    char *rest = words;
    for (char *word; rest && (word = strtok_r(rest, " \t", &rest)) && n <= WORDS_MAX;)
        argv[n++] = word;
    if (!equals || equals == text || n == 0 || n > WORDS_MAX)
        return err_with_hint(err_new(ERR_USAGE, "--command does not say what a name means: \"%.80s\"", text),
                             "such as --command settle=/usr/local/bin/settle");
    argv[n] = NULL;
    *out = (job_program){.name = arena_strndup(a, text, (size_t)(equals - text)), .argv = argv};
    return out->name ? NULL : err_oom();
}

static dbk_err *take_options(work_run *r, job_work_options *o)
{
    const work_flags *f = r->flags;
    arena *a = r->app->arena;
    if (f->commands.count > PROGRAMS_MAX)
        return err_new(ERR_USAGE, "--command is given more than %d times", PROGRAMS_MAX);
    for (size_t i = 0; i < f->commands.count; i++) {
        dbk_err *e = program_of(a, f->commands.items[i], &r->programs[i]);
        if (e)
            return e;
    }
    *o = (job_work_options){.conn = r->conn,
                            .who = {.queues = f->queues.items, .queue_count = f->queues.count},
                            .permits = {.programs = r->programs,
                                        .program_count = f->commands.count,
                                        .urls = f->urls.items,
                                        .url_count = f->urls.count,
                                        .ca_file = f->ca_file,
                                        .env = f->env.items,
                                        .env_count = f->env.count},
                            .threads = (size_t)f->threads,
                            .once = f->once,
                            .patience_us = f->patience_ms * 1000,
                            .lag_limit_us = f->lag_limit_ms * 1000,
                            .clock = r->app->clock};
    if (f->ca_file) {
        dbk_err *e = http_authorities_check(f->ca_file);
        if (e)
            return e;
    }
    char host[256] = "";
    (void)gethostname(host, sizeof(host) - 1);
    o->who.name = arena_printf(a, "%s %ld", *host ? host : "unknown host", (long)getpid());
    return o->who.name ? uuid_v7(r->app->clock, &o->who.id) : err_oom();
}

static dbk_err *open_log(work_run *r)
{
    const app *a = r->app;
    log_level level = a->common.quiet ? LOG_ERROR : a->common.verbose ? LOG_DEBUG : LOG_INFO;
    return log_new(&(log_options){.level = r->flags->once && level == LOG_INFO ? LOG_WARNING : level,
                                  .format = (log_format)a->common.log_format,
                                  .program = COMMANDS_PROGRAM,
                                  .clock = a->clock,
                                  .timestamps = !r->flags->once},
                   &r->log);
}

static dbk_err *open_pages(work_run *r)
{
    if (r->flags->metrics_port == 0)
        return NULL;
    dbk_err *e = metrics_new("daybook_work_", &r->metrics);
    if (!e)
        e = health_new(r->app->clock, SILENCE_US, &r->health);
    return e ? e
             : httpd_start_daemon(r->flags->metrics_address, (uint16_t)r->flags->metrics_port, r->metrics,
                                  r->health, &r->httpd);
}

/* ---- the run ---- */

static void on_signal(void *ctx)
{
    work_run *r = ctx;
    job_work *w = r->worker;
    if (w)
        job_work_wake(w);
}

static dbk_err *tell(work_run *r, int *exit_status)
{
    static const job_counted counted[COLUMN_COUNT] = {JOBS_CLAIMED,   JOBS_SUCCEEDED, JOBS_FAILED,
                                                      JOBS_CANCELLED, JOBS_RELEASED,  JOBS_FENCED};
    const job_counts *c = job_work_counts(r->worker);
    table *t;
    dbk_err *e = table_new(NULL, columns, COLUMN_COUNT, &t);
    if (e)
        return e;
    e = table_row(t);
    for (size_t i = 0; i < COLUMN_COUNT && !e; i++)
        e = table_setf(t, i, "%lld", (long long)job_counts_get(c, counted[i]));
    if (!e)
        e = table_print(t, (table_format)r->app->output.format, r->app->out);
    table_free(t);
    if (job_counts_get(c, JOBS_FAILED) > 0)
        *exit_status = 1;
    return e;
}

/* An installation may do without the module jobs, or get it later. A daemon waits for it. */
static dbk_err *await_module(work_run *r, const atomic_int *interrupt)
{
    for (bool told = false;; told = true) {
        pg_rows *rows;
        dbk_err *e = pg_query_one(r->conn, r->app->arena, jobs_cmd_installed, NULL, &rows);
        if (e || pg_get_bool(rows, 0, 0))
            return e;
        if (r->flags->once)
            return err_with_hint(err_new(ERR_NOT_FOUND, "the module jobs is not installed in this database"),
                                 "daybook migrate apply --modules jobs");
        if (!told)
            log_write(r->log, LOG_INFO, "waiting for the module jobs to be installed", NULL, 0);
        for (int i = 0; i < MODULE_LOOKS && atomic_load(interrupt) == 0; i++)
            r->app->clock->sleep_us(r->app->clock, MODULE_LOOK_US);
        if (atomic_load(interrupt) != 0)
            return interrupt_check(interrupt);
    }
}

static dbk_err *run_watched(work_run *r, job_work_options *o, int *exit_status)
{
    interrupt *watch;
    dbk_err *e = interrupt_watch(on_signal, r, &watch);
    if (e)
        return e;
    o->interrupt = interrupt_flag(watch);
    o->log = r->log;
    e = open_pages(r);
    o->metrics = r->metrics;
    o->health = r->health;
    job_work *w = NULL;
    if (!e)
        e = await_module(r, o->interrupt);
    if (!e)
        e = job_work_new(o, &w);
    r->worker = w;
    if (!e)
        e = job_work_run(w);
    /* Being stopped is how a daemon ends; of a single run it is an error. */
    if (!e && r->flags->once) {
        e = interrupt_check(interrupt_flag(watch));
    } else if (e && !r->flags->once && atomic_load(interrupt_flag(watch)) != 0) {
        err_free(e);
        e = NULL;
    }
    interrupt_end(watch);
    if (!e && r->flags->once)
        e = tell(r, exit_status);
    return e;
}

static dbk_err *run_work(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    work_run r = {.app = app, .flags = options};
    job_work_options o;
    dbk_err *e = open_log(&r);
    if (!e)
        e = app_connect(app, "daybook work", &r.conn);
    if (!e)
        e = take_options(&r, &o);
    if (!e)
        e = run_watched(&r, &o, exit_status);
    httpd_stop(r.httpd);
    job_work_free(r.worker);
    health_free(r.health);
    metrics_free(r.metrics);
    pg_close(r.conn);
    log_free(r.log);
    return e;
}

const cmd_spec cmd_work = {
    .help = {.name = "work",
             .summary = "run the jobs that are ready, and those of schedules when their time has come",
             .description =
                 "Claims jobs of the queues and runs them: stored functions on connections of its own, in "
                 "one transaction with the end of the job; programs, which --command has to name; posts to "
                 "addresses that --allow-url covers. Several workers may run, on several machines.\n\n"
                 "A worker that is killed loses its jobs to others after half a minute. What a function did "
                 "is done exactly once nevertheless; programs and posts may come to be repeated.\n\n"
                 "Needs a session of its own on a server that writes: no pooler in transaction mode, no "
                 "standby.\n\n"
                 "Runs until it is stopped, which is a success. With --once it ends when nothing is ready. "
                 "Exit status then: 0, or 1 when some attempt failed.",
             .examples = "daybook work\n"
                         "daybook work --threads 8 --queue settlement --queue default\n"
                         "daybook work --command 'invoice=/usr/local/bin/invoice --pdf'\n"
                         "daybook work --once"},
    .options_size = sizeof(work_flags),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_work,
};
