/* Statements: sending without blocking, waiting with a deadline, reading to the end.
 *
 * The connection is always in libpq's non-blocking mode, so that no send can hang past the deadline: what
 * libpq could not send stays in its buffer until pg_flush() has waited for room. */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>

#include "pg/pg_err.h"
#include "pg/pg_int.h"

static int64_t now_us(void)
{
    const dbk_clock *clock = clock_system();
    return clock->mono_us(clock);
}

dbk_err *pg_statement_continue(pg_conn *c, int64_t *deadline_us)
{
    assert(c);
    if (pg_is_lost(c)) {
        pg_lose(c);
        return err_with_sqlstate(err_new(ERR_CONNECTION, "the connection was lost before"), "08003");
    }
    if (c->overdue)
        *deadline_us = now_us() + c->cancel_grace_us;
    else if (c->timeout_ms > 0)
        *deadline_us = now_us() + c->timeout_ms * 1000;
    else
        *deadline_us = INT64_MAX;
    return NULL;
}

dbk_err *pg_statement_begin_within(pg_conn *c, bool commits, int64_t timeout_ms, int64_t *deadline_us)
{
    assert(c);
    c->timeout_ms = timeout_ms;
    atomic_store(&c->cancel_asked, false);
    c->overdue = false;
    c->commits = commits;
    c->watch_next_us = c->watch ? now_us() + c->watch_interval_us : INT64_MAX;
    err_free(c->watch_verdict);
    c->watch_verdict = NULL;
    return pg_statement_continue(c, deadline_us);
}

dbk_err *pg_statement_begin(pg_conn *c, bool commits, int64_t *deadline_us)
{
    assert(c);
    return pg_statement_begin_within(c, commits, c->options.statement_timeout_ms, deadline_us);
}

/* The deadline has passed: once, ask for the end of the statement; the second time there is nobody to wait
 * for. */
static dbk_err *pass_deadline(pg_conn *c, int64_t *deadline_us)
{
    if (c->overdue) {
        dbk_err *e =
            err_new(ERR_CONNECTION, "the server did not answer within %lld ms, nor to a cancel request",
                    (long long)c->timeout_ms);
        pg_lose(c);
        return err_with_sqlstate(e, c->commits ? "08007" : "08006");
    }
    c->overdue = true;
    pg_send_cancel(c);
    *deadline_us = now_us() + c->cancel_grace_us;
    return NULL;
}

/* Lets the watcher look, when it is time to; its verdict is kept until the statement has ended. */
static void look(pg_conn *c)
{
    if (c->watch_next_us == INT64_MAX || now_us() < c->watch_next_us)
        return;
    c->watch_verdict = c->watch(c->watch_ctx);
    c->watch_next_us = c->watch_verdict ? INT64_MAX : now_us() + c->watch_interval_us;
    if (c->watch_verdict)
        pg_send_cancel(c);
}

dbk_err *pg_wait(pg_conn *c, bool for_write, int64_t *deadline_us)
{
    int timeout_ms = -1;
    look(c);
    int64_t until_us = c->watch_next_us < *deadline_us ? c->watch_next_us : *deadline_us;
    if (until_us != INT64_MAX) {
        int64_t left_us = until_us - now_us();
        if (left_us <= 0 && until_us == *deadline_us)
            return pass_deadline(c, deadline_us);
        if (left_us < 0)
            left_us = 0;
        int64_t left_ms = (left_us + 999) / 1000;
        timeout_ms = left_ms > INT_MAX ? INT_MAX : (int)left_ms;
    }
    struct pollfd p = {.fd = PQsocket(c->pq), .events = (short)(POLLIN | (for_write ? POLLOUT : 0))};
    /* A signal or a time-out is no news: the caller comes back and the deadline is looked at again. */
    if (p.fd < 0 || (poll(&p, 1, timeout_ms) < 0 && errno != EINTR && errno != EAGAIN))
        return pg_lost_err(c, "waiting for the server");
    return NULL;
}

dbk_err *pg_flush(pg_conn *c, int64_t *deadline_us)
{
    for (;;) {
        int unsent = PQflush(c->pq);
        if (unsent == 0)
            return NULL;
        if (unsent < 0)
            return pg_lost_err(c, "sending");
        dbk_err *e = pg_wait(c, true, deadline_us);
        if (e)
            return e;
        if (!PQconsumeInput(c->pq))
            return pg_lost_err(c, "sending");
    }
}

dbk_err *pg_next_result(pg_conn *c, int64_t *deadline_us, PGresult **out)
{
    for (;;) {
        int unsent = PQflush(c->pq);
        /* A server that ends the connection may have said why: so its words are read before the loss is
         * reported. */
        if (!PQisBusy(c->pq)) {
            *out = PQgetResult(c->pq);
            return NULL;
        }
        if (unsent < 0 && !PQconsumeInput(c->pq))
            return pg_lost_err(c, "sending");
        dbk_err *e = pg_wait(c, unsent > 0, deadline_us);
        if (e)
            return e;
        /* On failure libpq has made an error result of it, or keeps the message on the connection. */
        if (!PQconsumeInput(c->pq) && PQisBusy(c->pq))
            return pg_lost_err(c, "waiting for an answer");
    }
}

/* A migration file may hold COPY; it cannot be fed or read here, and must not leave the connection in that
 * state. */
static dbk_err *leave_copy(pg_conn *c, ExecStatusType status)
{
    int64_t deadline = now_us() + c->cancel_grace_us;
    c->overdue = true;
    if (status == PGRES_COPY_IN) {
        if (PQputCopyEnd(c->pq, "not possible here") < 0)
            return pg_lost_err(c, "leaving COPY");
        return pg_flush(c, &deadline);
    }
    pg_send_cancel(c);
    for (;;) {
        char *row = NULL;
        int n = PQgetCopyData(c->pq, &row, 1);
        PQfreemem(row);
        if (n < 0)
            return NULL;
        if (n > 0)
            continue;
        dbk_err *e = pg_wait(c, false, &deadline);
        if (e)
            return e;
        if (!PQconsumeInput(c->pq))
            return pg_lost_err(c, "leaving COPY");
    }
}

