#include "bus/nats_address.h"

#include "../unit.h"

static nats_address parsed(arena *a, const char *text)
{
    nats_address to;
    unit_ok(nats_address_parse(a, text, &to));
    return to;
}

static void an_address_without_settings_has_defaults(void **state)
{
    (void)state;
    arena *a = unit_arena();
    nats_address to = parsed(a, "nats://broker:4222");
    assert_string_equal(to.servers, "nats://broker:4222");
    assert_string_equal(to.stream, "DAYBOOK");
    assert_string_equal(to.subject, "daybook");
    assert_int_equal(to.replicas, 1);
    assert_int_equal(to.max_age_us, INT64_C(604800000000));
    assert_int_equal(to.max_bytes, 0);
    assert_int_equal(to.duplicate_us, INT64_C(120000000));
    assert_false(to.discard_new);
    assert_false(to.synced);
    arena_free(a);
}

static void settings_are_read(void **state)
{
    (void)state;
    arena *a = unit_arena();
    nats_address to =
        parsed(a, "tls://one:1,two:2/?stream=S-1&subject=book_2&replicas=3&max_age=90m&max_bytes=2GB&"
                  "duplicate_window=500ms&discard=new&synced=yes");
    assert_string_equal(to.servers, "tls://one:1,tls://two:2");
    assert_string_equal(to.stream, "S-1");
    assert_string_equal(to.subject, "book_2");
    assert_int_equal(to.replicas, 3);
    assert_int_equal(to.max_age_us, INT64_C(5400000000));
    assert_int_equal(to.max_bytes, INT64_C(2) << 30);
    assert_int_equal(to.duplicate_us, 500000);
    assert_true(to.discard_new);
    assert_true(to.synced);
    assert_int_equal(parsed(a, "nats://h?max_age=none").max_age_us, 0);
    arena_free(a);
}

static void what_is_wrong_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"http://h:1", "begins with"},
        {"nats://", "no server"},
        {"nats:///?stream=S", "no server"},
        {"nats://h?stream", "no value"},
        {"nats://h?stream=a.b", "stream"},
        {"nats://h?subject=", "subject"},
        {"nats://h?subject=a>", "subject"},
        {"nats://h?replicas=0", "replicas"},
        {"nats://h?replicas=10", "replicas"},
        {"nats://h?max_age=7", "max_age"},
        {"nats://h?max_age=-1d", "max_age"},
        {"nats://h?max_age=9999999999999d", "max_age"},
        {"nats://h?max_bytes=10TB", "max_bytes"},
        {"nats://h?discard=all", "discard"},
        {"nats://h?other=1", "no setting"},
    };
    arena *a = unit_arena();
    nats_address to;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        unit_refused(nats_address_parse(a, wrong[i][0], &to), ERR_USAGE, wrong[i][1]);
    arena_free(a);
}

static void a_secret_is_refused_and_not_shown(void **state)
{
    (void)state;
    arena *a = unit_arena();
    nats_address to;
    dbk_err *e = nats_address_parse(a, "nats://user:hunter2@h:4222", &to);
    assert_int_equal(err_code(e), ERR_USAGE);
    assert_null(strstr(err_message(e), "hunter2"));
    assert_non_null(strstr(err_hint(e), "NATS_PASSWORD"));
    err_free(e);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_without_settings_has_defaults),
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(what_is_wrong_is_refused),
        cmocka_unit_test(a_secret_is_refused_and_not_shown),
    };
    return UNIT_RUN(tests);
}
