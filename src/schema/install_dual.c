/* The other tool's ledger, kept agreeing with ours: a row in the transaction that applied the migration, so
 * that its own `info` or `status` finds nothing to do. Unqualified on purpose: both tools look for their
 * tables on the login's search path, and that is the one in force here. */
#include <string.h>

#include "schema/install_int.h"
#include "schema_sql.h"

#define SQLX_WAIT_US ((int64_t)60 * 1000 * 1000)
#define SQLX_POLL_US ((int64_t)100 * 1000)
#define SQLX_TELL_US ((int64_t)10 * 1000 * 1000)

/* Services that run sqlx at their start wait for one key of the database. */
static dbk_err *ask_of_sqlx_key(installer *in, const char *sql, pg_rows **rows)
{
    dbk_err *e = pg_query_one(in->work, in->scratch, "select pg_catalog.current_database()", NULL, rows);
    if (e)
        return e;
    pg_params *p = pg_params_new(in->scratch);
    pg_param_int8(p, layout_sqlx_key(pg_get_text(*rows, 0, 0)));
    return pg_query_one(in->work, in->scratch, sql, p, rows);
}

/* Tried and not waited for, and only around a transaction: held during a concurrent build it would be a
 * deadlock. */
static dbk_err *try_sqlx_key(installer *in, bool *held)
{
    pg_rows *rows;
    dbk_err *e = ask_of_sqlx_key(in, "select pg_catalog.pg_try_advisory_xact_lock($1)", &rows);
    if (!e)
        *held = pg_get_bool(rows, 0, 0);
    return e;
}

static bool writes_for_sqlx(const module *m)
{
    return m->dual_write && m->layout == LAYOUT_SQLX;
}

static dbk_err *waiters_stay(const char *waiters)
{
    return err_with_hint(
        err_with_detail(
            err_new(ERR_BUSY, "sessions wait for sqlx's lock, and a concurrent build would wait for them"),
            "%s", waiters),
        "let whoever holds that lock finish, or wait longer with --concurrent-wait; better, let services "
        "only "
        "verify at their start");
}

/* Whoever is blocked in pg_advisory_lock() has a snapshot, and a concurrent build waits for every one; begun
 * now, it would hang until they go, and if they never go leave an invalid index. */
dbk_err *install_dual_clear(installer *in, const module *m)
{
    int64_t begun_us = in->clock->mono_us(in->clock), told_us = 0;
    pg_rows *rows;
    if (!writes_for_sqlx(m))
        return NULL;
    for (;;) {
        arena_reset(in->scratch);
        dbk_err *e = ask_of_sqlx_key(in, sql_sqlx_waiters, &rows);
        const char *waiters = e ? NULL : pg_get_text(rows, 0, 0);
        if (!waiters)
            return e;
        int64_t now_us = in->clock->mono_us(in->clock);
        if (now_us - begun_us >= in->options->concurrent_wait_ms * 1000)
            return waiters_stay(waiters);
        if (in->options->log && (!told_us || now_us - told_us >= SQLX_TELL_US)) {
            log_fields(in->options->log, LOG_WARNING,
                       "sessions wait for sqlx's lock, and a concurrent build would wait for them; waiting "
                       "until they are gone",
                       LOG_STR("waiters", waiters));
            told_us = now_us;
        }
        in->clock->sleep_us(in->clock, SQLX_POLL_US);
    }
}

dbk_err *install_dual_begin(installer *in, const module *m)
{
    if (!writes_for_sqlx(m))
        return NULL;
    int64_t end_us = in->clock->mono_us(in->clock) + SQLX_WAIT_US;
    for (;;) {
        bool held = false;
        dbk_err *e = try_sqlx_key(in, &held);
        if (e || held)
            return e;
        if (in->clock->mono_us(in->clock) > end_us)
            return err_with_hint(
                err_new(ERR_BUSY, "sqlx holds its lock in this database"),
                "let the service that runs sqlx finish; better, let it only verify at its start");
        in->clock->sleep_us(in->clock, SQLX_POLL_US);
    }
}

static dbk_err *write_sqlx(installer *in, const module_file *file)
{
    pg_params *p = pg_params_new(in->scratch);
    char *description = layout_sqlx_description(in->scratch, file->name);
    if (!description)
        return err_oom();
    pg_param_int8(p, file->number);
    pg_param_text(p, description);
    pg_param_text(p, file->sha384);
    return pg_query(in->work, in->scratch,
                    "insert into _sqlx_migrations (version, description, success, checksum, execution_time)"
                    " values ($1, $2, true, pg_catalog.decode($3, 'hex'), -1)",
                    p, NULL);
}

static dbk_err *write_dbmate(installer *in, const module_file *file)
{
    pg_params *p = pg_params_new(in->scratch);
    char *version = arena_strndup(in->scratch, file->name, strspn(file->name, "0123456789"));
    if (!version)
        return err_oom();
    pg_param_text(p, version);
    return pg_query(in->work, in->scratch, "insert into schema_migrations (version) values ($1)", p, NULL);
}

dbk_err *install_dual_write(installer *in, const module *m, const module_file *file)
{
    if (!m->dual_write)
        return NULL;
    dbk_err *e = m->layout == LAYOUT_SQLX ? write_sqlx(in, file) : write_dbmate(in, file);
    return e ? err_wrap(e, "while writing to the ledger of %s", layout_name(m->layout)) : NULL;
}
