/* report.c: the book on one page. Reads only; what is not installed is said and left out. */

#include "cmd/app.h"
#include "cmd/book_list.h"
#include "cmd/book_options.h"
#include "report_file_sql.h"
#include "report_sql.h"

enum part { PART_TRADING, PART_MARKET, PART_BUS, PART_COUNT };
static const char *const part_names[PART_COUNT] = {"trading", "market", "bus"};

static const table_column accounts_columns[] = {{"name", TABLE_STRING},
                                                {"venue", TABLE_STRING},
                                                {"mode", TABLE_STRING},
                                                {"currency", TABLE_STRING},
                                                {"orders", TABLE_INT},
                                                {"fills", TABLE_INT},
                                                {"open_positions", TABLE_INT},
                                                {"realized_pnl", TABLE_DECIMAL},
                                                {"fees", TABLE_DECIMAL},
                                                {"balance", TABLE_DECIMAL},
                                                {"unrealized_pnl", TABLE_DECIMAL},
                                                {"equity", TABLE_DECIMAL},
                                                {"equity_complete", TABLE_BOOL},
                                                {"equity_as_of", TABLE_STRING},
                                                BOOK_LIST_END};
static const table_column orders_columns[] = {{"account", TABLE_STRING},
                                              {"status", TABLE_STRING},
                                              {"orders", TABLE_INT},
                                              {"filled_qty", TABLE_DECIMAL},
                                              BOOK_LIST_END};
static const table_column positions_columns[] = {
    {"account", TABLE_STRING}, {"symbol", TABLE_STRING},     {"position_key", TABLE_STRING},
    {"qty", TABLE_DECIMAL},    {"avg_price", TABLE_DECIMAL}, {"realized_pnl", TABLE_DECIMAL},
    {"fees", TABLE_DECIMAL},   {"opened_at", TABLE_STRING},  BOOK_LIST_END};
static const table_column events_columns[] = {{"event_type", TABLE_STRING},
                                              {"events", TABLE_INT},
                                              {"first_recorded_at", TABLE_STRING},
                                              {"last_recorded_at", TABLE_STRING},
                                              BOOK_LIST_END};
static const table_column ingested_columns[] = {{"source", TABLE_STRING},
                                                {"venue", TABLE_STRING},
                                                {"symbol", TABLE_STRING},
                                                {"interval_s", TABLE_INT},
                                                {"files", TABLE_INT},
                                                {"rows_in", TABLE_INT},
                                                {"inserted", TABLE_INT},
                                                {"duplicate", TABLE_INT},
                                                {"superseded", TABLE_INT},
                                                {"rejected", TABLE_INT},
                                                {"last_received", TABLE_STRING},
                                                BOOK_LIST_END};
static const table_column refused_columns[] = {{"source", TABLE_STRING},
                                               {"file_name", TABLE_STRING},
                                               {"refused_at", TABLE_STRING},
                                               {"reason", TABLE_STRING},
                                               BOOK_LIST_END};
static const table_column coverage_columns[] = {
    {"venue", TABLE_STRING},   {"symbol", TABLE_STRING},     {"kind", TABLE_STRING},
    {"interval_s", TABLE_INT}, {"first_time", TABLE_STRING}, {"last_time", TABLE_STRING},
    {"present", TABLE_INT},    {"expected", TABLE_INT},      {"missing", TABLE_INT},
    {"gap_runs", TABLE_INT},   {"longest_gap", TABLE_INT},   BOOK_LIST_END};

typedef struct section {
    enum part part;
    book_list list; /* without a statement for a file: a file has none of it */
} section;

static const section sections[] = {
    {PART_TRADING, {"accounts", {report_accounts, report_file_accounts}, accounts_columns}},
    {PART_TRADING, {"orders", {report_orders, report_file_orders}, orders_columns}},
    {PART_TRADING, {"open positions", {report_positions, report_file_positions}, positions_columns}},
    {PART_BUS, {"events", {report_events, report_file_events}, events_columns}},
    {PART_MARKET, {"ingested", {report_ingested, NULL}, ingested_columns}},
    {PART_MARKET, {"refused files", {report_refused, NULL}, refused_columns}},
    {PART_MARKET, {"coverage", {report_coverage, NULL}, coverage_columns}},
};
#define SECTION_COUNT (sizeof(sections) / sizeof(sections[0]))

typedef struct report {
    table *tables[SECTION_COUNT];
    size_t count;
} report;

static dbk_err *read_section(const section *s, book_source *source, report *out)
{
    dbk_err *e = book_list_read(&s->list, source, NULL, 0, &out->tables[out->count]);
    if (e)
        return err_wrap(e, "while reading %s", s->list.title);
    out->count++;
    return NULL;
}

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
static dbk_err *read_server(app *app, report *out)
{
    bool present[PART_COUNT];
    pg_conn *c = NULL;
    dbk_err *e = app_connect(app, "daybook report", &c);
    if (!e)
        e = pg_exec(c, "begin transaction isolation level repeatable read read only");
    if (!e)
        e = find_parts(app, c, present);
    book_source source = {.server = c};
    for (size_t i = 0; !e && i < SECTION_COUNT; i++) {
        if (present[sections[i].part])
            e = read_section(&sections[i], &source, out);
        else
            log_printf(app->log, LOG_WARNING, "no %s: module %s is not installed", sections[i].list.title,
                       part_names[sections[i].part]);
    }
    pg_close(c);
    if (!e && out->count == 0)
        e = err_with_hint(err_new(ERR_NOT_FOUND, "nothing to report: no module of Daybook is installed"),
                          "daybook migrate apply --modules trading,market");
    return e;
}

static dbk_err *read_file(app *app, report *out)
{
    sqlite_db *db = NULL;
    dbk_err *e = book_options_open_file(app, &db);
    if (!e)
        e = sqlite_begin_read(db);
    book_source source = {.file = db};
    for (size_t i = 0; !e && i < SECTION_COUNT; i++)
        if (sections[i].list.rows.file)
            e = read_section(&sections[i], &source, out);
    sqlite_close(db);
    return e;
}

static dbk_err *run_report(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)args;
    (void)exit_status;
    report r = {.count = 0};
    dbk_err *e = app_file(app) ? read_file(app, &r) : read_server(app, &r);
    if (!e)
        e = app_print(app, r.tables, r.count);
    for (size_t i = 0; i < r.count; i++)
        table_free(r.tables[i]);
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
                 "in which nobody traded has no candle on many venues. A book in a file has no candles.",
             .examples = "daybook report\ndaybook report --format json | jq '.accounts[].equity'\n"
                         "daybook report --url sqlite:book.db"},
    .uses_target = true,
    .uses_output = true,
    .run = run_report,
};
