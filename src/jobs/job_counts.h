/* job_counts.h: what a worker has done since it began, for who asks at its end and for who watches it. Any
 * thread. */
#ifndef DAYBOOK_JOBS_JOB_COUNTS_H
#define DAYBOOK_JOBS_JOB_COUNTS_H

#include <stdatomic.h>
#include <stdint.h>

#include "core/metrics.h"

typedef enum job_counted {
    JOBS_CLAIMED,
    JOBS_SUCCEEDED,
    JOBS_FAILED, /* attempts */
    JOBS_CANCELLED,
    JOBS_RELEASED, /* given back without having ended */
    JOBS_FENCED,   /* ended here, after somebody else had taken them over */
    JOBS_RESCUED,  /* taken from workers that showed no sign of life */
    JOBS_REDONE,   /* run once more, each by itself, since their batch failed */
    JOBS_FIRED,    /* runs of schedules */
    JOBS_COUNTED
} job_counted;

/* Zeroed, it counts for nobody else. */
typedef struct job_counts {
    _Atomic int64_t counts[JOBS_COUNTED];
    metric *metrics[JOBS_COUNTED];
} job_counts;

/* Counts in that set of metrics, too. */
void job_counts_publish(job_counts *c, metrics *m);
void job_count(job_counts *c, job_counted what, int64_t amount);
int64_t job_counts_get(const job_counts *c, job_counted what);

#endif
