/* bot_command.c: tells a bot to do something. */
#include "cmd/fleet.h"
#include "fleet_sql.h"

typedef struct command_flags {
    fleet_flags fleet;
    const char *arguments;
    int64_t ttl_ms;
} command_flags;

static dbk_err *command(app *app, pg_conn *c, const command_flags *f, const opt_result *args)
{
    fleet_subject s;
    fleet_change change;
    fleet_flags named = f->fleet;
    named.bot = args->args[0];
    dbk_err *e = fleet_change_of(app, &f->fleet, &change);
    if (!e)
        e = fleet_find(app, c, &named, &s);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, s.account_id);
    pg_param_uuid(p, &change.id);
    pg_param_text(p, s.bot_id);
    pg_param_text(p, args->args[1]);
    pg_param_text(p, f->arguments);
    pg_param_int8(p, f->ttl_ms);
    pg_param_text(p, change.reason);
    pg_param_text(p, change.actor);
    pg_param_text(p, change.ctx);
    return fleet_write(app, c, "command", fleet_command, p);
}

static dbk_err *run_bot_command(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    (void)exit_status;
    dbk_err *e = app_connect(app, "daybook bot command", &c);
    if (!e)
        e = command(app, c, options, args);
    pg_close(c);
    return e;
}

static const opt_row bot_command_rows[] = {
    FLEET_ACCOUNT_ROW,
    {.name = "arguments",
     .kind = OPT_STRING,
     .offset = offsetof(command_flags, arguments),
     .value_name = "JSON",
     .help = "what the command takes, an object",
     .no_env = true},
    {.name = "ttl",
     .kind = OPT_DURATION,
     .offset = offsetof(command_flags, ttl_ms),
     .value_name = "TIME",
     .help = "a bot that has not begun by then shall not obey any more",
     .default_text = "5m",
     .min = 1,
     .max = (int64_t)24 * 3600 * 1000,
     .no_env = true},
    FLEET_REASON_ROW,
    FLEET_ACTOR_ROW,
    FLEET_ID_ROW,
};

const cmd_spec cmd_bot_command = {
    .help =
        {.name = "bot command",
         .summary = "tell a bot to flatten, pause, resume, reconcile or stop",
         .description =
             "Returns when the command is in the book; daybook bot status shows how far the bot is. The same "
             "command with --id tells that, too.",
         .examples = "daybook bot command trend pause --reason 'venue maintenance'",
         .positional = {.name = "BOT COMMAND",
                        .help = "the bot, and flatten, pause, resume, reconcile or stop",
                        .min = 2,
                        .max = 2}},
    .options_size = sizeof(command_flags),
    .rows = bot_command_rows,
    .row_count = sizeof(bot_command_rows) / sizeof(bot_command_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_bot_command,
};
