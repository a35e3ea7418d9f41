/* book_lists.c: orders, fills, positions, results, equity and cash of the book, as rows. */
#include <stddef.h>
#include <string.h>

#include "book/book_file.h"
#include "book/sqlite_performance.h"
#include "book_file_lists.h"
#include "book_sql_lists.h"
#include "cmd/book_list.h"
#include "cmd/book_options.h"

typedef struct list_flags {
    opt_list accounts;
    opt_list statuses;
    const char *symbol;
    const char *since, *until;
    int64_t limit;
    int by;
    int method, matching;
    bool all;
} list_flags;

static const char *const methods[] = {"flat_to_flat", "fill_to_fill", "flat_to_reduced", "average", NULL};
static const char *const matchings[] = {"default", "fifo", "lifo", "hifo", NULL};
static const char *const pnl_by[] = {"instrument", "day", "month", "total", NULL};

#define SYMBOL_ROW                                                                                           \
    {                                                                                                        \
        .name = "symbol", .kind = OPT_STRING, .offset = offsetof(list_flags, symbol),                        \
        .value_name = "SYMBOL", .help = "only this instrument, by its symbol at the venue", .no_env = true   \
    }
#define SINCE_ROW                                                                                            \
    {                                                                                                        \
        .name = "since", .kind = OPT_STRING, .offset = offsetof(list_flags, since), .value_name = "TIME",    \
        .help = "from this time on: 2024-03-01, 2024-03-01T12:00:00Z, yesterday; UTC without a zone",        \
        .no_env = true                                                                                       \
    }
#define UNTIL_ROW                                                                                            \
    {                                                                                                        \
        .name = "until", .kind = OPT_STRING, .offset = offsetof(list_flags, until), .value_name = "TIME",    \
        .help = "before this time", .no_env = true                                                           \
    }
#define LIMIT_ROW                                                                                            \
    {                                                                                                        \
        .name = "limit", .kind = OPT_INT, .offset = offsetof(list_flags, limit), .value_name = "ROWS",       \
        .help = "at most so many, the newest", .default_text = "100", .min = 1, .max = INT32_MAX,            \
        .no_env = true                                                                                       \
    }

/* What the statements of a list take after the first parameter, the accounts. */
typedef enum list_parameter {
    TAKES_END,
    TAKES_LIMIT,
    TAKES_SYMBOL,
    TAKES_STATUSES,
    TAKES_ALL,
    TAKES_SINCE,
    TAKES_UNTIL,
    TAKES_BY,
    TAKES_METHOD,
    TAKES_MATCHING
} list_parameter;
#define PARAMETERS_MAX 8

typedef struct list {
    book_list shown;
    list_parameter takes[PARAMETERS_MAX]; /* up to TAKES_END */
} list;

/* ---- what is asked for ---- */

static dbk_err *time_parameter(const char *said, book_parameter *out)
{
    const dbk_clock *clock = clock_system();
    *out = (book_parameter){.kind = said ? BOOK_TIME : BOOK_TEXT};
    return said ? clock_parse(said, clock->wall_us(clock), &out->number) : NULL;
}

static dbk_err *status_parameter(const opt_list *said, book_parameter *out)
{
    static const char *const statuses[] = {
        "submitted", "accepted", "triggered", "partially_filled", "pending_cancel", "pending_replace",
        "denied",    "filled",   "canceled",  "rejected",         "expired"};
    const size_t count = sizeof(statuses) / sizeof(statuses[0]);
    for (size_t i = 0; i < said->count; i++) {
        size_t known = 0;
        while (known < count && strcmp(statuses[known], said->items[i]) != 0)
            known++;
        if (known == count)
            return err_with_hint(err_new(ERR_INPUT, "%s is an unknown status of an order", said->items[i]),
                                 "filled, accepted and partially_filled are some; docs/BOOK.md has all");
    }
    *out = (book_parameter){.kind = BOOK_LIST, .items = said->items, .count = said->count};
    return NULL;
}

