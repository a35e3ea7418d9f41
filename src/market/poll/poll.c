#include "market/poll/poll.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/interrupt.h"
#include "market/formats/json_rows.h"
#include "market/poll/poll_lead.h"
#include "pg/pg_retry.h"

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define TIMEOUT_MS 20000
/* A page of the longest rows is below one megabyte. */
#define BODY_BYTES_MAX ((size_t)16 << 20)
#define LIST_BYTES_MAX ((size_t)64 << 20)
#define REFRESH_US (20 * SECOND_US)
#define REFRESH_IDLE_US (3 * SECOND_US)
#define LOOK_US (10 * SECOND_US)
#define ONCE_FAILURES 5
#define ONCE_WAIT_MAX_US (2 * MINUTE_US)

typedef struct run {
    const poll_options *o;
    pg_lead *lead;
    poll_plan plan;
    arena *plan_arena;
    arena *scratch;                  /* of one page */
    int64_t server_us, server_at_us; /* the venue's time when it was heard last, and our clock then */
    int64_t refresh_due_us;
    int64_t look_due_us; /* at the lead */
    int database_failures;
    metric *pages, *rows, *failed, *series, *failing;
    int64_t left_alone_us; /* the venue's wish that ended a run with `once` */
    poll_result *result;
} run;

static int64_t now_us(const run *r)
{
    return r->o->clock->mono_us(r->o->clock);
}

static const char *code_of(const run *r)
{
    return r->o->wishes.venue->code;
}

static void log_series(const run *r, log_level level, const char *message, const poll_series *s, int64_t rows)
{
    log_fields(r->o->log, level, message, LOG_STR("venue", code_of(r)),
               LOG_STR("stream", s->asked.endpoint->stream), LOG_STR("symbol", s->asked.symbol),
               LOG_INT("interval_s", s->asked.interval_s), LOG_INT("rows", rows));
}

/* ---- what is to be polled ---- */

static bool same_series(const poll_series *a, const poll_series *b)
{
    return memcmp(&a->instrument_id, &b->instrument_id, sizeof(a->instrument_id)) == 0 &&
           strcmp(a->asked.endpoint->stream, b->asked.endpoint->stream) == 0 &&
           strcmp(a->asked.endpoint->kind, b->asked.endpoint->kind) == 0 &&
           a->asked.interval_s == b->asked.interval_s && a->is_repair == b->is_repair &&
           memcmp(&a->repair_id, &b->repair_id, sizeof(a->repair_id)) == 0;
}

/* What is known of a series from before: when it is due, and how it failed. Its position is the database's.
 */
static void take_over(const poll_plan *before, poll_series *s)
{
    for (size_t i = 0; i < before->count; i++)
        if (same_series(&before->series[i], s)) {
            s->due_us = before->series[i].due_us;
            s->behind = before->series[i].behind;
            s->failures = before->series[i].failures;
            s->quiet = before->series[i].quiet;
            return;
        }
}

/* Leaves out the series of streams that another process polls. */
static dbk_err *keep_led(run *r, poll_series *series, size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        bool leads = false;
        dbk_err *e = poll_lead_take(r->lead, code_of(r), series[i].asked.endpoint->stream, &leads);
        if (e)
            return e;
        if (leads)
            series[kept++] = series[i];
    }
    r->result->led_others = *count - kept;
    *count = kept;
    return NULL;
}

static dbk_err *refresh(run *r)
{
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    poll_series *series = NULL;
    size_t count = 0;
    dbk_err *e = poll_store_series(r->o->conn, a, r->o->clock, r->o->log, &r->o->wishes, &series, &count);
    if (!e)
        e = keep_led(r, series, &count);
    if (e) {
        arena_free(a);
        return e;
    }
    for (size_t i = 0; i < count; i++)
        take_over(&r->plan, &series[i]);
    if (count != r->plan.count)
        log_fields(r->o->log, LOG_INFO, "series are polled", LOG_STR("venue", code_of(r)),
                   LOG_INT("series", count), LOG_INT("by_others", r->result->led_others));
    arena_free(r->plan_arena);
    r->plan_arena = a;
    r->plan.series = series;
    r->plan.count = count;
    metric_set(r->series, (double)count);
    r->refresh_due_us = now_us(r) + (count > 0 ? REFRESH_US : REFRESH_IDLE_US);
    r->look_due_us = now_us(r) + LOOK_US;
    return NULL;
}

