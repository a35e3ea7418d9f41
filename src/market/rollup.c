#include "market/rollup.h"

#include <assert.h>
#include <string.h>

#include "core/interrupt.h"
#include "rollup_sql.h"

/* Half a year of one instrument at a time: what is sorted fits the server's memory for it, and no transaction
 * is long. */
#define DAYS 183

enum column { OUTCOME, VENUE, SYMBOL, KIND, FROM_DAY, TO_DAY, WRITTEN, PENDING };

static dbk_err *tell(const rollup_options *o, const pg_rows *rows, rollup_result *r)
{
    const rollup_part part = {.venue = pg_get_text(rows, 0, VENUE),
                              .symbol = pg_get_text(rows, 0, SYMBOL),
                              .kind = pg_get_text(rows, 0, KIND),
                              .from_day = pg_get_text(rows, 0, FROM_DAY),
                              .to_day = pg_get_text(rows, 0, TO_DAY),
                              .written = pg_get_int8(rows, 0, WRITTEN)};
    r->written += part.written;
    if (o->progress)
        progress_set(o->progress, r->written);
    return o->each ? o->each(o->each_ctx, &part) : NULL;
}

static dbk_err *roll_all(const rollup_options *o, arena *a, rollup_result *r)
{
    for (;;) {
        pg_rows *rows;
        arena_reset(a);
        pg_params *p = pg_params_new(a);
        pg_param_int4(p, DAYS);
        dbk_err *e = interrupt_check(o->interrupt);
        if (!e)
            e = pg_query_one(o->conn, a, rollup_next, p, &rows);
        if (e)
            return e;
        r->pending = pg_get_int8(rows, 0, PENDING);
        if (strcmp(pg_get_text(rows, 0, OUTCOME), "replayed") == 0)
            return NULL;
        e = tell(o, rows, r);
        if (e)
            return e;
    }
}

dbk_err *rollup_run(const rollup_options *o, rollup_result *out)
{
    assert(o->conn);
    assert(out);
    rollup_result r = {0};
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    dbk_err *e = roll_all(o, a, &r);
    arena_free(a);
    if (!e)
        *out = r;
    return e;
}