static dbk_err *matching_parameter(const list_flags *f, book_parameter *out)
{
    *out = (book_parameter){.kind = BOOK_TEXT, .text = f->matching == 0 ? NULL : matchings[f->matching]};
    bool by_lots = f->method == ROUNDTRIP_FILL_TO_FILL || f->method == ROUNDTRIP_FLAT_TO_REDUCED;
    if (!out->text || by_lots)
        return NULL;
    return err_with_hint(
        err_new(ERR_INPUT, "--matching is %s, but nothing is matched by %s", out->text, methods[f->method]),
        "--method fill_to_fill and flat_to_reduced match lots");
}

static dbk_err *make_parameter(list_parameter parameter, const list_flags *f, book_parameter *out)
{
    switch (parameter) {
    case TAKES_LIMIT:
        *out = (book_parameter){.kind = BOOK_INT8, .number = f->limit};
        return NULL;
    case TAKES_SYMBOL:
        *out = (book_parameter){.kind = BOOK_TEXT, .text = f->symbol};
        return NULL;
    case TAKES_STATUSES:
        return status_parameter(&f->statuses, out);
    case TAKES_ALL:
        *out = (book_parameter){.kind = BOOK_BOOL, .number = f->all};
        return NULL;
    case TAKES_SINCE:
        return time_parameter(f->since, out);
    case TAKES_UNTIL:
        return time_parameter(f->until, out);
    case TAKES_BY:
        *out = (book_parameter){.kind = BOOK_TEXT, .text = pnl_by[f->by]};
        return NULL;
    case TAKES_METHOD:
        *out = (book_parameter){.kind = BOOK_TEXT, .text = methods[f->method]};
        return NULL;
    case TAKES_MATCHING:
        return matching_parameter(f, out);
    case TAKES_END:
        break;
    }
    return NULL;
}

/* ---- reading ---- */

typedef struct reading {
    const list *list;
    const list_flags *flags;
    book_parameter parameters[PARAMETERS_MAX];
    size_t count;
} reading;

static dbk_err *prepare(reading *r)
{
    dbk_err *e = NULL;
    r->count = 1; /* the accounts */
    for (const list_parameter *p = r->list->takes; !e && *p != TAKES_END; p++)
        e = make_parameter(*p, r->flags, &r->parameters[r->count++]);
    return e;
}

static dbk_err *read_source(reading *r, book_source source, const book_accounts *accounts, table **out)
{
    r->parameters[0] = (book_parameter){.kind = BOOK_LIST, .items = accounts->ids, .count = accounts->count};
    return book_list_read(&r->list->shown, &source, r->parameters, r->count, out);
}

static dbk_err *read_server(app *app, reading *r, table **out)
{
    book_accounts accounts;
    pg_conn *c = NULL;
    dbk_err *e = app_connect(app, "daybook book", &c);
    if (!e)
        e = book_snapshot_begin(c, app->arena);
    if (!e)
        e = book_options_accounts(app, c, &r->flags->accounts, &accounts);
    if (!e)
        e = read_source(r, (book_source){.server = c}, &accounts, out);
    pg_close(c);
    return e;
}

/* What a server's function measures is measured in a file before it is listed. */
static dbk_err *measure(const book_accounts *accounts, sqlite_db *db, const book_parameter *since,
                        const book_parameter *until)
{
    return sqlite_performance_measure(db, accounts->ids, accounts->count,
                                      &(performance_period){.has_since = since->kind == BOOK_TIME,
                                                            .has_as_of = until->kind == BOOK_TIME,
                                                            .since_us = since->number,
                                                            .as_of_us = until->number});
}

