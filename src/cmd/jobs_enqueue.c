/* jobs_enqueue.c: puts jobs into queues, and waits for the end of one. */
#include <string.h>

#include "cmd/commands.h"
#include "cmd/fleet.h"
#include "cmd/who.h"
#include "core/clock.h"
#include "core/interrupt.h"
#include "jobs_cmd_sql.h"

typedef struct enqueue_flags {
    fleet_flags who;
    const char *args, *queue, *run_at, *unique_key;
    int64_t priority, max_attempts;
} enqueue_flags;

#define ARGS_ROW                                                                                             \
    {                                                                                                        \
        .name = "args", .kind = OPT_STRING, .offset = offsetof(enqueue_flags, args), .value_name = "JSON",   \
        .help = "an object, which the handler gets", .default_text = "{}", .no_env = true                    \
    }
#define QUEUE_ROW                                                                                            \
    {                                                                                                        \
        .name = "queue", .kind = OPT_STRING, .offset = offsetof(enqueue_flags, queue),                       \
        .value_name = "QUEUE", .help = "the queue", .default_text = "default", .no_env = true                \
    }

static const opt_row enqueue_rows[] = {
    ARGS_ROW,
    QUEUE_ROW,
    {.name = "run-at",
     .kind = OPT_STRING,
     .offset = offsetof(enqueue_flags, run_at),
     .value_name = "TIME",
     .help = "not before this time; without it at once",
     .no_env = true},
    {.name = "priority",
     .kind = OPT_INT,
     .offset = offsetof(enqueue_flags, priority),
     .value_name = "NUMBER",
     .help = "0 is the highest, 9 the lowest",
     .default_text = "5",
     .min = 0,
     .max = 9,
     .no_env = true},
    {.name = "unique-key",
     .kind = OPT_STRING,
     .offset = offsetof(enqueue_flags, unique_key),
     .value_name = "TEXT",
     .help = "not when a job of the queue with the same key has not ended",
     .no_env = true},
    {.name = "max-attempts",
     .kind = OPT_INT,
     .offset = offsetof(enqueue_flags, max_attempts),
     .value_name = "NUMBER",
     .help = "how often it is tried",
     .default_text = "10",
     .min = 1,
     .max = 1000,
     .no_env = true},
    FLEET_ACTOR_ROW,
    FLEET_ID_ROW,
};

static dbk_err *enqueue(app *app, pg_conn *c, const enqueue_flags *f, const char *handler)
{
    dbk_uuid id;
    const char *ctx;
    int64_t run_at_us = 0;
    dbk_err *e = f->who.id ? uuid_parse(f->who.id, &id) : uuid_v7(app->clock, &id);
    if (!e)
        e = who_ctx(app, f->who.actor, &ctx);
    if (!e && f->run_at)
        e = clock_parse(f->run_at, app->clock->wall_us(app->clock), &run_at_us);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_uuid(p, &id);
    pg_param_text(p, f->queue);
    pg_param_text(p, handler);
    pg_param_text(p, f->args);
    pg_param_int4(p, (int32_t)f->priority);
    if (f->run_at)
        pg_param_time(p, run_at_us);
    else
        pg_param_null(p);
    pg_param_text(p, f->unique_key);
    pg_param_int4(p, (int32_t)f->max_attempts);
    pg_param_text(p, ctx);
    return fleet_write(app, c, "job", jobs_cmd_enqueue, p);
}

static dbk_err *run_enqueue(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    pg_conn *c = NULL;
    dbk_err *e = app_connect(app, "daybook jobs enqueue", &c);
    if (!e)
        e = enqueue(app, c, options, args->args[0]);
    pg_close(c);
    return e;
}

const cmd_spec cmd_jobs_enqueue = {
    .help = {.name = "jobs enqueue",
             .summary = "put a job into a queue",
             .description = "The id that is printed is the job's; the same command with --id is a "
                            "repetition and not another job.",
             .examples =
                 "daybook jobs enqueue daybook.roll_up\n"
                 "daybook jobs enqueue invoices.send --args '{\"month\": \"2024-03\"}' --run-at tomorrow",
             .positional = {.name = "HANDLER",
                            .help = "what is to be done: one of daybook jobs handlers",
                            .min = 1,
                            .max = 1}},
    .options_size = sizeof(enqueue_flags),
    .rows = enqueue_rows,
    .row_count = sizeof(enqueue_rows) / sizeof(enqueue_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_enqueue,
};

/* ---- run ---- */

#define LOOK_US INT64_C(200000)

/* Until it has ended one way or another, or nobody is there to run it. */
static dbk_err *wait_for_end(app *app, pg_conn *c, const dbk_uuid *id)
{
    interrupt *watch;
    dbk_err *e = interrupt_watch(NULL, NULL, &watch);
    for (bool ended = false; !e && !ended;) {
        pg_rows *rows;
        pg_params *p = pg_params_new(app->arena);
        pg_param_uuid(p, id);
        e = pg_query_one(c, app->arena, jobs_cmd_ended, p, &rows);
        const char *outcome = e ? NULL : pg_get_text(rows, 0, 0);
        const char *error = e ? NULL : pg_get_text(rows, 0, outcome ? 1 : 2);
        ended = outcome && strcmp(outcome, "succeeded") == 0;
        if (!e && outcome && !ended)
            e = err_new(ERR_SERVER, "the job is %s: %s", outcome, error ? error : "without an error");
        else if (!e && error)
            e = err_with_hint(err_new(ERR_SERVER, "an attempt has failed: %s", error),
                              "it will be tried again; daybook jobs show tells how it goes on");
        else if (!e && !outcome && !pg_get_bool(rows, 0, 3))
            e = err_with_hint(err_new(ERR_BUSY, "the job is in its queue, but no worker is there to run it"),
                              "daybook work, or daybook up");
        if (!e && !ended) {
            app->clock->sleep_us(app->clock, LOOK_US);
            e = interrupt_check(interrupt_flag(watch));
        }
    }
    interrupt_end(watch);
    return e;
}

static dbk_err *run_run(app *app, void *options, const opt_result *args, int *exit_status)
{
    enqueue_flags *f = options;
    pg_conn *c = NULL;
    dbk_uuid id;
    char text[UUID_TEXT_SIZE];
    (void)exit_status;
    f->max_attempts = 1;
    dbk_err *e = f->who.id ? uuid_parse(f->who.id, &id) : uuid_v7(app->clock, &id);
    if (!e)
        e = app_connect(app, "daybook jobs run", &c);
    if (e)
        return e;
    uuid_format(&id, text);
    f->who.id = text;
    e = enqueue(app, c, f, args->args[0]);
    if (!e)
        e = wait_for_end(app, c, &id);
    pg_close(c);
    return e;
}

static const opt_row run_rows[] = {
    ARGS_ROW,
    QUEUE_ROW,
    FLEET_ACTOR_ROW,
    FLEET_ID_ROW,
};

const cmd_spec cmd_jobs_run = {
    .help = {.name = "jobs run",
             .summary = "have a job run now, before all others, and tell how it ends",
             .description = "It is tried once, by a worker that is there. Exit status: 0 it has succeeded, 3 "
                            "or more it has not.",
             .examples = "daybook jobs run daybook.seal --queue chores\n"
                         "daybook jobs run invoices.send --args '{\"month\": \"2024-03\"}'",
             .positional = {.name = "HANDLER",
                            .help = "what is to be done: one of daybook jobs handlers",
                            .min = 1,
                            .max = 1}},
    .options_size = sizeof(enqueue_flags),
    .rows = run_rows,
    .row_count = sizeof(run_rows) / sizeof(run_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_run,
};
