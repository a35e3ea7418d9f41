#include "jobs/job_pace.h"

#include <assert.h>

void job_pace_note(job_pace *p, int64_t duration_us, size_t count)
{
    assert(count > 0 && count <= JOB_PACE_BATCH_MAX);
    size_t batch = job_pace_batch(p);
    if (duration_us > JOB_PACE_TARGET_US) {
        size_t fit = (size_t)((int64_t)count * JOB_PACE_TARGET_US / duration_us);
        p->batch = fit < 1 ? 1 : fit < batch ? fit : batch;
    } else if (count >= batch && duration_us <= JOB_PACE_TARGET_US / 2) {
        p->batch = 2 * batch < JOB_PACE_BATCH_MAX ? 2 * batch : JOB_PACE_BATCH_MAX;
    }
}

size_t job_pace_batch(const job_pace *p)
{
    return p->batch == 0 ? 1 : p->batch;
}
