/* proc.h: running other programs.
 *
 * No shell is involved; argv is passed as it is. The child gets its own process group when asked, dies with
 * its parent when asked (PR_SET_PDEATHSIG, checked against a parent that died first), and inherits no
 * descriptor but 0, 1, 2. Secrets are never put into argv. */
#ifndef DAYBOOK_CORE_PROC_H
#define DAYBOOK_CORE_PROC_H

#include <stdint.h>
#include <sys/types.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/err.h"

typedef struct proc_options {
    const char *const *argv; /* NULL-terminated; argv[0] is a path or found in PATH */
    const char *const *env;  /* NULL: inherit; else the complete environment, NULL-terminated "K=V" */
    const char *cwd;         /* NULL: inherit */
    uid_t uid; /* 0: stay who we are; else setgroups/setgid/setuid in the child, and gid is not 0 */
    gid_t gid;
    int stdin_fd;  /* 0 or -1: /dev/null */
    int stdout_fd; /* 0: inherit; -1: /dev/null; else dup */
    int stderr_fd;
    int death_signal; /* 0: outlive the parent; else sent to the child when the thread that started it ends */
    bool own_group;
} proc_options;

/* Starts; an exec failure is reported here, not as exit status 127. */
dbk_err *proc_start(const proc_options *options, pid_t *pid) ERR_MUST_USE;

/* Runs until the child ends, collecting at most output_max bytes of stdout and stderr as they come; what is
 * beyond is dropped, and the text says so. status is the wait status. timeout_us 0: none; past it the child's
 * group gets SIGTERM, then SIGKILL, and ERR_TIMEOUT is returned with the output as detail.
 *
 * The child always has its own group, and gets SIGTERM when the calling thread ends unless death_signal says
 * otherwise. A grandchild that keeps the output open is not waited for. A signal that the caller handles does
 * not end the wait. */
dbk_err *proc_run(arena *a, const proc_options *options, int64_t timeout_us, size_t output_max, int *status,
                  char **output) ERR_MUST_USE;

/* "exited with status 1", "killed by signal 9 (Killed)" */
const char *proc_status_text(arena *a, int status);

#endif
