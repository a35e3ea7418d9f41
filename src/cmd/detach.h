/* detach.h: how `up --detach` goes into the background: the caller gets its prompt back when, and only when,
 * everything is up.
 *
 * Until then the background process keeps the caller's standard error, so that whatever goes wrong is said
 * where the user looks. At that moment its output moves to the log file and the caller is released. For one
 * thread; `up` only. */
#ifndef DAYBOOK_CMD_DETACH_H
#define DAYBOOK_CMD_DETACH_H

#include "core/err.h"

typedef struct detach {
    const char *log_path;
    int ready_fd; /* -1: not detached, everything here does nothing */
    int log_fd;   /* -1: output has not moved */
} detach;

/* Forks. In the caller *is_parent is true, the wait is over and *exit_status says how it went; a Ctrl-C
 * meanwhile is passed on. In the background process *is_parent is false. */
dbk_err *detach_start(detach *d, bool *is_parent, int *exit_status) ERR_MUST_USE;
/* Everything is up: moves output to the log file and releases the caller. */
dbk_err *detach_ready(detach *d) ERR_MUST_USE;
/* Keeps the log file within its limit: when it is passed, what is there becomes the one older file. */
void detach_tick(detach *d);
/* The end, with the status to pass on to a caller who still waits. */
void detach_end(detach *d, int exit_status);

#endif
