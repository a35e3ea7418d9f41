#include "jobs/job_function.h"

#include <assert.h>

#include "pg/pg_retry.h"

#define TRIES_MAX 3

/* The limit of time is the server's, which also sees to it when this process is gone. One that stands still
 * must not hold its job for longer than it takes others to see that. */
static dbk_err *begin(pg_conn *c, arena *a, int64_t timeout_us)
{
    const char *sql = arena_printf(a,
                                   "begin; set local statement_timeout = %lld; "
                                   "set local idle_in_transaction_session_timeout = '10s'; "
                                   "set local client_connection_check_interval = '1s'",
                                   (long long)((timeout_us + 999) / 1000));
    return sql ? pg_exec(c, sql) : err_oom();
}

static dbk_err *run_together(pg_conn *c, arena *a, job_report *reports, size_t count)
{
    for (size_t i = 0; i < count; i++)
        reports[i].end = (job_end){.outcome = JOB_SUCCEEDED};
    dbk_err *e = begin(c, a, reports[0].job->timeout_us);
    if (!e)
        e = job_queue_perform(c, a, reports, count);
    if (!e)
        e = pg_commit(c);
    if (e && !pg_is_lost(c))
        pg_rollback(c);
    return e;
}

dbk_err *job_function_run_all(pg_conn *c, arena *a, job_report *reports, size_t count, bool *done)
{
    assert(count > 0);
    dbk_err *e = run_together(c, a, reports, count);
    *done = !e;
    if (!e || pg_is_lost(c))
        return e;
    err_free(e);
    return NULL;
}

/* What is kept of an error for people. */
static const char *text_of(arena *a, const dbk_err *e)
{
    const char *detail = err_detail(e);
    const char *state = err_sqlstate(e);
    if (!*state)
        return arena_strdup(a, err_message(e));
    return arena_printf(a, "%s [%s]%s%s", err_message(e), state, detail ? ": " : "", detail ? detail : "");
}

/* Deadlocks and the like are nobody's fault: the same attempt begins anew. So does one that was cancelled
 * without having been meant: a cancel reaches whatever runs on the connection by then. */
static bool begins_anew(const job_report *report, const dbk_err *e)
{
    return atomic_load(&report->job->stop) == JOB_GO_ON &&
           (pg_retry_classify(e) == PG_RETRY_SAME || err_code(e) == ERR_INTERRUPTED);
}

dbk_err *job_function_run_one(pg_conn *c, arena *a, job_report *report)
{
    const char *text = "stopped before it began";
    for (int tries = 1; atomic_load(&report->job->stop) == JOB_GO_ON; tries++) {
        dbk_err *e = run_together(c, a, report, 1);
        if (!e || pg_is_lost(c))
            return e;
        bool anew = tries < TRIES_MAX && begins_anew(report, e);
        text = text_of(a, e);
        err_free(e);
        if (!anew)
            break;
    }
    if (!text)
        return err_oom();
    report->end = job_end_of(report->job, text);
    return report->end.outcome ? job_queue_finish(c, a, report, 1) : NULL;
}
