#include "jobs/ticker.h"

#include <pthread.h>

#include "core/clock.h"
#include "core/cond.h"
#include "core/mem.h"

struct ticker {
    int64_t (*fn)(void *ctx);
    void *ctx;
    pthread_t thread;
    pthread_mutex_t lock; /* guards `ending` */
    pthread_cond_t ended;
    bool ending;
};

static void *run(void *arg)
{
    ticker *t = arg;
    pthread_mutex_lock(&t->lock);
    while (!t->ending) {
        pthread_mutex_unlock(&t->lock);
        int64_t pause_us = t->fn(t->ctx);
        const int64_t until_us = clock_system()->mono_us(clock_system()) + pause_us;
        pthread_mutex_lock(&t->lock);
        while (!t->ending && cond_wait_until(&t->ended, &t->lock, until_us))
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
    cond_init(&t->ended);
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
