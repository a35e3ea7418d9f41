/* risk_halt.c: stops trading. */
#include "cmd/fleet.h"
#include "fleet_sql.h"

static dbk_err *halt(app *app, pg_conn *c, const fleet_flags *f)
{
    fleet_subject s;
    fleet_change change;
    dbk_err *e = fleet_change_of(app, f, &change);
    if (!e)
        e = fleet_find(app, c, f, &s);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_uuid(p, &change.id);
    pg_param_text(p, s.account_id);
    pg_param_text(p, s.bot_id);
    pg_param_text(p, change.reason);
    pg_param_text(p, change.actor);
    pg_param_text(p, change.ctx);
    return fleet_write(app, c, "halt", fleet_halt, p);
}

static dbk_err *run_risk_halt(app *app, void *options, const opt_result *args, int *exit_status)
{
    const fleet_flags *f = options;
    pg_conn *c = NULL;
    (void)args;
    (void)exit_status;
    if (f->all == (f->account || f->bot))
        return err_new(ERR_USAGE, "say what shall be halted: --all, or --account and perhaps --bot");
    dbk_err *e = app_connect(app, "daybook risk halt", &c);
    if (!e)
        e = halt(app, c, f);
    pg_close(c);
    return e;
}

static const opt_row risk_halt_rows[] = {
    FLEET_ACCOUNT_ROW, FLEET_BOT_ROW, FLEET_ALL_ROW, FLEET_REASON_ROW, FLEET_ACTOR_ROW, FLEET_ID_ROW,
};

const cmd_spec cmd_risk_halt = {
    .help = {.name = "risk halt",
             .summary = "halt all trading, an account or a bot",
             .description =
                 "Waits for submissions under way. Once it answers, no order is submitted there and no "
                 "replace is "
                 "asked for, until daybook risk resume names this halt by the id that is printed; fills, "
                 "acknowledgements and cancels go on (docs/BOOK.md). What is open stays open: daybook risk "
                 "flatten.",
             .examples = "daybook risk halt --all --reason 'exchange prices are wrong'\n"
                         "daybook risk halt --account main --bot trend --reason 'loses too fast'"},
    .options_size = sizeof(fleet_flags),
    .rows = risk_halt_rows,
    .row_count = sizeof(risk_halt_rows) / sizeof(risk_halt_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_risk_halt,
};
