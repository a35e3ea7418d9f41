/* The verb `relay`: gives events their places in the log and delivers the log to sinks. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bus/sequencer.h"
#include "bus/sink_run.h"
#include "bus/sinks.h"
#include "bus/watch.h"
#include "cmd/app.h"
#include "cmd/commands.h"
#include "cmd/daemon.h"
#include "nats/jetstream.h"
#include "pg/pg_session.h"
#include "webhooks/webhooks.h"

#define SINKS_MAX 16
#define SETTINGS_MAX 64

typedef struct relay_flags {
    opt_list sinks;
    opt_list settings;
    const char *webhook_secrets, *webhook_ca;
    bool webhooks;
    bool once;
    daemon_flags daemon;
} relay_flags;

static const opt_row rows[] = {
    {.name = "sink",
     .kind = OPT_LIST,
     .offset = offsetof(relay_flags, sinks),
     .value_name = "[NAME=]ADDRESS",
     .help = "deliver the log there: file:FOLDER, stdout or a nats:// URL; may be repeated"},
    {.name = "sink-set",
     .kind = OPT_LIST,
     .offset = offsetof(relay_flags, settings),
     .value_name = "KEY=VALUE",
     .help =
         "a setting of sinks, such as file.mib=64 (the size of a file) or file.keep=256 (how many are kept)"},
    {.name = "webhooks",
     .kind = OPT_FLAG,
     .offset = offsetof(relay_flags, webhooks),
     .help = "post events to the endpoints of daybook webhook"},
    {.name = "webhook-secrets",
     .kind = OPT_STRING,
     .offset = offsetof(relay_flags, webhook_secrets),
     .value_name = "FILE",
     .help =
         "the secrets that webhooks are signed with, name = value, readable by nobody else; others are in "
         "variables DAYBOOK_WEBHOOK_SECRET_<NAME>"},
    {.name = "webhook-ca",
     .kind = OPT_STRING,
     .offset = offsetof(relay_flags, webhook_ca),
     .value_name = "FILE",
     .help = "certificates (PEM) of the authorities that vouch for endpoints; without it those that the "
             "system trusts"},
    {.name = "once",
     .kind = OPT_FLAG,
     .offset = offsetof(relay_flags, once),
     .help = "give places to everything that is there, deliver it, and end",
     .no_env = true},
    DAEMON_LAG_ROW(relay_flags, daemon),
    DAEMON_ROWS(relay_flags, daemon),
};

typedef struct relay {
    app *app;
    const relay_flags *flags;
    daemon_run daemon;
    sink_options sink_options[SINKS_MAX];
    const char *settings[SETTINGS_MAX + 1];
    sequencer *sequencer;
    watch *watch;
    sink_run *sinks[SINKS_MAX];
    size_t sink_count;
    webhooks *webhooks;
    worker workers[SINKS_MAX + 3];
    size_t count;
} relay;

/* ---- options ---- */

static bool knows_setting(const char *text)
{
    for (const sink_ops *const *o = sinks_all(); *o; o++)
        for (const char *const *key = (*o)->settings; key && *key; key++)
            if (strncmp(text, *key, strlen(*key)) == 0 && text[strlen(*key)] == '=')
                return true;
    return false;
}

static dbk_err *take_settings(relay *r)
{
    const opt_list *given = &r->flags->settings;
    if (given->count > SETTINGS_MAX)
        return err_new(ERR_USAGE, "more than %d settings of sinks", SETTINGS_MAX);
    for (size_t i = 0; i < given->count; i++) {
        if (!knows_setting(given->items[i]))
            return err_with_hint(err_new(ERR_USAGE, "no setting of sinks: \"%.80s\"", given->items[i]),
                                 "such as --sink-set file.mib=64");
        r->settings[i] = given->items[i];
    }
    return NULL;
}

static void add_worker(relay *r, const char *name, dbk_err *(*run)(void *), void (*wake)(void *), void *ctx)
{
    r->workers[r->count++] = (worker){.name = name, .run = run, .wake = wake, .ctx = ctx};
}

static dbk_err *add_sink(relay *r, const char *text)
{
    const sink_ops *ops;
    sink_options *o = &r->sink_options[r->sink_count];
    dbk_err *e = sinks_parse(r->app->arena, text, &ops, &o->name, &o->address);
    for (size_t i = 0; i < r->sink_count && !e; i++)
        if (strcmp(r->sink_options[i].name, o->name) == 0)
            e = err_with_hint(err_new(ERR_USAGE, "two sinks have the name %s", o->name),
                              "--sink NAME=ADDRESS");
    o->settings = r->settings;
    if (!e)
        e = sink_run_new(&r->daemon.env, ops, o, &r->sinks[r->sink_count]);
    if (e)
        return e;
    add_worker(r, o->name, sink_run_run, sink_run_wake, r->sinks[r->sink_count]);
    r->sink_count++;
    return NULL;
}

