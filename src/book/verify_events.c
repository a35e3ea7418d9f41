/* verify_events.c: the event log tells of every change: the versions of an aggregate's events are 1, 2, 3 …
 * up to the version that its own row has. */
#include "book/verify_int.h"
#include "verify_sql.h"
#include "verify_sqlite_sql.h"

enum { EVENTS_ACCOUNT, EVENTS_TYPE, EVENTS_ID, EVENTS_COUNT, EVENTS_LOWEST, EVENTS_HIGHEST, EVENTS_VERSION };
static const char *const names[] = {"account_id", "aggregate_type", "aggregate_id", "events",
                                    "lowest",     "highest",        "version",      NULL};

static dbk_err *check_aggregate(verify *v, const verify_rows *r)
{
    verify_at(v, "domain_events", "%s %s %s", verify_value(r, EVENTS_ACCOUNT), verify_value(r, EVENTS_TYPE),
              verify_value(r, EVENTS_ID));
    if (!verify_value(r, EVENTS_COUNT))
        return verify_row(v, false);
    if (!verify_value(r, EVENTS_VERSION))
        return verify_row(v, true);
    int64_t version = verify_int(r, EVENTS_VERSION);
    dbk_err *e = verify_int8(v, r, EVENTS_COUNT, version);
    if (!e)
        e = verify_int8(v, r, EVENTS_LOWEST, 1);
    return e ? e : verify_int8(v, r, EVENTS_HIGHEST, version);
}

dbk_err *verify_events(verify *v)
{
    verify_rows rows = {.more = false};
    dbk_err *e =
        verify_rows_open(v, &(book_statement){verify_sql_events, verify_sqlite_events}, names, &rows);
    while (!e && rows.more) {
        e = check_aggregate(v, &rows);
        if (!e)
            e = verify_rows_next(&rows);
    }
    verify_rows_close(&rows);
    return e;
}
