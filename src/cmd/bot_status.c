/* bot_status.c: all there is to know of one bot. */
#include "cmd/fleet.h"
#include "cmd/rows_table.h"
#include "fleet_sql.h"

#define ROWS_SHOWN 10 /* of commands, and of events: the latest */

typedef struct part {
    const char *title, *sql;
    bool limited; /* takes how many rows */
} part;

static const part parts[] = {{"bot", fleet_bot, false},
                             {"halts", fleet_bot_halts, false},
                             {"open_intents", fleet_bot_intents, false},
                             {"commands", fleet_bot_commands, true},
                             {"events", fleet_bot_events, true}};
#define PART_COUNT (sizeof(parts) / sizeof(parts[0]))

static dbk_err *read_part(app *app, pg_conn *c, const fleet_subject *s, const part *of, table **out)
{
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, s->account_id);
    pg_param_text(p, s->bot_id);
    if (of->limited)
        pg_param_int8(p, ROWS_SHOWN);
    return rows_query(app, c, of->title, of->sql, p, NULL, out);
}

static dbk_err *show(app *app, pg_conn *c, const fleet_flags *f)
{
    fleet_subject s;
    table *tables[PART_COUNT] = {NULL};
    dbk_err *e = fleet_find(app, c, f, &s);
    for (size_t i = 0; !e && i < PART_COUNT; i++)
        e = read_part(app, c, &s, &parts[i], &tables[i]);
    if (!e)
        e = app_print(app, tables, PART_COUNT);
    for (size_t i = 0; i < PART_COUNT; i++)
        table_free(tables[i]);
    return e;
}

static dbk_err *run_bot_status(app *app, void *options, const opt_result *args, int *exit_status)
{
    fleet_flags f = *(const fleet_flags *)options;
    pg_conn *c = NULL;
    (void)exit_status;
    f.bot = args->args[0];
    dbk_err *e = app_connect(app, "daybook bot status", &c);
    if (!e)
        e = show(app, c, &f);
    pg_close(c);
    return e;
}

static const opt_row bot_status_rows[] = {FLEET_ACCOUNT_ROW};

const cmd_spec cmd_bot_status = {
    .help = {.name = "bot status",
             .summary =
                 "show one bot: what it should be, its lease, halts, open intents, latest commands, events",
             .examples = "daybook bot status trend\ndaybook bot status trend --account main --format json",
             .positional =
                 {.name = "BOT", .help = "its id, or its name when only one has it", .min = 1, .max = 1}},
    .options_size = sizeof(fleet_flags),
    .rows = bot_status_rows,
    .row_count = sizeof(bot_status_rows) / sizeof(bot_status_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_bot_status,
};
