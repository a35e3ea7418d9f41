/* up.c: brings everything up and keeps it up, in the foreground or detached. What it does and how is in
 * ops/supervisor.c. */

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/app.h"
#include "cmd/commands.h"
#include "cmd/detach.h"
#include "ops/broker.h"
#include "ops/cluster_run.h"
#include "ops/supervisor.h"

#define METRICS_PORTS 3 /* of daemons, see their table */

typedef struct up_options {
    const char *pg_bin;
    bool detach;
    bool poll;
    bool relay;
    bool nats;
    bool work;
    int64_t metrics_port;
    int64_t stop_timeout_ms;
} up_options;

static const opt_row up_rows[] = {
    {.name = "detach",
     .letter = 'd',
     .kind = OPT_FLAG,
     .offset = offsetof(up_options, detach),
     .help = "go on in the background once everything is up; daybook down ends it",
     .no_env = true},
    {.name = "pg-bin",
     .kind = OPT_STRING,
     .offset = offsetof(up_options, pg_bin),
     .value_name = "FOLDER",
     .help = "where the programs of the PostgreSQL server are, instead of the usual places"},
    {.name = "poll",
     .kind = OPT_FLAG,
     .offset = offsetof(up_options, poll),
     .help = "keep the series of daybook market polls current, too"},
    {.name = "relay",
     .kind = OPT_FLAG,
     .offset = offsetof(up_options, relay),
     .help = "give events their places and deliver them; --no-relay leaves it out",
     .default_text = "true"},
    {.name = "nats",
     .kind = OPT_FLAG,
     .offset = offsetof(up_options, nats),
     .help = "run a private nats-server, too, and deliver events into its stream DAYBOOK"},
    {.name = "work",
     .kind = OPT_FLAG,
     .offset = offsetof(up_options, work),
     .help = "run jobs and fire schedules; --no-work leaves it out",
     .default_text = "true"},
    {.name = "metrics-port",
     .kind = OPT_INT,
     .offset = offsetof(up_options, metrics_port),
     .value_name = "PORT",
     .help = "the daemons answer /metrics and /health on this port and those after it; 0 for none",
     .default_text = "0",
     .min = 0,
     .max = 65535 - METRICS_PORTS},
    {.name = "stop-timeout",
     .kind = OPT_DURATION,
     .offset = offsetof(up_options, stop_timeout_ms),
     .value_name = "TIME",
     .help = "how long the server may take to stop in order before it is ended at once",
     .default_text = "60s"},
};

/* What the relay is told besides: it posts webhooks, and the log goes into files of the data folder, unless
 * other sinks are set, and to the private broker. */
static dbk_err *relay_words(app *app, const cluster *c, const broker *nats, const char **words, size_t *count)
{
    const char *set = getenv("DAYBOOK_SINK");
    bool has_own = (set && set[0] != '\0') || (app->config && conf_get(app->config, "daybook", "sink"));
    if (nats && has_own)
        return err_with_hint(err_new(ERR_USAGE, "sinks are set, and --nats would take their place"),
                             "leave --nats out, or unset DAYBOOK_SINK and sink in daybook.conf");
    words[(*count)++] = "--webhooks";
    if (has_own)
        return NULL;
    if (nats) {
        words[(*count)++] = "--sink";
        words[(*count)++] = nats->address;
    }
    words[(*count)++] = "--sink";
    words[*count] = arena_printf(app->arena, "file:%s/events", c->folder);
    return words[(*count)++] ? NULL : err_oom();
}

#define DAEMON_WORDS_MAX 9

/* The daemons that `up` keeps running where they are wished for, each a verb of this program that also runs
 * alone. Ended by a row without a name. */
