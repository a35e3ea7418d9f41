#include "core/cond.h"

#include <assert.h>
#include <errno.h>
#include <time.h>

#define US_PER_S 1000000

void cond_init(pthread_cond_t *c)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    /* The clock that mono_us reads. */
    int failed = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    assert(!failed);
    (void)failed;
    pthread_cond_init(c, &attributes);
    pthread_condattr_destroy(&attributes);
}

bool cond_wait_until(pthread_cond_t *c, pthread_mutex_t *lock, int64_t until_us)
{
    assert(until_us >= 0);
    struct timespec until = {.tv_sec = (time_t)(until_us / US_PER_S),
                             .tv_nsec = (long)(until_us % US_PER_S) * 1000};
    int rc = pthread_cond_timedwait(c, lock, &until);
    assert(rc == 0 || rc == ETIMEDOUT);
    return rc == 0;
}
