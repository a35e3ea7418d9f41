/* webhook_state.c: endpoints paused, disabled, and let go on. */
#include "cmd/commands.h"
#include "cmd/webhook.h"
#include "cmd/who.h"
#include "webhook_cmd_sql.h"

typedef struct state_flags {
    const char *reason;
} state_flags;

static dbk_err *set_state(app *app, pg_conn *c, const char *name, const char *state, const char *reason)
{
    webhook_endpoint endpoint;
    const char *ctx;
    dbk_err *e = webhook_find(app, c, name, &endpoint);
    if (!e)
        e = who_ctx(app, NULL, &ctx);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, endpoint.id);
    pg_param_text(p, state);
    pg_param_text(p, reason);
    pg_param_text(p, ctx);
    return fleet_write(app, c, "webhook", webhook_cmd_state, p);
}

static dbk_err *run_state(app *app, void *options, const opt_result *args, const char *state)
{
    const state_flags *f = options;
    pg_conn *c = NULL;
    dbk_err *e = fleet_need(f->reason, "--reason");
    if (!e)
        e = app_connect(app, "daybook webhook", &c);
    if (!e)
        e = set_state(app, c, args->args[0], state, f->reason);
    pg_close(c);
    return e;
}

static dbk_err *run_webhook_pause(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    return run_state(app, options, args, "paused");
}

static dbk_err *run_webhook_disable(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    return run_state(app, options, args, "disabled");
}

static dbk_err *run_webhook_resume(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    return run_state(app, options, args, "enabled");
}

static const opt_row state_rows[] = {
    {.name = "reason",
     .kind = OPT_STRING,
     .offset = offsetof(state_flags, reason),
     .value_name = "TEXT",
     .help = "why, kept with the change; must be given",
     .no_env = true},
};

#define ENDPOINT                                                                                             \
    {                                                                                                        \
        .name = "ENDPOINT", .help = "its id, the beginning of it, or its URL", .min = 1, .max = 1            \
    }
#define REST                                                                                                 \
    .options_size = sizeof(state_flags), .rows = state_rows,                                                 \
    .row_count = sizeof(state_rows) / sizeof(state_rows[0]), .uses_target = true, .uses_output = true

const cmd_spec cmd_webhook_pause = {
    .help = {.name = "webhook pause",
             .summary = "post nothing to an endpoint for a while; what is its own waits",
             .positional = ENDPOINT,
             .examples = "daybook webhook pause 018f2c3a --reason 'their maintenance'"},
    REST,
    .run = run_webhook_pause,
};

const cmd_spec cmd_webhook_disable = {
    .help = {.name = "webhook disable",
             .summary = "post nothing to an endpoint any more; what is its own waits all the same",
             .description = "An endpoint that answers 410 Gone is disabled without being asked.",
             .positional = ENDPOINT,
             .examples = "daybook webhook disable 018f2c3a --reason 'contract ended'"},
    REST,
    .run = run_webhook_disable,
};

const cmd_spec cmd_webhook_resume = {
    .help = {.name = "webhook resume",
             .summary = "post to an endpoint again, beginning with what waited",
             .description = "Closes the breaker too, and tries at once what waits for its next attempt.",
             .positional = ENDPOINT,
             .examples = "daybook webhook resume 018f2c3a --reason 'they are back'"},
    REST,
    .run = run_webhook_resume,
};