static dbk_err *read_file(app *app, reading *r, table **out)
{
    book_accounts accounts;
    sqlite_db *db = NULL;
    const list_flags *f = r->flags;
    dbk_err *e = book_options_open_file(app, &db);
    if (!e)
        e = sqlite_begin_read(db);
    if (!e)
        e = book_options_file_accounts(app, db, &f->accounts, &accounts);
    if (!e && f->method != ROUNDTRIP_FLAT_TO_FLAT)
        e = book_file_lot_trips(db, &accounts, (roundtrip_method)f->method,
                                f->matching == 0 ? LOT_FIFO : (lot_matching)(f->matching - 1));
    if (!e && r->list->shown.rows.file == book_file_performance)
        e = measure(&accounts, db, &r->parameters[1], &r->parameters[2]);
    if (!e)
        e = read_source(r, (book_source){.file = db}, &accounts, out);
    sqlite_close(db);
    return e;
}

static dbk_err *print_list(app *app, const list_flags *f, const list *l)
{
    reading r = {.list = l, .flags = f};
    table *t = NULL;
    dbk_err *e = prepare(&r);
    if (!e)
        e = app_file(app) ? read_file(app, &r, &t) : read_server(app, &r, &t);
    if (!e)
        e = app_print(app, &t, 1);
    table_free(t);
    return e;
}

/* ---- the lists ---- */

