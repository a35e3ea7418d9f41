#include "ops_unit.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "ops/cluster_int.h"
#include "ops/cluster_run.h"

/* A cluster of ours alone, so that nothing here changes user even when root runs it. */
static cluster own_cluster(arena *a)
{
    const char *folder = ops_folder(a);
    return (cluster){.folder = folder,
                     .home = folder,
                     .data = arena_printf(a, "%s/pg", folder),
                     .start_path = arena_printf(a, "%s/start.log", folder),
                     .os_user = "ann",
                     .server_user = "ann",
                     .uid = geteuid(),
                     .server_uid = geteuid(),
                     .server_gid = getegid()};
}

static cluster_binaries with_initdb(arena *a, const char *script)
{
    const char *dir = ops_folder(a);
    const char *path = arena_printf(a, "%s/initdb", dir);
    unit_ok(file_write_atomic(path, script, strlen(script), 0700));
    assert_int_equal(chmod(path, 0700), 0);
    return (cluster_binaries){.dir = dir, .major = 16, .version = "16.1"};
}

/* As initdb: the folder is its second argument. */
static const char good[] = "#!/bin/sh\nmkdir \"$2\" && echo 16 > \"$2/PG_VERSION\"\n";
static const char bad[] =
    "#!/bin/sh\nmkdir \"$2\" && echo half > \"$2/half\" && echo no room >&2 && exit 1\n";

static int start_and_wait(arena *a, const cluster *c, const cluster_binaries *b, cluster_init *init)
{
    int fd, status;
    unit_ok(cluster_start_log(c, &fd));
    unit_ok(cluster_init_start(a, c, b, fd, init));
    close(fd);
    assert_int_equal(waitpid(init->pid, &status, 0), init->pid);
    return status;
}

static size_t attempts_left(arena *a, const cluster *c)
{
    char **names;
    size_t count, left = 0;
    unit_ok(file_list(a, c->home, &names, &count));
    for (size_t i = 0; i < count; i++)
        left += strncmp(names[i], "pg.init.", 8) == 0;
    return left;
}