static const struct {
    const char *verb;
    size_t wished; /* offset of a bool in up_options */
    int port;      /* of its metrics, counted from --metrics-port */
    /* Appends what it is told besides, at most DAEMON_WORDS_MAX - 4 words; may be NULL. */
    dbk_err *(*words)(app *app, const cluster *c, const broker *nats, const char **words, size_t *count);
} daemons[] = {{"relay", offsetof(up_options, relay), 0, relay_words},
               {"work", offsetof(up_options, work), 1, NULL},
               {"poll", offsetof(up_options, poll), 2, NULL},
               {NULL, 0, 0, NULL}};

typedef struct up_run {
    dbk_log *log;
    detach detach;
} up_run;

/* This very program, so that a daemon is never of another version than its supervisor's file. */
static dbk_err *own_path(arena *a, const char **out)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (length < 0)
        return err_errno(errno, "could not find the program's own file");
    path[length] = '\0';
    *out = arena_strdup(a, path);
    return *out ? NULL : err_oom();
}

/* `words` and the common options we were given, so that a child speaks as we do. */
static dbk_err *child_argv(app *app, const char *const *words, const char *const **out)
{
    const char **argv = arena_alloc(app->arena, (DAEMON_WORDS_MAX + 8) * sizeof(*argv));
    const char *self;
    if (!argv)
        return err_oom();
    dbk_err *e = own_path(app->arena, &self);
    if (e)
        return e;
    size_t n = 0;
    argv[n++] = self;
    for (size_t i = 0; words[i] && i < DAEMON_WORDS_MAX; i++)
        argv[n++] = words[i];
    if (app->common.config_path) {
        argv[n++] = "--config";
        argv[n++] = app->common.config_path;
    }
    if (app->common.verbose)
        argv[n++] = "--verbose";
    if (app->common.quiet)
        argv[n++] = "--quiet";
    if (app->common.log_format == LOG_JSON)
        argv[n++] = "--log-format=json";
    *out = argv;
    return NULL;
}

static dbk_err *daemon_spec(app *app, const up_options *o, const cluster *c, const broker *nats, size_t which,
                            child_spec *out)
{
    const char *words[DAEMON_WORDS_MAX + 1] = {daemons[which].verb};
    size_t n = 1;
    dbk_err *e = daemons[which].words ? daemons[which].words(app, c, nats, words, &n) : NULL;
    if (!e && o->metrics_port > 0) {
        words[n++] = "--metrics-port";
        words[n] = arena_printf(app->arena, "%lld", (long long)o->metrics_port + daemons[which].port);
        if (!words[n++])
            return err_oom();
    }
    out->name = daemons[which].verb;
    return e ? e : child_argv(app, words, &out->argv);
}

/* The relay finds out from its environment how to log in. What is there for another broker would stand above
 * it, or insist on TLS. */
static dbk_err *broker_spec(app *app, const cluster *c, broker *nats, child_spec *out)
{
    static const char *const others[] = {"NATS_CREDS",      "NATS_NKEY", "NATS_PASSWORD", "NATS_TOKEN",
                                         "NATS_TOKEN_FILE", "NATS_CA",   "NATS_CERT",     "NATS_KEY"};
    dbk_err *e = cluster_make_folder(c);
    if (!e)
        e = cluster_make_home(app->arena, c);
    if (!e)
        e = broker_prepare(app->arena, c, nats);
    if (e)
        return e;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        unsetenv(others[i]);
    if (setenv("NATS_USER", BROKER_USER, 1) != 0 || setenv("NATS_PASSWORD_FILE", nats->password_file, 1) != 0)
        return err_oom();
    *out = nats->child;
    return NULL;
}

static dbk_err *daemon_specs(app *app, const up_options *o, const cluster *c, child_spec specs[CHILDREN_MAX],
                             size_t *count)
{
    size_t n = 0;
    broker nats;
    dbk_err *e = o->nats ? broker_spec(app, c, &nats, &specs[n++]) : NULL;
    for (size_t i = 0; !e && daemons[i].verb && n < CHILDREN_MAX; i++) {
        specs[n] = (child_spec){.name = NULL};
        if (*(const bool *)((const char *)o + daemons[i].wished))
            e = daemon_spec(app, o, c, o->nats ? &nats : NULL, i, &specs[n++]);
    }
    if (!e)
        *count = n;
    return e;
}