static dbk_err *make_workers(relay *r)
{
    const worker_env *env = &r->daemon.env;
    if (r->flags->sinks.count > SINKS_MAX)
        return err_new(ERR_USAGE, "more than %d sinks", SINKS_MAX);
    dbk_err *e = take_settings(r);
    if (!e)
        e = sequencer_new(env, &r->sequencer);
    if (e)
        return e;
    add_worker(r, "sequencer", sequencer_run, sequencer_wake, r->sequencer);
    if (!r->flags->once) {
        e = watch_new(env, &r->watch);
        if (e)
            return e;
        add_worker(r, "watch", watch_run, watch_wake, r->watch);
    }
    for (size_t i = 0; i < r->flags->sinks.count && !e; i++)
        e = add_sink(r, r->flags->sinks.items[i]);
    if (!e && r->flags->webhooks) {
        e = webhooks_new(
            env,
            &(webhooks_options){.secrets_path = r->flags->webhook_secrets, .ca_file = r->flags->webhook_ca},
            &r->webhooks);
        if (!e)
            add_worker(r, "webhooks", webhooks_run, webhooks_wake, r->webhooks);
    }
    return e;
}

/* ---- the run ---- */

/* Sinks begin where places end, so with --once those are given first. */
static dbk_err *run_once(relay *r)
{
    dbk_err *e = NULL;
    for (size_t i = 0; i < r->sink_count && !e; i++)
        e = sink_run_declare(r->sinks[i]);
    if (!e)
        e = daemon_work(&r->daemon, r->workers, 1);
    return e ? e : daemon_work(&r->daemon, r->workers + 1, r->count - 1);
}

static dbk_err *run_relay(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    (void)exit_status;
    relay r = {.app = app, .flags = options};
    pg_conn *conn = NULL;
    dbk_err *e = app_connect(app, "daybook relay", &conn);
    if (!e)
        e = pg_session_check(conn);
    if (!e)
        e = daemon_open(&r.daemon, app, "relay", conn, &r.flags->daemon, r.flags->once);
    if (!e)
        e = make_workers(&r);
    if (!e)
        e = daemon_begin(&r.daemon, r.workers, r.count);
    /* The first connection has proven what it had to; the parts have their own. */
    if (conn)
        pg_disconnect(conn);
    if (!e)
        e = r.flags->once ? run_once(&r) : daemon_work(&r.daemon, r.workers, r.count);
    e = daemon_end(&r.daemon, e);
    for (size_t i = 0; i < r.sink_count; i++)
        sink_run_free(r.sinks[i]);
    webhooks_free(r.webhooks);
    watch_free(r.watch);
    sequencer_free(r.sequencer);
    daemon_close(&r.daemon);
    pg_close(conn);
    return e;
}

const cmd_spec cmd_relay = {
    .help =
        {.name = "relay",
         .summary = "give events their places in the log and deliver them",
         .description =
             "Gives every committed event its place in the log, which is what readers go by, and feeds the "
             "log to sinks, each in its own time. Any number may run: one of them gives places and one feeds "
             "each sink, the others take over within seconds.\n\n"
             "A sink of files has lines of JSON, each place once and in order, whatever is killed when. What "
             "a "
             "sink has is what the sink itself says after it was opened, so one that lost its newest gets "
             "them "
             "again. How far each has come is the cursor of a consumer with its name.\n\n"
             "Needs a connection to the primary that is its own: a standby, and a pooler in transaction "
             "mode, "
             "are refused. Runs until it is stopped, which is a success. /metrics and /health are answered "
             "on "
             "--metrics-port; health fails when something is later than --lag-limit.\n\n"
             "Credentials for a broker come from the environment: " JETSTREAM_ACCESS_HINT
             "; NATS_CA, NATS_CERT and NATS_KEY name files for TLS.",
         .examples = "daybook relay\n"
                     "daybook relay --sink file:/var/lib/daybook/events --metrics-port 9464\n"
                     "daybook relay --sink tls://broker:4222?replicas=3\n"
                     "daybook relay --once --sink stdout --log-format json"},
    .options_size = sizeof(relay_flags),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .run = run_relay,
};
