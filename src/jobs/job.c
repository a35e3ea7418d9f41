#include "jobs/job.h"

#include <string.h>

#include "core/mem.h"

static const char *put(char **at, const char *text)
{
    size_t size = strlen(text) + 1;
    const char *copy = memcpy(*at, text, size);
    *at += size;
    return copy;
}

/* One block: a job is claimed and freed ten thousand times a second. */
dbk_err *job_new(const job *like, job **out)
{
    const char *texts[] = {like->queue, like->handler, like->what, like->args, like->ctx};
    size_t size = sizeof(job);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        size += strlen(texts[i]) + 1;
    job *j = mem_alloc(size);
    if (!j)
        return err_oom();
    char *at = (char *)(j + 1);
    j->id = like->id;
    j->token = like->token;
    j->kind = like->kind;
    j->attempt = like->attempt;
    j->timeout_us = like->timeout_us;
    j->queue = put(&at, like->queue);
    j->handler = put(&at, like->handler);
    j->what = put(&at, like->what);
    j->args = put(&at, like->args);
    j->ctx = put(&at, like->ctx);
    atomic_init(&j->stop, JOB_GO_ON);
    *out = j;
    return NULL;
}

void job_free(job *j)
{
    mem_free(j);
}

job_end job_end_of(const job *j, const char *error)
{
    switch ((enum job_stop)atomic_load(&j->stop)) {
    case JOB_CANCELLED:
        return (job_end){.outcome = JOB_ENDED_CANCELLED, .error = "cancelled while it ran"};
    case JOB_LOST:
        return (job_end){.outcome = NULL};
    case JOB_GIVE_BACK:
        return (job_end){.outcome = JOB_RELEASED};
    case JOB_GO_ON:
        break;
    }
    return (job_end){.outcome = JOB_FAILED, .error = error};
}
