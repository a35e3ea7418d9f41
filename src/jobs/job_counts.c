#include "jobs/job_counts.h"

#include <assert.h>

static const struct {
    const char *name, *help, *label, *value;
} rows[] = {
    [JOBS_CLAIMED] = {"claimed_total", "Jobs that this worker has claimed.", NULL, NULL},
    [JOBS_SUCCEEDED] = {"finished_total", "Attempts that ended here.", "outcome", "succeeded"},
    [JOBS_FAILED] = {"finished_total", "Attempts that ended here.", "outcome", "failed"},
    [JOBS_CANCELLED] = {"finished_total", "Attempts that ended here.", "outcome", "cancelled"},
    [JOBS_RELEASED] = {"finished_total", "Attempts that ended here.", "outcome", "released"},
    [JOBS_FENCED] = {"finished_total", "Attempts that ended here.", "outcome", "fenced"},
    [JOBS_RESCUED] = {"rescued_total", "Jobs taken from workers that showed no sign of life.", NULL, NULL},
    [JOBS_REDONE] = {"redone_total", "Jobs run by themselves since their batch had failed.", NULL, NULL},
    [JOBS_FIRED] = {"schedule_runs_total", "Runs of schedules that were put into queues.", NULL, NULL},
};
static_assert(sizeof(rows) / sizeof(rows[0]) == JOBS_COUNTED, "a row for each");

void job_counts_publish(job_counts *c, metrics *m)
{
    for (size_t i = 0; i < JOBS_COUNTED; i++)
        c->metrics[i] = metrics_counter(m, rows[i].name, rows[i].help, rows[i].label, rows[i].value);
}

void job_count(job_counts *c, job_counted what, int64_t amount)
{
    assert(what < JOBS_COUNTED);
    assert(amount >= 0);
    c->counts[what] += amount;
    metric_add(c->metrics[what], amount);
}

int64_t job_counts_get(const job_counts *c, job_counted what)
{
    assert(what < JOBS_COUNTED);
    return c->counts[what];
}
