/* jobs_change.c: cancels jobs, and puts those that died back. */
#include "cmd/commands.h"
#include "cmd/fleet.h"
#include "jobs_cmd_sql.h"

static const opt_row change_rows[] = {FLEET_REASON_ROW, FLEET_ACTOR_ROW};

static dbk_err *change(app *app, const fleet_flags *f, const char *command, const char *sql, const char *job)
{
    fleet_change change;
    dbk_uuid id;
    pg_conn *c = NULL;
    dbk_err *e = uuid_parse(job, &id);
    if (!e)
        e = fleet_change_of(app, f, &change);
    if (!e)
        e = app_connect(app, command, &c);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_uuid(p, &id);
    pg_param_text(p, change.reason);
    pg_param_text(p, change.ctx);
    e = fleet_write(app, c, "job", sql, p);
    pg_close(c);
    return e;
}

static dbk_err *run_cancel(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    return change(app, options, "daybook jobs cancel", jobs_cmd_cancel, args->args[0]);
}

const cmd_spec cmd_jobs_cancel = {
    .help = {.name = "jobs cancel",
             .summary = "cancel a job",
             .description = "One that runs is stopped by its worker within some seconds; what a function "
                            "did is undone, what a program did is not.",
             .examples = "daybook jobs cancel 0190b5a2-7c1e-7000-8000-000000000001 --reason 'wrong month'",
             .positional = {.name = "JOB", .help = "the job's id", .min = 1, .max = 1}},
    .options_size = sizeof(fleet_flags),
    .rows = change_rows,
    .row_count = sizeof(change_rows) / sizeof(change_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_cancel,
};

static dbk_err *run_retry(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    return change(app, options, "daybook jobs retry", jobs_cmd_retry, args->args[0]);
}

const cmd_spec cmd_jobs_retry = {
    .help = {.name = "jobs retry",
             .summary = "put a job that died or was cancelled back into its queue",
             .description = "It gets all its attempts again.",
             .examples = "daybook jobs retry 0190b5a2-7c1e-7000-8000-000000000001 --reason 'bank is back'",
             .positional = {.name = "JOB", .help = "the job's id", .min = 1, .max = 1}},
    .options_size = sizeof(fleet_flags),
    .rows = change_rows,
    .row_count = sizeof(change_rows) / sizeof(change_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_retry,
};
