#include "../unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/proc.h"

#define SECOND_US INT64_C(1000000)

/* Runs a shell command line and gives back its output. */
static dbk_err *run(arena *a, const char *command, proc_options options, int64_t timeout_us,
                    size_t output_max, int *status, char **output)
{
    const char *const argv[] = {"sh", "-c", command, NULL};
    options.argv = argv;
    return proc_run(a, &options, timeout_us, output_max, status, output);
}

static char *output_of(arena *a, const char *command, proc_options options)
{
    int status = -1;
    char *output = NULL;
    unit_ok(run(a, command, options, 20 * SECOND_US, 100000, &status, &output));
    assert_int_equal(status, 0);
    return output;
}

static void collects_both_streams_in_order(void **state)
{
    (void)state;
    arena *a = unit_arena();
    assert_string_equal(output_of(a, "echo one; echo two >&2; echo three", (proc_options){0}),
                        "one\ntwo\nthree\n");
    assert_string_equal(output_of(a, ":", (proc_options){0}), "");
    arena_free(a);
}

static void tells_how_the_child_ended(void **state)
{
    (void)state;
    arena *a = unit_arena();
    int status;
    char *output;
    unit_ok(run(a, "exit 3", (proc_options){0}, 0, 100, &status, &output));
    assert_string_equal(proc_status_text(a, status), "exited with status 3");
    unit_ok(run(a, "kill -9 $$", (proc_options){0}, 0, 100, &status, &output));
    assert_string_equal(proc_status_text(a, status), "killed by signal 9 (Killed)");
    unit_ok(run(a, "kill -40 $$", (proc_options){0}, 0, 100, &status, &output));
    assert_non_null(strstr(proc_status_text(a, status), "real-time signal"));
    arena_free(a);
}

static void an_exec_failure_is_an_error(void **state)
{
    (void)state;
    arena *a = unit_arena();
    int status = -1;
    pid_t pid = -1;
    char *output = NULL;
    const char *const missing[] = {"/no/such/program", NULL}, *const folder[] = {"/tmp", NULL};
    unit_refused(proc_start(&(proc_options){.argv = missing}, &pid), ERR_NOT_FOUND,
                 "could not run /no/such/program");
    unit_refused(proc_start(&(proc_options){.argv = folder}, &pid), ERR_DENIED, "could not run /tmp");
    unit_refused(proc_run(a, &(proc_options){.argv = missing}, 0, 10, &status, &output), ERR_NOT_FOUND,
                 "could not run");
    unit_refused(run(a, ":", (proc_options){.cwd = "/no/such"}, 0, 10, &status, &output), ERR_NOT_FOUND,
                 "enter the folder");
    unit_refused(run(a, ":", (proc_options){.death_signal = 4711}, 0, 10, &status, &output), ERR_IO,
                 "life of its parent");
    assert_int_equal(pid, -1);
    assert_int_equal(status, -1);
    assert_null(output);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    arena_free(a);
}

static void environment_and_folder_are_the_ones_given(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *const env[] = {"PATH=/usr/bin:/bin", "COLOUR=green", NULL};
    assert_string_equal(output_of(a, "pwd; echo $COLOUR-$HOME", (proc_options){.env = env, .cwd = "/"}),
                        "/\ngreen-\n");
    arena_free(a);
}

static void the_child_inherits_three_descriptors_only(void **state)
{
    (void)state;
    arena *a = unit_arena();
    int leaked = open("/dev/null", O_RDONLY);
    assert_true(leaked > 2);
    int high = fcntl(leaked, F_DUPFD, 200);
    /* The shell's own descriptor for the folder it lists is not inherited. */
    assert_string_equal(
        output_of(
            a,
            "for f in 3 4 5 6 7 8 9 200; do [ -e /proc/$$/fd/$f ] && echo $f; done; readlink /proc/$$/fd/0",
            (proc_options){0}),
        "/dev/null\n");
    close(leaked);
    close(high);
    arena_free(a);
}

