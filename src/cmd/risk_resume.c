/* risk_resume.c: ends a halt. */
#include "cmd/fleet.h"
#include "fleet_sql.h"

static dbk_err *resume(app *app, pg_conn *c, const fleet_flags *f, const char *named)
{
    fleet_subject s;
    fleet_change change;
    dbk_uuid halt_id;
    dbk_err *e = uuid_parse(named, &halt_id);
    if (!e)
        e = fleet_change_of(app, f, &change);
    if (!e)
        e = fleet_find(app, c, f, &s);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_uuid(p, &halt_id);
    pg_param_text(p, s.account_id);
    pg_param_text(p, change.reason);
    pg_param_text(p, change.actor);
    pg_param_text(p, change.ctx);
    return fleet_write(app, c, "resume", fleet_resume, p);
}

static dbk_err *run_risk_resume(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    (void)exit_status;
    dbk_err *e = app_connect(app, "daybook risk resume", &c);
    if (!e)
        e = resume(app, c, options, args->args[0]);
    pg_close(c);
    return e;
}

static const opt_row risk_resume_rows[] = {
    {.name = "account",
     .kind = OPT_STRING,
     .offset = offsetof(fleet_flags, account),
     .value_name = "ACCOUNT",
     .help = "to repeat the end of a halt that is over: the account it was of; without one all trading"},
    FLEET_REASON_ROW,
    FLEET_ACTOR_ROW,
};

const cmd_spec cmd_risk_resume = {
    .help = {.name = "risk resume",
             .summary = "end a halt",
             .description = "Ends the one halt that is named by its id (daybook risk status). halts_left "
                            "counts the others that "
                            "still stop what this one did.",
             .examples =
                 "daybook risk resume 0191b2a4-5d3e-7c1a-9b52-0d6f4c8e1a77 --reason 'prices are right again'",
             .positional = {.name = "HALT", .help = "id of the halt", .min = 1, .max = 1}},
    .options_size = sizeof(fleet_flags),
    .rows = risk_resume_rows,
    .row_count = sizeof(risk_resume_rows) / sizeof(risk_resume_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_risk_resume,
};
