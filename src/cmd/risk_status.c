/* risk_status.c: what stops trading now, or will. */
#include "cmd/fleet.h"
#include "cmd/rows_table.h"
#include "fleet_sql.h"

#define TRIPS_SHOWN 10

typedef struct part {
    const char *title, *sql;
    bool limited; /* takes how many rows */
} part;

static const part parts[] = {{"halts", fleet_halts, false},
                             {"caps", fleet_caps, false},
                             {"thresholds", fleet_thresholds, false},
                             {"trips", fleet_trips, true}};
#define HALTS 0 /* the part that the exit status is about */
#define PART_COUNT (sizeof(parts) / sizeof(parts[0]))

static dbk_err *read_part(app *app, pg_conn *c, const fleet_subject *s, const part *of, table **out)
{
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, s->account_id);
    if (of->limited)
        pg_param_int8(p, TRIPS_SHOWN);
    return rows_query(app, c, of->title, of->sql, p, NULL, out);
}

static dbk_err *read_status(app *app, pg_conn *c, const fleet_flags *f, table **out)
{
    fleet_subject s;
    dbk_err *e = fleet_find(app, c, f, &s);
    for (size_t i = 0; !e && i < PART_COUNT; i++)
        e = read_part(app, c, &s, &parts[i], &out[i]);
    return e;
}

static dbk_err *run_risk_status(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    table *tables[PART_COUNT] = {NULL};
    (void)args;
    dbk_err *e = app_connect(app, "daybook risk status", &c);
    if (!e)
        e = read_status(app, c, options, tables);
    if (!e)
        e = app_print(app, tables, PART_COUNT);
    if (!e)
        *exit_status = table_rows(tables[HALTS]) > 0;
    for (size_t i = 0; i < PART_COUNT; i++)
        table_free(tables[i]);
    pg_close(c);
    return e;
}

static const opt_row risk_status_rows[] = {
    {.name = "account",
     .kind = OPT_STRING,
     .offset = offsetof(fleet_flags, account),
     .value_name = "ACCOUNT",
     .help = "only this account, and what is of all trading: its id, or its name when only one has it"},
};

const cmd_spec cmd_risk_status = {
    .help = {.name = "risk status",
             .summary =
                 "show what is halted, by whom and why, caps and their use, thresholds, trips of breakers",
             .description =
                 "Halts of all trading, of accounts and of bots that are in force, each ended by its "
                 "own id (daybook risk resume); caps with their use today; the thresholds that "
                 "programs find their limits in; the latest trips of breakers. Takes the right to "
                 "read caps, which the kinds of roles manager and risk have.\n\n"
                 "Exit status: 0 nothing is halted, 1 something is.",
             .examples = "daybook risk status\ndaybook risk status --account main --format json"},
    .options_size = sizeof(fleet_flags),
    .rows = risk_status_rows,
    .row_count = sizeof(risk_status_rows) / sizeof(risk_status_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_risk_status,
};
