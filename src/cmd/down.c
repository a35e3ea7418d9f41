/* down.c: ends what `up` keeps running, in order, and waits for the end. */

#include <stddef.h>

#include "cmd/app.h"
#include "ops/supervisor.h"

typedef struct down_options {
    int64_t timeout_ms;
} down_options;

static const opt_row down_rows[] = {
    {.name = "timeout",
     .kind = OPT_DURATION,
     .offset = offsetof(down_options, timeout_ms),
     .value_name = "TIME",
     .help = "how long to wait for the end",
     .default_text = "2m",
     .no_env = true},
};

static dbk_err *run_down(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    (void)exit_status;
    const down_options *o = options;
    cluster *c;
    bool was_running;
    dbk_err *e = cluster_locate(app->arena, app->target.data_dir, &c);
    if (!e)
        e = supervisor_stop(c, app->clock, o->timeout_ms * 1000, &was_running);
    if (e)
        return e;
    log_fields(app->log, LOG_INFO, was_running ? "stopped" : "nothing was running",
               LOG_STR("data", c->folder));
    return NULL;
}

const cmd_spec cmd_down = {
    .help = {.name = "down",
             .summary = "stop what `daybook up` keeps running and wait for the end",
             .description = "Asks the supervisor of the data folder to stop: first the daemons, then the "
                            "private server. Done as "
                            "well when nothing runs. An existing server named by --url is never stopped.",
             .examples = "daybook down\ndaybook down --data /srv/book"},
    .options_size = sizeof(down_options),
    .rows = down_rows,
    .row_count = sizeof(down_rows) / sizeof(down_rows[0]),
    .uses_target = true,
    .run = run_down,
};
