#include "../unit.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jobs/job_command.h"

static const char *const no_env[] = {"PATH=/usr/bin:/bin", NULL};

static job_command shell(const char *const *argv, const char *input)
{
    return (job_command){.argv = argv,
                         .env = no_env,
                         .input = input,
                         .input_length = strlen(input),
                         .tail_max = 1000,
                         .clock = clock_system()};
}

static job_command_end end_of(arena *a, const char *script, const char *input)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    const job_command c = shell(argv, input);
    job_command_end end;
    unit_ok(job_command_run(a, &c, &end));
    return end;
}

static void gives_input_and_keeps_output(void **state)
{
    (void)state;
    arena *a = unit_arena();
    job_command_end end = end_of(a, "cat; echo two >&2; exit 3", "{\"a\": 1}");
    assert_int_equal(end.how, JOB_COMMAND_ENDED);
    assert_int_equal(WEXITSTATUS(end.status), 3);
    assert_string_equal(end.tail, "{\"a\": 1}two\n");
    arena_free(a);
}

static void sees_nothing_of_our_environment(void **state)
{
    (void)state;
    arena *a = unit_arena();
    setenv("DAYBOOK_TEST_SECRET", "hidden", 1);
    setenv("DAYBOOK_TEST_WANTED", "shown", 1);
    setenv("TZ", "UTC", 1);
    const char *const names[] = {"DAYBOOK_TEST_WANTED", "DAYBOOK_TEST_ABSENT"};
    const char *const more[] = {"DAYBOOK_JOB_ID=7"};
    const char *const argv[] = {"env", NULL};
    job_command c = shell(argv, "");
    unit_ok(job_command_environment(a, names, 2, more, 1, &c.env));
    job_command_end end;
    unit_ok(job_command_run(a, &c, &end));
    assert_null(strstr(end.tail, "DAYBOOK_TEST_SECRET"));
    assert_null(strstr(end.tail, "DAYBOOK_TEST_ABSENT"));
    assert_non_null(strstr(end.tail, "DAYBOOK_TEST_WANTED=shown\n"));
    assert_non_null(strstr(end.tail, "DAYBOOK_JOB_ID=7\n"));
    assert_non_null(strstr(end.tail, "TZ=UTC\n"));
    assert_non_null(strstr(end.tail, "PATH="));
    arena_free(a);
}

/* More input and more output than pipes hold, in both directions at once, and of the output only the end. */
static void neither_side_waits_for_the_other(void **state)
{
    (void)state;
    arena *a = unit_arena();
    size_t length = 1 << 20;
    char *input = arena_alloc(a, length + 1);
    memset(input, 'x', length);
    memcpy(input + length - 4, "last", 4);
    job_command_end end = end_of(a, "cat", input);
    assert_int_equal(end.status, 0);
    assert_int_equal(strlen(end.tail), 1000);
    assert_string_equal(end.tail + 990, "xxxxxxlast");
    /* Nor does it matter that nobody reads. */
    end = end_of(a, "exec <&-; echo deaf", input);
    assert_int_equal(end.status, 0);
    assert_string_equal(end.tail, "deaf\n");
    arena_free(a);
}

static void what_is_kept_is_text(void **state)
{
    (void)state;
    arena *a = unit_arena();
    assert_string_equal(end_of(a, "printf 'a\\000b\\377c\\303\\244'", "").tail, "a?b?c\303\244");
    const char *const argv[] = {"printf", "1234567\303\244", NULL};
    job_command c = shell(argv, "");
    c.tail_max = 1;
    job_command_end end;
    unit_ok(job_command_run(a, &c, &end));
    assert_string_equal(end.tail, "?");
    arena_free(a);
}

/* The group ends as a whole, whoever in it ignores the first signal. */
static void is_ended_when_its_time_is_over(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *const argv[] = {"sh", "-c", "sleep 1000 & echo $!; wait", NULL};
    job_command c = shell(argv, "");
    job_command_end end;
    pid_t left = 0;
    /* Where it takes the shell longer to say who its child is, it is given longer. */
    for (c.timeout_us = 300000; left == 0 && c.timeout_us < 60000000; c.timeout_us *= 4) {
        unit_ok(job_command_run(a, &c, &end));
        assert_int_equal(end.how, JOB_COMMAND_OVERDUE);
        assert_int_equal(WTERMSIG(end.status), SIGTERM);
        left = atoi(end.tail);
    }
    assert_true(left > 1);
    for (int i = 0; i < 6000 && kill(left, 0) == 0; i++)
        usleep(10000);
    assert_int_equal(kill(left, 0), -1);
    assert_int_equal(errno, ESRCH);
    arena_free(a);
}

static void *set_soon(void *arg)
{
    usleep(100000);
    atomic_store((atomic_int *)arg, 1);
    return NULL;
}

static void is_ended_when_told_to(void **state)
{
    (void)state;
    arena *a = unit_arena();
    atomic_int stop = 0;
    pthread_t thread;
    const char *const argv[] = {"sleep", "1000", NULL};
    job_command c = shell(argv, "");
    c.stop = &stop;
    assert_int_equal(pthread_create(&thread, NULL, set_soon, &stop), 0);
    job_command_end end;
    unit_ok(job_command_run(a, &c, &end));
    pthread_join(thread, NULL);
    assert_int_equal(end.how, JOB_COMMAND_STOPPED);
    arena_free(a);
}

static void what_cannot_be_started_is_an_error(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *const argv[] = {"/no/such/program", NULL};
    const job_command c = shell(argv, "");
    job_command_end end;
    unit_refused(job_command_run(a, &c, &end), ERR_NOT_FOUND, "could not run /no/such/program");
    arena_free(a);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_input_and_keeps_output),
        cmocka_unit_test(sees_nothing_of_our_environment),
        cmocka_unit_test(neither_side_waits_for_the_other),
        cmocka_unit_test(what_is_kept_is_text),
        cmocka_unit_test(is_ended_when_its_time_is_over),
        cmocka_unit_test(is_ended_when_told_to),
        cmocka_unit_test(what_cannot_be_started_is_an_error),
    };
    return UNIT_RUN(tests);
}
