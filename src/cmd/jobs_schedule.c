/* The verbs of `jobs` about schedules. */
#include <string.h>

#include "cmd/commands.h"
#include "cmd/fleet.h"
#include "cmd/rows_table.h"
#include "cmd/who.h"
#include "jobs_cmd_sql.h"

static const char *const skipped[] = {"after", "never", NULL};
static const char *const repeated[] = {"once", "twice", NULL};
static const char *const catch_ups[] = {"last", "none", "all", NULL};

/* ---- list ---- */

static dbk_err *run_schedules(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)args;
    (void)exit_status;
    pg_conn *c = NULL;
    dbk_err *e = app_connect(app, "daybook jobs schedules", &c);
    if (!e)
        e = rows_print(app, c, "schedules", jobs_cmd_schedules, NULL, NULL);
    pg_close(c);
    return e;
}

const cmd_spec cmd_jobs_schedules = {
    .help = {.name = "jobs schedules",
             .summary = "list schedules, and when each fired last and fires next",
             .description = "Those that begin with daybook. are what every installation has to do now and "
                            "then.",
             .examples = "daybook jobs schedules\ndaybook jobs schedules --format json"},
    .uses_target = true,
    .uses_output = true,
    .run = run_schedules,
};

/* ---- set ---- */

typedef struct schedule_flags {
    fleet_flags who;
    const char *cron, *handler, *args, *queue, *time_zone;
    int64_t every_ms, catch_up_limit, priority, max_attempts, count;
    int skipped, repeated, catch_up;
} schedule_flags;

#define CRON_ROW                                                                                             \
    {                                                                                                        \
        .name = "cron", .kind = OPT_STRING, .offset = offsetof(schedule_flags, cron), .value_name = "RULE",  \
        .help = "minute, hour, day of the month, month, day of the week", .no_env = true                     \
    }
#define TIME_ZONE_ROW                                                                                        \
    {                                                                                                        \
        .name = "time-zone", .kind = OPT_STRING, .offset = offsetof(schedule_flags, time_zone),              \
        .value_name = "ZONE", .help = "whose clock --cron goes by", .default_text = "UTC", .no_env = true    \
    }
#define SKIPPED_ROW                                                                                          \
    {                                                                                                        \
        .name = "skipped", .kind = OPT_CHOICE, .offset = offsetof(schedule_flags, skipped),                  \
        .value_name = "POLICY",                                                                              \
        .help = "what is due in an hour that the clock leaves out: once just after it, or never",            \
        .choices = skipped, .default_text = "after", .no_env = true                                          \
    }
#define REPEATED_ROW                                                                                         \
    {                                                                                                        \
        .name = "repeated", .kind = OPT_CHOICE, .offset = offsetof(schedule_flags, repeated),                \
        .value_name = "POLICY",                                                                              \
        .help = "what is due in an hour that the clock shows twice: the first time, or both times",          \
        .choices = repeated, .default_text = "once", .no_env = true                                          \
    }

static const opt_row set_rows[] = {
    CRON_ROW,
    TIME_ZONE_ROW,
    {.name = "every",
     .kind = OPT_DURATION,
     .offset = offsetof(schedule_flags, every_ms),
     .value_name = "TIME",
     .help = "instead of --cron: again and again after so long",
     .no_env = true},
    {.name = "handler",
     .kind = OPT_STRING,
     .offset = offsetof(schedule_flags, handler),
     .value_name = "HANDLER",
     .help = "what is done; must be given",
     .no_env = true},
    {.name = "args",
     .kind = OPT_STRING,
     .offset = offsetof(schedule_flags, args),
     .value_name = "JSON",
     .help = "an object, which the handler gets, with schedule and fire_at added",
     .default_text = "{}",
     .no_env = true},
    {.name = "queue",
     .kind = OPT_STRING,
     .offset = offsetof(schedule_flags, queue),
     .value_name = "QUEUE",
     .help = "the queue",
     .default_text = "default",
     .no_env = true},
    SKIPPED_ROW,
    REPEATED_ROW,
    {.name = "catch-up",
     .kind = OPT_CHOICE,
     .offset = offsetof(schedule_flags, catch_up),
     .value_name = "POLICY",
     .help = "which of the runs that were due while no worker was there are made up for",
     .choices = catch_ups,
     .default_text = "last",
     .no_env = true},
    {.name = "catch-up-limit",
     .kind = OPT_INT,
     .offset = offsetof(schedule_flags, catch_up_limit),
     .value_name = "NUMBER",
     .help = "with --catch-up all, the newest so many",
     .default_text = "100",
     .min = 1,
     .max = 10000,
     .no_env = true},
    {.name = "priority",
     .kind = OPT_INT,
     .offset = offsetof(schedule_flags, priority),
     .value_name = "NUMBER",
     .help = "0 is the highest, 9 the lowest",
     .default_text = "5",
     .min = 0,
     .max = 9,
     .no_env = true},
    {.name = "max-attempts",
     .kind = OPT_INT,
     .offset = offsetof(schedule_flags, max_attempts),
     .value_name = "NUMBER",
     .help = "how often a job is tried",
     .default_text = "10",
     .min = 1,
     .max = 1000,
     .no_env = true},
    FLEET_ACTOR_ROW,
};

