#include "jobs/job_runner.h"

#include <assert.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "core/mem.h"
#include "core/proc.h"
#include "core/utf8.h"
#include "core/uuid.h"
#include "http/http.h"
#include "jobs/job_command.h"
#include "jobs/job_function.h"
#include "jobs/job_pace.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define AWAY_PAUSE_US INT64_C(200000)
#define OUTPUT_BYTES_MAX 4000
#define ANSWER_BYTES_MAX 4000

struct job_runner {
    job_runner_options o;
    pg_conn *conn;
    http_client *http;
    atomic_int http_stop; /* as interrupt.h wants it */
    arena *arena;         /* of one batch */
    bool away;            /* told that the server is */
};

/* ---- what it may run ---- */

const job_program *job_permits_program(const job_permits *p, const char *name)
{
    for (size_t i = 0; i < p->program_count; i++)
        if (strcmp(p->programs[i].name, name) == 0)
            return &p->programs[i];
    return NULL;
}

/* "https://a.example" allows no "https://a.example.net" and no "https://a.example@b.example". */
bool job_permits_url(const job_permits *p, const char *url)
{
    for (size_t i = 0; i < p->url_count; i++) {
        size_t length = strlen(p->urls[i]);
        if (length == 0 || strncmp(p->urls[i], url, length) != 0)
            continue;
        if (p->urls[i][length - 1] == '/' || url[length] == '\0' || url[length] == '/' || url[length] == '?')
            return true;
    }
    return false;
}

/* ---- life ---- */

dbk_err *job_runner_new(const job_runner_options *options, job_runner **out)
{
    job_runner *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    r->o = *options;
    r->arena = arena_new(ARENA_BYTES);
    dbk_err *e = r->arena ? NULL : err_oom();
    if (!e)
        e = pg_connect_later_like(
            options->like, &(pg_connect_options){.application_name = "daybook work", .read_write = true},
            &r->conn);
    if (!e)
        e = http_client_new(
            &(http_client_options){.ca_file = options->permits->ca_file, .interrupt = &r->http_stop},
            &r->http);
    if (e) {
        job_runner_free(r);
        return e;
    }
    *out = r;
    return NULL;
}

void job_runner_free(job_runner *r)
{
    if (!r)
        return;
    http_client_free(r->http);
    pg_close(r->conn);
    arena_free(r->arena);
    mem_free(r);
}

void job_runner_interrupt(job_runner *r)
{
    atomic_store(&r->http_stop, SIGTERM);
    http_wake(r->http);
    err_free(pg_cancel(r->conn));
}

/* ---- the server ---- */

/* True: what failed may be done again now. False: it is over; e is told and freed in both cases. */
static bool again(job_runner *r, dbk_err *e, const job *j)
{
    bool lost = pg_is_lost(r->conn);
    if (!lost || !r->away)
        log_err(r->o.log, LOG_WARNING, e);
    r->away = lost;
    err_free(e);
    while (lost && atomic_load(&j->stop) == JOB_GO_ON) {
        r->o.clock->sleep_us(r->o.clock, AWAY_PAUSE_US);
        dbk_err *still = pg_reconnect(r->conn);
        lost = still != NULL;
        err_free(still);
    }
    if (!lost)
        r->away = false;
    return !lost;
}

static dbk_err *ensure_connected(job_runner *r)
{
    return pg_is_lost(r->conn) ? pg_reconnect(r->conn) : NULL;
}

static void count(job_runner *r, const job_report *report)
{
    const char *outcome = report->answer == JOB_FENCED ? NULL : report->end.outcome;
    job_counted what = JOBS_CANCELLED;
    if (!outcome)
        what = JOBS_FENCED;
    else if (strcmp(outcome, JOB_SUCCEEDED) == 0)
        what = JOBS_SUCCEEDED;
    else if (strcmp(outcome, JOB_FAILED) == 0)
        what = JOBS_FAILED;
    else if (strcmp(outcome, JOB_RELEASED) == 0)
        what = JOBS_RELEASED;
    job_count(r->o.counts, what, 1);
}

/* ---- programs and requests ---- */

static void fail(job_report *report, const char *error)
{
    report->end = job_end_of(report->job, error ? error : "memory was short");
}

static dbk_err *environment_of(job_runner *r, const job *j, const char *const **out)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(&j->id, id);
    const char *add[] = {arena_printf(r->arena, "DAYBOOK_JOB_ID=%s", id),
                         arena_printf(r->arena, "DAYBOOK_JOB_HANDLER=%s", j->handler),
                         arena_printf(r->arena, "DAYBOOK_JOB_ATTEMPT=%lld", (long long)j->attempt),
                         arena_printf(r->arena, "DAYBOOK_JOB_CTX=%s", j->ctx)};
    for (size_t i = 0; i < sizeof(add) / sizeof(add[0]); i++)
        if (!add[i])
            return err_oom();
    return job_command_environment(r->arena, r->o.permits->env, r->o.permits->env_count, add, 4, out);
}

