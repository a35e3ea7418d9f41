/* risk_caps.c: what may be asked for in a day, and how much of it was. */
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
    e = fleet_table(app, c, "caps", fleet_caps, p, &t);
    if (!e)
        e = app_print(app, &t, 1);
    table_free(t);
    return e;
}

static dbk_err *run_risk_caps(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    (void)args;
    (void)exit_status;
    dbk_err *e = app_connect(app, "daybook risk caps", &c);
    if (!e)
        e = list(app, c, options);
    pg_close(c);
    return e;
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