static dbk_err *on_ready(void *ctx, const char *url)
{
    up_run *run = ctx;
    arena *scratch = arena_new(1 << 16);
    if (!scratch)
        return err_oom();
    log_fields(run->log, LOG_INFO, "everything is up", LOG_STR("url", pg_url_sanitize(scratch, url)),
               LOG_INT("pid", getpid()));
    arena_free(scratch);
    return detach_ready(&run->detach);
}

static void on_tick(void *ctx)
{
    up_run *run = ctx;
    detach_tick(&run->detach);
}

static dbk_err *supervise(app *app, const up_options *o, const cluster *c, up_run *run)
{
    static const char *const install_words[] = {"migrate", "apply", NULL};
    child_spec specs[CHILDREN_MAX];
    supervisor_options options = {.cluster = c,
                                  .url = app->target.url,
                                  .pg_bin = o->pg_bin,
                                  .daemons = specs,
                                  .stop_limit_us = o->stop_timeout_ms * 1000,
                                  .clock = app->clock,
                                  .on_ready = on_ready,
                                  .on_tick = on_tick,
                                  .ctx = run};
    dbk_err *e = daemon_specs(app, o, c, specs, &options.daemon_count);
    if (!e)
        e = child_argv(app, install_words, &options.install_argv);
    log_level level = app->common.quiet ? LOG_ERROR : app->common.verbose ? LOG_DEBUG : LOG_INFO;
    if (!e)
        e = log_new(&(log_options){.level = level,
                                   .format = (log_format)app->common.log_format,
                                   .program = COMMANDS_PROGRAM,
                                   .clock = app->clock,
                                   .timestamps = true},
                    &run->log);
    if (e)
        return e;
    options.log = run->log;
    e = supervisor_run(&options);
    log_free(run->log);
    run->log = NULL;
    return e;
}

static dbk_err *run_up(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    const up_options *o = options;
    cluster *c;
    dbk_err *e = app->target.url ? pg_url_check(app->target.url) : NULL;
    if (!e)
        e = cluster_locate(app->arena, app->target.data_dir, &c);
    if (e)
        return e;
    up_run run = {.detach = {.log_path = c->log_path, .ready_fd = -1, .log_fd = -1}};
    bool is_parent = false;
    fflush(app->out);
    if (o->detach)
        e = detach_start(&run.detach, &is_parent, exit_status);
    if (e || is_parent)
        return e;
    e = supervise(app, o, c, &run);
    detach_end(&run.detach, e ? err_exit_status(e) : 0);
    return e;
}

const cmd_spec cmd_up = {
    .help =
        {.name = "up",
         .summary = "start everything, keep it running and stop it in order",
         .description =
             "Starts a private PostgreSQL for the data folder (made at the first start; Unix "
             "socket only), installs the "
             "modules, runs the daemons (the relay, with the log in files of the folder's events/, unless "
             "settings name other sinks, and a worker for jobs and schedules), and stays until Ctrl-C, which "
             "stops them in order "
             "and is a success. With --url "
             "or DAYBOOK_URL it works with that server instead and starts none.\n\n"
             "Run by root, the server runs as the OS user postgres with its data under "
             "/var/lib/daybook. A second up "
             "on one folder is refused. Settings of the server are in user.conf in its data "
             "folder, which daybook "
             "status names.",
         .examples =
             "daybook up\ndaybook up --detach --poll\nDAYBOOK_URL=postgresql://db/trading daybook up"},
    .options_size = sizeof(up_options),
    .rows = up_rows,
    .row_count = sizeof(up_rows) / sizeof(up_rows[0]),
    .uses_target = true,
    .run = run_up,
};
