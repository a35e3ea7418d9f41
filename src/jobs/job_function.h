/* job_function.h: jobs that are stored functions.
 *
 * The server calls the function in one transaction with the end of its job: what it did happened exactly when
 * the job is finished, and nothing is called for a job that is not ours any more. Many short jobs share a
 * transaction; when that fails, each is run in one of its own, so that one bad job costs the others time and
 * nothing else. */
#ifndef DAYBOOK_JOBS_JOB_FUNCTION_H
#define DAYBOOK_JOBS_JOB_FUNCTION_H

#include "jobs/job_queue.h"

/* Runs one job and says in its report what became of it: ended as succeeded, or as its end tells. An error
 * is the connection's (then nothing happened, or all of it did, and the same call may be made again) or no
 * matter of the job's. */
dbk_err *job_function_run_one(pg_conn *c, arena *a, job_report *report) ERR_MUST_USE;

/* Runs all of them, which have the same limit of time, in one transaction. *done is false when that was
 * undone: then each is for job_function_run_one(). An error is the connection's. */
dbk_err *job_function_run_all(pg_conn *c, arena *a, job_report *reports, size_t count,
                              bool *done) ERR_MUST_USE;

#endif