/* ---- one page ---- */

static void hear(run *r, const poll_series *s, const http_answer *a)
{
    int host = s->asked.endpoint->host;
    const venue *v = r->o->wishes.venue;
    poll_heard heard = {.status = a ? a->status : 0, .used = -1, .retry_after_us = -1};
    if (a) {
        const char *header = v->hosts[host].used_header;
        const char *used = header ? http_answer_header(a, header) : NULL;
        heard.used = used ? strtoll(used, NULL, 10) : -1;
        heard.date_us = a->date_us;
        heard.retry_after_us = a->retry_after_us;
        heard.too_often = a->status == 200 && poll_answer_is_too_often(a->body, a->length);
    }
    if (a && a->date_us > 0) {
        r->server_us = a->date_us;
        r->server_at_us = now_us(r);
    }
    if (poll_gate_heard(&r->plan.gates[host], &heard, now_us(r)) == POLL_HEARD_BAN)
        for (int i = 0; i < VENUE_HOSTS_MAX; i++)
            poll_gate_shut_like(&r->plan.gates[i], &r->plan.gates[host]);
}

/* The venue's own words, where its refusal has any. */
static dbk_err *status_error(run *r, const http_answer *a)
{
    json_spans spans;
    json_spans_init(&spans, 1000);
    dbk_err *said = NULL;
    dbk_err *e = json_spans_parse(&spans, a->body, a->length, "the answer");
    if (!e)
        said = json_answer_error(&spans);
    err_free(e);
    json_spans_term(&spans);
    if (said)
        return err_wrap(said, "%s answered with status %d", code_of(r), a->status);
    return err_new(ERR_CONNECTION, "%s answered with status %d", code_of(r), a->status);
}

static dbk_err *ask(run *r, const poll_series *s, const venue_request *q, http_answer *a)
{
    const venue_endpoint *e = s->asked.endpoint;
    const char *host = r->o->venue_url ? r->o->venue_url : r->o->wishes.venue->hosts[e->host].url;
    const char *url = arena_printf(r->scratch, "%s%s", host, q->target);
    if (!url)
        return err_oom();
    const http_request request = {.url = url,
                                  .timeout_ms = TIMEOUT_MS,
                                  .body_bytes_max = e->is_list ? LIST_BYTES_MAX : BODY_BYTES_MAX,
                                  .compressed = true};
    poll_gate_asked(&r->plan.gates[e->host], e->weight, now_us(r));
    dbk_err *err = http_get(r->o->http, r->scratch, &request, a);
    if (!r->o->interrupt || atomic_load(r->o->interrupt) == 0)
        hear(r, s, err ? NULL : a);
    if (!err && a->status != 200)
        err = status_error(r, a);
    if (!err && a->date_us == 0)
        err = err_new(ERR_INPUT, "%s does not say what time it is, so nothing it tells is known to be over",
                      code_of(r));
    return err;
}

/* Asks for the page after the series' position. What the venue did wrong is *trouble. */
static dbk_err *fetch(run *r, const poll_series *s, poll_page *page, venue_step *step)
{
    venue_request *q = arena_alloc(r->scratch, sizeof(*q));
    poll_answer *answer = arena_alloc(r->scratch, sizeof(*answer));
    http_answer a;
    if (!q || !answer)
        return err_oom();
    int64_t server_us = r->server_us ? r->server_us + now_us(r) - r->server_at_us : 0;
    dbk_err *e = venue_next_request(r->o->wishes.venue, r->scratch, &s->asked, &s->position, server_us, q);
    if (!e && s->is_repair)
        q->to_id = s->repair_to_id;
    if (!e && q->from_us > s->position.from_us)
        log_series(r, LOG_WARNING, "the venue no longer tells what lies at the cursor: a gap stays", s, 0);
    if (!e)
        e = ask(r, s, q, &a);
    if (!e && s->asked.endpoint->is_list)
        e = poll_answer_check_list(a.body, a.length);
    else if (!e)
        e = poll_answer_read(r->scratch, &s->asked, q, a.body, a.length, a.date_us, answer);
    if (!e)
        e = venue_after_page(&s->asked, &s->position, q, &answer->page, a.date_us, step);
    if (e)
        return e;
    *page = (poll_page){.series = s,
                        .request = q,
                        .body = a.body,
                        .length = a.length,
                        .server_us = a.date_us,
                        .answer = answer,
                        .after = &step->position};
    return NULL;
}

