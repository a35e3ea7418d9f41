/* job_command.h: a job that is a program: its arguments as JSON on standard input, the end of what it prints
 * kept.
 *
 * The program is started without a shell, in a process group of its own that ends with it: what it left
 * running is killed. Blocks until the program has ended. The process must ignore SIGPIPE. */
#ifndef DAYBOOK_JOBS_JOB_COMMAND_H
#define DAYBOOK_JOBS_JOB_COMMAND_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/err.h"

typedef struct job_command {
    const char *const *argv; /* NULL-terminated; argv[0] is a path or found in PATH */
    const char *const *env;  /* complete, NULL-terminated "K=V" */
    const char *input;       /* for standard input, which is then closed */
    size_t input_length;
    int64_t timeout_us; /* 0: none */
    size_t tail_max;    /* of what it prints on both streams, so many bytes from the end are kept */
    const dbk_clock *clock;
    const atomic_int *stop; /* not 0: it is to end; may be NULL */
} job_command;

typedef enum job_command_how {
    JOB_COMMAND_ENDED,   /* by itself */
    JOB_COMMAND_OVERDUE, /* ended by us, since its time was over */
    JOB_COMMAND_STOPPED  /* ended by us, since `stop` was set */
} job_command_how;

typedef struct job_command_end {
    job_command_how how;
    int status;       /* as wait() tells it */
    const char *tail; /* valid UTF-8, without U+0000; in the arena */
} job_command_end;

/* An error says that the program could not be started. The group gets SIGTERM first, and three seconds later
 * SIGKILL. */
dbk_err *job_command_run(arena *a, const job_command *c, job_command_end *out) ERR_MUST_USE;

/* The environment of such a program: of ours the variables named in `keep` and those that every program
 * wants (PATH, HOME, LANG, TZ …), and `add` ("K=V"). Lives in the arena. */
dbk_err *job_command_environment(arena *a, const char *const *keep, size_t keep_count, const char *const *add,
                                 size_t add_count, const char *const **out) ERR_MUST_USE;

#endif
