/* The verbs of `jobs` that only look. */
#include <string.h>

#include "cmd/commands.h"
#include "cmd/rows_table.h"
#include "core/uuid.h"
#include "jobs_cmd_sql.h"
#include "pg/pg.h"

/* ---- what they share ---- */

/* Prints the rows of one statement. */
static dbk_err *print(app *app, const char *command, const char *title, const char *sql, const pg_params *p,
                      size_t *count)
{
    pg_conn *c = NULL;
    const pg_rows *rows;
    dbk_err *e = app_connect(app, command, &c);
    if (!e)
        e = rows_print(app, c, title, sql, p, &rows);
    if (!e && count)
        *count = pg_row_count(rows);
    pg_close(c);
    return e;
}

/* A time of the past, or that many milliseconds ago. */
static int64_t ago(const app *app, int64_t duration_ms)
{
    return app->clock->wall_us(app->clock) - duration_ms * 1000;
}

/* ---- list ---- */

static const char *const states[] = {"open",      "waiting", "ready",     "running",
                                     "succeeded", "dead",    "cancelled", NULL};

typedef struct list_flags {
    const char *queue, *handler;
    int state;
    int64_t since_ms, limit;
} list_flags;

static const opt_row list_rows[] = {
    {.name = "queue",
     .kind = OPT_STRING,
     .offset = offsetof(list_flags, queue),
     .value_name = "QUEUE",
     .help = "only jobs of this queue",
     .no_env = true},
    {.name = "handler",
     .kind = OPT_STRING,
     .offset = offsetof(list_flags, handler),
     .value_name = "HANDLER",
     .help = "only jobs of this handler",
     .no_env = true},
    {.name = "state",
     .kind = OPT_CHOICE,
     .offset = offsetof(list_flags, state),
     .value_name = "STATE",
     .help = "only these; open are all that have not ended",
     .choices = states,
     .default_text = "open",
     .no_env = true},
    {.name = "since",
     .kind = OPT_DURATION,
     .offset = offsetof(list_flags, since_ms),
     .value_name = "TIME",
     .help = "of those that have ended, the ones of so long ago at most",
     .default_text = "1d",
     .no_env = true},
    {.name = "limit",
     .kind = OPT_INT,
     .offset = offsetof(list_flags, limit),
     .value_name = "NUMBER",
     .help = "at most so many",
     .default_text = "100",
     .min = 1,
     .max = 100000,
     .no_env = true},
};

static dbk_err *run_list(app *app, void *options, const opt_result *args, int *exit_status)
{
    const list_flags *f = options;
    (void)args;
    (void)exit_status;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, f->queue);
    pg_param_text(p, f->state == 0 ? NULL : states[f->state]);
    pg_param_text(p, f->handler);
    pg_param_time(p, ago(app, f->since_ms));
    pg_param_int8(p, f->limit);
    return print(app, "daybook jobs list", "jobs", jobs_cmd_list, p, NULL);
}

const cmd_spec cmd_jobs_list = {
    .help = {.name = "jobs list",
             .summary = "list jobs",
             .description = "Those that have not ended, or those that ended in some way; `at` is when they "
                            "are due, or when they ended.",
             .examples = "daybook jobs list\ndaybook jobs list --state dead --since 7d"},
    .options_size = sizeof(list_flags),
    .rows = list_rows,
    .row_count = sizeof(list_rows) / sizeof(list_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_list,
};

/* ---- show ---- */

static dbk_err *run_show(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)exit_status;
    dbk_uuid id;
    size_t count = 0;
    dbk_err *e = uuid_parse(args->args[0], &id);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_uuid(p, &id);
    e = print(app, "daybook jobs show", "job", jobs_cmd_show, p, &count);
    if (e || count > 0)
        return e;
    return err_new(ERR_NOT_FOUND, "there is no job %s, or its history is gone", args->args[0]);
}

const cmd_spec cmd_jobs_show = {
    .help = {.name = "jobs show",
             .summary = "tell everything about one job",
             .description = "One row, and one more for each time that it ended before and was tried again.",
             .examples = "daybook jobs show 0190b5a2-7c1e-7000-8000-000000000001 --format json",
             .positional = {.name = "JOB", .help = "the job's id", .min = 1, .max = 1}},
    .uses_target = true,
    .uses_output = true,
    .run = run_show,
};

/* ---- queues, handlers, workers ---- */

static dbk_err *run_queues(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)exit_status;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, args->arg_count > 0 ? args->args[0] : NULL);
    return print(app, "daybook jobs queues", "queues", jobs_cmd_queues, p, NULL);
}

const cmd_spec cmd_jobs_queues = {
    .help = {.name = "jobs queues",
             .summary = "list queues: what waits in them, since when, and what ended in the last hour",
             .description = "waiting are jobs whose time has not come; ready ones wait for a worker, the "
                            "oldest since oldest_ready_at.",
             .examples = "daybook jobs queues\ndaybook jobs queues settlement",
             .positional = {.name = "QUEUE", .help = "only this one", .min = 0, .max = 1}},
    .uses_target = true,
    .uses_output = true,
    .run = run_queues,
};

static dbk_err *run_handlers(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)args;
    (void)exit_status;
    return print(app, "daybook jobs handlers", "handlers", jobs_cmd_handlers, NULL, NULL);
}

const cmd_spec cmd_jobs_handlers = {
    .help = {.name = "jobs handlers",
             .summary = "list what jobs can be enqueued",
             .description = "Handlers are declared by whoever owns the database, with "
                            "jobs.fn_declare_handler().",
             .examples = "daybook jobs handlers"},
    .uses_target = true,
    .uses_output = true,
    .run = run_handlers,
};

static dbk_err *run_workers(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)args;
    (void)exit_status;
    return print(app, "daybook jobs workers", "workers", jobs_cmd_workers, NULL, NULL);
}

const cmd_spec cmd_jobs_workers = {
    .help = {.name = "jobs workers",
             .summary = "list workers and how many jobs each has claimed",
             .description = "A worker gives a sign of life every five seconds; after half a minute without "
                            "one its jobs are given to others.",
             .examples = "daybook jobs workers"},
    .uses_target = true,
    .uses_output = true,
    .run = run_workers,
};

/* ---- stats ---- */

typedef struct stats_flags {
    int64_t since_ms;
} stats_flags;

static const opt_row stats_rows[] = {
    {.name = "since",
     .kind = OPT_DURATION,
     .offset = offsetof(stats_flags, since_ms),
     .value_name = "TIME",
     .help = "of so long ago until now",
     .default_text = "1d",
     .no_env = true},
};

static dbk_err *run_stats(app *app, void *options, const opt_result *args, int *exit_status)
{
    const stats_flags *f = options;
    (void)args;
    (void)exit_status;
    pg_params *p = pg_params_new(app->arena);
    pg_param_time(p, ago(app, f->since_ms));
    return print(app, "daybook jobs stats", "stats", jobs_cmd_stats, p, NULL);
}

const cmd_spec cmd_jobs_stats = {
    .help = {.name = "jobs stats",
             .summary = "tell how many jobs of each handler ended how, how long they waited and ran",
             .description = "wait_s_mean counts from enqueueing to the beginning of the last attempt.",
             .examples = "daybook jobs stats\ndaybook jobs stats --since 7d --format csv"},
    .options_size = sizeof(stats_flags),
    .rows = stats_rows,
    .row_count = sizeof(stats_rows) / sizeof(stats_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_stats,
};
