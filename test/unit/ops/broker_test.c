#include "ops/broker.h"

#include <sys/stat.h>

#include "../unit.h"
#include "core/file.h"

/* False where there is no nats-server. */
static bool prepared(arena *a, const char *folder, broker *out)
{
    dbk_err *e = broker_prepare(a, folder, out);
    bool missing = e && err_code(e) == ERR_NOT_FOUND;
    if (missing)
        err_free(e);
    else
        unit_ok(e);
    return !missing;
}

static void port_and_password_stay_and_are_secret(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *folder = unit_folder(a);
    broker first, again;
    if (!prepared(a, folder, &first)) {
        unit_remove(folder);
        arena_free(a);
        skip();
    }
    struct stat found;
    assert_int_equal(stat(first.argv[2], &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_equal(strlen(first.password), 40);
    assert_ptr_equal(strstr(first.address, "nats://127.0.0.1:"), first.address);
    unit_ok(broker_prepare(a, folder, &again));
    assert_string_equal(again.address, first.address);
    assert_string_equal(again.password, first.password);
    char *text;
    size_t length;
    unit_ok(file_read(a, first.argv[2], 65536, &text, &length));
    assert_null(strstr(text, "include"));
    unit_ok(file_write_atomic(arena_printf(a, "%s/nats/user.conf", folder), "debug: true\n", 12, 0600));
    unit_ok(broker_prepare(a, folder, &again));
    unit_ok(file_read(a, first.argv[2], 65536, &text, &length));
    assert_non_null(strstr(text, "include \"user.conf\""));
    assert_string_equal(again.password, first.password);
    unit_remove(folder);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(port_and_password_stay_and_are_secret)};
    return UNIT_RUN(tests);
}
