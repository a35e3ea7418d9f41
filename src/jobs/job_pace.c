#include "jobs/job_pace.h"

#include <assert.h>

#define UNITS 16
#define DURATION_US_MAX (INT64_C(366) * 86400 * 1000000)

void job_pace_note(job_pace *p, int64_t duration_us, size_t count)
{
    assert(count > 0);
    if (duration_us < 0)
        duration_us = 0;
    if (duration_us > DURATION_US_MAX)
        duration_us = DURATION_US_MAX;
    int64_t one = duration_us * UNITS / (int64_t)count;
    if (one < 1)
        one = 1;
    p->mean_us = one > p->mean_us ? one : p->mean_us - (p->mean_us - one) / 8;
}

size_t job_pace_batch(const job_pace *p)
{
    if (p->mean_us == 0)
        return 1;
    int64_t fit = JOB_PACE_TARGET_US * UNITS / p->mean_us;
    return fit < 1 ? 1 : fit > JOB_PACE_BATCH_MAX ? JOB_PACE_BATCH_MAX : (size_t)fit;
}