#define DEFINE_RUN(name, file_sql, ...)                                                                      \
    static dbk_err *run_##name(app *app, void *options, const opt_result *args, int *exit_status)            \
    {                                                                                                        \
        (void)args;                                                                                          \
        (void)exit_status;                                                                                   \
        static const list l = {.shown = {#name, {book_##name, file_sql}, name##_columns},                    \
                               .takes = {__VA_ARGS__}};                                                      \
        return print_list(app, options, &l);                                                                 \
    }

static const table_column orders_columns[] = {{"account", TABLE_STRING},
                                              {"order_id", TABLE_STRING},
                                              {"venue", TABLE_STRING},
                                              {"symbol", TABLE_STRING},
                                              {"kind", TABLE_STRING},
                                              {"position_key", TABLE_STRING},
                                              {"side", TABLE_STRING},
                                              {"type", TABLE_STRING},
                                              {"time_in_force", TABLE_STRING},
                                              {"qty", TABLE_DECIMAL},
                                              {"price", TABLE_DECIMAL},
                                              {"stop_price", TABLE_DECIMAL},
                                              {"status", TABLE_STRING},
                                              {"outcome_unknown", TABLE_BOOL},
                                              {"cum_qty", TABLE_DECIMAL},
                                              {"leaves_qty", TABLE_DECIMAL},
                                              {"avg_fill_price", TABLE_DECIMAL},
                                              {"exchange_order_id", TABLE_STRING},
                                              {"origin", TABLE_STRING},
                                              {"refusal_code", TABLE_STRING},
                                              {"submitted_at", TABLE_STRING},
                                              {"updated_at", TABLE_STRING},
                                              BOOK_LIST_END};
DEFINE_RUN(orders, book_file_orders, TAKES_LIMIT, TAKES_SYMBOL, TAKES_STATUSES)

static const table_column fills_columns[] = {
    {"account", TABLE_STRING},        {"filled_at", TABLE_STRING},
    {"venue", TABLE_STRING},          {"symbol", TABLE_STRING},
    {"kind", TABLE_STRING},           {"position_key", TABLE_STRING},
    {"side", TABLE_STRING},           {"qty", TABLE_DECIMAL},
    {"price", TABLE_DECIMAL},         {"value", TABLE_DECIMAL},
    {"fee", TABLE_DECIMAL},           {"fee_currency", TABLE_STRING},
    {"liquidity", TABLE_STRING},      {"realized_gross", TABLE_DECIMAL},
    {"realized_net", TABLE_DECIMAL},  {"cycle", TABLE_INT},
    {"flags", TABLE_STRING},          {"amended", TABLE_BOOL},
    {"fill_id", TABLE_STRING},        {"order_id", TABLE_STRING},
    {"venue_trade_id", TABLE_STRING}, BOOK_LIST_END};
DEFINE_RUN(fills, book_file_fills, TAKES_LIMIT, TAKES_SYMBOL, TAKES_SINCE, TAKES_UNTIL)

static const table_column positions_columns[] = {{"account", TABLE_STRING},
                                                 {"venue", TABLE_STRING},
                                                 {"symbol", TABLE_STRING},
                                                 {"kind", TABLE_STRING},
                                                 {"position_key", TABLE_STRING},
                                                 {"qty", TABLE_DECIMAL},
                                                 {"avg_price", TABLE_DECIMAL},
                                                 {"currency", TABLE_STRING},
                                                 {"realized_gross", TABLE_DECIMAL},
                                                 {"fees", TABLE_DECIMAL},
                                                 {"funding", TABLE_DECIMAL},
                                                 {"realized_pnl", TABLE_DECIMAL},
                                                 {"cycle", TABLE_INT},
                                                 {"opened_at", TABLE_STRING},
                                                 {"last_fill_at", TABLE_STRING},
                                                 {"position_id", TABLE_STRING},
                                                 BOOK_LIST_END};
DEFINE_RUN(positions, book_file_positions, TAKES_SYMBOL, TAKES_ALL)

static const table_column pnl_columns[] = {{"account", TABLE_STRING},
                                           {"period", TABLE_STRING},
                                           {"venue", TABLE_STRING},
                                           {"symbol", TABLE_STRING},
                                           {"kind", TABLE_STRING},
                                           {"currency", TABLE_STRING},
                                           {"fills", TABLE_INT},
                                           {"volume", TABLE_DECIMAL},
                                           {"realized_gross", TABLE_DECIMAL},
                                           {"fees", TABLE_DECIMAL},
                                           {"funding", TABLE_DECIMAL},
                                           {"realized_net", TABLE_DECIMAL},
                                           BOOK_LIST_END};
DEFINE_RUN(pnl, book_file_pnl, TAKES_BY, TAKES_SINCE, TAKES_UNTIL)

static const table_column roundtrips_columns[] = {{"account", TABLE_STRING},      {"closed_at", TABLE_STRING},
                                                  {"opened_at", TABLE_STRING},    {"venue", TABLE_STRING},
                                                  {"symbol", TABLE_STRING},       {"kind", TABLE_STRING},
                                                  {"position_key", TABLE_STRING}, {"cycle", TABLE_INT},
                                                  {"side", TABLE_STRING},         {"qty", TABLE_DECIMAL},
                                                  {"avg_entry", TABLE_DECIMAL},   {"avg_exit", TABLE_DECIMAL},
                                                  {"currency", TABLE_STRING},     {"gross", TABLE_DECIMAL},
                                                  {"fees", TABLE_DECIMAL},        {"funding", TABLE_DECIMAL},
                                                  {"net", TABLE_DECIMAL},         {"mae", TABLE_DECIMAL},
                                                  {"mfe", TABLE_DECIMAL},         BOOK_LIST_END};
DEFINE_RUN(roundtrips, book_file_roundtrips, TAKES_LIMIT, TAKES_SYMBOL, TAKES_METHOD, TAKES_MATCHING,
           TAKES_SINCE, TAKES_UNTIL)

static const table_column equity_columns[] = {
    {"account", TABLE_STRING},  {"as_of", TABLE_STRING},       {"currency", TABLE_STRING},
    {"balance", TABLE_DECIMAL}, {"unrealized", TABLE_DECIMAL}, {"equity", TABLE_DECIMAL},
    {"complete", TABLE_BOOL},   {"missing", TABLE_STRING},     BOOK_LIST_END};
DEFINE_RUN(equity, book_file_equity, TAKES_LIMIT, TAKES_SINCE, TAKES_UNTIL)

static const table_column performance_columns[] = {{"account", TABLE_STRING},
                                                   {"currency", TABLE_STRING},
                                                   {"fills", TABLE_INT},
                                                   {"fees", TABLE_DECIMAL},
                                                   {"funding", TABLE_DECIMAL},
                                                   {"realized_net", TABLE_DECIMAL},
                                                   {"roundtrips", TABLE_INT},
                                                   {"won", TABLE_INT},
                                                   {"lost", TABLE_INT},
                                                   {"gross_profit", TABLE_DECIMAL},
                                                   {"gross_loss", TABLE_DECIMAL},
                                                   {"first_at", TABLE_STRING},
                                                   {"last_at", TABLE_STRING},
                                                   {"points", TABLE_INT},
                                                   {"equity_first", TABLE_DECIMAL},
                                                   {"equity_last", TABLE_DECIMAL},
                                                   {"flows", TABLE_DECIMAL},
                                                   {"pnl", TABLE_DECIMAL},
                                                   {"return_rate", TABLE_DECIMAL},
                                                   {"drawdown", TABLE_DECIMAL},
                                                   {"drawdown_rate", TABLE_DECIMAL},
                                                   {"complete", TABLE_BOOL},
                                                   {"missing", TABLE_STRING},
                                                   BOOK_LIST_END};
DEFINE_RUN(performance, book_file_performance, TAKES_SINCE, TAKES_UNTIL)

static const table_column cash_columns[] = {
    {"account", TABLE_STRING}, {"currency", TABLE_STRING}, {"balance", TABLE_DECIMAL}, BOOK_LIST_END};
DEFINE_RUN(cash, book_file_cash, TAKES_END)

static const opt_row order_rows[] = {
    BOOK_ACCOUNT_ROW(list_flags, accounts),
    SYMBOL_ROW,
    {.name = "status",
     .kind = OPT_LIST,
     .offset = offsetof(list_flags, statuses),
     .value_name = "STATUS",
     .help = "only orders that are this, filled for example; may be repeated",
     .no_env = true},
    LIMIT_ROW,
};
static const opt_row fill_rows[] = {BOOK_ACCOUNT_ROW(list_flags, accounts), SYMBOL_ROW, SINCE_ROW, UNTIL_ROW,
                                    LIMIT_ROW};
static const opt_row position_rows[] = {
    BOOK_ACCOUNT_ROW(list_flags, accounts),
    SYMBOL_ROW,
    {.name = "all",
     .kind = OPT_FLAG,
     .offset = offsetof(list_flags, all),
     .help = "flat positions too",
     .no_env = true},
};
static const opt_row pnl_rows[] = {
    BOOK_ACCOUNT_ROW(list_flags, accounts),
    {.name = "by",
     .kind = OPT_CHOICE,
     .offset = offsetof(list_flags, by),
     .value_name = "WHAT",
     .help = "one row for each of these",
     .choices = pnl_by,
     .default_text = "instrument",
     .no_env = true},
    SINCE_ROW,
    UNTIL_ROW,
};
static const opt_row roundtrip_rows[] = {
    BOOK_ACCOUNT_ROW(list_flags, accounts),
    SYMBOL_ROW,
    {.name = "method",
     .kind = OPT_CHOICE,
     .offset = offsetof(list_flags, method),
     .value_name = "METHOD",
     .help = "what makes a round trip",
     .choices = methods,
     .default_text = "flat_to_flat",
     .no_env = true},
    {.name = "matching",
     .kind = OPT_CHOICE,
     .offset = offsetof(list_flags, matching),
     .value_name = "LOTS",
     .help = "which lots an exit closes, where the method matches lots; default is fifo",
     .choices = matchings,
     .default_text = "default",
     .no_env = true},
    SINCE_ROW,
    UNTIL_ROW,
    LIMIT_ROW,
};
static const opt_row equity_rows[] = {BOOK_ACCOUNT_ROW(list_flags, accounts), SINCE_ROW, UNTIL_ROW,
                                      LIMIT_ROW};
static const opt_row performance_rows[] = {BOOK_ACCOUNT_ROW(list_flags, accounts), SINCE_ROW, UNTIL_ROW};
static const opt_row cash_rows[] = {BOOK_ACCOUNT_ROW(list_flags, accounts)};

#define DEFINE_COMMAND(name_, rows_, summary_, description_, examples_)                                      \
    const cmd_spec cmd_book_##name_ = {                                                                      \
        .help = {.name = "book " #name_,                                                                     \
                 .summary = summary_,                                                                        \
                 .description = description_,                                                                \
                 .examples = examples_},                                                                     \
        .options_size = sizeof(list_flags),                                                                  \
        .rows = rows_,                                                                                       \
        .row_count = sizeof(rows_) / sizeof((rows_)[0]),                                                     \
        .uses_target = true,                                                                                 \
        .uses_output = true,                                                                                 \
        .run = run_##name_,                                                                                  \
    }

