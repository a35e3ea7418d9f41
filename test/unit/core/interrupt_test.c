#include "../unit.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/interrupt.h"

static void wait_for(const atomic_int *value, int least)
{
    const dbk_clock *c = clock_system();
    for (int i = 0; i < 3000 && atomic_load(value) < least; i++)
        c->sleep_us(c, 10000);
    assert_true(atomic_load(value) >= least);
}

static void count(void *ctx)
{
    atomic_fetch_add((atomic_int *)ctx, 1);
}

static void nothing_is_set_without_a_signal(void **state)
{
    (void)state;
    interrupt *i;
    atomic_int calls = 0;
    unit_ok(interrupt_watch(count, &calls, &i));
    unit_ok(interrupt_check(interrupt_flag(i)));
    interrupt_end(i);
    assert_int_equal(atomic_load(&calls), 0);
    unit_ok(interrupt_check(NULL));
    interrupt_end(NULL);
}

/* A wait that begins after the first call must be woken too. */
static void a_signal_sets_the_flag_and_wakes_again_and_again(void **state)
{
    (void)state;
    interrupt *i;
    atomic_int calls = 0;
    unit_ok(interrupt_watch(count, &calls, &i));
    assert_int_equal(kill(getpid(), SIGTERM), 0);
    wait_for(&calls, 2);
    unit_refused(interrupt_check(interrupt_flag(i)), ERR_TERMINATED, "terminated");
    interrupt_end(i);
    unit_ok(interrupt_watch(NULL, NULL, &i));
    assert_int_equal(kill(getpid(), SIGINT), 0);
    wait_for(interrupt_flag(i), SIGINT);
    unit_refused(interrupt_check(interrupt_flag(i)), ERR_INTERRUPTED, "interrupted");
    interrupt_end(i);
}

static void signals_are_as_before_afterwards(void **state)
{
    (void)state;
    sigset_t before, after;
    interrupt *i;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    unit_ok(interrupt_watch(NULL, NULL, &i));
    interrupt_end(i);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    assert_int_equal(sigismember(&after, SIGINT), sigismember(&before, SIGINT));
    assert_int_equal(sigismember(&after, SIGTERM), 0);
}

static void the_second_signal_ends_the_process(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        interrupt *i;
        if (interrupt_watch(NULL, NULL, &i))
            _exit(1);
        const dbk_clock *c = clock_system();
        for (int n = 0; n < 3000; n++) {
            kill(getpid(), SIGINT);
            c->sleep_us(c, 10000);
        }
        _exit(2);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGINT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_set_without_a_signal),
        cmocka_unit_test(a_signal_sets_the_flag_and_wakes_again_and_again),
        cmocka_unit_test(signals_are_as_before_afterwards),
        cmocka_unit_test(the_second_signal_ends_the_process),
    };
    return UNIT_RUN(tests);
}