static pg_params *set_params(app *app, const schedule_flags *f, const char *name, const char *ctx)
{
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, name);
    pg_param_text(p, f->cron);
    if (f->every_ms > 0)
        pg_param_int8(p, f->every_ms);
    else
        pg_param_null(p);
    pg_param_text(p, f->handler);
    pg_param_text(p, f->args);
    pg_param_text(p, f->queue);
    pg_param_text(p, f->time_zone);
    pg_param_text(p, skipped[f->skipped]);
    pg_param_text(p, repeated[f->repeated]);
    pg_param_text(p, catch_ups[f->catch_up]);
    pg_param_int4(p, (int32_t)f->catch_up_limit);
    pg_param_int4(p, (int32_t)f->priority);
    pg_param_int4(p, (int32_t)f->max_attempts);
    pg_param_text(p, ctx);
    return p;
}

static dbk_err *run_set(app *app, void *options, const opt_result *args, int *exit_status)
{
    const schedule_flags *f = options;
    const char *ctx = NULL;
    pg_conn *c = NULL;
    (void)exit_status;
    if ((f->cron == NULL) == (f->every_ms == 0))
        return err_new(ERR_USAGE, "say when: --cron or --every");
    dbk_err *e = fleet_need(f->handler, "--handler");
    if (!e)
        e = who_ctx(app, f->who.actor, &ctx);
    if (!e)
        e = app_connect(app, "daybook jobs schedule set", &c);
    if (!e)
        e = fleet_write(app, c, "schedule", jobs_cmd_schedule_set, set_params(app, f, args->args[0], ctx));
    pg_close(c);
    return e;
}

const cmd_spec cmd_jobs_schedule_set = {
    .help = {.name = "jobs schedule set",
             .summary = "make a schedule, or state one anew as a whole",
             .description = "A changed schedule begins anew from now: nothing before is made up for. Each "
                            "run is enqueued once, however many workers there are.",
             .examples =
                 "daybook jobs schedule set nightly --cron '30 2 * * *' --time-zone Europe/Berlin \\\n"
                 "    --handler invoices.send\n"
                 "daybook jobs schedule set pulse --every 10s --handler pulse.send --catch-up none",
             .positional = {.name = "SCHEDULE", .help = "its name", .min = 1, .max = 1}},
    .options_size = sizeof(schedule_flags),
    .rows = set_rows,
    .row_count = sizeof(set_rows) / sizeof(set_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_set,
};

/* ---- pause, resume ---- */

static const opt_row pause_rows[] = {FLEET_ACTOR_ROW};

static dbk_err *enable(app *app, const fleet_flags *f, const char *name, bool enabled)
{
    const char *ctx = NULL;
    pg_conn *c = NULL;
    table *t = NULL;
    dbk_err *e = who_ctx(app, f->actor, &ctx);
    if (!e)
        e = app_connect(app, "daybook jobs schedule", &c);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, name);
    pg_param_bool(p, enabled);
    pg_param_text(p, ctx);
    e = rows_query(app, c, "schedule", jobs_cmd_schedule_enable, p, NULL, &t);
    if (!e && table_rows(t) == 0)
        e = err_new(ERR_NOT_FOUND, "there is no schedule %.80s", name);
    if (!e)
        e = app_print(app, &t, 1);
    table_free(t);
    pg_close(c);
    return e;
}

static dbk_err *run_pause(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    return enable(app, options, args->args[0], false);
}

