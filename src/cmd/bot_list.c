/* bot_list.c: bots, what each should be doing, and who acts as it. */
#include "cmd/fleet.h"
#include "fleet_sql.h"

static dbk_err *run_bot_list(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    (void)exit_status;
    return fleet_list(app, "daybook bot list", "bots", fleet_bots, options);
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