DEFINE_COMMAND(
    orders, order_rows, "list orders: what was asked for and what is known, newest first",
    "qty, price and stop_price are those in force, after any replace. outcome_unknown says that an answer of "
    "the venue is missing: such an order is neither rejected nor gone.",
    "daybook book orders --status accepted --status partially_filled\n"
    "daybook book orders --account main --format json\n"
    "daybook book orders --url sqlite:book.db");
DEFINE_COMMAND(
    fills, fill_rows, "list the fills that count, newest first",
    "Each on the terms and with the result it has now: amended says that a correction changed it, and busted "
    "fills are left out (daybook book dump has all).",
    "daybook book fills --symbol BTCUSDT --since today\ndaybook book fills --limit 100000 --format csv > "
    "fills.csv");
DEFINE_COMMAND(
    positions, position_rows, "list positions, long positive and short negative",
    "realized_pnl is net of fees and funding, over all cycles of the position. What is open is valued by "
    "the points of daybook book equity.",
    "daybook book positions\ndaybook book positions --all --account main");
DEFINE_COMMAND(
    pnl, pnl_rows, "add up what was realised, by instrument, day, month or in all",
    "A result belongs to the moment of the fill or funding that made it; days and months are UTC. Each "
    "currency has rows of its own.",
    "daybook book pnl --by day --since 2024-03-01\ndaybook book pnl --by total --format json");
