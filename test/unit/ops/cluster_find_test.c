#include "ops_unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "ops/cluster_int.h"
#include "ops/cluster_run.h"

static void program(const char *dir, const char *name, const char *text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    unit_ok(file_write_atomic(path, text, strlen(text), 0700));
    assert_int_equal(chmod(path, 0700), 0);
}

/* A folder with programs that say they are of this version. */
static const char *server_folder(arena *a, const char *parent, const char *version)
{
    const char *dir = arena_printf(a, "%s/%s", parent, version);
    unit_ok(file_make_dirs(dir, 0700));
    program(dir, "postgres", arena_printf(a, "#!/bin/sh\necho 'postgres (PostgreSQL) %s'\n", version));
    program(dir, "initdb", "#!/bin/sh\n");
    program(dir, "pg_config", arena_printf(a, "#!/bin/sh\necho '%s'\n", dir));
    return dir;
}

static void versions_are_read(void **state)
{
    (void)state;
    int major = 0;
    const char *version = NULL;
    assert_true(
        cluster_parse_version("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", &major, &version));
    assert_int_equal(major, 15);
    assert_string_equal(version, "15.14 (Debian 15.14-0+deb12u1)");
    assert_true(cluster_parse_version("postgres (PostgreSQL) 18beta1", &major, &version));
    assert_int_equal(major, 18);
    assert_false(cluster_parse_version("postgres (EnterpriseDB) 15", &major, &version));
    assert_false(cluster_parse_version("postgres (PostgreSQL) ", &major, &version));
    assert_false(cluster_parse_version("postgres (PostgreSQL) 0.1", &major, &version));
    assert_false(cluster_parse_version("", &major, &version));
}

static void the_folder_named_is_the_only_one(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *parent = ops_folder(a);
    cluster_binaries b;
    const char *dir = server_folder(a, parent, "16.3");
    unit_ok(cluster_find_binaries(a, dir, 0, &b));
    assert_string_equal(b.dir, dir);
    assert_int_equal(b.major, 16);
    assert_string_equal(b.version, "16.3");
    unit_ok(cluster_find_binaries(a, dir, 16, &b));
    dbk_err *e = cluster_find_binaries(a, dir, 17, &b);
    assert_non_null(strstr(err_message(e), "17"));
    assert_non_null(strstr(err_message(e), "only of 16"));
    assert_non_null(strstr(err_detail(e), dir));
    unit_refused(e, ERR_NOT_FOUND, "no server programs of PostgreSQL 17");
    unit_refused(cluster_find_binaries(a, parent, 0, &b), ERR_NOT_FOUND, "15 to 18");
    unit_refused(cluster_find_binaries(a, "/nonexistent", 0, &b), ERR_NOT_FOUND, "15 to 18");
    arena_free(a);
}

static void the_newest_supported_one_in_path_is_taken(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *parent = ops_folder(a);
    const char *old = server_folder(a, parent, "9.6");
    const char *middle = server_folder(a, parent, "17.1");
    const char *best = server_folder(a, parent, "18.2");
    const char *future = server_folder(a, parent, "99.0");
    char *before = arena_strdup(a, getenv("PATH"));
    setenv("PATH", arena_printf(a, "%s:relative::%s:%s:%s", old, middle, best, future), 1);
    cluster_binaries b;
    unit_ok(cluster_find_binaries(a, NULL, 0, &b));
    assert_string_equal(b.dir, best);
    unit_ok(cluster_find_binaries(a, "", 17, &b));
    assert_string_equal(b.dir, middle);
    unit_refused(cluster_find_binaries(a, NULL, 98, &b), ERR_NOT_FOUND, "98");
    setenv("PATH", before, 1);
    arena_free(a);
}

static void links_and_pg_config_lead_to_the_real_folder(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *parent = ops_folder(a);
    const char *dir = server_folder(a, parent, "18.9");
    const char *links = arena_printf(a, "%s/links", parent);
    unit_ok(file_make_dirs(links, 0700));
    assert_int_equal(symlink(arena_printf(a, "%s/postgres", dir), arena_printf(a, "%s/postgres", links)), 0);
    const char *configs = arena_printf(a, "%s/configs", parent);
    unit_ok(file_make_dirs(configs, 0700));
    assert_int_equal(symlink(arena_printf(a, "%s/pg_config", dir), arena_printf(a, "%s/pg_config", configs)),
                     0);
    char *before = arena_strdup(a, getenv("PATH"));
    cluster_binaries b;
    setenv("PATH", links, 1);
    unit_ok(cluster_find_binaries(a, NULL, 18, &b));
    assert_string_equal(b.dir, dir);
    setenv("PATH", configs, 1);
    unit_ok(cluster_find_binaries(a, NULL, 18, &b));
    assert_string_equal(b.dir, dir);
    setenv("PATH", before, 1);
    arena_free(a);
}

static void broken_programs_are_passed_over(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *dir = server_folder(a, ops_folder(a), "16.1");
    cluster_binaries b;
    program(dir, "postgres", "#!/bin/sh\nexit 1\n");
    unit_refused(cluster_find_binaries(a, dir, 0, &b), ERR_NOT_FOUND, "15 to 18");
    program(dir, "postgres", "#!/bin/sh\necho something else\n");
    unit_refused(cluster_find_binaries(a, dir, 0, &b), ERR_NOT_FOUND, "15 to 18");
    program(dir, "postgres", "#!/bin/sh\necho 'postgres (PostgreSQL) 16.1'\n");
    assert_int_equal(unlink(arena_printf(a, "%s/initdb", dir)), 0);
    unit_refused(cluster_find_binaries(a, dir, 0, &b), ERR_NOT_FOUND, "15 to 18");
    arena_free(a);
}

static void data_of_another_version_is_explained(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *parent = ops_folder(a);
    const char *dir = server_folder(a, parent, "16.1");
    cluster c = {.data = "/book/pg"};
    cluster_binaries b;
    unit_ok(cluster_find_binaries_for(a, &c, dir, 16, &b));
    unit_ok(cluster_find_binaries_for(a, &c, dir, 0, &b));
    unit_refused(cluster_find_binaries_for(a, &c, dir, 17, &b), ERR_INPUT,
                 "by PostgreSQL 17, but the server found is 16");
    unit_refused(cluster_find_binaries_for(a, &c, dir, 14, &b), ERR_INPUT, "works with 15 to 18");
    unit_refused(cluster_find_binaries_for(a, &c, parent, 17, &b), ERR_NOT_FOUND, "PostgreSQL 17");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_are_read),
        cmocka_unit_test(the_folder_named_is_the_only_one),
        cmocka_unit_test(the_newest_supported_one_in_path_is_taken),
        cmocka_unit_test(links_and_pg_config_lead_to_the_real_folder),
        cmocka_unit_test(broken_programs_are_passed_over),
        cmocka_unit_test(data_of_another_version_is_explained),
    };
    return UNIT_RUN(tests);
}
