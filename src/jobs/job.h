/* job.h: a job that this process has claimed, and what may become of it. */
#ifndef DAYBOOK_JOBS_JOB_H
#define DAYBOOK_JOBS_JOB_H

#include <stdatomic.h>
#include <stdint.h>

#include "core/err.h"
#include "daybook.h"

typedef enum job_kind {
    JOB_FUNCTION, /* a stored function: its effect and the job's end are one transaction */
    JOB_COMMAND,  /* a program */
    JOB_HTTP      /* a POST */
} job_kind;

/* Why a job should not go on, if so. */
enum job_stop {
    JOB_GO_ON,
    JOB_CANCELLED, /* somebody asked for it */
    JOB_LOST,      /* it is not ours any more */
    JOB_GIVE_BACK  /* we are about to end: somebody else may have it */
};

/* Outcomes of jobs.fn_finish(). */
#define JOB_SUCCEEDED "succeeded"
#define JOB_FAILED "failed"
#define JOB_ENDED_CANCELLED "cancelled"
#define JOB_RELEASED "released"

typedef struct job {
    dbk_uuid id, token; /* of the job; of this attempt */
    job_kind kind;
    const char *queue, *handler;
    const char *what; /* the function as a statement names it; the program as a worker knows it; the URL */
    const char *args; /* JSON */
    const char *ctx;  /* JSON: the context of what it does */
    int64_t attempt;  /* from 1 */
    int64_t timeout_us;
    atomic_int stop; /* enum job_stop */
    struct job *next;
} job;

/* Strings are copied. Free with job_free(). */
dbk_err *job_new(const job *like, job **out) ERR_MUST_USE;
void job_free(job *j); /* accepts NULL */

/* How an attempt ended, as jobs.fn_finish() wants it. */
typedef struct job_end {
    const char *outcome; /* one of the names above; NULL: nothing is to be told, since it is not ours */
    const char *error;   /* NULL: none */
} job_end;

/* What became of an attempt that did not succeed: if it was to stop, that. */
job_end job_end_of(const job *j, const char *error);

#endif
