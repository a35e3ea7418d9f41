#include "pg/pg_each.h"

#include <assert.h>

#include "pg/pg_err.h"
#include "pg/pg_int.h"

static bool send_one(pg_conn *c, const pg_params *p)
{
    return PQsendQueryPrepared(c->pq, "", p->count, p->values, p->lengths, p->formats, 0);
}

static dbk_err *send_all(pg_conn *c, const char *sql, const pg_each *each, size_t count)
{
    if (!PQenterPipelineMode(c->pq))
        return pg_send_err(c, "entering pipeline mode");
    bool sent = PQsendPrepare(c->pq, "", sql, each[0].params->count, each[0].params->types);
    for (size_t i = 0; sent && i < count; i++)
        sent = send_one(c, each[i].params);
    if (sent && PQpipelineSync(c->pq))
        return NULL;
    return pg_lost_err(c, "sending a transaction"); /* a part that was sent cannot be taken back */
}

/* What was answered so far: to the taking apart first, then to each. */
typedef struct answers {
    const pg_conn *c;
    pg_each *each;
    size_t count, answered;
} answers;

static dbk_err *keep_rows(void *ctx, PGresult *result)
{
    answers *a = ctx;
    size_t nth = a->answered++;
    if (nth > 0 && nth <= a->count)
        return pg_rows_new(a->c, a->each[nth - 1].arena, result, false, &a->each[nth - 1].rows);
    PQclear(result);
    return NULL;
}

static dbk_err *read_all(pg_conn *c, int64_t *deadline, pg_each *each, size_t count, dbk_err **failed)
{
    answers a = {.c = c, .each = each, .count = count};
    dbk_err *e = pg_read_to_sync(c, deadline, keep_rows, &a, failed);
    if (!e && !*failed && a.answered != count + 1)
        e = pg_lost_err(c, "reading answers, of which there are too few or too many");
    return e;
}

dbk_err *pg_query_each(pg_conn *c, const char *sql, int64_t timeout_ms, pg_each *each, size_t count)
{
    int64_t deadline = 0;
    assert(count > 0 && count <= PG_EACH_MAX);
    assert(!pg_in_transaction(c));
    for (size_t i = 0; i < count; i++) {
        dbk_err *e = pg_params_check(each[i].params);
        if (e)
            return e;
        assert(each[i].params->count == each[0].params->count);
    }
    int64_t limit_ms = c->options.statement_timeout_ms;
    if (timeout_ms > 0 && (limit_ms == 0 || timeout_ms < limit_ms))
        limit_ms = timeout_ms;
    dbk_err *e = pg_statement_begin_within(c, true, limit_ms, &deadline);
    if (e)
        return e;
    dbk_err *failed = NULL;
    e = send_all(c, sql, each, count);
    if (!e)
        e = read_all(c, &deadline, each, count, &failed);
    if (!e && !PQexitPipelineMode(c->pq)) {
        e = pg_send_err(c, "leaving pipeline mode");
        pg_lose(c); /* in that mode it is of no use to anybody else */
    }
    if (!e)
        return failed;
    err_free(failed);
    return e;
}