const cmd_spec cmd_jobs_schedule_pause = {
    .help = {.name = "jobs schedule pause",
             .summary = "let a schedule fire no more",
             .description = "What it has enqueued stays.",
             .examples = "daybook jobs schedule pause nightly",
             .positional = {.name = "SCHEDULE", .help = "its name", .min = 1, .max = 1}},
    .options_size = sizeof(fleet_flags),
    .rows = pause_rows,
    .row_count = sizeof(pause_rows) / sizeof(pause_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_pause,
};

static dbk_err *run_resume(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    return enable(app, options, args->args[0], true);
}

const cmd_spec cmd_jobs_schedule_resume = {
    .help = {.name = "jobs schedule resume",
             .summary = "let a paused schedule fire again, from now on",
             .examples = "daybook jobs schedule resume nightly",
             .positional = {.name = "SCHEDULE", .help = "its name", .min = 1, .max = 1}},
    .options_size = sizeof(fleet_flags),
    .rows = pause_rows,
    .row_count = sizeof(pause_rows) / sizeof(pause_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_resume,
};

/* ---- remove ---- */

static const opt_row remove_rows[] = {FLEET_REASON_ROW, FLEET_ACTOR_ROW};

static dbk_err *run_remove(app *app, void *options, const opt_result *args, int *exit_status)
{
    fleet_change change;
    pg_conn *c = NULL;
    (void)exit_status;
    dbk_err *e = fleet_change_of(app, options, &change);
    if (!e)
        e = app_connect(app, "daybook jobs schedule remove", &c);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, args->args[0]);
    pg_param_text(p, change.reason);
    pg_param_text(p, change.ctx);
    e = fleet_write(app, c, "schedule", jobs_cmd_schedule_remove, p);
    pg_close(c);
    return e;
}

const cmd_spec cmd_jobs_schedule_remove = {
    .help = {.name = "jobs schedule remove",
             .summary = "remove a schedule: it fires no more and is listed no more",
             .description =
                 "What it has enqueued stays; daybook jobs cancel is for that. One of the same name "
                 "can be made again. Those that begin with daybook. can be paused only.",
             .examples = "daybook jobs schedule remove nightly --reason 'sent by the bank now'",
             .positional = {.name = "SCHEDULE", .help = "its name", .min = 1, .max = 1}},
    .options_size = sizeof(fleet_flags),
    .rows = remove_rows,
    .row_count = sizeof(remove_rows) / sizeof(remove_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_remove,
};

/* ---- preview ---- */

static const opt_row preview_rows[] = {
    CRON_ROW,
    TIME_ZONE_ROW,
    SKIPPED_ROW,
    REPEATED_ROW,
    {.name = "count",
     .kind = OPT_INT,
     .offset = offsetof(schedule_flags, count),
     .value_name = "NUMBER",
     .help = "so many times",
     .default_text = "10",
     .min = 1,
     .max = 1000,
     .no_env = true},
};

static dbk_err *run_preview(app *app, void *options, const opt_result *args, int *exit_status)
{
    const schedule_flags *f = options;
    pg_conn *c = NULL;
    (void)exit_status;
    if ((f->cron == NULL) == (args->arg_count == 0))
        return err_new(ERR_USAGE, "name a schedule, or give a rule with --cron");
    dbk_err *e = app_connect(app, "daybook jobs schedule preview", &c);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, f->cron ? NULL : args->args[0]);
    pg_param_text(p, f->cron);
    pg_param_text(p, f->time_zone);
    pg_param_text(p, skipped[f->skipped]);
    pg_param_text(p, repeated[f->repeated]);
    pg_param_int4(p, (int32_t)f->count);
    e = rows_print(app, c, "fires", jobs_cmd_schedule_preview, p, NULL);
    pg_close(c);
    return e;
}

const cmd_spec cmd_jobs_schedule_preview = {
    .help = {.name = "jobs schedule preview",
             .summary = "tell when a schedule, or a rule, fires next",
             .description = "In UTC and as the clock of its time zone shows it, with a remark where that "
                            "clock was changed.",
             .examples = "daybook jobs schedule preview nightly --count 20\n"
                         "daybook jobs schedule preview --cron '30 2 * * sun' --time-zone Europe/Berlin",
             .positional = {.name = "SCHEDULE", .help = "its name", .min = 0, .max = 1}},
    .options_size = sizeof(schedule_flags),
    .rows = preview_rows,
    .row_count = sizeof(preview_rows) / sizeof(preview_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_preview,
};
