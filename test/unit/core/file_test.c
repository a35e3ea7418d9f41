#include "../unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"

struct fixture {
    arena *a;
    const char *folder;
};

static int set_up(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    f->a = unit_arena();
    f->folder = unit_folder(f->a);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    unit_remove(f->folder);
    arena_free(f->a);
    mem_free(f);
    return 0;
}

static const char *in_folder(const struct fixture *f, const char *name)
{
    return arena_printf(f->a, "%s/%s", f->folder, name);
}

static void reads_back_what_was_written(void **state)
{
    struct fixture *f = *state;
    const char *path = in_folder(f, "book");
    char *data;
    size_t length;
    unit_ok(file_write_atomic(path, "a\0b\n", 4, 0600));
    unit_ok(file_read(f->a, path, 4, &data, &length));
    assert_int_equal(length, 4);
    assert_memory_equal(data, "a\0b\n", 5);
    unit_ok(file_write_atomic(path, NULL, 0, 0600));
    unit_ok(file_read(f->a, path, 0, &data, &length));
    assert_int_equal(length, 0);
    assert_string_equal(data, "");
}

static void a_full_arena_is_short_memory(void **state)
{
    struct fixture *f = *state;
    unit_ok(file_write_atomic(in_folder(f, "x"), "12345", 5, 0600));
    arena *small = arena_new(40);
    char *data, **names;
    size_t count;
    unit_ok(file_read(small, in_folder(f, "x"), 5, &data, &count));
    while (arena_alloc(small, 1))
        continue;
    unit_refused(file_read(small, in_folder(f, "x"), 5, &data, &count), ERR_MEMORY, "out of memory");
    unit_refused(file_list(small, f->folder, &names, &count), ERR_MEMORY, "out of memory");
    arena_free(small);
}

static void reads_more_than_one_piece(void **state)
{
    struct fixture *f = *state;
    size_t size = 300000, length;
    char *big = arena_alloc(f->a, size), *data;
    for (size_t i = 0; i < size; i++)
        big[i] = (char)('a' + i % 23);
    unit_ok(file_write_atomic(in_folder(f, "big"), big, size, 0600));
    unit_ok(file_read(f->a, in_folder(f, "big"), size, &data, &length));
    assert_int_equal(length, size);
    assert_memory_equal(data, big, size);
}

static void refuses_what_is_too_long_missing_or_no_file(void **state)
{
    struct fixture *f = *state;
    char *data = NULL;
    size_t length = 7;
    unit_ok(file_write_atomic(in_folder(f, "long"), "12345", 5, 0600));
    unit_refused(file_read(f->a, in_folder(f, "long"), 4, &data, &length), ERR_LIMIT, "4 bytes");
    unit_refused(file_read(f->a, in_folder(f, "none"), 4, &data, &length), ERR_NOT_FOUND, "none");
    unit_refused(file_read(f->a, f->folder, 4, &data, &length), ERR_INPUT, "not a regular file");
    assert_int_equal(mkfifo(in_folder(f, "fifo"), 0600), 0);
    unit_refused(file_read(f->a, in_folder(f, "fifo"), 4, &data, &length), ERR_INPUT, "not a regular file");
    assert_null(data);
    assert_int_equal(length, 7);
}

static void replaces_with_the_mode_asked_for_and_leaves_no_rest(void **state)
{
    struct fixture *f = *state;
    const char *path = in_folder(f, "secret");
    mode_t before = umask(0077);
    unit_ok(file_write_atomic(path, "one", 3, 0644));
    umask(before);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
    unit_ok(file_write_atomic(path, "two", 3, 0600));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    char **names;
    size_t count;
    unit_ok(file_list(f->a, f->folder, &names, &count));
    assert_int_equal(count, 1);
}

static void a_leftover_is_replaced_and_a_link_not_followed(void **state)
{
    struct fixture *f = *state;
    const char *path = in_folder(f, "x");
    assert_int_equal(symlink(in_folder(f, "elsewhere"), in_folder(f, "x.tmp")), 0);
    unit_ok(file_write_atomic(path, "new", 3, 0600));
    assert_false(file_exists(in_folder(f, "elsewhere")));
    assert_true(file_exists(path));
}

