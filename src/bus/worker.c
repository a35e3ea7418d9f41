#include "bus/worker.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>

#define PAUSE_MIN_US ((int64_t)200000)
#define PAUSE_MAX_US ((int64_t)5000000)

typedef struct job {
    const worker *worker;
    const worker *all;
    size_t count;
    atomic_int *stop;
    dbk_err *end;
    pthread_t thread;
} job;

int64_t worker_pause_us(int failures)
{
    int64_t pause_us = PAUSE_MIN_US;
    for (int i = 1; i < failures && pause_us < PAUSE_MAX_US; i++)
        pause_us *= 2;
    return pause_us < PAUSE_MAX_US ? pause_us : PAUSE_MAX_US;
}

dbk_err *worker_connect(pg_conn *c)
{
    if (!pg_is_lost(c))
        return NULL;
    dbk_err *e = pg_reconnect(c);
    return e ? e : pg_exec(c, "set jit = off");
}

void workers_stop(const worker *items, size_t count, atomic_int *stop, int signal_number)
{
    int none = 0;
    atomic_compare_exchange_strong(stop, &none, signal_number);
    for (size_t i = 0; i < count; i++)
        items[i].wake(items[i].ctx);
}

static void *work(void *arg)
{
    job *j = arg;
    j->end = j->worker->run(j->worker->ctx);
    if (j->end)
        workers_stop(j->all, j->count, j->stop, SIGTERM);
    return NULL;
}

static bool is_stop(const dbk_err *e)
{
    return err_code(e) == ERR_TERMINATED || err_code(e) == ERR_INTERRUPTED;
}

dbk_err *workers_run(const worker *items, size_t count, atomic_int *stop)
{
    job jobs[WORKERS_MAX];
    size_t started = 0;
    dbk_err *first = NULL;
    assert(count <= WORKERS_MAX);
    for (; started < count && !first; started++) {
        jobs[started] = (job){.worker = &items[started], .all = items, .count = count, .stop = stop};
        int rc = pthread_create(&jobs[started].thread, NULL, work, &jobs[started]);
        if (rc != 0) {
            first = err_errno(rc, "could not start a thread");
            workers_stop(items, count, stop, SIGTERM);
            break;
        }
    }
    for (size_t i = 0; i < started; i++) {
        pthread_join(jobs[i].thread, NULL);
        dbk_err *e = jobs[i].end;
        if (e && !first && !is_stop(e))
            first = err_wrap(e, "%s", items[i].name);
        else
            err_free(e);
    }
    return first;
}
