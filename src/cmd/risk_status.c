/* risk_status.c: what stops trading now, or will. */
#include "cmd/fleet.h"
#include "fleet_sql.h"

#define PART_COUNT 2 /* halts, caps */

static dbk_err *read_part(app *app, pg_conn *c, const fleet_subject *s, bool caps, table **out)
{
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, s->account_id);
    return fleet_table(app, c, caps ? "caps" : "halts", caps ? fleet_caps : fleet_halts, p, out);
}

static dbk_err *read_status(app *app, pg_conn *c, const fleet_flags *f, table **out)
{
    fleet_subject s;
    dbk_err *e = fleet_find(app, c, f, &s);
    for (size_t i = 0; !e && i < PART_COUNT; i++)
        e = read_part(app, c, &s, i > 0, &out[i]);
    return e;
}

static dbk_err *run_risk_status(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    table *parts[PART_COUNT] = {NULL};
    (void)args;
    dbk_err *e = app_connect(app, "daybook risk status", &c);
    if (!e)
        e = read_status(app, c, options, parts);
    if (!e)
        e = app_print(app, parts, PART_COUNT);
    if (!e)
        *exit_status = table_rows(parts[0]) > 0;
    for (size_t i = 0; i < PART_COUNT; i++)
        table_free(parts[i]);
    pg_close(c);
    return e;
}

static const opt_row risk_status_rows[] = {
    {.name = "account",
     .kind = OPT_STRING,
     .offset = offsetof(fleet_flags, account),
     .value_name = "ACCOUNT",
     .help = "only this account, and what is halted everywhere: its id, or its name when only one has it"},
};

const cmd_spec cmd_risk_status = {
    .help =
        {.name = "risk status",
         .summary = "show what is halted, by whom and why, and the caps and their use today",
         .description =
             "Halts of all trading, of accounts and of bots that are in force. A halt ends by itself alone: "
             "daybook risk resume.\n\nExit status: 0 nothing is halted, 1 something is.",
         .examples = "daybook risk status\ndaybook risk status --account main --format json"},
    .options_size = sizeof(fleet_flags),
    .rows = risk_status_rows,
    .row_count = sizeof(risk_status_rows) / sizeof(risk_status_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_risk_status,
};
