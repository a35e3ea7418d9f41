/* market.h: what the commands of `daybook market` have in common: which series they are about, the range,
 * and answers as tables. */
#ifndef DAYBOOK_CMD_MARKET_H
#define DAYBOOK_CMD_MARKET_H

#include <stddef.h>

#include "cmd/app.h"

/* The options of a command begin with these. */
typedef struct market_flags {
    const char *stream, *venue, *symbol;
    int kind;
    const char *interval, *from, *to, *cadence;
} market_flags;

extern const char *const market_kinds[];

#define MARKET_STREAM_ROW(what)                                                                              \
    {                                                                                                        \
        .name = "stream", .kind = OPT_STRING, .offset = offsetof(market_flags, stream),                      \
        .value_name = "STREAM", .help = "kind of data: klines, agg_trades, book_depth and so on",            \
        .default_text = what, .no_env = true                                                                 \
    }
/* Rows that choose series; three of them, for the middle of a table. */
#define MARKET_SERIES_ROWS                                                                                   \
    {.name = "venue",                                                                                        \
     .kind = OPT_STRING,                                                                                     \
     .offset = offsetof(market_flags, venue),                                                                \
     .value_name = "VENUE",                                                                                  \
     .help = "only series of this venue",                                                                    \
     .no_env = true},                                                                                        \
        {.name = "symbol",                                                                                   \
         .kind = OPT_STRING,                                                                                 \
         .offset = offsetof(market_flags, symbol),                                                           \
         .value_name = "SYMBOL",                                                                             \
         .help = "only series of this instrument, as its venue writes it",                                   \
         .no_env = true},                                                                                    \
    {                                                                                                        \
        .name = "kind", .kind = OPT_CHOICE, .offset = offsetof(market_flags, kind), .value_name = "KIND",    \
        .help = "only instruments of this kind", .choices = market_kinds, .default_text = "any",             \
        .no_env = true                                                                                       \
    }
#define MARKET_INTERVAL_ROW                                                                                  \
    {                                                                                                        \
        .name = "interval", .kind = OPT_STRING, .offset = offsetof(market_flags, interval),                  \
        .value_name = "LENGTH", .help = "only rows of this length, such as 1m, 4h or 1d", .no_env = true     \
    }
#define MARKET_RANGE_ROWS                                                                                    \
    {.name = "from",                                                                                         \
     .kind = OPT_STRING,                                                                                     \
     .offset = offsetof(market_flags, from),                                                                 \
     .value_name = "TIME",                                                                                   \
     .help = "from this moment on, UTC unless it says otherwise; without it from the first row",             \
     .no_env = true},                                                                                        \
    {                                                                                                        \
        .name = "to", .kind = OPT_STRING, .offset = offsetof(market_flags, to), .value_name = "TIME",        \
        .help = "before this moment; without it to the last row", .no_env = true                             \
    }
#define MARKET_CADENCE_ROW                                                                                   \
    {                                                                                                        \
        .name = "cadence", .kind = OPT_STRING, .offset = offsetof(market_flags, cadence),                    \
        .value_name = "LENGTH",                                                                              \
        .help = "how far apart rows of a stream without an interval are to be, such as 30s", .no_env = true  \
    }

/* Connects as `command` and begins a transaction in which times without a zone are UTC. ERR_NOT_FOUND when
 * nothing was ever received of what the flags name; with NULL that is not asked. */
dbk_err *market_begin(app *app, const char *command, const market_flags *f, pg_conn **out) ERR_MUST_USE;
/* ERR_USAGE unless `text` is a moment as the server reads one; NULL is. --from and --to have been asked for.
 */
dbk_err *market_check_time(app *app, pg_conn *c, const char *flag, const char *text) ERR_MUST_USE;
/* $1 stream, $2 venue, $3 symbol, $4 kind; null for any. */
pg_params *market_instrument_params(app *app, const market_flags *f);
/* The same and $5, the interval in seconds. */
dbk_err *market_series_params(app *app, const market_flags *f, pg_params **out) ERR_MUST_USE;
/* The same and $6 from, $7 to. */
dbk_err *market_params(app *app, const market_flags *f, pg_params **out) ERR_MUST_USE;
/* The same and $8, the cadence. */
dbk_err *market_cadence_params(app *app, const market_flags *f, pg_params **out) ERR_MUST_USE;

#endif
