/* Asking from outside. The supervisor ends its server before it drops the lock, so a lock that is free means
 * that both are gone, unless the server was left alone by a supervisor that was killed. */
#include <errno.h>
#include <signal.h>

#include "ops/cluster_run.h"
#include "ops/supervisor.h"

#define LOOK_US ((int64_t)50000)

/* 0: nothing runs. */
static dbk_err *find_process(arena *scratch, const cluster *c, pid_t *pid, int *signum)
{
    pid_t holder;
    cluster_server server = {.pid = 0};
    arena_reset(scratch);
    dbk_err *e = cluster_lock_holder(c, &holder);
    if (!e && !holder)
        e = cluster_inspect(scratch, c, &server);
    if (e)
        return e;
    *pid = holder ? holder : server.pid;
    *signum = holder ? SIGTERM : SIGINT;
    return NULL;
}

static dbk_err *stop_and_wait(arena *scratch, const cluster *c, const dbk_clock *clock, int64_t limit_us,
                              bool *was_running)
{
    int64_t deadline = clock->mono_us(clock) + limit_us;
    pid_t asked = 0;
    for (;;) {
        pid_t pid;
        int signum;
        dbk_err *e = find_process(scratch, c, &pid, &signum);
        if (e)
            return e;
        if (!pid)
            break;
        if (pid != asked && kill(pid, signum) != 0 && errno != ESRCH)
            return err_errno(errno, "could not stop process %ld", (long)pid);
        asked = pid;
        if (clock->mono_us(clock) >= deadline) {
            e = err_new(ERR_TIMEOUT, "process %ld is still stopping", (long)pid);
            return err_with_hint(e, "it goes on by itself; daybook down again waits for it");
        }
        clock->sleep_us(clock, LOOK_US);
    }
    *was_running = asked != 0;
    if (asked)
        cluster_socket_dir_remove(scratch, c); /* a supervisor that was killed could not */
    return NULL;
}

dbk_err *supervisor_stop(const cluster *c, const dbk_clock *clock, int64_t limit_us, bool *was_running)
{
    arena *scratch = arena_new((size_t)1 << 20);
    if (!scratch)
        return err_oom();
    dbk_err *e = stop_and_wait(scratch, c, clock, limit_us, was_running);
    arena_free(scratch);
    return e;
}
