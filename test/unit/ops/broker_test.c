#include "ops/broker.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../unit.h"
#include "core/file.h"

/* Of who runs the test, also where that is root. */
static cluster cluster_in(const char *folder)
{
    return (cluster){.folder = folder,
                     .home = folder,
                     .os_user = "somebody",
                     .server_user = "somebody",
                     .uid = geteuid(),
                     .server_uid = geteuid(),
                     .server_gid = getegid()};
}

/* False where there is no nats-server. */
static bool prepared(arena *a, const cluster *c, broker *out)
{
    dbk_err *e = broker_prepare(a, c, out);
    bool missing = e && err_code(e) == ERR_NOT_FOUND;
    if (missing)
        err_free(e);
    else
        unit_ok(e);
    return !missing;
}

static const char *text_of(arena *a, const char *path)
{
    struct stat found;
    char *text;
    size_t length;
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    unit_ok(file_read(a, path, 65536, &text, &length));
    return text;
}

static void port_and_password_stay_and_are_secret(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *folder = unit_folder(a);
    cluster c = cluster_in(folder);
    broker first, again;
    if (!prepared(a, &c, &first)) {
        unit_remove(folder);
        arena_free(a);
        skip();
    }
    const char *password = text_of(a, first.password_file);
    assert_int_equal(strlen(password), 40);
    assert_ptr_equal(strstr(first.address, "nats://127.0.0.1:"), first.address);
    assert_true(first.child.ends_last);
    const char *conf = text_of(a, first.child.argv[2]);
    assert_non_null(strstr(conf, password));
    assert_null(strstr(conf, "include"));
    unit_ok(file_write_atomic(arena_printf(a, "%s/nats/user.conf", folder), "debug: true\n", 12, 0600));
    unit_ok(broker_prepare(a, &c, &again));
    assert_string_equal(again.address, first.address);
    assert_string_equal(text_of(a, again.password_file), password);
    conf = text_of(a, again.child.argv[2]);
    assert_non_null(strstr(conf, "include \"user.conf\""));
    assert_non_null(strstr(conf, password));
    unit_remove(folder);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(port_and_password_stay_and_are_secret)};
    return UNIT_RUN(tests);
}