static void signals_start_from_their_defaults(void **state)
{
    (void)state;
    arena *a = unit_arena();
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    sigset_t blocked, old;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, &old);
    char *text = output_of(a, "grep -E '^Sig(Blk|Ign)' /proc/self/status", (proc_options){0});
    sigprocmask(SIG_SETMASK, &old, NULL);
    signal(SIGPIPE, before);
    unsigned long long signals_blocked, signals_ignored;
    assert_int_equal(sscanf(text, "SigBlk: %llx SigIgn: %llx", &signals_blocked, &signals_ignored), 2);
    /* Signals 32 and 33 belong to the C library, which lets nobody change what it inherited for them. */
    assert_int_equal(signals_blocked, 0);
    assert_int_equal(signals_ignored & ~(3ULL << 31), 0);
    arena_free(a);
}

static void standard_streams_can_be_given(void **state)
{
    (void)state;
    arena *a = unit_arena();
    int in[2], out[2];
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(write(in[1], "hello\n", 6), 6);
    close(in[1]);
    const char *const argv[] = {"cat", NULL};
    pid_t pid;
    unit_ok(proc_start(&(proc_options){.argv = argv, .stdin_fd = in[0], .stdout_fd = out[1], .stderr_fd = -1},
                       &pid));
    close(in[0]);
    close(out[1]);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    char text[16] = "";
    assert_int_equal(read(out[0], text, sizeof text - 1), 6);
    assert_string_equal(text, "hello\n");
    close(out[0]);
    arena_free(a);
}

static void output_beyond_the_limit_is_dropped_and_said(void **state)
{
    (void)state;
    arena *a = unit_arena();
    int status;
    char *output;
    unit_ok(run(a, "head -c 1000000 /dev/zero | tr '\\0' x", (proc_options){0}, 20 * SECOND_US, 5, &status,
                &output));
    assert_int_equal(status, 0);
    assert_string_equal(output, "xxxxx\n[999995 more bytes of output were dropped]\n");
    unit_ok(run(a, "printf 12345", (proc_options){0}, 0, 5, &status, &output));
    assert_string_equal(output, "12345");
    arena_free(a);
}

static bool is_gone(pid_t pid)
{
    /* Orphans wait for whoever adopts them, so a zombie counts as gone. */
    for (int i = 0; i < 6000; i++) { /* for hangs only: a minute */
        char path[64], text[256] = "";
        snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
        int fd = open(path, O_RDONLY);
        if (fd < 0)
            return true;
        ssize_t n = read(fd, text, sizeof text - 1);
        close(fd);
        if (n <= 0 || strstr(text, ") Z "))
            return true;
        usleep(10000);
    }
    return false;
}

static void past_the_time_the_whole_group_is_ended(void **state)
{
    (void)state;
    arena *a = unit_arena();
    int status = -1;
    char *output;
    dbk_err *e = NULL;
    pid_t grandchild = 0;
    const char *said = "";
    /* Where it takes the shell longer to say who its child is, it is given longer. */
    for (int64_t limit_ms = 300; grandchild == 0 && limit_ms < 60000; limit_ms *= 4) {
        err_free(e);
        e = run(a, "sleep 600 & echo $!; wait", (proc_options){0}, limit_ms * 1000, 100, &status, &output);
        assert_int_equal(err_code(e), ERR_TIMEOUT);
        grandchild = (pid_t)strtol(err_detail(e), NULL, 10);
        said = arena_printf(a, "sh did not end within %lld ms", (long long)limit_ms);
    }
    assert_true(grandchild > 0);
    assert_true(is_gone(grandchild));
    unit_refused(e, ERR_TIMEOUT, said);
    assert_int_equal(status, -1);
    arena_free(a);
}

static void a_child_that_ignores_the_end_is_killed(void **state)
{
    (void)state;
    arena *a = unit_arena();
    int status;
    char *output;
    /* It would never end by itself. */
    unit_refused(run(a, "trap '' TERM; while :; do sleep 0.05; done", (proc_options){0}, 100000, 100, &status,
                     &output),
                 ERR_TIMEOUT, "did not end");
    arena_free(a);
}

static void a_chatty_child_is_timed_out_too(void **state)
{
    (void)state;
    arena *a = unit_arena();
    int status;
    char *output;
    unit_refused(run(a, "yes", (proc_options){0}, 200000, 10, &status, &output), ERR_TIMEOUT, "did not end");
    arena_free(a);
}