static dbk_err *fail(run *r, size_t which, dbk_err *trouble)
{
    poll_series *s = &r->plan.series[which];
    poll_plan_failed(&r->plan, which, now_us(r));
    metric_add(r->failed, 1);
    log_fields(r->o->log, LOG_WARNING, "a series could not be polled", LOG_STR("venue", code_of(r)),
               LOG_STR("stream", s->asked.endpoint->stream), LOG_STR("symbol", s->asked.symbol),
               LOG_STR("why", err_message(trouble)),
               LOG_STR("cause", err_cause(trouble) ? err_message(err_cause(trouble)) : NULL),
               LOG_INT("in_row", s->failures));
    return poll_store_failure(r->o->conn, r->o->clock, s, trouble);
}

/* A hole whose last row has come is filled. One that the venue tells no more of stays, and is asked for
 * again. */
static dbk_err *after_repair(run *r, size_t which, const venue_step *step)
{
    poll_series *s = &r->plan.series[which];
    if (s->position.last_id >= s->repair_to_id) {
        poll_plan_ended(&r->plan, which);
        log_series(r, LOG_INFO, "a hole is filled", s, s->repair_to_id);
        return poll_store_repaired(r->o->conn, &s->repair_id);
    }
    if (step->more)
        return NULL;
    dbk_err *trouble =
        err_new(ERR_NOT_FOUND, "%s has no rows of %s after id %lld, and they are missing up to %lld",
                code_of(r), s->asked.symbol, (long long)s->position.last_id, (long long)s->repair_to_id);
    dbk_err *e = fail(r, which, trouble);
    err_free(trouble);
    return e;
}

static dbk_err *take_page(run *r, size_t which, const poll_page *page, const venue_step *step)
{
    poll_series *s = &r->plan.series[which];
    dbk_err *trouble = NULL;
    dbk_err *e = s->asked.endpoint->is_list ? poll_store_list(r->o->conn, r->o->clock, page, &trouble)
                                            : poll_store_page(r->o->conn, r->o->clock, page);
    if (trouble) {
        e = fail(r, which, trouble);
        err_free(trouble);
        return e;
    }
    if (e)
        return e;
    bool was_behind = s->behind;
    int64_t rows = page->answer->page.rows_kept;
    poll_plan_moved(&r->plan, which, step, now_us(r));
    r->result->pages++;
    r->result->rows += rows;
    metric_add(r->pages, 1);
    metric_add(r->rows, rows);
    log_series(r, LOG_DEBUG, "a page came", s, rows);
    if (s->is_repair)
        return after_repair(r, which, step);
    if (was_behind && !s->behind)
        log_series(r, LOG_INFO, "a series is current", s, r->result->rows);
    return NULL;
}

static dbk_err *poll_one(run *r, size_t which)
{
    poll_series *s = &r->plan.series[which];
    poll_page page;
    venue_step step;
    arena_reset(r->scratch);
    dbk_err *trouble = fetch(r, s, &page, &step);
    dbk_err *stop = interrupt_check(r->o->interrupt);
    if (stop || err_code(trouble) == ERR_MEMORY) {
        err_free(stop ? trouble : NULL);
        return stop ? stop : trouble;
    }
    if (trouble) {
        dbk_err *e = fail(r, which, trouble);
        err_free(trouble);
        return e;
    }
    return take_page(r, which, &page, &step);
}

/* ---- the loop ---- */

static dbk_err *wait_for(run *r, int64_t wait_us)
{
    int64_t until_refresh = r->refresh_due_us - now_us(r);
    int64_t until_look = r->look_due_us - now_us(r);
    if (wait_us > until_refresh)
        wait_us = until_refresh;
    if (wait_us > until_look)
        wait_us = until_look;
    return wait_us > 0 ? http_pause(r->o->http, wait_us) : NULL;
}

