/* risk_cap.c: says how much notional may be asked for in a day. */
#include <string.h>

#include "cmd/fleet.h"
#include "fleet_sql.h"

typedef struct cap_flags {
    fleet_flags fleet;
    const char *currency, *limit, *slice;
} cap_flags;

static dbk_err *set_cap(app *app, pg_conn *c, const cap_flags *f)
{
    fleet_subject s;
    fleet_change change;
    dbk_err *e = fleet_change_of(app, &f->fleet, &change);
    if (!e)
        e = fleet_find(app, c, &f->fleet, &s);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_uuid(p, &change.id);
    pg_param_text(p, s.account_id);
    pg_param_text(p, s.bot_id);
    pg_param_text(p, f->currency);
    pg_param_text(p, strcmp(f->limit, "none") == 0 ? NULL : f->limit);
    pg_param_text(p, f->slice);
    pg_param_text(p, change.reason);
    pg_param_text(p, change.actor);
    pg_param_text(p, change.ctx);
    return fleet_write(app, c, "cap", fleet_cap, p);
}

static dbk_err *run_risk_cap(app *app, void *options, const opt_result *args, int *exit_status)
{
    const cap_flags *f = options;
    pg_conn *c = NULL;
    (void)args;
    (void)exit_status;
    if (f->fleet.all == (f->fleet.bot != NULL) || (f->fleet.all && f->fleet.account))
        return err_new(ERR_USAGE, "say what shall be capped: --all, or --bot and perhaps --account");
    dbk_err *e = fleet_need(f->currency, "--currency");
    if (!e)
        e = fleet_need(f->limit, "--limit");
    if (!e)
        e = app_connect(app, "daybook risk cap", &c);
    if (!e)
        e = set_cap(app, c, f);
    pg_close(c);
    return e;
}

static const opt_row risk_cap_rows[] = {
    FLEET_ACCOUNT_ROW,
    FLEET_BOT_ROW,
    FLEET_ALL_ROW,
    {.name = "currency",
     .kind = OPT_STRING,
     .offset = offsetof(cap_flags, currency),
     .value_name = "CODE",
     .help = "the currency in which orders are counted; must be given",
     .no_env = true},
    {.name = "limit",
     .kind = OPT_STRING,
     .offset = offsetof(cap_flags, limit),
     .value_name = "AMOUNT",
     .help = "the most of a UTC day, or none to remove the cap; must be given",
     .no_env = true},
    {.name = "slice",
     .kind = OPT_STRING,
     .offset = offsetof(cap_flags, slice),
     .value_name = "AMOUNT",
     .help = "how much is handed out at a time; without it a sixteenth of what is left",
     .no_env = true},
    FLEET_REASON_ROW,
    FLEET_ACTOR_ROW,
    FLEET_ID_ROW,
};

const cmd_spec cmd_risk_cap = {
    .help =
        {.name = "risk cap",
         .summary = "say how much notional a bot, or all trading, may ask for in a day",
         .description =
             "Waits for submissions under way. Once it answers, no order and no replace that asks for more "
             "passes the cap (docs/BOOK.md). Every change is kept as a version.",
         .examples = "daybook risk cap --bot trend --currency USD --limit 250000 --reason 'first week'\n"
                     "daybook risk cap --all --currency USD --limit none --reason 'caps are per bot now'"},
    .options_size = sizeof(cap_flags),
    .rows = risk_cap_rows,
    .row_count = sizeof(risk_cap_rows) / sizeof(risk_cap_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_risk_cap,
};