DEFINE_COMMAND(roundtrips, roundtrip_rows, "list the trades that were closed, newest first",
               "flat_to_flat, which is what the book keeps: from opening a position to flat, at average "
               "cost; a flip ends one and begins "
               "the next. The others are computed from the fills: fill_to_fill matches exits with entries "
               "lot by lot, flat_to_reduced "
               "makes one of every reduction, average one of every reduction at average cost.\n\nmae and mfe "
               "are the greatest loss and the "
               "greatest profit that were open while it lasted, by the prices of its fills and the marks "
               "recorded with equity.",
               "daybook book roundtrips --since 2024-03-01\ndaybook book roundtrips --method fill_to_fill "
               "--matching lifo --format csv");
DEFINE_COMMAND(equity, equity_rows, "list the points of the equity curve, newest first",
               "A point that is not complete leaves out what had no mark or no rate; missing names it.",
               "daybook book equity --account main --since 2024-03-01 --format csv");
DEFINE_COMMAND(performance, performance_rows, "show how accounts did over a time",
               "Fills, fees, funding and round trips count from --since on and before --until. Equity is "
               "measured from its "
               "last point at or before --since to the last at or before --until: pnl leaves out flows "
               "(deposits, withdrawals "
               "and transfers), return_rate is time-weighted: the Modified Dietz return between each two "
               "points, linked. "
               "Amounts are in the currency of the account; missing names what could not be valued.",
               "daybook book performance --since 2024-03-01 --until 2024-04-01\n"
               "daybook book performance --account main --format json");
DEFINE_COMMAND(cash, cash_rows, "list what accounts hold of each currency",
               "Opening balance, deposits and withdrawals, and what trades, fees and funding moved. The base "
               "currencies of spot "
               "positions are holdings; margin of contracts is not taken out.",
               "daybook book cash --account main");
