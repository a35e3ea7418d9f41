#include "pg/pg_lock.h"

#include <assert.h>

#define POLL_MIN_US ((int64_t)50 * 1000)
#define POLL_SPREAD_US ((int64_t)200 * 1000)
#define TELL_EVERY_US ((int64_t)5 * 1000 * 1000)

static dbk_err *try_lock(pg_conn *c, arena *a, int32_t space, int32_t key, bool *held)
{
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_int4(p, space);
    pg_param_int4(p, key);
    dbk_err *e = pg_query_one(c, a, "select pg_catalog.pg_try_advisory_xact_lock($1, $2)", p, &rows);
    if (!e)
        *held = pg_get_bool(rows, 0, 0);
    return e;
}

dbk_err *pg_lock_try(pg_conn *c, int32_t space, int32_t key, bool *held)
{
    assert(pg_in_transaction(c));
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    dbk_err *e = try_lock(c, a, space, key, held);
    arena_free(a);
    return e;
}

/* Who holds it, as far as this role may see: "pid 12 (psql), whose transaction is 3 s old". */
static dbk_err *find_holder(pg_conn *c, arena *a, int32_t space, int32_t key, const char **holder)
{
    static const char sql[] =
        "select pg_catalog.format('pid %s (%s), whose transaction is %s s old', a.pid,"
        "       coalesce(nullif(a.application_name, ''), 'no application name'),"
        "       coalesce(extract(epoch from pg_catalog.clock_timestamp() - coalesce(a.xact_start, "
        "a.backend_start))::bigint::text, '?'))"
        "  from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid"
        " where l.locktype = 'advisory' and l.granted and l.objsubid = 2"
        "   and l.classid = $1::integer::oid and l.objid = $2::integer::oid"
        "   and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = "
        "pg_catalog.current_database())"
        " limit 1";
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_int4(p, space);
    pg_param_int4(p, key);
    dbk_err *e = pg_query(c, a, sql, p, &rows);
    if (!e)
        *holder = pg_row_count(rows) ? pg_get_text(rows, 0, 0) : "a session that has just ended";
    return e;
}

/* One try in a transaction of its own, which stays open when the lock is held. */
static dbk_err *try_once(pg_conn *c, arena *a, int32_t space, int32_t key, bool *held)
{
    dbk_err *e = pg_begin(c);
    if (!e)
        e = try_lock(c, a, space, key, held);
    if (e || !*held)
        pg_rollback(c);
    return e;
}

dbk_err *pg_lock_wait(pg_conn *c, arena *a, const dbk_clock *clock, int32_t space, int32_t key,
                      int64_t wait_ms, pg_lock_waiting waiting, void *ctx)
{
    assert(!pg_in_transaction(c));
    int64_t start_us = clock->mono_us(clock), tell_us = start_us;
    for (uint64_t round = 0;; round++) {
        bool held = false;
        const char *holder = "";
        dbk_err *e = try_once(c, a, space, key, &held);
        if (e || held)
            return e;
        int64_t now_us = clock->mono_us(clock);
        int64_t left_us = wait_ms * 1000 - (now_us - start_us);
        if (left_us <= 0 || now_us >= tell_us)
            e = find_holder(c, a, space, key, &holder);
        if (!e && left_us <= 0)
            e = err_with_detail(
                err_new(ERR_BUSY, "another session holds the lock; waited %lld ms", (long long)wait_ms),
                "held by %s", holder);
        if (e)
            return e;
        if (waiting && now_us >= tell_us) {
            waiting(ctx, holder);
            tell_us = now_us + TELL_EVERY_US;
        }
        /* Waiters that started together must not stay in step: the process id spreads them. */
        uint64_t mixed = (round + 1 + (uint64_t)pg_backend_pid(c)) * UINT64_C(0x9E3779B97F4A7C15);
        int64_t pause_us = POLL_MIN_US + (int64_t)((mixed >> 33) % (uint64_t)POLL_SPREAD_US);
        clock->sleep_us(clock, pause_us < left_us ? pause_us : left_us);
    }
}
