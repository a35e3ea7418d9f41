#include "../unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ops/children.h"

#define SECOND_US INT64_C(1000000)

static const char *const sleeper[] = {"sleep", "600", NULL};
static const char *const failing[] = {"false", NULL};
static const char *const missing[] = {"/nonexistent/program", NULL};
static const char *const stubborn[] = {"sh", "-c", "trap '' TERM; while :; do sleep 0.05; done", NULL};

typedef struct fixture {
    clock_fake clock;
    dbk_log *log;
    FILE *sink;
    children *set;
} fixture;

static void begin(fixture *f, const child_spec *specs, size_t count)
{
    clock_fake_init(&f->clock, 100 * SECOND_US);
    f->sink = fopen("/dev/null", "w");
    assert_non_null(f->sink);
    unit_ok(log_new(&(log_options){.stream = f->sink, .level = LOG_DEBUG}, &f->log));
    unit_ok(children_new(
        &(children_options){.specs = specs, .count = count, .clock = &f->clock.clock, .log = f->log},
        &f->set));
}

static void end(fixture *f)
{
    children_free(f->set);
    log_free(f->log);
    fclose(f->sink);
}

/* Waits for the next child that ends and tells the set. */
static pid_t reap_one(fixture *f)
{
    int status;
    pid_t pid = waitpid(-1, &status, 0);
    assert_true(pid > 0);
    assert_true(children_reaped(f->set, pid, status));
    return pid;
}

static void pauses_double_up_to_their_limit(void **state)
{
    (void)state;
    static const int64_t seconds[] = {1, 1, 2, 4, 8, 16, 30, 30};
    for (int i = 0; i < 8; i++)
        assert_int_equal(children_pause_us(i), seconds[i] * SECOND_US);
    assert_int_equal(children_pause_us(1000000), 30 * SECOND_US);
}

static void an_empty_set_has_nothing_to_do(void **state)
{
    (void)state;
    fixture f;
    begin(&f, NULL, 0);
    children_step(f.set);
    assert_true(children_due_us(f.set) == INT64_MAX);
    children_stop(f.set);
    assert_true(children_ended(f.set));
    assert_false(children_reaped(f.set, 1, 0));
    end(&f);
}

static void a_child_that_ends_is_started_again_after_growing_pauses(void **state)
{
    (void)state;
    fixture f;
    begin(&f, &(child_spec){.name = "failing", .argv = failing}, 1);
    static const int64_t pauses[] = {1, 2, 4, 8};
    for (int i = 0; i < 4; i++) {
        children_step(f.set);
        assert_int_equal(children_running(f.set), 1);
        reap_one(&f);
        assert_int_equal(children_running(f.set), 0);
        int64_t due = children_due_us(f.set);
        assert_int_equal(due - f.clock.now_us, pauses[i] * SECOND_US);
        clock_fake_advance(&f.clock, pauses[i] * SECOND_US - 1);
        children_step(f.set);
        assert_int_equal(children_running(f.set), 0);
        clock_fake_advance(&f.clock, 1);
    }
    end(&f);
}

static void a_child_that_ran_for_long_starts_its_pauses_anew(void **state)
{
    (void)state;
    fixture f;
    begin(&f, &(child_spec){.name = "failing", .argv = failing}, 1);
    for (int i = 0; i < 3; i++) {
        children_step(f.set);
        reap_one(&f);
        clock_fake_advance(&f.clock, 30 * SECOND_US);
    }
    children_step(f.set);
    clock_fake_advance(&f.clock, 60 * SECOND_US);
    reap_one(&f);
    assert_int_equal(children_due_us(f.set) - f.clock.now_us, SECOND_US);
    end(&f);
}

static void a_program_that_is_missing_counts_as_one_that_ended(void **state)
{
    (void)state;
    fixture f;
    begin(&f, &(child_spec){.name = "missing", .argv = missing}, 1);
    children_step(f.set);
    assert_int_equal(children_running(f.set), 0);
    assert_int_equal(children_due_us(f.set) - f.clock.now_us, SECOND_US);
    end(&f);
}

static void stop_ends_all_and_starts_none(void **state)
{
    (void)state;
    fixture f;
    const child_spec specs[] = {
        {.name = "one", .argv = sleeper}, {.name = "two", .argv = sleeper}, {.name = "off", .argv = missing}};
    begin(&f, specs, 3);
    children_step(f.set);
    assert_int_equal(children_running(f.set), 2);
    children_stop(f.set);
    assert_false(children_ended(f.set));
    reap_one(&f);
    reap_one(&f);
    assert_true(children_ended(f.set));
    clock_fake_advance(&f.clock, 3600 * SECOND_US);
    children_step(f.set);
    assert_true(children_ended(f.set));
    assert_true(children_due_us(f.set) == INT64_MAX);
    end(&f);
}

