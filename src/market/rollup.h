/* rollup.h: higher timeframes brought up to date with the minutes, by market.fn_roll_up.
 *
 * Each call of the function is a transaction of its own; whoever is interrupted or killed leaves whole ones
 * behind, and the next run goes on. Several may run at once: they share the instruments. Blocks; the
 * connection's thread. */
#ifndef DAYBOOK_MARKET_ROLLUP_H
#define DAYBOOK_MARKET_ROLLUP_H

#include <stdatomic.h>

#include "core/progress.h"
#include "pg/pg.h"

/* One transaction: an instrument, the days that were looked at, and how many buckets of all lengths were new
 * or differed. Lent until the next one. */
typedef struct rollup_part {
    const char *venue, *symbol, *kind;
    const char *from_day, *to_day;
    int64_t written;
} rollup_part;

typedef struct rollup_options {
    pg_conn *conn;
    const atomic_int *interrupt;                               /* of core/interrupt.h; may be NULL */
    progress *progress;                                        /* buckets written; may be NULL */
    dbk_err *(*each)(void *each_ctx, const rollup_part *part); /* may be NULL; its error ends the run */
    void *each_ctx;
} rollup_options;

typedef struct rollup_result {
    int64_t written;
    int64_t pending; /* marks that are left, because others are at work on them */
} rollup_result;

/* Until nothing is left that nobody else is at work on. */
dbk_err *rollup_run(const rollup_options *o, rollup_result *out) ERR_MUST_USE;

#endif
