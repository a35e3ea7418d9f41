/* sqlite_performance_int.h: what the files of a measurement share. */
#ifndef DAYBOOK_BOOK_SQLITE_PERFORMANCE_INT_H
#define DAYBOOK_BOOK_SQLITE_PERFORMANCE_INT_H

#include "book/sqlite_performance.h"
#include "book/sqlite_store_int.h"

typedef struct maybe_wide {
    bool known;
    wide value;
} maybe_wide;

/* Names of what was left out; each once. */
typedef struct name_set {
    const char **names;
    size_t count, capacity;
} name_set;
dbk_err *name_set_add(sqlite_call *c, name_set *set, const char *prefix, const char *name) ERR_MUST_USE;

/* The results of trading.performance_snapshots. Sums are rounded to 18 decimals. */
typedef struct measured {
    const char *currency;
    int64_t fills, roundtrips, won, lost, points;
    wide fees, funding, realized_net, gross_profit, gross_loss, flows;
    bool has_first, has_last;
    int64_t first_us, last_us;
    maybe_wide equity_first, equity_last, pnl, return_rate, drawdown, drawdown_rate;
    name_set missing;
} measured;

/* trading._performance_curve(): from the first point, or from equity_first as it is given when there is none.
 * Sets what is about equity, and adds to what is missing. */
dbk_err *performance_curve(sqlite_call *c, const dbk_uuid *account_id, const performance_period *period,
                           measured *m) ERR_MUST_USE;

wide round18(wide value);

#endif
