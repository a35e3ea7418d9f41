#include "jobs/ticker.h"

#include <pthread.h>
#include <time.h>

#include "core/mem.h"

struct ticker {
    int64_t (*fn)(void *ctx);
    void *ctx;
    pthread_t thread;
    pthread_mutex_t lock; /* guards `ending` */
    pthread_cond_t ended; /* by the monotonic clock */
    bool ending;
};

static void add_us(struct timespec *t, int64_t duration_us)
{
    int64_t ns = t->tv_nsec + duration_us % 1000000 * 1000;
    t->tv_sec += duration_us / 1000000 + ns / 1000000000;
    t->tv_nsec = ns % 1000000000;
}

static void *run(void *arg)
{
    ticker *t = arg;
    pthread_mutex_lock(&t->lock);
    while (!t->ending) {
        pthread_mutex_unlock(&t->lock);
        int64_t pause_us = t->fn(t->ctx);
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        add_us(&until, pause_us > 0 ? pause_us : 0);
        pthread_mutex_lock(&t->lock);
        while (!t->ending && pthread_cond_timedwait(&t->ended, &t->lock, &until) == 0)
            ;
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

dbk_err *ticker_new(int64_t (*fn)(void *ctx), void *ctx, ticker **out)
{
    ticker *t = mem_alloc(sizeof(*t));
    if (!t)
        return err_oom();
    t->fn = fn;
    t->ctx = ctx;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&t->ended, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&t->lock, NULL);
    int rc = pthread_create(&t->thread, NULL, run, t);
    if (rc != 0) {
        pthread_cond_destroy(&t->ended);
        pthread_mutex_destroy(&t->lock);
        mem_free(t);
        return err_errno(rc, "could not start a thread");
    }
    *out = t;
    return NULL;
}

void ticker_free(ticker *t)
{
    if (!t)
        return;
    pthread_mutex_lock(&t->lock);
    t->ending = true;
    pthread_cond_signal(&t->ended);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->thread, NULL);
    pthread_cond_destroy(&t->ended);
    pthread_mutex_destroy(&t->lock);
    mem_free(t);
}
