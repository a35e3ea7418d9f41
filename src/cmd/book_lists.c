/* book_lists.c: orders, fills, positions, results, equity and cash of the book, as rows. */
#include <stddef.h>

#include "book_sql_lists.h"
#include "cmd/book_options.h"
#include "cmd/rows_table.h"

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

/* What the statement of a command takes after $1, the accounts; in the order of the command's `takes`. */
typedef enum list_parameter {
    TAKES_END,
    TAKES_LIMIT,
    TAKES_SYMBOL,
    TAKES_STATUSES,
    TAKES_ALL,
    TAKES_PERIOD,
    TAKES_BY,
    TAKES_METHOD
} list_parameter;

static void add_parameter(pg_params *p, list_parameter parameter, const list_flags *f)
{
    switch (parameter) {
    case TAKES_LIMIT:
        pg_param_int4(p, (int32_t)f->limit);
        break;
    case TAKES_SYMBOL:
        pg_param_text(p, f->symbol);
        break;
    case TAKES_STATUSES:
        if (f->statuses.count == 0)
            pg_param_null(p);
        else
            pg_param_text_array(p, f->statuses.items, f->statuses.count);
        break;
    case TAKES_ALL:
        pg_param_bool(p, f->all);
        break;
    case TAKES_PERIOD:
        pg_param_text(p, f->since);
        pg_param_text(p, f->until);
        break;
    case TAKES_BY:
        pg_param_text(p, pnl_by[f->by]);
        break;
    case TAKES_METHOD:
        pg_param_text(p, methods[f->method]);
        pg_param_text(p, f->matching == 0 ? NULL : matchings[f->matching]);
        break;
    case TAKES_END:
        break;
    }
}

static dbk_err *print_list(app *app, const list_flags *f, const char *title, const char *sql,
                           const list_parameter *takes)
{
    book_accounts accounts;
    pg_rows *rows;
    table *t = NULL;
    pg_conn *c = NULL;
    dbk_err *e = app_connect(app, "daybook book", &c);
    if (!e)
        e = book_snapshot_begin(c, app->arena);
    if (!e)
        e = book_options_accounts(app, c, &f->accounts, &accounts);
    if (!e) {
        pg_params *p = book_snapshot_params(app->arena, &accounts);
        for (const list_parameter *parameter = takes; *parameter != TAKES_END; parameter++)
            add_parameter(p, *parameter, f);
        e = pg_query(c, app->arena, sql, p, &rows);
    }
    if (!e)
        e = rows_table(title, rows, &t);
    pg_close(c);
    if (!e)
        e = app_print(app, &t, 1);
    table_free(t);
    return e;
}

#define DEFINE_RUN(name, sql, ...)                                                                           \
    static dbk_err *run_##name(app *app, void *options, const opt_result *args, int *exit_status)            \
    {                                                                                                        \
        (void)args;                                                                                          \
        (void)exit_status;                                                                                   \
        static const list_parameter takes[] = {__VA_ARGS__};                                                 \
        return print_list(app, options, #name, sql, takes);                                                  \
    }

DEFINE_RUN(orders, book_orders, TAKES_LIMIT, TAKES_SYMBOL, TAKES_STATUSES, TAKES_END)
DEFINE_RUN(fills, book_fills, TAKES_LIMIT, TAKES_SYMBOL, TAKES_PERIOD, TAKES_END)
DEFINE_RUN(positions, book_positions, TAKES_SYMBOL, TAKES_ALL, TAKES_END)
DEFINE_RUN(pnl, book_pnl, TAKES_BY, TAKES_PERIOD, TAKES_END)
DEFINE_RUN(equity, book_equity, TAKES_LIMIT, TAKES_PERIOD, TAKES_END)
DEFINE_RUN(performance, book_performance, TAKES_PERIOD, TAKES_END)
DEFINE_RUN(roundtrips, book_roundtrips, TAKES_LIMIT, TAKES_SYMBOL, TAKES_METHOD, TAKES_PERIOD, TAKES_END)
DEFINE_RUN(cash, book_cash, TAKES_END)

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
    "daybook book orders --account main --format json");
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
