#include "ops_unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "ops/cluster_int.h"

static bool parse(arena *a, const char *text, cluster_pidfile *out)
{
    return cluster_parse_pidfile(arena_strdup(a, text), out);
}

static void a_complete_pid_file_is_read(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster_pidfile f;
    assert_true(parse(a, "4711\n/data/pg\n1700000000\n5433\n/run/x\n\n  12345  678\nready   \n", &f));
    assert_int_equal(f.pid, 4711);
    assert_int_equal(f.started_s, 1700000000);
    assert_int_equal(f.port, 5433);
    assert_string_equal(f.socket_dir, "/run/x");
    assert_int_equal(f.state, CLUSTER_RUNNING);
    arena_free(a);
}

static void the_last_line_tells_the_state(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        cluster_state state;
    } cases[] = {{"ready   ", CLUSTER_RUNNING},
                 {"standby ", CLUSTER_RUNNING},
                 {"starting", CLUSTER_STARTING},
                 {"stopping", CLUSTER_STOPPING},
                 {"anything", CLUSTER_STARTING}};
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cluster_pidfile f;
        assert_true(parse(a, arena_printf(a, "1\n/d\n2\n3\n/s\n\n\n%s\n", cases[i].line), &f));
        assert_int_equal(f.state, cases[i].state);
    }
    arena_free(a);
}

static void a_pid_file_being_written_is_a_server_that_starts(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster_pidfile f;
    assert_true(parse(a, "4711\n", &f));
    assert_int_equal(f.state, CLUSTER_STARTING);
    assert_null(f.socket_dir);
    assert_true(parse(a, "4711\n/d\n1\n5432\n\n\n\nready\n", &f));
    assert_int_equal(f.state, CLUSTER_STARTING); /* there is no socket to reach it by */
    assert_true(parse(a, "-4711\n/d\n", &f));
    assert_int_equal(f.pid, 4711);
    arena_free(a);
}

static void nonsense_is_no_pid_file(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "", "\n", "x\n", "12", "0\n", "99999999999999\n", "12x\n", "1\n/d\nlater\n", "1\n/d\n1\n70000\n"};
    arena *a = unit_arena();
    cluster_pidfile f;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_false(parse(a, cases[i], &f));
    arena_free(a);
}

static cluster *cluster_in(arena *a, const char *folder)
{
    cluster *c;
    unit_ok(cluster_locate(a, folder, &c));
    c->home = c->folder; /* for root too */
    c->data = arena_printf(a, "%s/pg", c->folder);
    return c;
}

static void put(arena *a, const cluster *c, const char *name, const char *text)
{
    unit_ok(file_make_dirs(c->data, 0700));
    unit_ok(file_write_atomic(arena_printf(a, "%s/%s", c->data, name), text, strlen(text), 0600));
}

static void a_folder_without_data_is_absent(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster *c = cluster_in(a, ops_folder(a));
    cluster_server s;
    unit_ok(cluster_inspect(a, c, &s));
    assert_int_equal(s.state, CLUSTER_ABSENT);
    assert_int_equal(s.major, 0);
    unit_ok(file_make_dirs(c->data, 0700));
    unit_refused(cluster_inspect(a, c, &s), ERR_INPUT, "is not a data folder of PostgreSQL");
    put(a, c, "PG_VERSION", "9.6 or so\n");
    unit_refused(cluster_inspect(a, c, &s), ERR_INPUT, "does not hold a version");
    arena_free(a);
}

static void a_pid_file_of_another_process_is_stale(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster *c = cluster_in(a, ops_folder(a));
    cluster_server s;
    put(a, c, "PG_VERSION", "16\n");
    unit_ok(cluster_inspect(a, c, &s));
    assert_int_equal(s.state, CLUSTER_STOPPED);
    assert_int_equal(s.major, 16);
    put(a, c, "postmaster.pid",
        arena_printf(a, "%ld\n%s\n1\n5432\n/s\n\n\nready\n", (long)getpid(), c->data));
    unit_ok(cluster_inspect(a, c, &s));
    assert_int_equal(s.state, CLUSTER_STOPPED);
    assert_int_equal(s.pid, 0);
    arena_free(a);
}

static void a_process_at_work_in_the_data_folder_is_the_server(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster *c = cluster_in(a, ops_folder(a));
    c->server_uid = geteuid();
    cluster_server s;
    put(a, c, "PG_VERSION", "16\n");
    put(a, c, "postmaster.pid",
        arena_printf(a, "%ld\n%s\n7\n5432\n/s\n\n\nready\n", (long)getpid(), c->data));
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(c->data), 0);
    unit_ok(cluster_inspect(a, c, &s));
    assert_int_equal(chdir(before), 0);
    assert_int_equal(s.state, CLUSTER_RUNNING);
    assert_int_equal(s.pid, getpid());
    assert_int_equal(s.started_us, 7000000);
    arena_free(a);
}

static void urls_are_encoded(void **state)
{
    (void)state;
    arena *a = unit_arena();
    char *url;
    cluster_server s = {.state = CLUSTER_RUNNING, .port = 5432, .socket_dir = "/run/a b&c=%d"};
    unit_ok(cluster_server_url(a, &s, "me@home", "my/db", &url));
    assert_string_equal(url, "postgresql:///my/db?host=/run/a%20b%26c%3D%25d&port=5432&user=me%40home");
    arena_free(a);
}

static void the_url_of_nothing_says_how_to_start_it(void **state)
{
    (void)state;
    arena *a = unit_arena();
    char *url;
    dbk_err *e = cluster_url(a, arena_printf(a, "%s/none", ops_folder(a)), &url);
    assert_int_equal(err_code(e), ERR_CONNECTION);
    assert_non_null(strstr(err_hint(e), "daybook up"));
    err_free(e);
    arena_free(a);
}

static void states_have_names(void **state)
{
    (void)state;
    for (int s = CLUSTER_ABSENT; s <= CLUSTER_STOPPING; s++)
        assert_true(strlen(cluster_state_text((cluster_state)s)) > 0);
}

static void settings_for_other_servers_are_removed(void **state)
{
    (void)state;
    setenv("PGSERVICE", "other", 1);
    setenv("PGHOSTADDR", "192.0.2.1", 1);
    setenv("PGAPPNAME", "mine", 1);
    cluster_clear_environment();
    assert_null(getenv("PGSERVICE"));
    assert_null(getenv("PGHOSTADDR"));
    assert_string_equal(getenv("PGAPPNAME"), "mine");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_complete_pid_file_is_read),
        cmocka_unit_test(the_last_line_tells_the_state),
        cmocka_unit_test(a_pid_file_being_written_is_a_server_that_starts),
        cmocka_unit_test(nonsense_is_no_pid_file),
        cmocka_unit_test(a_folder_without_data_is_absent),
        cmocka_unit_test(a_pid_file_of_another_process_is_stale),
        cmocka_unit_test(a_process_at_work_in_the_data_folder_is_the_server),
        cmocka_unit_test(urls_are_encoded),
        cmocka_unit_test(the_url_of_nothing_says_how_to_start_it),
        cmocka_unit_test(states_have_names),
        cmocka_unit_test(settings_for_other_servers_are_removed),
    };
    return UNIT_RUN(tests);
}
