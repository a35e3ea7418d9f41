/* bot_deploy.c: another build of a bot, from its start to the switch and back. */
#include <string.h>

#include "cmd/fleet.h"
#include "cmd/rows_table.h"
#include "fleet_sql.h"

#define DEPLOYS_SHOWN 10
#define DIFFERENCES_SHOWN 100

typedef struct deploy_flags {
    fleet_flags fleet;
    const char *image, *params, *deploy;
    int64_t tolerance_ms, accept;
} deploy_flags;

/* ---- what there is to see ---- */

typedef struct part {
    const char *title, *sql;
    int64_t rows; /* how many at most; 0: the statement takes no such parameter */
} part;

static const part parts[] = {{"deploys", fleet_bot_deploys, DEPLOYS_SHOWN},
                             {"steps", fleet_bot_deploy_steps, 0},
                             {"compared", fleet_bot_deploy_compared, 0},
                             {"differences", fleet_bot_deploy_differences, DIFFERENCES_SHOWN}};
#define PART_COUNT (sizeof(parts) / sizeof(parts[0]))

static dbk_err *show(app *app, pg_conn *c, const fleet_subject *s)
{
    table *tables[PART_COUNT] = {NULL};
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < PART_COUNT; i++) {
        pg_params *p = pg_params_new(app->arena);
        pg_param_text(p, s->account_id);
        pg_param_text(p, s->bot_id);
        if (parts[i].rows > 0)
            pg_param_int8(p, parts[i].rows);
        e = rows_query(app, c, parts[i].title, parts[i].sql, p, NULL, &tables[i]);
    }
    if (!e)
        e = app_print(app, tables, PART_COUNT);
    for (size_t i = 0; i < PART_COUNT; i++)
        table_free(tables[i]);
    return e;
}

/* ---- what is done ---- */

static dbk_err *start(app *app, pg_conn *c, const deploy_flags *f, const fleet_subject *s)
{
    fleet_change change;
    dbk_err *e = fleet_need(f->image, "--image");
    if (!e)
        e = fleet_change_of(app, &f->fleet, &change);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, s->account_id);
    pg_param_uuid(p, &change.id);
    pg_param_text(p, s->bot_id);
    pg_param_text(p, f->image);
    pg_param_text(p, f->params);
    pg_param_text(p, change.reason);
    pg_param_text(p, change.actor);
    pg_param_int8(p, f->tolerance_ms);
    pg_param_text(p, change.ctx);
    return fleet_write(app, c, "deploy", fleet_deploy_start, p);
}

static dbk_err *advance(app *app, pg_conn *c, const deploy_flags *f, const fleet_subject *s,
                        const char *to_state)
{
    fleet_change change;
    dbk_err *e = fleet_change_of(app, &f->fleet, &change);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, s->account_id);
    pg_param_uuid(p, &change.id);
    pg_param_text(p, s->bot_id);
    pg_param_text(p, f->deploy);
    pg_param_text(p, to_state);
    pg_param_text(p, change.reason);
    pg_param_text(p, change.actor);
    pg_param_int8(p, f->accept);
    pg_param_text(p, change.ctx);
    return fleet_write(app, c, "step", fleet_deploy_step, p);
}

static dbk_err *deploy(app *app, pg_conn *c, const deploy_flags *f, const opt_result *args)
{
    fleet_subject s;
    fleet_flags named = f->fleet;
    named.bot = args->args[0];
    dbk_err *e = fleet_find(app, c, &named, &s);
    if (e)
        return e;
    if (args->arg_count == 1)
        return show(app, c, &s);
    const char *step = args->args[1];
    return strcmp(step, "start") == 0 ? start(app, c, f, &s) : advance(app, c, f, &s, step);
}

static dbk_err *run_bot_deploy(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    (void)exit_status;
    dbk_err *e = app_connect(app, "daybook bot deploy", &c);
    if (!e)
        e = deploy(app, c, options, args);
    pg_close(c);
    return e;
}

static const opt_row bot_deploy_rows[] = {
    FLEET_ACCOUNT_ROW,
    {.name = "image",
     .kind = OPT_STRING,
     .offset = offsetof(deploy_flags, image),
     .value_name = "TAG",
     .help = "start: the build that shall take over",
     .no_env = true},
    {.name = "params",
     .kind = OPT_STRING,
     .offset = offsetof(deploy_flags, params),
     .value_name = "JSON",
     .help = "start: the parameters it has, an object; without it those of the bot now",
     .no_env = true},
    {.name = "tolerance",
     .kind = OPT_DURATION,
     .offset = offsetof(deploy_flags, tolerance_ms),
     .value_name = "TIME",
     .help = "start: how far apart in time two orders without a common key may be and still be compared",
     .default_text = "10s",
     .min = 0,
     .max = (int64_t)24 * 3600 * 1000,
     .no_env = true},
    {.name = "accept",
     .kind = OPT_INT,
     .offset = offsetof(deploy_flags, accept),
     .value_name = "COUNT",
     .help = "switching: how many differences between the builds were looked at and found good",
     .default_text = "0",
     .min = 0,
     .max = INT64_MAX,
     .no_env = true},
    {.name = "deploy",
     .kind = OPT_STRING,
     .offset = offsetof(deploy_flags, deploy),
     .value_name = "UUID",
     .help = "the deploy that takes the step; without it the bot's latest",
     .no_env = true},
    FLEET_REASON_ROW,
    FLEET_ACTOR_ROW,
    FLEET_ID_ROW,
};

const cmd_spec cmd_bot_deploy = {
    .help =
        {.name = "bot deploy",
         .summary = "let another build of a bot take over: started in shadow, compared, switched to",
         .description =
             "Without a step it shows the bot's deploys, the steps of the latest, and what the build that "
             "trades and the one in shadow decided differently. A step is start, then starting, shadowing, "
             "switching and active; failed or canceled before the switch, rolled_back after it. Processes "
             "are started and stopped by whoever does that: they get the id of the deploy. Takes the right "
             "to manage the account.",
         .examples = "daybook bot deploy trend start --image trend:9 --reason 'new exits'\n"
                     "daybook bot deploy trend\n"
                     "daybook bot deploy trend switching --accept 3 --reason 'smaller orders, as meant'",
         .positional = {.name = "BOT [STEP]", .help = "the bot, and what is to be done", .min = 1, .max = 2}},
    .options_size = sizeof(deploy_flags),
    .rows = bot_deploy_rows,
    .row_count = sizeof(bot_deploy_rows) / sizeof(bot_deploy_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_bot_deploy,
};
