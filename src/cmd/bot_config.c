/* bot_config.c: how a bot came to be what it should be. */
#include "cmd/fleet.h"
#include "cmd/rows_table.h"
#include "fleet_sql.h"

typedef struct config_flags {
    fleet_flags fleet;
    int64_t limit;
} config_flags;

static dbk_err *show(app *app, pg_conn *c, const config_flags *f)
{
    fleet_subject s;
    dbk_err *e = fleet_find(app, c, &f->fleet, &s);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, s.account_id);
    pg_param_text(p, s.bot_id);
    pg_param_int8(p, f->limit);
    return rows_print(app, c, "versions", fleet_bot_config, p, NULL);
}

static dbk_err *run_bot_config(app *app, void *options, const opt_result *args, int *exit_status)
{
    config_flags f = *(const config_flags *)options;
    pg_conn *c = NULL;
    (void)exit_status;
    f.fleet.bot = args->args[0];
    dbk_err *e = app_connect(app, "daybook bot config", &c);
    if (!e)
        e = show(app, c, &f);
    pg_close(c);
    return e;
}

static const opt_row bot_config_rows[] = {
    FLEET_ACCOUNT_ROW,
    {.name = "limit",
     .kind = OPT_INT,
     .offset = offsetof(config_flags, limit),
     .value_name = "ROWS",
     .help = "at most so many versions, the newest",
     .default_text = "10",
     .min = 1,
     .max = INT32_MAX,
     .no_env = true},
};

const cmd_spec cmd_bot_config = {
    .help = {.name = "bot config",
             .summary = "show what a bot should be, and every earlier version with who changed it and why",
             .description = "The first row is in force.",
             .examples = "daybook bot config trend\ndaybook bot config trend --limit 1 --format json",
             .positional =
                 {.name = "BOT", .help = "its id, or its name when only one has it", .min = 1, .max = 1}},
    .options_size = sizeof(config_flags),
    .rows = bot_config_rows,
    .row_count = sizeof(bot_config_rows) / sizeof(bot_config_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_bot_config,
};