static void a_daemon_that_keeps_the_output_is_not_waited_for(void **state)
{
    (void)state;
    arena *a = unit_arena();
    char *output = output_of(a, "sleep 600 & echo $!", (proc_options){0});
    pid_t left = (pid_t)strtol(output, NULL, 10);
    assert_true(left > 1);
    assert_int_equal(kill(left, SIGKILL), 0); /* it was still there */
    arena_free(a);
}

/* A parent that starts a child and dies: the child must follow. */
static void the_child_dies_with_its_parent(void **state)
{
    (void)state;
    int report[2];
    assert_int_equal(pipe2(report, O_CLOEXEC), 0);
    pid_t middle = fork();
    if (middle == 0) {
        const char *const argv[] = {"sleep", "60", NULL};
        pid_t pid = 0;
        dbk_err *e =
            proc_start(&(proc_options){.argv = argv, .death_signal = SIGKILL, .own_group = true}, &pid);
        ssize_t n = write(report[1], &pid, sizeof pid);
        _exit(e || n < 0);
    }
    int status;
    pid_t pid = 0;
    assert_int_equal(waitpid(middle, &status, 0), middle);
    assert_int_equal(status, 0);
    assert_int_equal(read(report[0], &pid, sizeof pid), sizeof pid);
    close(report[0]);
    close(report[1]);
    assert_true(pid > 0);
    assert_true(is_gone(pid));
}

static void own_group_is_made_when_asked(void **state)
{
    (void)state;
    const char *const argv[] = {"sleep", "60", NULL};
    pid_t own, shared;
    unit_ok(proc_start(&(proc_options){.argv = argv, .own_group = true, .death_signal = SIGKILL}, &own));
    unit_ok(proc_start(&(proc_options){.argv = argv, .death_signal = SIGKILL}, &shared));
    assert_int_equal(getpgid(own), own);
    assert_int_equal(getpgid(shared), getpgrp());
    kill(own, SIGKILL);
    kill(shared, SIGKILL);
    waitpid(own, NULL, 0);
    waitpid(shared, NULL, 0);
}

static void the_user_can_be_changed(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        print_message("# needs root\n");
        skip();
    }
    arena *a = unit_arena();
    assert_string_equal(
        output_of(a, "id -u; id -g; id -G", (proc_options){.uid = 65534, .gid = 65534, .cwd = "/"}),
        "65534\n65534\n65534\n");
    arena_free(a);
}

static dbk_err *run_echo(void *ctx)
{
    (void)ctx;
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    int status;
    char *output;
    dbk_err *e =
        run(a, "head -c 20000 /dev/zero | tr '\\0' x", (proc_options){0}, 0, 30000, &status, &output);
    arena_free(a);
    return e;
}

static void short_memory_is_reported(void **state)
{
    (void)state;
    assert_true(unit_each_allocation_fails(run_echo, NULL) >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(collects_both_streams_in_order),
        cmocka_unit_test(tells_how_the_child_ended),
        cmocka_unit_test(an_exec_failure_is_an_error),
        cmocka_unit_test(environment_and_folder_are_the_ones_given),
        cmocka_unit_test(the_child_inherits_three_descriptors_only),
        cmocka_unit_test(signals_start_from_their_defaults),
        cmocka_unit_test(standard_streams_can_be_given),
        cmocka_unit_test(output_beyond_the_limit_is_dropped_and_said),
        cmocka_unit_test(past_the_time_the_whole_group_is_ended),
        cmocka_unit_test(a_child_that_ignores_the_end_is_killed),
        cmocka_unit_test(a_chatty_child_is_timed_out_too),
        cmocka_unit_test(a_daemon_that_keeps_the_output_is_not_waited_for),
        cmocka_unit_test(the_child_dies_with_its_parent),
        cmocka_unit_test(own_group_is_made_when_asked),
        cmocka_unit_test(the_user_can_be_changed),
        cmocka_unit_test(short_memory_is_reported),
    };
    return UNIT_RUN(tests);
}