static void a_data_folder_appears_complete(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster c = own_cluster(a);
    cluster_binaries b = with_initdb(a, good);
    cluster_init init;
    int status = start_and_wait(a, &c, &b, &init);
    assert_false(file_exists(c.data));
    unit_ok(cluster_init_finish(a, &c, &init, status));
    static const char *const names[] = {"PG_VERSION", "postgresql.conf", "daybook.conf",
                                        "user.conf",  "pg_hba.conf",     "pg_ident.conf"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_true(file_exists(arena_printf(a, "%s/%s", c.data, names[i])));
    assert_int_equal(attempts_left(a, &c), 0);
    arena_free(a);
}

static void a_failure_keeps_nothing_and_says_what_was_said(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster c = own_cluster(a);
    cluster_binaries b = with_initdb(a, bad);
    cluster_init init;
    int status = start_and_wait(a, &c, &b, &init);
    assert_int_equal(attempts_left(a, &c), 1);
    dbk_err *e = cluster_init_finish(a, &c, &init, status);
    assert_non_null(err_detail(e));
    assert_non_null(strstr(err_detail(e), "no room"));
    unit_refused(e, ERR_IO, "initdb exited with status 1");
    assert_int_equal(attempts_left(a, &c), 0);
    assert_false(file_exists(c.data));
    arena_free(a);
}

static void what_interrupted_attempts_left_is_removed(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster c = own_cluster(a);
    unit_ok(file_make_dirs(arena_printf(a, "%s/pg.init.1/base/1", c.home), 0700));
    unit_ok(file_make_dirs(arena_printf(a, "%s/pg.other", c.home), 0700));
    const char *victim = arena_printf(a, "%s/kept", ops_folder(a));
    unit_ok(file_write_atomic(victim, "x", 1, 0600));
    assert_int_equal(symlink(victim, arena_printf(a, "%s/pg.init.1/link", c.home)), 0);
    cluster_binaries b = with_initdb(a, good);
    cluster_init init;
    int status = start_and_wait(a, &c, &b, &init);
    unit_ok(cluster_init_finish(a, &c, &init, status));
    assert_int_equal(attempts_left(a, &c), 0);
    assert_true(file_exists(victim));
    assert_true(file_exists(arena_printf(a, "%s/pg.other", c.home)));
    arena_free(a);
}

static void the_user_keeps_what_is_the_users(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster c = own_cluster(a);
    unit_ok(file_make_dirs(c.data, 0700));
    unit_ok(cluster_write_data_file(a, &c, "user.conf", "work_mem = 1MB\n"));
    unit_ok(cluster_write_data_file(a, &c, "daybook.conf", "fsync = off\n"));
    unit_ok(cluster_write_conf(a, &c, c.data));
    char *text;
    size_t length;
    unit_ok(file_read(a, arena_printf(a, "%s/user.conf", c.data), 4096, &text, &length));
    assert_string_equal(text, "work_mem = 1MB\n");
    unit_ok(file_read(a, arena_printf(a, "%s/daybook.conf", c.data), 65536, &text, &length));
    assert_null(strstr(text, "fsync = off"));
    arena_free(a);
}

static void last_words_come_from_the_servers_own_log_once_it_has_one(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster c = own_cluster(a);
    assert_string_equal(cluster_last_words(a, &c), "");
    const char *early = "FATAL:  could not do it\n";
    unit_ok(file_write_atomic(c.start_path, early, strlen(early), 0600));
    assert_string_equal(cluster_last_words(a, &c), "FATAL:  could not do it");
    const char *moved = "HINT:  Future log output will appear in directory \"log\".\n";
    unit_ok(file_write_atomic(c.start_path, moved, strlen(moved), 0600));
    unit_ok(file_make_dirs(arena_printf(a, "%s/log", c.data), 0700));
    const char *late = "PANIC:  it broke\n";
    unit_ok(
        file_write_atomic(arena_printf(a, "%s/log/postgresql-Mon.log", c.data), late, strlen(late), 0600));
    assert_string_equal(cluster_last_words(a, &c), "PANIC:  it broke");
    arena_free(a);
}

static void long_last_words_begin_with_a_whole_line(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster c = own_cluster(a);
    char text[4000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 40 == 39 ? '\n' : (char)('a' + i % 40 % 26);
    unit_ok(file_write_atomic(c.start_path, text, sizeof text, 0600));
    const char *words = cluster_last_words(a, &c);
    assert_true(strlen(words) > 1000 && strlen(words) < 1500);
    assert_memory_equal(words, "abcdefgh", 8);
    arena_free(a);
}

static void the_server_gets_an_environment_of_its_own(void **state)
{
    (void)state;
    arena *a = unit_arena();
    setenv("PGDATA", "/nowhere", 1);
    setenv("LD_LIBRARY_PATH", "/opt/pg/lib", 1);
    bool libraries = false;
    for (const char *const *at = cluster_environment(a); *at; at++) {
        assert_true(strncmp(*at, "PG", 2) != 0);
        libraries = libraries || strcmp(*at, "LD_LIBRARY_PATH=/opt/pg/lib") == 0;
    }
    assert_true(libraries);
    unsetenv("PGDATA");
    unsetenv("LD_LIBRARY_PATH");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_data_folder_appears_complete),
        cmocka_unit_test(a_failure_keeps_nothing_and_says_what_was_said),
        cmocka_unit_test(what_interrupted_attempts_left_is_removed),
        cmocka_unit_test(the_user_keeps_what_is_the_users),
        cmocka_unit_test(last_words_come_from_the_servers_own_log_once_it_has_one),
        cmocka_unit_test(long_last_words_begin_with_a_whole_line),
        cmocka_unit_test(the_server_gets_an_environment_of_its_own),
    };
    return UNIT_RUN(tests);
}