/* What it said last is what tells why it failed. */
static void take_command_end(job_runner *r, job_report *report, const job_command_end *end)
{
    if (end->how == JOB_COMMAND_ENDED && WIFEXITED(end->status) && WEXITSTATUS(end->status) == 0) {
        report->end = (job_end){.outcome = JOB_SUCCEEDED};
        return;
    }
    const char *how = end->how == JOB_COMMAND_OVERDUE
                          ? arena_printf(r->arena, "did not end within %lld ms",
                                         (long long)(report->job->timeout_us / 1000))
                          : proc_status_text(r->arena, end->status);
    fail(report, how && *end->tail ? arena_printf(r->arena, "%s: %s", how, end->tail) : how);
}

static dbk_err *run_command(job_runner *r, job_report *report)
{
    const job *j = report->job;
    const job_program *program = job_permits_program(r->o.permits, j->what);
    if (!program)
        return err_new(ERR_DENIED, "this worker knows no command \"%s\": --command does not name it",
                       j->what);
    job_command c = {.argv = program->argv,
                     .input = j->args,
                     .input_length = strlen(j->args),
                     .timeout_us = j->timeout_us,
                     .tail_max = OUTPUT_BYTES_MAX,
                     .clock = r->o.clock,
                     .stop = &j->stop};
    job_command_end end;
    dbk_err *e = environment_of(r, j, &c.env);
    if (!e)
        e = job_command_run(r->arena, &c, &end);
    if (!e)
        take_command_end(r, report, &end);
    return e;
}

/* Bytes from elsewhere, as text that a database takes. */
static const char *shown(arena *a, const http_answer *answer)
{
    char *text = arena_strndup(a, answer->body, answer->length);
    if (!text)
        return "";
    utf8_mend(text, answer->length);
    return text;
}

static dbk_err *run_http(job_runner *r, job_report *report)
{
    const job *j = report->job;
    if (!job_permits_url(r->o.permits, j->what))
        return err_new(ERR_DENIED, "this worker may not post to that URL: --allow-url does not cover it");
    char id[UUID_TEXT_SIZE];
    uuid_format(&j->id, id);
    /* Of an attempt that is made again the receiver can tell that it is the same job. */
    const char *const headers[] = {"Content-Type: application/json",
                                   arena_printf(r->arena, "Idempotency-Key: %s", id)};
    if (!headers[1])
        return err_oom();
    http_answer answer;
    atomic_store(&r->http_stop, 0);
    if (atomic_load(&j->stop) != JOB_GO_ON) {
        fail(report, NULL);
        return NULL;
    }
    dbk_err *e = http_post(r->http, r->arena,
                           &(http_request){.url = j->what,
                                           .headers = headers,
                                           .header_count = 2,
                                           .timeout_ms = j->timeout_us / 1000 + 1,
                                           .body_bytes_max = ANSWER_BYTES_MAX,
                                           .cut_body = true,
                                           .body = j->args,
                                           .body_length = strlen(j->args)},
                           &answer);
    if (e)
        return e;
    if (answer.status >= 200 && answer.status < 300)
        report->end = (job_end){.outcome = JOB_SUCCEEDED};
    else
        fail(report,
             arena_printf(r->arena, "answered with status %d: %s", answer.status, shown(r->arena, &answer)));
    return NULL;
}

static void tell(job_runner *r, job_report *report)
{
    while (report->end.outcome) {
        dbk_err *e = ensure_connected(r);
        if (!e)
            e = job_queue_finish(r->conn, r->arena, report, 1);
        if (!e || !again(r, e, report->job))
            break;
    }
    count(r, report);
}

static void run_outside(job_runner *r, job *j)
{
    job_report report = {.job = j};
    dbk_err *e = j->kind == JOB_COMMAND ? run_command(r, &report) : run_http(r, &report);
    if (e)
        fail(&report, arena_strdup(r->arena, err_message(e)));
    err_free(e);
    tell(r, &report);
}

/* ---- stored functions ---- */

static void run_alone(job_runner *r, job *j)
{
    job_report report = {.job = j};
    for (;;) {
        dbk_err *e = ensure_connected(r);
        if (!e)
            e = job_function_run_one(r->conn, r->arena, &report);
        if (!e || !again(r, e, j))
            break;
    }
    count(r, &report);
}

static void run_functions(job_runner *r, job *const *jobs, size_t n)
{
    job_report reports[JOB_PACE_BATCH_MAX];
    bool done = false;
    for (size_t i = 0; i < n; i++)
        reports[i] = (job_report){.job = jobs[i]};
    dbk_err *e = ensure_connected(r);
    if (!e)
        e = job_function_run_all(r->conn, r->arena, reports, n, &done);
    if (e)
        log_err(r->o.log, LOG_WARNING, e);
    err_free(e);
    for (size_t i = 0; i < n; i++) {
        if (done)
            count(r, &reports[i]);
        else
            run_alone(r, jobs[i]);
    }
    if (!done)
        job_count(r->o.counts, JOBS_REDONE, (int64_t)n);
}

void job_runner_run(job_runner *r, job *const *jobs, size_t n)
{
    assert(n > 0 && n <= JOB_PACE_BATCH_MAX);
    assert(n == 1 || jobs[0]->kind == JOB_FUNCTION);
    if (n > 1)
        run_functions(r, jobs, n);
    else if (jobs[0]->kind == JOB_FUNCTION)
        run_alone(r, jobs[0]);
    else
        run_outside(r, jobs[0]);
    arena_reset(r->arena);
}
