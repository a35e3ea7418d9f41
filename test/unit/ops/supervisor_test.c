/* The supervisor with daemons, on a real private server, in a process of its own. */
#include "ops_unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "ops/cluster_run.h"
#include "ops/supervisor.h"

#define SECOND_US INT64_C(1000000)

typedef struct run {
    arena *arena;
    cluster *cluster;
    const char *notes; /* what the daemons write down */
    pid_t pid;
} run;

/* A daemon that notes its start, and at its end whether the server was still there. */
static const char daemon_script[] =
    "trap 'if [ -e \"$DATA/postmaster.pid\" ]; then echo stopped-with-server; else echo stopped-alone; fi"
    " >> \"$NOTES\"; exit 0' TERM\n"
    "echo \"started $$ $DAYBOOK_URL\" >> \"$NOTES\"\n"
    "while :; do sleep 0.02; done\n";

static _Noreturn void be_supervisor(const run *r)
{
    static const char *const argv[] = {"sh", "-c", daemon_script, NULL};
    static const child_spec daemons[] = {{.name = "test", .argv = argv}};
    dbk_log *l = NULL;
    setenv("DATA", r->cluster->data, 1);
    setenv("NOTES", r->notes, 1);
    dbk_err *e = log_new(&(log_options){.level = LOG_ERROR}, &l);
    if (!e)
        e = supervisor_run(&(supervisor_options){
            .cluster = r->cluster, .daemons = daemons, .daemon_count = 1, .clock = clock_system(), .log = l});
    int status = err_exit_status(e);
    if (e)
        log_err(l, LOG_ERROR, e);
    _exit(status);
}

static void remove_home(void *path)
{
    unit_remove(path);
}

static run started(void)
{
    run r = {.arena = unit_arena()};
    cluster_binaries b;
    dbk_err *e = cluster_find_binaries(r.arena, NULL, 0, &b);
    if (e) {
        err_free(e);
        arena_free(r.arena);
        skip();
    }
    const char *folder = ops_folder(r.arena);
    r.notes = arena_printf(r.arena, "%s/notes", folder);
    unit_ok(cluster_locate(r.arena, arena_printf(r.arena, "%s/book", folder), &r.cluster));
    if (strcmp(r.cluster->home, r.cluster->folder) != 0)
        assert_true(arena_defer(r.arena, remove_home, arena_strdup(r.arena, r.cluster->home)));
    r.pid = fork();
    assert_true(r.pid >= 0);
    if (r.pid == 0)
        be_supervisor(&r);
    return r;
}

static char *notes(const run *r)
{
    char *text = (char[]){""};
    size_t length;
    if (file_exists(r->notes))
        unit_ok(file_read(r->arena, r->notes, 65536, &text, &length));
    return text;
}

static size_t count_notes(const run *r, const char *word)
{
    size_t count = 0;
    for (const char *at = notes(r); (at = strstr(at, word)) != NULL; at += strlen(word))
        count++;
    return count;
}

/* For hangs only: a minute. */
static void wait_for_notes(const run *r, const char *word, size_t count)
{
    for (int i = 0; i < 1200; i++) {
        if (count_notes(r, word) >= count)
            return;
        usleep(50000);
    }
    fail_msg("\"%s\" was noted %zu times, not %zu: %s", word, count_notes(r, word), count, notes(r));
}

static int ended(run *r)
{
    int status;
    assert_int_equal(waitpid(r->pid, &status, 0), r->pid);
    return status;
}

static void daemons_start_with_the_url_and_stop_before_the_server(void **state)
{
    (void)state;
    run r = started();
    wait_for_notes(&r, "started", 1);
    assert_non_null(strstr(notes(&r), "postgresql:///daybook?host="));
    kill(r.pid, SIGTERM);
    int status = ended(&r);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(count_notes(&r, "stopped-with-server"), 1);
    cluster_server server;
    unit_ok(cluster_inspect(r.arena, r.cluster, &server));
    assert_int_equal(server.state, CLUSTER_STOPPED);
    arena_free(r.arena);
}

static void a_daemon_that_dies_is_started_again(void **state)
{
    (void)state;
    run r = started();
    wait_for_notes(&r, "started", 1);
    pid_t first = (pid_t)strtol(notes(&r) + strlen("started "), NULL, 10);
    assert_true(first > 1);
    assert_int_equal(kill(first, SIGKILL), 0);
    wait_for_notes(&r, "started", 2);
    kill(r.pid, SIGINT);
    assert_int_equal(ended(&r), 0);
    arena_free(r.arena);
}

static void a_supervisor_that_is_killed_takes_all_with_it(void **state)
{
    (void)state;
    run r = started();
    wait_for_notes(&r, "started", 1);
    kill(r.pid, SIGKILL);
    (void)ended(&r);
    wait_for_notes(&r, "stopped", 1);
    cluster_server server = {.pid = 1};
    for (int i = 0; i < 1200 && server.pid; i++) {
        usleep(50000);
        unit_ok(cluster_inspect(r.arena, r.cluster, &server));
    }
    assert_int_equal(server.pid, 0);
    bool was_running = true;
    unit_ok(supervisor_stop(r.cluster, clock_system(), 10 * SECOND_US, &was_running));
    assert_false(was_running);
    cluster_socket_dir_remove(r.arena, r.cluster);
    arena_free(r.arena);
}

static void stop_waits_for_the_end(void **state)
{
    (void)state;
    run r = started();
    wait_for_notes(&r, "started", 1);
    bool was_running = false;
    /* It ends as our child, and until we ask it is a zombie without a lock. */
    unit_ok(supervisor_stop(r.cluster, clock_system(), 60 * SECOND_US, &was_running));
    assert_true(was_running);
    assert_int_equal(ended(&r), 0);
    arena_free(r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(daemons_start_with_the_url_and_stop_before_the_server),
        cmocka_unit_test(a_daemon_that_dies_is_started_again),
        cmocka_unit_test(a_supervisor_that_is_killed_takes_all_with_it),
        cmocka_unit_test(stop_waits_for_the_end),
    };
    return UNIT_RUN(tests);
}
