#include "ops_unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "ops/cluster_int.h"
#include "ops/cluster_run.h"

static cluster *located(arena *a, const char *folder)
{
    cluster *c;
    unit_ok(cluster_locate(a, folder, &c));
    return c;
}

static void a_folder_is_the_same_by_every_name(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *parent = ops_folder(a);
    const char *folder = arena_printf(a, "%s/book", parent);
    cluster *before = located(a, folder);
    assert_string_equal(before->folder, folder);
    assert_int_equal(strlen(before->id), 16);
    assert_false(file_exists(folder));
    unit_ok(file_make_dirs(folder, 0700));
    assert_int_equal(symlink(folder, arena_printf(a, "%s/link", parent)), 0);
    static const char *const endings[] = {"/book", "/book/", "/link", "/book/../book", "//book/."};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        assert_string_equal(located(a, arena_printf(a, "%s%s", parent, endings[i]))->id, before->id);
    arena_free(a);
}

static void relative_names_are_of_the_current_folder(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *parent = ops_folder(a);
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(parent), 0);
    assert_string_equal(located(a, NULL)->folder, arena_printf(a, "%s/.daybook", parent));
    assert_string_equal(located(a, "book")->folder, arena_printf(a, "%s/book", parent));
    assert_string_equal(located(a, "./book/")->folder, arena_printf(a, "%s/book", parent));
    cluster *c;
    unit_refused(cluster_locate(a, "none/..", &c), ERR_USAGE, "has no name");
    unit_refused(cluster_locate(a, "none/book", &c), ERR_NOT_FOUND, "could not reach");
    assert_int_equal(chdir(before), 0);
    arena_free(a);
}

static void data_is_where_its_server_can_reach_it(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster *c = located(a, ops_folder(a));
    if (geteuid() == 0)
        assert_string_equal(c->data, arena_printf(a, "/var/lib/daybook/%s/pg", c->id));
    else
        assert_string_equal(c->data, arena_printf(a, "%s/pg", c->folder));
    arena_free(a);
}

static void sockets_go_where_their_path_is_short_and_private(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster c = {.uid = geteuid() ? geteuid() : 1234, .id = "0123456789abcdef"};
    const char *own = arena_printf(a, "/tmp/daybook-%lu-%s", (unsigned long)c.uid, c.id);
    const char *runtime = ops_folder(a);
    assert_int_equal(chmod(runtime, 0700), 0);
    if (geteuid() == 0)
        assert_int_equal(chown(runtime, c.uid, (gid_t)-1), 0);
    assert_string_equal(cluster_socket_dir_name(a, &c, runtime),
                        arena_printf(a, "%s/daybook-%s", runtime, c.id));
    assert_string_equal(cluster_socket_dir_name(a, &c, NULL), own);
    assert_string_equal(cluster_socket_dir_name(a, &c, ""), own);
    assert_string_equal(cluster_socket_dir_name(a, &c, "relative"), own);
    assert_string_equal(cluster_socket_dir_name(a, &c, "/nonexistent"), own);
    assert_string_equal(cluster_socket_dir_name(a, &c, "/"), own); /* not ours */
    assert_int_equal(chmod(runtime, 0755), 0);
    assert_string_equal(cluster_socket_dir_name(a, &c, runtime), own); /* others can look in */
    assert_int_equal(chmod(runtime, 0700), 0);

    char deep[200];
    memset(deep, 'x', sizeof deep);
    deep[80] = '\0';
    const char *far = arena_printf(a, "%s/%s", runtime, deep);
    assert_int_equal(mkdir(far, 0700), 0);
    if (geteuid() == 0)
        assert_int_equal(chown(far, c.uid, (gid_t)-1), 0);
    assert_string_equal(cluster_socket_dir_name(a, &c, far), own); /* too long */
    c.uid = 0;
    assert_string_equal(cluster_socket_dir_name(a, &c, "/tmp"), "/tmp/daybook-0-0123456789abcdef");
    arena_free(a);
}

static void a_private_folder_is_ours_alone(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *parent = ops_folder(a);
    const char *path = arena_printf(a, "%s/s", parent);
    struct stat st;
    unit_ok(cluster_private_dir(path, geteuid(), getegid()));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    unit_ok(cluster_private_dir(path, geteuid(), getegid()));
    assert_int_equal(chmod(path, 0750), 0);
    unit_refused(cluster_private_dir(path, geteuid(), getegid()), ERR_DENIED, "entered by others");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink(parent, path), 0);
    unit_refused(cluster_private_dir(path, geteuid(), getegid()), ERR_DENIED, "not a folder");
    assert_int_equal(unlink(path), 0);
    unit_ok(file_write_atomic(path, "x", 1, 0600));
    unit_refused(cluster_private_dir(path, geteuid(), getegid()), ERR_DENIED, "not a folder");
    unit_refused(cluster_private_dir(arena_printf(a, "%s/no/such", parent), geteuid(), getegid()),
                 ERR_NOT_FOUND, "no/such");
    arena_free(a);
}

static void a_folder_of_somebody_else_is_refused(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    arena *a = unit_arena();
    const char *path = arena_printf(a, "%s/s", ops_folder(a));
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(chown(path, 12345, 12345), 0);
    unit_refused(cluster_private_dir(path, 0, 0), ERR_DENIED, "belongs to another user");
    cluster c = {.folder = path, .uid = 54321};
    unit_refused(cluster_make_folder(&c), ERR_DENIED, "belongs to another user");
    cluster s = {.uid = 0, .id = "00000000ffffffff", .server_uid = 0};
    const char *squatted = cluster_socket_dir_name(a, &s, NULL);
    assert_int_equal(mkdir(squatted, 0700), 0);
    assert_int_equal(chown(squatted, 12345, 12345), 0);
    cluster_socket_dir_remove(a, &s); /* must leave it alone */
    assert_int_equal(rmdir(squatted), 0);
    arena_free(a);
}

static void a_user_without_a_name_cannot_have_a_server(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster c = {.folder = ops_folder(a), .uid = 54321, .server_uid = 54321};
    unit_refused(cluster_make_home(a, &c), ERR_DENIED, "54321 has no name");
    c = (cluster){.folder = c.folder, .uid = 0, .os_user = "root"};
    unit_refused(cluster_make_home(a, &c), ERR_NOT_FOUND, "no OS user postgres");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_the_same_by_every_name),
        cmocka_unit_test(relative_names_are_of_the_current_folder),
        cmocka_unit_test(data_is_where_its_server_can_reach_it),
        cmocka_unit_test(sockets_go_where_their_path_is_short_and_private),
        cmocka_unit_test(a_private_folder_is_ours_alone),
        cmocka_unit_test(a_folder_of_somebody_else_is_refused),
        cmocka_unit_test(a_user_without_a_name_cannot_have_a_server),
    };
    return UNIT_RUN(tests);
}
