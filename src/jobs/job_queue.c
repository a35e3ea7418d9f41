#include "jobs/job_queue.h"

#include <assert.h>
#include <string.h>

#include "core/uuid.h"
#include "jobs_sql.h"

/* ---- claims ---- */

static job_kind kind_of(const char *name)
{
    if (strcmp(name, "function") == 0)
        return JOB_FUNCTION;
    return strcmp(name, "http") == 0 ? JOB_HTTP : JOB_COMMAND;
}

static dbk_err *read_job(const pg_rows *rows, size_t row, job **out)
{
    return job_new(&(job){.id = pg_get_uuid(rows, row, 0),
                          .token = pg_get_uuid(rows, row, 1),
                          .queue = pg_get_text(rows, row, 2),
                          .handler = pg_get_text(rows, row, 3),
                          .kind = kind_of(pg_get_text(rows, row, 4)),
                          .what = pg_get_text(rows, row, 5),
                          .args = pg_get_text(rows, row, 6),
                          .ctx = pg_get_text(rows, row, 7),
                          .timeout_us = pg_get_int8(rows, row, 8),
                          .attempt = pg_get_int8(rows, row, 9)},
                   out);
}

static void queues_param(pg_params *p, const job_worker *w)
{
    if (w->queue_count > 0)
        pg_param_text_array(p, w->queues, w->queue_count);
    else
        pg_param_null(p);
}

dbk_err *job_queue_claim(pg_conn *c, arena *a, const job_worker *w, size_t limit, job **out, size_t *count)
{
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &w->id);
    pg_param_text(p, w->name);
    queues_param(p, w);
    pg_param_int4(p, (int32_t)(limit < JOB_QUEUE_CLAIM_MAX ? limit : JOB_QUEUE_CLAIM_MAX));
    pg_rows *rows;
    dbk_err *e = pg_query(c, a, jobs_claim, p, &rows);
    if (e)
        return e;
    job *first = NULL, **end = &first;
    for (size_t i = 0; i < pg_row_count(rows) && !e; i++) {
        e = read_job(rows, i, end);
        if (!e)
            end = &(*end)->next;
    }
    if (e) {
        for (job *next; first; first = next) {
            next = first->next;
            job_free(first);
        }
        return e;
    }
    *out = first;
    *count = pg_row_count(rows);
    return NULL;
}

/* ---- ends ---- */

static const char *id_text(arena *a, const dbk_uuid *id)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(id, text);
    return arena_strdup(a, text);
}

/* What an array parameter is made of; NULL inside means that memory was short. */
typedef struct columns {
    const char **ids, **tokens, **outcomes, **errors;
} columns;

static dbk_err *fill_columns(arena *a, const job_report *reports, size_t count, columns *out)
{
    const char **all = arena_alloc(a, 4 * count * sizeof(*all));
    if (!all)
        return err_oom();
    *out = (columns){all, all + count, all + 2 * count, all + 3 * count};
    for (size_t i = 0; i < count; i++) {
        out->ids[i] = id_text(a, &reports[i].job->id);
        out->tokens[i] = id_text(a, &reports[i].job->token);
        out->outcomes[i] = reports[i].end.outcome;
        out->errors[i] = reports[i].end.error;
        if (!out->ids[i] || !out->tokens[i])
            return err_oom();
    }
    return NULL;
}

static job_answer answer_of(const char *outcome)
{
    if (strcmp(outcome, "created") == 0)
        return JOB_CREATED;
    return strcmp(outcome, "replayed") == 0 ? JOB_REPLAYED : JOB_FENCED;
}

static dbk_err *ask(pg_conn *c, arena *a, const char *sql, const pg_params *p, job_report *reports,
                    size_t count)
{
    pg_rows *rows;
    dbk_err *e = pg_query(c, a, sql, p, &rows);
    for (size_t i = 0; i < count; i++)
        reports[i].answer = JOB_FENCED;
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        int64_t idx = pg_get_int8(rows, i, 0);
        assert(idx >= 1 && idx <= (int64_t)count);
        reports[idx - 1].answer = answer_of(pg_get_text(rows, i, 1));
    }
    return e;
}

dbk_err *job_queue_finish(pg_conn *c, arena *a, job_report *reports, size_t count)
{
    columns k;
    dbk_err *e = fill_columns(a, reports, count, &k);
    if (e)
        return e;
    pg_params *p = pg_params_new(a);
    pg_param_text_array(p, k.ids, count);
    pg_param_text_array(p, k.tokens, count);
    pg_param_text_array(p, k.outcomes, count);
    pg_param_text_array(p, k.errors, count);
    return ask(c, a, jobs_finish, p, reports, count);
}

dbk_err *job_queue_perform(pg_conn *c, arena *a, job_report *reports, size_t count)
{
    columns k;
    dbk_err *e = fill_columns(a, reports, count, &k);
    if (e)
        return e;
    pg_params *p = pg_params_new(a);
    pg_param_text_array(p, k.ids, count);
    pg_param_text_array(p, k.tokens, count);
    return ask(c, a, jobs_perform, p, reports, count);
}

/* ---- signs of life ---- */

static job_news read_news(const pg_rows *rows, size_t row)
{
    bool fenced = strcmp(pg_get_text(rows, row, 0), "fenced") == 0;
    job_news n = {
        .token = pg_get_uuid(rows, row, 1), .whole_claim = fenced, .stop = fenced ? JOB_LOST : JOB_CANCELLED};
    if (!fenced)
        n.id = pg_get_uuid(rows, row, 2);
    return n;
}

dbk_err *job_queue_heartbeat(pg_conn *c, arena *a, const job_worker *w, const dbk_uuid *tokens, size_t count,
                             job_news **out, size_t *news)
{
    const char **texts = arena_alloc(a, (count + 1) * sizeof(*texts));
    for (size_t i = 0; texts && i < count; i++)
        if (!(texts[i] = id_text(a, &tokens[i])))
            texts = NULL;
    if (!texts)
        return err_oom();
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &w->id);
    pg_param_text_array(p, texts, count);
    pg_rows *rows;
    dbk_err *e = pg_query(c, a, jobs_heartbeat, p, &rows);
    if (e)
        return e;
    job_news *list = arena_alloc(a, (pg_row_count(rows) + 1) * sizeof(*list));
    if (!list)
        return err_oom();
    for (size_t i = 0; i < pg_row_count(rows); i++)
        list[i] = read_news(rows, i);
    *out = list;
    *news = pg_row_count(rows);
    return NULL;
}

dbk_err *job_queue_rescue(pg_conn *c, arena *a, int64_t *count)
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(c, a, jobs_rescue, NULL, &rows);
    if (!e)
        *count = pg_get_int8(rows, 0, 0);
    return e;
}

dbk_err *job_queue_detach(pg_conn *c, arena *a, const job_worker *w)
{
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &w->id);
    pg_rows *rows;
    return pg_query_one(c, a, jobs_detach, p, &rows);
}