static dbk_err *step_once(run *r, bool *done)
{
    size_t which;
    int64_t wait_us;
    if (now_us(r) >= r->refresh_due_us)
        return refresh(r);
    if (now_us(r) >= r->look_due_us) {
        r->look_due_us = now_us(r) + LOOK_US;
        return pg_lead_check(r->lead);
    }
    if (r->o->once && poll_plan_is_current(&r->plan, ONCE_FAILURES)) {
        *done = true;
        return NULL;
    }
    if (poll_plan_next(&r->plan, now_us(r), &which, &wait_us))
        return poll_one(r, which);
    if (r->o->once && wait_us > ONCE_WAIT_MAX_US && wait_us != INT64_MAX) {
        r->left_alone_us = wait_us;
        *done = true;
        return NULL;
    }
    return wait_for(r, wait_us);
}

/* The database was away, or gave way to somebody else: whatever was on the way is asked for again from where
 * the cursors are. */
static dbk_err *recover(run *r, dbk_err *e)
{
    dbk_err *stop = interrupt_check(r->o->interrupt);
    if (stop) {
        err_free(e);
        return stop;
    }
    if (pg_retry_classify(e) == PG_RETRY_NEVER || (r->o->once && ++r->database_failures > ONCE_FAILURES))
        return e;
    log_fields(r->o->log, LOG_WARNING, "the database is tried again", LOG_STR("venue", code_of(r)),
               LOG_STR("why", err_message(e)));
    health_ill(r->o->health, "%s", err_message(e));
    err_free(e);
    r->refresh_due_us = 0;
    stop = http_pause(r->o->http, poll_backoff_us(1, SECOND_US, SECOND_US, &r->plan.random));
    if (!stop && pg_is_lost(r->o->conn))
        err_free(pg_reconnect(r->o->conn));
    return stop;
}

/* A series that failed so often in a row is not current, whatever the others are. */
static void report(run *r)
{
    size_t failing = 0, worst = 0;
    r->database_failures = 0;
    for (size_t i = 0; i < r->plan.count; i++) {
        failing += r->plan.series[i].failures > 0;
        worst += r->plan.series[i].failures >= ONCE_FAILURES;
    }
    metric_set(r->failing, (double)failing);
    if (worst > 0)
        health_ill(r->o->health, "%zu series failed %d times in a row", worst, ONCE_FAILURES);
    else
        health_fine(r->o->health);
}

static void make_metrics(run *r)
{
    metrics *m = r->o->metrics;
    const char *code = code_of(r);
    r->pages = metrics_counter(m, "pages_total", "Answers that were recorded or had no news.", "venue", code);
    r->rows = metrics_counter(m, "rows_total", "Rows that were recorded.", "venue", code);
    r->failed = metrics_counter(m, "failures_total", "Requests for a series that failed.", "venue", code);
    r->series = metrics_gauge(m, "series", "Series that are polled.", "venue", code);
    r->failing = metrics_gauge(m, "failing_series", "Series whose last request failed.", "venue", code);
}

static dbk_err *loop(run *r)
{
    bool done = false;
    dbk_err *e = NULL;
    while (!e && !done) {
        e = interrupt_check(r->o->interrupt);
        if (!e)
            e = step_once(r, &done);
        if (e)
            e = recover(r, e);
        else
            report(r);
    }
    return e;
}

dbk_err *poll_run(const poll_options *options, poll_result *out)
{
    const venue *v = options->wishes.venue;
    *out = (poll_result){.pages = 0};
    run r = {.o = options, .result = out, .scratch = arena_new(0)};
    if (!r.scratch)
        return err_oom();
    make_metrics(&r);
    uint64_t seed = (uint64_t)options->clock->wall_us(options->clock);
    r.plan.random = seed | 1;
    for (int i = 0; i < VENUE_HOSTS_MAX; i++)
        poll_gate_init(&r.plan.gates[i], v->hosts[i].url ? v->hosts[i].weight_per_minute : 1,
                       seed + (uint64_t)i);
    dbk_err *e = pg_lead_new(options->conn, "daybook poll leader", &r.lead);
    if (!e)
        e = loop(&r);
    if (!e && r.left_alone_us > 0)
        e = err_new(ERR_RETRYABLE, "%s asked to be left alone for %lld s", v->code,
                    (long long)(r.left_alone_us / SECOND_US));
    out->series = r.plan.count;
    for (size_t i = 0; i < r.plan.count; i++)
        out->failing += r.plan.series[i].failures > 0;
    pg_lead_free(r.lead);
    arena_free(r.plan_arena);
    arena_free(r.scratch);
    return e;
}