static bool is_error(ExecStatusType status)
{
    return status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY;
}

dbk_err *pg_with_verdict(pg_conn *c, dbk_err *e)
{
    if (!e || !c->watch_verdict || strcmp(err_sqlstate(e), "57014") != 0)
        return e;
    err_free(e);
    e = c->watch_verdict;
    c->watch_verdict = NULL;
    return e;
}

dbk_err *pg_finish_statement(pg_conn *c, const char *sql, int64_t *deadline_us, PGresult **out)
{
    dbk_err *first = NULL;
    PGresult *last = NULL;
    while (c->pq) {
        PGresult *result = NULL;
        dbk_err *e = pg_next_result(c, deadline_us, &result);
        if (!e && !result)
            break;
        ExecStatusType status = e ? PGRES_FATAL_ERROR : PQresultStatus(result);
        if (!e && (status == PGRES_COPY_IN || status == PGRES_COPY_OUT)) {
            e = leave_copy(c, status);
            if (!e)
                e = err_new(ERR_INPUT, "COPY from or to the client cannot be used in this statement");
        } else if (!e && is_error(status)) {
            e = pg_result_err(c, result, sql);
        }
        if (e || is_error(status)) {
            PQclear(result);
            if (first)
                err_free(e);
            else
                first = e;
            continue;
        }
        PQclear(last);
        last = result;
    }
    first = pg_with_verdict(c, first);
    if (first || !out)
        PQclear(last);
    else
        *out = last;
    return first;
}

dbk_err *pg_send(pg_conn *c, const char *sql, const pg_params *p, bool binary)
{
    dbk_err *e = pg_params_check(p);
    if (e)
        return e;
    int sent = PQsendQueryParams(c->pq, sql, p ? p->count : 0, p ? p->types : NULL, p ? p->values : NULL,
                                 p ? p->lengths : NULL, p ? p->formats : NULL, binary ? 1 : 0);
    return sent ? NULL : pg_send_err(c, "sending a statement");
}

static dbk_err *run(pg_conn *c, arena *a, const char *sql, const pg_params *p, bool binary, pg_rows **out)
{
    int64_t deadline = 0;
    PGresult *result = NULL;
    assert(c);
    assert(a);
    assert(sql);
    dbk_err *e = pg_statement_begin(c, !pg_in_transaction(c), &deadline);
    if (!e)
        e = pg_send(c, sql, p, binary);
    if (!e)
        e = pg_finish_statement(c, sql, &deadline, &result);
    if (e)
        return e;
    /* No result and no error: libpq was closed under us. */
    if (!result)
        return pg_lost_err(c, "running a statement");
    pg_rows *ignored = NULL;
    return pg_rows_new(c, a, result, binary, out ? out : &ignored);
}

dbk_err *pg_query(pg_conn *c, arena *a, const char *sql, const pg_params *p, pg_rows **out)
{
    return run(c, a, sql, p, false, out);
}

dbk_err *pg_query_binary(pg_conn *c, arena *a, const char *sql, const pg_params *p, pg_rows **out)
{
    return run(c, a, sql, p, true, out);
}

dbk_err *pg_query_one(pg_conn *c, arena *a, const char *sql, const pg_params *p, pg_rows **out)
{
    pg_rows *rows = NULL;
    dbk_err *e = pg_query(c, a, sql, p, &rows);
    if (e)
        return e;
    if (pg_row_count(rows) != 1)
        return err_new(ERR_INTERNAL, "expected one row, got %zu, from: %s", pg_row_count(rows), sql);
    if (out)
        *out = rows;
    return NULL;
}

dbk_err *pg_exec_simple(pg_conn *c, const char *sql, bool commits)
{
    int64_t deadline = 0;
    assert(c);
    assert(sql);
    dbk_err *e = pg_statement_begin(c, commits, &deadline);
    if (e)
        return e;
    if (!PQsendQuery(c->pq, sql))
        return pg_send_err(c, "sending a statement");
    return pg_finish_statement(c, sql, &deadline, NULL);
}

/* A script may hold its own COMMIT. */
dbk_err *pg_exec(pg_conn *c, const char *sql)
{
    return pg_exec_simple(c, sql, true);
}

static dbk_err *exec_statement(pg_conn *c, const char *sql, bool commits, size_t *error_at)
{
    int64_t deadline = 0;
    assert(c);
    assert(sql);
    assert(error_at);
    dbk_err *e = pg_statement_begin(c, commits, &deadline);
    if (e)
        return e;
    c->error_at = 0;
    if (!PQsendQuery(c->pq, sql))
        return pg_send_err(c, "sending a statement");
    e = pg_finish_statement(c, NULL, &deadline, NULL);
    if (e)
        *error_at = c->error_at;
    return e;
}

dbk_err *pg_exec_statement(pg_conn *c, const char *sql, size_t *error_at)
{
    return exec_statement(c, sql, false, error_at);
}

dbk_err *pg_exec_alone(pg_conn *c, const char *sql, size_t *error_at)
{
    return exec_statement(c, sql, true, error_at);
}

void pg_on_wait(pg_conn *c, int64_t interval_us, dbk_err *(*fn)(void *ctx), void *ctx)
{
    assert(c);
    assert(!fn || interval_us > 0);
    c->watch = fn;
    c->watch_ctx = ctx;
    c->watch_interval_us = interval_us;
}
