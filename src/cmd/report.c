/* report.c: the book on one page. Reads only; what is not installed is said and left out. */

#include <string.h>

#include "cmd/app.h"
#include "cmd/rows_table.h"
#include "report_sql.h"

enum part { PART_TRADING, PART_MARKET, PART_BUS, PART_COUNT };
static const char *const part_names[PART_COUNT] = {"trading", "market", "bus"};

typedef struct section {
    const char *title;
    enum part part;
    const char *sql;
} section;

static const section sections[] = {
    {"accounts", PART_TRADING, report_accounts},        {"orders", PART_TRADING, report_orders},
    {"open positions", PART_TRADING, report_positions}, {"events", PART_BUS, report_events},
    {"ingested", PART_MARKET, report_ingested},         {"refused files", PART_MARKET, report_refused},
    {"coverage", PART_MARKET, report_coverage},
};
#define SECTION_COUNT (sizeof(sections) / sizeof(sections[0]))

static dbk_err *find_parts(app *app, pg_conn *c, bool present[PART_COUNT])
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(c, app->arena, report_modules, NULL, &rows);
    if (e)
        return e;
    for (size_t i = 0; i < PART_COUNT; i++)
        present[i] = pg_get_bool(rows, 0, i);
    return NULL;
}

/* One snapshot for all sections, so that the numbers of one page agree with each other. */
static dbk_err *read_sections(app *app, pg_conn *c, table *tables[SECTION_COUNT], size_t *count)
{
    bool present[PART_COUNT];
    dbk_err *e = pg_exec(c, "begin transaction isolation level repeatable read read only");
    if (!e)
        e = find_parts(app, c, present);
    for (size_t i = 0; !e && i < SECTION_COUNT; i++) {
        if (!present[sections[i].part]) {
            log_printf(app->log, LOG_WARNING, "no %s: module %s is not installed", sections[i].title,
                       part_names[sections[i].part]);
            continue;
        }
        pg_rows *rows;
        e = pg_query(c, app->arena, sections[i].sql, NULL, &rows);
        if (!e)
            e = rows_table(sections[i].title, rows, &tables[*count]);
        if (e)
            e = err_wrap(e, "while reading %s", sections[i].title);
        else
            (*count)++;
    }
    return e;
}

static dbk_err *run_report(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)args;
    (void)exit_status;
    pg_conn *c = NULL;
    table *tables[SECTION_COUNT] = {NULL};
    size_t count = 0;
    dbk_err *e = app_connect(app, "daybook report", &c);
    if (!e)
        e = read_sections(app, c, tables, &count);
    if (!e && count == 0)
        e = err_with_hint(err_new(ERR_NOT_FOUND, "nothing to report: no module of Daybook is installed"),
                          "daybook migrate apply --modules trading,market");
    if (!e)
        e = app_print(app, tables, count);
    for (size_t i = 0; i < count; i++)
        table_free(tables[i]);
    pg_close(c);
    return e;
}

const cmd_spec cmd_report = {
    .help = {.name = "report",
             .summary = "print the book: accounts, orders, positions, PnL, events, what was ingested and "
                        "what is missing",
             .description =
                 "Reads everything in one snapshot. Accounts, orders and positions are those that the "
                 "connecting role may read.\n\nUnrealised PnL and equity are as of the last recorded equity "
                 "point. Missing candles are counted between the first and the last of each series; a minute "
                 "in which nobody traded has no candle on many venues.",
             .examples = "daybook report\ndaybook report --format json | jq '.accounts[].equity'"},
    .uses_target = true,
    .uses_output = true,
    .run = run_report,
};
