#include "pg/pg_pipeline.h"

#include <assert.h>

#include "pg/pg_err.h"
#include "pg/pg_int.h"

/* A pooler has no process of the server to itself, and makes up the number that its clients cancel by. */
dbk_err *pg_pipeline_depth(pg_conn *c, arena *a, size_t *out)
{
    assert(!pg_in_transaction(c));
    if (c->pq && c->depth_max == 0) {
        pg_rows *rows = NULL;
        dbk_err *e = pg_query(c, a, "select pg_catalog.pg_backend_pid()", NULL, &rows);
        if (e)
            return e;
        c->depth_max = pg_get_int8(rows, 0, 0) == PQbackendPID(c->pq) ? PG_PIPELINE_MAX : 1;
    }
    *out = c->depth_max;
    return NULL;
}

dbk_err *pg_pipeline_begin(pg_conn *c)
{
    int64_t deadline = 0;
    assert(!pg_in_transaction(c));
    dbk_err *e = pg_statement_begin(c, true, &deadline);
    if (e)
        return e;
    if (!PQenterPipelineMode(c->pq))
        return pg_send_err(c, "entering pipeline mode");
    c->pipelined = 0;
    c->cancel_sent = c->met_cancel = false;
    return NULL;
}

dbk_err *pg_pipeline_add(pg_conn *c, const char *sql, const pg_params *p)
{
    assert(c);
    if (!c->pq)
        return err_with_sqlstate(err_new(ERR_CONNECTION, "the connection was lost before"), "08003");
    if (c->pipelined >= PG_PIPELINE_MAX)
        return err_new(ERR_LIMIT, "more than %d statements in one pipeline", PG_PIPELINE_MAX);
    dbk_err *e = pg_params_check(p);
    if (e)
        return e;
    e = pg_send(c, sql, p, false);
    if (!e && !PQpipelineSync(c->pq))
        e = pg_send_err(c, "sending a statement");
    if (!e) {
        c->pipelined++;
        return NULL;
    }
    err_free(e); /* a half that was queued cannot be taken back */
    return pg_lost_err(c, "sending a statement");
}

/* What one Sync stands for is exactly one result or one error. Anything else is an answer that went to
 * somebody else, or somebody else's. */
static dbk_err *out_of_step(pg_conn *c)
{
    dbk_err *e = err_new(ERR_CONNECTION, "the answers do not match the statements that were sent");
    pg_lose(c);
    return err_with_sqlstate(e, "08P01");
}

dbk_err *pg_read_to_sync(pg_conn *c, int64_t *deadline_us, dbk_err *(*keep)(void *ctx, PGresult *result),
                         void *ctx, dbk_err **failed)
{
    dbk_err *e = NULL;
    while (!e) {
        PGresult *r = NULL;
        e = pg_next_result(c, deadline_us, &r);
        if (e || !r)
            continue;
        ExecStatusType status = PQresultStatus(r);
        if (status == PGRES_PIPELINE_SYNC) {
            PQclear(r);
            return NULL;
        }
        dbk_err *answer = NULL;
        if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
            answer = keep(ctx, r);
        } else {
            answer = pg_result_err(c, r, NULL);
            PQclear(r);
        }
        if (!c->pq)
            e = answer;
        else if (*failed)
            err_free(answer);
        else
            *failed = answer;
    }
    err_free(*failed);
    *failed = NULL;
    return e;
}

/* Of the answers to one Sync. */
typedef struct last_answer {
    PGresult *result;
    size_t count; /* with those before it */
} last_answer;

static dbk_err *keep_last(void *ctx, PGresult *result)
{
    last_answer *last = ctx;
    PQclear(last->result);
    last->result = result;
    last->count++;
    return NULL;
}

static dbk_err *read_one(pg_conn *c, int64_t timeout_ms, last_answer *last, dbk_err **statement_err)
{
    int64_t deadline = 0;
    dbk_err *e = pg_statement_begin_within(c, true, timeout_ms, &deadline);
    return e ? e : pg_read_to_sync(c, &deadline, keep_last, last, statement_err);
}

/* Without a Sync in between, so that the server skips all that comes after a failure. */
static dbk_err *send_with_commit(pg_conn *c, const pg_statement *last, size_t count)
{
    dbk_err *e = NULL;
    if (!PQenterPipelineMode(c->pq))
        return pg_send_err(c, "entering pipeline mode");
    for (size_t i = 0; !e && i < count; i++)
        e = pg_send(c, last[i].sql, last[i].params, false);
    if (!e)
        e = pg_send(c, "commit", NULL, false);
    if (!e && !PQpipelineSync(c->pq))
        e = pg_send_err(c, "committing");
    if (!e)
        return NULL;
    err_free(e); /* a half that was sent cannot be taken back */
    return pg_lost_err(c, "committing");
}

dbk_err *pg_commit_after(pg_conn *c, const pg_statement *last, size_t count)
{
    int64_t deadline = 0;
    last_answer last_read = {0};
    dbk_err *failed = NULL;
    dbk_err *e = pg_statement_begin(c, true, &deadline);
    for (size_t i = 0; !e && i < count; i++)
        e = pg_params_check(last[i].params);
    if (e)
        return e;
    e = send_with_commit(c, last, count);
    if (!e)
        e = read_one(c, c->options.statement_timeout_ms, &last_read, &failed);
    if (!e && !PQexitPipelineMode(c->pq)) {
        err_free(failed);
        failed = NULL;
        e = pg_send_err(c, "leaving pipeline mode");
    }
    return pg_commit_outcome(e ? e : pg_with_verdict(c, failed), last_read.result);
}

dbk_err *pg_pipeline_next(pg_conn *c, int64_t timeout_ms, arena *a, pg_rows **rows, dbk_err **statement_err)
{
    assert(c->pipelined > 0);
    last_answer last = {0};
    dbk_err *failed = NULL;
    dbk_err *e = read_one(c, timeout_ms > 0 ? timeout_ms : c->options.statement_timeout_ms, &last, &failed);
    if (!e && last.count + (failed != NULL) != 1) {
        err_free(failed);
        e = out_of_step(c);
    }
    if (e) {
        PQclear(last.result);
        return e;
    }
    c->pipelined--;
    c->met_cancel = failed && err_code(failed) == ERR_TIMEOUT && !c->overdue && c->cancel_sent;
    c->cancel_sent = c->cancel_sent || c->overdue;
    if (!failed)
        failed = pg_rows_new(c, a, last.result, false, rows);
    *statement_err = failed;
    return NULL;
}

bool pg_pipeline_met_cancel(const pg_conn *c)
{
    assert(c);
    return c->met_cancel;
}

dbk_err *pg_pipeline_end(pg_conn *c)
{
    while (c->pq && c->pipelined > 0) {
        last_answer last = {0};
        dbk_err *failed = NULL;
        dbk_err *e = read_one(c, c->options.statement_timeout_ms, &last, &failed);
        PQclear(last.result);
        err_free(failed);
        if (e)
            return e;
        c->pipelined--;
    }
    if (!c->pq || PQexitPipelineMode(c->pq))
        return NULL;
    dbk_err *e = pg_send_err(c, "leaving pipeline mode");
    pg_lose(c); /* in that mode it is of no use to anybody else */
    return e;
}
