/* bus_status.c: whether events get where they are to go, in one look. */
#include <string.h>

#include "bus_cmd_sql.h"
#include "cmd/app.h"
#include "cmd/commands.h"
#include "cmd/rows_table.h"

typedef struct status_flags {
    int64_t lag_limit_ms;
    int64_t transaction_limit_ms;
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
    table *tables[SECTION_COUNT] = {NULL};
    dbk_err *e = app_connect(app, "daybook bus status", &c);
    for (size_t i = 0; i < SECTION_COUNT && !e; i++)
        e = read_section(app, c, options, i, &tables[i]);
    if (!e)
        e = app_print(app, tables, SECTION_COUNT);
    if (!e && table_rows(tables[SECTION_COUNT - 1]) > 0)
        *exit_status = 1;
    for (size_t i = 0; i < SECTION_COUNT; i++)
        table_free(tables[i]);
    pg_close(c);
    return e;
}

const cmd_spec cmd_bus_status = {
    .help =
        {.name = "bus status",
         .summary = "show where the log of events stands, who reads it, and what holds it up",
         .description =
             "Five tables. log: epoch, last place, who gives places, when it last looked, how many committed "
             "events wait for their places and since when, how full the queue of notifications is. "
             "consumers: "
             "who reads the log, sinks and webhooks included, how far each has come and how far that is "
             "behind, "
             "what waits, fails or is a dead letter. transactions: the five oldest of the server that are "
             "open or "
             "prepared, in any database. partitions: how much room there is. warnings: what asks for "
             "somebody.\n\n"
             "Exit status: 0 without warnings, 1 with some.",
         .examples = "daybook bus status\n"
                     "daybook bus status --format json --lag-limit 5s"},
    .options_size = sizeof(status_flags),
    .rows = status_rows,
    .row_count = sizeof(status_rows) / sizeof(status_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_bus_status,
};
