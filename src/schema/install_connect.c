/* The connections of a run, and the lock that makes it the only one.
 *
 * The first connection holds the runner's lock: a transaction-level advisory lock in a READ COMMITTED
 * transaction that sits idle. It has no snapshot, so nothing on the server waits for it, and a pooler in
 * transaction mode keeps it on one server connection. It polls instead of waiting in the server, because a
 * blocked waiter has a snapshot, and CREATE INDEX CONCURRENTLY of the holder would wait for that: a deadlock.
 * The second connection does the work. A third is opened only when something takes long, to see what it waits
 * for.
 *
 * Should the first connection be lost although the second lives, two runners could meet; therefore each
 * transaction looks first whether the lock is still there, and the key of the ledger stops the one that comes
 * second in any case. A server that ends the first connection says so on it, and that is seen without a
 * message; that nothing was said proves little when the network fails, so at the latest every second it is
 * asked. A pooler may do what it likes with the server behind it, and is asked each time. */
#include <string.h>

#include "pg/pg_lock.h"
#include "pg/pg_retry.h"
#include "schema/install_int.h"

#define LOCK_WAIT_MS_DEFAULT ((int64_t)60 * 1000)
#define LOCK_ASK_US ((int64_t)1000 * 1000)
#define SERVER_VERSION_MIN 150000

static void log_notice(void *ctx, const char *severity, const char *message)
{
    installer *in = ctx;
    if (in->options->log)
        log_fields(in->options->log, LOG_WARNING, "the server says", LOG_STR("severity", severity),
                   LOG_STR("text", message));
}

/* Tries again while the server is starting or not there yet, until the deadline; what waiting cannot cure (no
 * such database, wrong password, no such host) is said at once. */
static dbk_err *connect_until(installer *in, int64_t deadline_us, const char *name, pg_conn **out)
{
    pg_retry_state retry;
    pg_retry_policy policy = {.tries_max = INT32_MAX,
                              .delay_min_us = 50000,
                              .delay_max_us = 1000000,
                              .total_max_us = deadline_us - in->clock->mono_us(in->clock)};
    if (policy.total_max_us <= 0) {
        policy.total_max_us = 1;
        policy.tries_max = 1;
    }
    int64_t now_us = in->clock->mono_us(in->clock), delay_us;
    pg_retry_init(&retry, &policy, now_us, (uint64_t)now_us | 1);
    pg_connect_options options = {.url = in->options->url, .application_name = name, .read_write = true};
    for (;;) {
        dbk_err *e = pg_connect(&options, out);
        if (!e || !pg_retry_next(&retry, e, true, in->clock->mono_us(in->clock), &delay_us))
            return e;
        if (retry.tries == 1 && in->options->log)
            log_fields(in->options->log, LOG_INFO, "the server cannot be reached yet, waiting for it",
                       LOG_STR("error", err_message(e)), LOG_STR("detail", err_detail(e)),
                       LOG_INT("wait_ms", policy.total_max_us / 1000));
        err_free(e);
        in->clock->sleep_us(in->clock, delay_us);
    }
}

static dbk_err *check_server(installer *in)
{
    int version = pg_server_version(in->work);
    if (version < SERVER_VERSION_MIN)
        return err_with_hint(err_new(ERR_INPUT, "the server is PostgreSQL %d.%d; 15 or newer is needed",
                                     version / 10000, version % 10000),
                             "upgrade the server");
    pg_rows *rows;
    dbk_err *e = pg_query_one(
        in->work, in->arena,
        "select pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only'), "
        "pg_catalog.pg_backend_pid()",
        NULL, &rows);
    if (!e) /* a pooler makes up the process ids that it gives its clients */
        in->pooled = pg_get_int8(rows, 0, 2) != pg_backend_pid(in->work);
    if (!e && pg_get_bool(rows, 0, 0))
        e = err_with_hint(
            err_new(ERR_INPUT, "this server is a standby: nothing can be installed on it"),
            "connect to the primary; a URL may name all hosts with target_session_attrs=read-write");
    else if (!e && strcmp(pg_get_text(rows, 0, 1), "on") == 0)
        e = err_with_hint(
            err_new(ERR_INPUT, "this session is read-only: nothing can be installed through it"),
            "default_transaction_read_only is set for the role or the database");
    return e;
}

/* The simple protocol and a statement without a snapshot, on purpose, whenever the lock's connection has been
 * asked something: the answer of the extended protocol leaves its portal, and with it a snapshot, until the
 * next message. */
static const char drop_snapshot[] =
    "set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0";

/* The process behind the lock's transaction; with a pooler it is the same one until the transaction ends. */
static dbk_err *lock_backend(installer *in, int64_t *pid)
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(in->lock, in->scratch, "select pg_catalog.pg_backend_pid()", NULL, &rows);
    if (!e)
        *pid = pg_get_int8(rows, 0, 0);
    return e ? e : pg_exec(in->lock, drop_snapshot);
}

static void tell_holder(void *ctx, const char *holder)
{
    installer *in = ctx;
    if (in->options->log)
        log_fields(in->options->log, LOG_INFO,
                   "another installer is at work in this database, waiting for it",
                   LOG_STR("holder", holder));
}

static dbk_err *take_lock(installer *in, int64_t deadline_us)
{
    int64_t left_ms = (deadline_us - in->clock->mono_us(in->clock)) / 1000;
    dbk_err *e = pg_lock_wait(in->lock, in->arena, in->clock, PG_LOCK_MIGRATE, 0, left_ms > 0 ? left_ms : 0,
                              tell_holder, in);
    if (e)
        return err_with_hint(err_wrap(e, "while waiting to be the only installer in this database"),
                             "let the other one finish, or wait longer with --wait");
    return lock_backend(in, &in->lock_pid);
}

static dbk_err *ask_lock(installer *in)
{
    int64_t pid = in->lock_pid;
    dbk_err *e = in->pooled ? lock_backend(in, &pid) : pg_exec(in->lock, drop_snapshot);
    if (!e && pid != in->lock_pid)
        e = err_new(ERR_CONNECTION, "the pooler has moved the open transaction to another server process");
    if (!e && !pg_in_transaction(in->lock))
        e = err_new(ERR_CONNECTION, "the transaction that holds it has ended");
    return e ? err_with_hint(err_wrap(e, "the installer's lock was lost"),
                             "run it again: it continues where it stopped")
             : NULL;
}

dbk_err *install_check_lock(installer *in)
{
    int64_t now_us = in->clock->mono_us(in->clock);
    if (!in->pooled && pg_is_quiet(in->lock) && now_us - in->lock_heard_us < LOCK_ASK_US)
        return NULL;
    dbk_err *e = ask_lock(in);
    if (!e)
        in->lock_heard_us = in->clock->mono_us(in->clock);
    return e;
}

dbk_err *install_connect(installer *in)
{
    int64_t now_us = in->clock->mono_us(in->clock), wait_ms = in->options->wait_ms;
    int64_t connect_by_us = now_us + wait_ms * 1000;
    int64_t lock_by_us = wait_ms > 0 ? connect_by_us : now_us + LOCK_WAIT_MS_DEFAULT * 1000;
    dbk_err *e = connect_until(in, connect_by_us, "daybook migrate", &in->work);
    if (!e)
        e = check_server(in);
    if (!e)
        e = connect_until(in, connect_by_us, "daybook migrate lock", &in->lock);
    if (!e)
        e = take_lock(in, lock_by_us);
    if (!e)
        pg_on_notice(in->work, log_notice, in);
    return e;
}
