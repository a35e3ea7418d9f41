/* supervisor_int.h: what the two halves of the supervisor share: supervisor.c (events, children, the run) and
 * supervisor_server.c (the private server). */
#ifndef DAYBOOK_OPS_SUPERVISOR_INT_H
#define DAYBOOK_OPS_SUPERVISOR_INT_H

#include <signal.h>

#include "ops/cluster_run.h"
#include "ops/supervisor.h"

#define SUPERVISOR_SECOND_US ((int64_t)1000000)

typedef struct supervisor_server {
    pid_t pid;       /* 0: none */
    bool adopted;    /* not our child */
    int wait_status; /* of the child that ended last */
    int failures;    /* in a row */
    int64_t started_us;
    int64_t due_us; /* when to start it again; 0: its end was not noticed yet */
} supervisor_server;

typedef struct supervisor {
    const supervisor_options *o;
    arena *arena;   /* life of the run */
    arena *scratch; /* reset by every step of a wait */
    sigset_t signals, signals_before;
    cluster_lock lock;
    supervisor_server server;
    pid_t task; /* initdb or the installer; 0: none */
    int task_status;
    children *daemons;
    int start_log;
    const char *url;
    int stop_requests;
} supervisor;

/* ---- supervisor.c ---- */

int64_t supervisor_now_us(const supervisor *s);
/* The one place that waits: until `until_us` (a second at most), or something happened. Resets scratch. */
void supervisor_wait(supervisor *s, int64_t until_us);
/* Waits for the child in s->task. ERR_INTERRUPTED, with the child gone, when asked to stop meanwhile. */
dbk_err *supervisor_finish_task(supervisor *s) ERR_MUST_USE;
dbk_err *supervisor_interrupted(void) ERR_MUST_USE;

/* ---- supervisor_server.c ---- */

/* Makes, starts or adopts the server, waits until it accepts connections, prepares it and sets s->url. */
dbk_err *supervisor_server_up(supervisor *s) ERR_MUST_USE;
/* Notices an end of the server and starts it again. An error means that it is given up. */
dbk_err *supervisor_server_keep(supervisor *s) ERR_MUST_USE;
/* Ends it, step by step. */
void supervisor_server_end(supervisor *s);

#endif
