#include "ops_unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ops/cluster_run.h"

static cluster locked_by_nobody(arena *a)
{
    const char *folder = ops_folder(a);
    return (cluster){.folder = folder, .lock_path = arena_printf(a, "%s/lock", folder)};
}

/* Takes the lock in another process, which then holds it until it is killed. */
static pid_t holder_of(const cluster *c)
{
    int ends[2];
    char byte = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        cluster_lock lock = {0};
        dbk_err *e = cluster_lock_take(c, &lock);
        byte = e ? 'n' : 'y';
        err_free(e);
        if (write(ends[1], &byte, 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    close(ends[0]);
    close(ends[1]);
    return pid;
}

static void a_lock_names_its_holder_and_goes_with_it(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster c = locked_by_nobody(a);
    pid_t holder;
    unit_ok(cluster_lock_holder(&c, &holder));
    assert_int_equal(holder, 0);
    pid_t other = holder_of(&c);
    unit_ok(cluster_lock_holder(&c, &holder));
    assert_int_equal(holder, other);
    cluster_lock lock = {0};
    unit_refused(cluster_lock_take(&c, &lock), ERR_BUSY, arena_printf(a, "as process %ld", (long)other));
    assert_int_equal(lock.fd, 0);
    kill(other, SIGKILL);
    assert_int_equal(waitpid(other, NULL, 0), other);
    unit_ok(cluster_lock_holder(&c, &holder));
    assert_int_equal(holder, 0);
    unit_ok(cluster_lock_take(&c, &lock));
    cluster_lock_drop(&lock);
    cluster_lock_drop(&lock);
    arena_free(a);
}

static void a_lock_whose_file_was_removed_is_noticed(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster c = locked_by_nobody(a);
    cluster_lock lock = {0};
    unit_ok(cluster_lock_take(&c, &lock));
    assert_true(cluster_lock_is_in_place(&c, &lock));
    assert_int_equal(unlink(c.lock_path), 0);
    assert_false(cluster_lock_is_in_place(&c, &lock));
    cluster_lock_drop(&lock);
    arena_free(a);
}

static void a_lock_is_no_link(void **state)
{
    (void)state;
    arena *a = unit_arena();
    cluster c = locked_by_nobody(a);
    const char *victim = arena_printf(a, "%s/victim", c.folder);
    assert_int_equal(symlink(victim, c.lock_path), 0);
    cluster_lock lock = {0};
    unit_refused(cluster_lock_take(&c, &lock), ERR_IO, "lock");
    assert_int_not_equal(access(victim, F_OK), 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lock_names_its_holder_and_goes_with_it),
        cmocka_unit_test(a_lock_whose_file_was_removed_is_noticed),
        cmocka_unit_test(a_lock_is_no_link),
    };
    return UNIT_RUN(tests);
}