static void what_others_need_ends_last(void **state)
{
    (void)state;
    fixture f;
    const child_spec specs[] = {{.name = "needed", .argv = sleeper, .ends_last = true},
                                {.name = "one", .argv = sleeper},
                                {.name = "two", .argv = sleeper}};
    begin(&f, specs, 3);
    children_step(f.set);
    children_stop(f.set);
    reap_one(&f);
    assert_int_equal(children_running(f.set), 2);
    reap_one(&f);
    assert_int_equal(children_running(f.set), 1);
    /* It was not asked before, so it ends only now; nor is it given less time than the others. */
    assert_int_equal(children_due_us(f.set) - f.clock.now_us, 10 * SECOND_US);
    reap_one(&f);
    assert_true(children_ended(f.set));
    end(&f);
}

/* Lets the child of the set get as far as ignoring SIGTERM, which takes it a moment. */
static void wait_until_it_ignores(pid_t pid)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    for (int i = 0; i < 2000; i++) {
        FILE *status = fopen(path, "r");
        assert_non_null(status);
        unsigned long long ignored = 0;
        while (fgets(line, sizeof line, status))
            if (sscanf(line, "SigIgn: %llx", &ignored) == 1)
                break;
        fclose(status);
        if (ignored & (1ull << (SIGTERM - 1)))
            return;
        usleep(5000);
    }
    fail_msg("the child never ignores SIGTERM");
}

static pid_t only_child(void)
{
    char text[64];
    FILE *list = fopen("/proc/thread-self/children", "r");
    if (!list)
        skip();
    assert_non_null(fgets(text, sizeof text, list));
    fclose(list);
    return (pid_t)strtol(text, NULL, 10);
}

static void a_child_that_does_not_stop_is_killed(void **state)
{
    (void)state;
    fixture f;
    begin(&f, &(child_spec){.name = "stubborn", .argv = stubborn}, 1);
    children_step(f.set);
    wait_until_it_ignores(only_child());
    children_stop(f.set);
    children_step(f.set);
    assert_int_equal(children_running(f.set), 1);
    assert_int_equal(children_due_us(f.set) - f.clock.now_us, 10 * SECOND_US);
    clock_fake_advance(&f.clock, 10 * SECOND_US);
    children_step(f.set);
    reap_one(&f);
    assert_true(children_ended(f.set));
    end(&f);
}

static void stopping_twice_kills_at_once(void **state)
{
    (void)state;
    fixture f;
    begin(&f, &(child_spec){.name = "stubborn", .argv = stubborn}, 1);
    children_step(f.set);
    wait_until_it_ignores(only_child());
    children_stop(f.set);
    children_stop(f.set);
    reap_one(&f);
    assert_true(children_ended(f.set));
    end(&f);
}

static void freeing_a_set_leaves_no_process(void **state)
{
    (void)state;
    fixture f;
    begin(&f, &(child_spec){.name = "sleeper", .argv = sleeper}, 1);
    children_step(f.set);
    end(&f);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    children_free(NULL);
}

static void memory_that_is_short_is_an_error(void **state)
{
    (void)state;
    children *set;
    mem_test_fail_after(1);
    dbk_err *e = children_new(&(children_options){.clock = clock_system()}, &set);
    mem_test_fail_after(0);
    assert_int_equal(err_code(e), ERR_MEMORY);
    err_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pauses_double_up_to_their_limit),
        cmocka_unit_test(an_empty_set_has_nothing_to_do),
        cmocka_unit_test(a_child_that_ends_is_started_again_after_growing_pauses),
        cmocka_unit_test(a_child_that_ran_for_long_starts_its_pauses_anew),
        cmocka_unit_test(a_program_that_is_missing_counts_as_one_that_ended),
        cmocka_unit_test(stop_ends_all_and_starts_none),
        cmocka_unit_test(what_others_need_ends_last),
        cmocka_unit_test(a_child_that_does_not_stop_is_killed),
        cmocka_unit_test(stopping_twice_kills_at_once),
        cmocka_unit_test(freeing_a_set_leaves_no_process),
        cmocka_unit_test(memory_that_is_short_is_an_error),
    };
    return UNIT_RUN(tests);
}
