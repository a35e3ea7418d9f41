/* bot_list.c: bots, what each should be doing, and who acts as it. */
#include "cmd/fleet.h"
#include "fleet_sql.h"

static dbk_err *list(app *app, pg_conn *c, const fleet_flags *f)
{
    fleet_subject s;
    table *t = NULL;
    dbk_err *e = fleet_find(app, c, f, &s);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, s.account_id);
    e = fleet_table(app, c, "bots", fleet_bots, p, &t);
    if (!e)
        e = app_print(app, &t, 1);
    table_free(t);
    return e;
}

static dbk_err *run_bot_list(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    (void)args;
    (void)exit_status;
    dbk_err *e = app_connect(app, "daybook bot list", &c);
    if (!e)
        e = list(app, c, options);
    pg_close(c);
    return e;
}

static const opt_row bot_list_rows[] = {FLEET_ACCOUNT_ROW};

const cmd_spec cmd_bot_list = {
    .help =
        {.name = "bot list",
         .summary = "list bots: what each should be doing, and who acts as it",
         .description =
             "held says whether somebody holds the lease of the bot now, holder who has it or had it last, "
             "lease_left_s for how many seconds more.",
         .examples = "daybook bot list\ndaybook bot list --account main --format json"},
    .options_size = sizeof(fleet_flags),
    .rows = bot_list_rows,
    .row_count = sizeof(bot_list_rows) / sizeof(bot_list_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_bot_list,
};