static void a_failed_write_leaves_the_old_file(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(mkdir(in_folder(f, "taken"), 0700), 0);
    unit_refused(file_write_atomic(in_folder(f, "taken"), "x", 1, 0600), ERR_IO, "could not rename");
    assert_false(file_exists(in_folder(f, "taken.tmp")));
    unit_refused(file_write_atomic(in_folder(f, "no/such"), "x", 1, 0600), ERR_NOT_FOUND, "could not create");
}

static void writes_into_the_current_folder(void **state)
{
    struct fixture *f = *state;
    char *here = getcwd(NULL, 0);
    assert_int_equal(chdir(f->folder), 0);
    dbk_err *e = file_write_atomic("plain", "x", 1, 0600);
    assert_int_equal(chdir(here), 0);
    free(here);
    unit_ok(e);
    assert_true(file_exists(in_folder(f, "plain")));
}

static void makes_folders_all_the_way(void **state)
{
    struct fixture *f = *state;
    unit_ok(file_make_dirs(in_folder(f, "a/b//c/"), 0700));
    assert_true(file_is_dir(in_folder(f, "a/b/c")));
    unit_ok(file_make_dirs(in_folder(f, "a/b"), 0700));
    unit_ok(file_make_dirs("/", 0700));
    unit_refused(file_make_dirs("", 0700), ERR_INPUT, "name");
    unit_ok(file_write_atomic(in_folder(f, "file"), "", 0, 0600));
    unit_refused(file_make_dirs(in_folder(f, "file"), 0700), ERR_IO, "could not make folder");
    unit_refused(file_make_dirs(in_folder(f, "file/x"), 0700), ERR_IO, "could not make folder");
}

static void lists_names_in_byte_order(void **state)
{
    struct fixture *f = *state;
    char **names;
    size_t count;
    unit_ok(file_list(f->a, f->folder, &names, &count));
    assert_int_equal(count, 0);
    const char *const made[] = {"b", "B", "a10", "a2", ".hidden"};
    for (size_t i = 0; i < 5; i++)
        unit_ok(file_write_atomic(in_folder(f, made[i]), "", 0, 0600));
    unit_ok(file_list(f->a, f->folder, &names, &count));
    const char *const sorted[] = {".hidden", "B", "a10", "a2", "b"};
    assert_int_equal(count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(names[i], sorted[i]);
    unit_refused(file_list(f->a, in_folder(f, "none"), &names, &count), ERR_NOT_FOUND, "none");
    assert_false(file_is_dir(in_folder(f, "a2")));
}

static dbk_err *use_everything(void *ctx)
{
    const struct fixture *f = ctx;
    char path[256], **names, *data;
    size_t count;
    snprintf(path, sizeof path, "%s/sub/x", f->folder);
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    dbk_err *e = NULL;
    path[strlen(path) - 2] = '\0';
    e = file_make_dirs(path, 0700);
    path[strlen(path)] = '/';
    if (!e)
        e = file_write_atomic(path, "x", 1, 0600);
    if (!e)
        e = file_read(a, path, 20000, &data, &count);
    if (!e)
        e = file_list(a, f->folder, &names, &count);
    arena_free(a);
    return e;
}

static void short_memory_is_reported(void **state)
{
    assert_true(unit_each_allocation_fails(use_everything, *state) >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_back_what_was_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_arena_is_short_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_more_than_one_piece, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_too_long_missing_or_no_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(replaces_with_the_mode_asked_for_and_leaves_no_rest, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_leftover_is_replaced_and_a_link_not_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failed_write_leaves_the_old_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(writes_into_the_current_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(makes_folders_all_the_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_names_in_byte_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(short_memory_is_reported, set_up, tear_down),
    };
    return UNIT_RUN(tests);
}
