/* risk_caps.c: what may be asked for in a day, and how much of it was. */
#include "cmd/fleet.h"
#include "fleet_sql.h"

static dbk_err *run_risk_caps(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    (void)exit_status;
    return fleet_list(app, "daybook risk caps", "caps", fleet_caps, options);
}

static const opt_row risk_caps_rows[] = {FLEET_ACCOUNT_ROW};

const cmd_spec cmd_risk_caps = {
    .help = {.name = "risk caps",
             .summary = "list caps of notional and their use today",
             .description = "used is what the orders of the UTC day count, open the part of it that may "
                            "still fill, allowed what "
                            "may still be asked for.",
             .examples = "daybook risk caps\ndaybook risk caps --account main --format json"},
    .options_size = sizeof(fleet_flags),
    .rows = risk_caps_rows,
    .row_count = sizeof(risk_caps_rows) / sizeof(risk_caps_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_risk_caps,
};
