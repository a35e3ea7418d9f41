/* jobs_queue.c: how many jobs of a queue run at once, and whether any. */
#include "cmd/commands.h"
#include "cmd/fleet.h"
#include "cmd/who.h"
#include "jobs_cmd_sql.h"

typedef struct queue_flags {
    fleet_flags who;
    int64_t concurrency;
} queue_flags;

/* NULL concurrency or pause: as it is. */
static dbk_err *set_queue(app *app, const fleet_flags *f, const char *queue, const int64_t *concurrency,
                          const bool *paused)
{
    const char *ctx;
    pg_conn *c = NULL;
    dbk_err *e = who_ctx(app, f->actor, &ctx);
    if (!e)
        e = app_connect(app, "daybook jobs queue", &c);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, queue);
    if (concurrency)
        pg_param_int4(p, (int32_t)*concurrency);
    else
        pg_param_null(p);
    if (paused)
        pg_param_bool(p, *paused);
    else
        pg_param_null(p);
    pg_param_text(p, ctx);
    e = fleet_write(app, c, "queue", jobs_cmd_queue_set, p);
    pg_close(c);
    return e;
}

static const opt_row queue_rows[] = {
    {.name = "concurrency",
     .kind = OPT_INT,
     .offset = offsetof(queue_flags, concurrency),
     .value_name = "NUMBER",
     .help = "at most so many of its jobs run at once, over all workers; 0 for any number",
     .default_text = "0",
     .min = 0,
     .max = 100000,
     .no_env = true},
    FLEET_ACTOR_ROW,
};
static const opt_row pause_rows[] = {FLEET_ACTOR_ROW};

static dbk_err *run_queue(app *app, void *options, const opt_result *args, int *exit_status)
{
    const queue_flags *f = options;
    (void)exit_status;
    return set_queue(app, &f->who, args->args[0], &f->concurrency, NULL);
}

const cmd_spec cmd_jobs_queue = {
    .help = {.name = "jobs queue",
             .summary = "make a queue, or say how many of its jobs may run at once",
             .description = "What runs goes on, and counts.",
             .examples = "daybook jobs queue settlement --concurrency 1",
             .positional = {.name = "QUEUE", .help = "the queue's name", .min = 1, .max = 1}},
    .options_size = sizeof(queue_flags),
    .rows = queue_rows,
    .row_count = sizeof(queue_rows) / sizeof(queue_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_queue,
};

static dbk_err *run_pause(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    return set_queue(app, options, args->args[0], NULL, &(bool){true});
}

const cmd_spec cmd_jobs_pause = {
    .help = {.name = "jobs pause",
             .summary = "let no more jobs of a queue begin",
             .description = "What runs goes on, and jobs may still be put in.",
             .examples = "daybook jobs pause settlement",
             .positional = {.name = "QUEUE", .help = "the queue's name", .min = 1, .max = 1}},
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
    return set_queue(app, options, args->args[0], NULL, &(bool){false});
}

const cmd_spec cmd_jobs_resume = {
    .help = {.name = "jobs resume",
             .summary = "let jobs of a paused queue begin again",
             .examples = "daybook jobs resume settlement",
             .positional = {.name = "QUEUE", .help = "the queue's name", .min = 1, .max = 1}},
    .options_size = sizeof(fleet_flags),
    .rows = pause_rows,
    .row_count = sizeof(pause_rows) / sizeof(pause_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_resume,
};
