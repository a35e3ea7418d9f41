#include "book/verify_trips.h"

#include "verify_sql.h"
#include "verify_sqlite_sql.h"

enum {
    TRIP_CYCLE = POSITION_KEY + 1,
    TRIP_SIDE,
    TRIP_OPENED_AT,
    TRIP_CLOSED_AT,
    TRIP_QTY,
    TRIP_ENTRY_VALUE,
    TRIP_EXIT_VALUE,
    TRIP_GROSS,
    TRIP_FEES,
    TRIP_LOW,
    TRIP_HIGH,
    TRIP_FIRST_VERSION,
    TRIP_LAST_VERSION
};
static const char *const trip_names[] = {
    "account_id", "instrument_id", "position_key",  "cycle",        "side",  "opened_at",
    "closed_at",  "qty",           "entry_value",   "exit_value",   "gross", "fees",
    "low",        "high",          "first_version", "last_version", NULL};

dbk_err *verify_trips_open(verify *v, verify_trips *out)
{
    out->v = v;
    return verify_rows_open(v, &(book_statement){verify_sql_roundtrips, verify_sqlite_roundtrips}, trip_names,
                            &out->rows);
}

void verify_trips_close(verify_trips *t)
{
    verify_rows_close(&t->rows);
}

static void at(verify_trips *t, int64_t cycle)
{
    verify_at(t->v, "roundtrips", "%s %s %s %lld", verify_value(t->position->row, POSITION_ACCOUNT),
              t->position->name, verify_value(t->position->row, POSITION_KEY), (long long)cycle);
}

/* The stored row that comes before a cycle of the position at hand has none of its own. */
static bool is_before(const verify_trips *t, int64_t cycle)
{
    if (!t->rows.more)
        return false;
    int order = position_key_compare(&t->rows, t->position->row);
    return order < 0 || (order == 0 && verify_int(&t->rows, TRIP_CYCLE) < cycle);
}

static dbk_err *drop_before(verify_trips *t, int64_t cycle)
{
    dbk_err *e = NULL;
    while (!e && is_before(t, cycle)) {
        at(t, verify_int(&t->rows, TRIP_CYCLE));
        e = verify_row(t->v, true);
        if (!e)
            e = verify_rows_next(&t->rows);
    }
    return e;
}

static dbk_err *compare(verify_trips *t, const roundtrip *trip)
{
    const verify_rows *r = &t->rows;
    verify *v = t->v;
    const struct {
        size_t column;
        wide value;
    } amounts[] = {{TRIP_QTY, trip->qty},
                   {TRIP_ENTRY_VALUE, trip->entry_value},
                   {TRIP_EXIT_VALUE, trip->exit_value},
                   {TRIP_GROSS, trip->gross},
                   {TRIP_FEES, trip->fees},
                   {TRIP_LOW, wide_of(trip->low)},
                   {TRIP_HIGH, wide_of(trip->high)}};
    dbk_err *e = verify_text(v, r, TRIP_SIDE, trip->side == POSITION_BUY ? "long" : "short");
    for (size_t i = 0; !e && i < sizeof(amounts) / sizeof(amounts[0]); i++)
        e = verify_wide(v, r, amounts[i].column, amounts[i].value);
    if (!e)
        e = verify_time(v, r, TRIP_OPENED_AT, true, trip->opened_at_us);
    if (!e)
        e = verify_time(v, r, TRIP_CLOSED_AT, true, trip->closed_at_us);
    if (!e)
        e = verify_int8(v, r, TRIP_FIRST_VERSION, trip->first_version);
    return e ? e : verify_int8(v, r, TRIP_LAST_VERSION, trip->last_version);
}

dbk_err *verify_trips_done(void *ctx, const roundtrip *trip)
{
    verify_trips *t = ctx;
    dbk_err *e = drop_before(t, trip->cycle);
    if (e)
        return e;
    t->v->result.roundtrips++;
    at(t, trip->cycle);
    bool stored = t->rows.more && position_key_compare(&t->rows, t->position->row) == 0 &&
                  verify_int(&t->rows, TRIP_CYCLE) == trip->cycle;
    if (!stored)
        return verify_row(t->v, false);
    e = compare(t, trip);
    return e ? e : verify_rows_next(&t->rows);
}

dbk_err *verify_trips_end(verify_trips *t)
{
    return drop_before(t, INT64_MAX);
}
