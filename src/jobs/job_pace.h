/* job_pace.h: how many jobs are taken at a time. Pure.
 *
 * A job of milliseconds costs more in round trips and commits than in work, so such jobs are run many in a
 * transaction; a job of seconds is taken alone, so that none waits behind it that another worker could run.
 * What a single one takes tells little of that, for its commit and the other threads may be most of it. So
 * the number is doubled as long as so many are done in time, and cut to what would have fitted when they were
 * not. */
#ifndef DAYBOOK_JOBS_JOB_PACE_H
#define DAYBOOK_JOBS_JOB_PACE_H

#include <stddef.h>
#include <stdint.h>

#define JOB_PACE_TARGET_US INT64_C(100000) /* that a batch may take, its commit included */
#define JOB_PACE_BATCH_MAX 500

/* Zeroed: nothing is known. */
typedef struct job_pace {
    size_t batch;
} job_pace;

/* `count` jobs took so long together. */
void job_pace_note(job_pace *p, int64_t duration_us, size_t count);

/* How many jobs are likely to be done within the target: at least 1, and 1 while nothing is known. */
size_t job_pace_batch(const job_pace *p);

#endif
