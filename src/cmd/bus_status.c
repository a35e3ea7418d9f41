/* bus_status.c: whether events get where they are to go, in one look. */
#include <string.h>

#include "bus_cmd_sql.h"
#include "cmd/app.h"
#include "cmd/bus_tails.h"
#include "cmd/commands.h"
#include "cmd/rows_table.h"

typedef struct status_flags {
    int64_t lag_limit_ms;
    int64_t transaction_limit_ms;
    opt_list sinks;
} status_flags;

static const opt_row status_rows[] = {
    {.name = "lag-limit",
     .kind = OPT_DURATION,
     .offset = offsetof(status_flags, lag_limit_ms),
     .value_name = "TIME",
     .help = "warn of what is later than this",
     .default_text = "30s"},
    {.name = "transaction-limit",
     .kind = OPT_DURATION,
     .offset = offsetof(status_flags, transaction_limit_ms),
     .value_name = "TIME",
     .help = "warn of transactions that are open for longer",
     .default_text = "60s"},
    {.name = "sink",
     .kind = OPT_LIST,
     .offset = offsetof(status_flags, sinks),
     .value_name = "[NAME=]ADDRESS",
     .help = "ask this sink where it stands, as the relay is told it; may be repeated"},
};

/* One answer a table, in this order. */
static const struct {
    const char *title, *sql;
    bool has_limits;
} sections[] = {
    {"log", bus_cmd_log, false},
    {"consumers", bus_cmd_consumers, false},
    {"transactions", bus_cmd_transactions, false},
    {"partitions", bus_cmd_partitions, false},
    {"warnings", bus_cmd_warnings, true},
};
#define SECTION_COUNT (sizeof(sections) / sizeof(sections[0]))

static dbk_err *read_section(app *app, pg_conn *c, const status_flags *f, size_t which, table **out)
{
    pg_params *p = NULL;
    if (sections[which].has_limits) {
        p = pg_params_new(app->arena);
        pg_param_float8(p, (double)f->lag_limit_ms / 1000);
        pg_param_float8(p, (double)f->transaction_limit_ms / 1000);
    }
    return rows_query(app, c, sections[which].title, sections[which].sql, p, NULL, out);
}

static dbk_err *run_bus_status(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    pg_conn *c = NULL;
    const status_flags *f = options;
    table *tables[SECTION_COUNT + 1] = {NULL};
    bool doubtful = false;
    dbk_err *e = app_connect(app, "daybook bus status", &c);
    /* In a transaction for the setting: compiling these plans would take longer than anything they do. */
    if (!e)
        e = pg_begin(c);
    if (!e)
        e = pg_exec(c, "set local jit = off");
    for (size_t i = 0; i < SECTION_COUNT && !e; i++)
        e = read_section(app, c, f, i, &tables[i]);
    if (!e)
        e = pg_commit(c);
    if (!e)
        e = bus_tails(app, c, &f->sinks, &tables[SECTION_COUNT], &doubtful);
    if (!e)
        e = app_print(app, tables, SECTION_COUNT + 1);
    if (!e && (doubtful || table_rows(tables[SECTION_COUNT - 1]) > 0))
        *exit_status = 1;
    for (size_t i = 0; i <= SECTION_COUNT; i++)
        table_free(tables[i]);
    pg_close(c);
    return e;
}

const cmd_spec cmd_bus_status = {
    .help =
        {.name = "bus status",
         .summary = "show where the log of events stands, who reads it, and what holds it up",
         .description =
             "Six tables. log: epoch, last place, who gives places, when it last looked, how many committed "
             "events wait for their places and since when, how full the queue of notifications is. "
             "consumers: "
             "who reads the log, sinks and webhooks included, how far each has come and how far that is "
             "behind, "
             "what waits, fails or is a dead letter. transactions: the five oldest of the server that are "
             "open or "
             "prepared, in any database. partitions: how much room there is. warnings: what asks for "
             "somebody. sinks: where each stands by its own word beside its cursor (even, ahead, behind: it "
             "has lost what it had confirmed), or why that is unknown; those named with --sink are asked.\n\n"
             "Exit status: 0 without warnings, 1 with some, also when a sink is behind or cannot be asked.",
         .examples = "daybook bus status\n"
                     "daybook bus status --format json --lag-limit 5s\n"
                     "daybook bus status --sink file:/var/lib/daybook/events --sink nats://localhost:4222"},
    .options_size = sizeof(status_flags),
    .rows = status_rows,
    .row_count = sizeof(status_rows) / sizeof(status_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_bus_status,
};
