#include "../unit.h"

#include <pthread.h>

#include "core/clock.h"
#include "core/cond.h"

#define SHORT_US INT64_C(2000)
#define HOUR_US INT64_C(3600000000)

typedef struct shared {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool done;
} shared;

static int64_t now_us(void)
{
    return clock_system()->mono_us(clock_system());
}

static int setup(void **state)
{
    static shared s;
    s = (shared){.done = false};
    pthread_mutex_init(&s.lock, NULL);
    cond_init(&s.changed);
    *state = &s;
    return 0;
}

static int teardown(void **state)
{
    shared *s = *state;
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    return 0;
}

/* By the time of day it would have come long ago. */
static void a_wait_ends_when_its_time_has_come(void **state)
{
    shared *s = *state;
    pthread_mutex_lock(&s->lock);
    const int64_t until_us = now_us() + SHORT_US;
    while (cond_wait_until(&s->changed, &s->lock, until_us))
        ;
    assert_true(now_us() >= until_us);
    pthread_mutex_unlock(&s->lock);
}

static void a_time_that_is_past_is_no_wait(void **state)
{
    shared *s = *state;
    pthread_mutex_lock(&s->lock);
    assert_false(cond_wait_until(&s->changed, &s->lock, now_us()));
    assert_false(cond_wait_until(&s->changed, &s->lock, 0));
    pthread_mutex_unlock(&s->lock);
}

/* It gets the lock only when the other thread waits. */
static void *signal_once(void *arg)
{
    shared *s = arg;
    pthread_mutex_lock(&s->lock);
    s->done = true;
    pthread_cond_signal(&s->changed);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static void a_signal_ends_a_long_wait(void **state)
{
    shared *s = *state;
    pthread_t other;
    bool signalled = true;
    pthread_mutex_lock(&s->lock);
    assert_int_equal(pthread_create(&other, NULL, signal_once, s), 0);
    while (signalled && !s->done)
        signalled = cond_wait_until(&s->changed, &s->lock, now_us() + HOUR_US);
    assert_true(signalled);
    pthread_mutex_unlock(&s->lock);
    assert_int_equal(pthread_join(other, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_wait_ends_when_its_time_has_come, setup, teardown),
        cmocka_unit_test_setup_teardown(a_time_that_is_past_is_no_wait, setup, teardown),
        cmocka_unit_test_setup_teardown(a_signal_ends_a_long_wait, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
