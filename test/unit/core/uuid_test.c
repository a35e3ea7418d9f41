#include "../unit.h"

#include "core/uuid.h"

static void version_7_begins_with_the_time(void **state)
{
    (void)state;
    clock_fake fake;
    clock_fake_init(&fake, INT64_C(0x017f22e279b0) * 1000 + 500);
    dbk_uuid id;
    unit_ok(uuid_v7(&fake.clock, &id));
    char text[UUID_TEXT_SIZE];
    uuid_format(&id, text);
    assert_memory_equal(text, "017f22e2-79b0-7800-", 19);
    assert_int_equal(id.bytes[8] >> 6, 2);
}

static void version_7_sorts_by_time_and_never_repeats(void **state)
{
    (void)state;
    clock_fake fake;
    clock_fake_init(&fake, INT64_C(1638057600000000));
    dbk_uuid before, now;
    unit_ok(uuid_v7(&fake.clock, &before));
    for (int i = 0; i < 5000; i++) {
        clock_fake_advance(&fake, 1);
        unit_ok(uuid_v7(&fake.clock, &now));
        assert_true(memcmp(now.bytes, before.bytes, sizeof now.bytes) > 0);
        before = now;
    }
    unit_ok(uuid_v7(&fake.clock, &now));
    assert_false(uuid_equal(&now, &before));
}

static void a_clock_before_1970_counts_as_1970(void **state)
{
    (void)state;
    clock_fake fake;
    clock_fake_init(&fake, -5);
    dbk_uuid id;
    unit_ok(uuid_v7(&fake.clock, &id));
    assert_memory_equal(id.bytes, "\0\0\0\0\0\0\x70\0", 8);
}

/* Computed apart: sha256(namespace || name), first 16 bytes, version 8 and variant set. */
static void a_name_always_gives_the_same_id(void **state)
{
    (void)state;
    dbk_uuid name_space, id;
    char text[UUID_TEXT_SIZE];
    unit_ok(uuid_parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8", &name_space));
    uuid_from_name(&name_space, "run/BTCUSD/1388534460/entry", 27, &id);
    uuid_format(&id, text);
    assert_string_equal(text, "f00b6f5b-c0d3-8cbc-a473-6ace225789f5");
    uuid_from_name(&name_space, NULL, 0, &id);
    uuid_format(&id, text);
    assert_string_equal(text, "4ebc3bf9-4458-8d83-baae-f9d9dc2ad979");
    uuid_from_name(&id, NULL, 0, &id);
    mem_test_fail_after(1);
    uuid_from_name(&name_space, "run/BTCUSD/1388534460/entry", 27, &id);
    mem_test_fail_after(0);
    uuid_format(&id, text);
    assert_string_equal(text, "f00b6f5b-c0d3-8cbc-a473-6ace225789f5");
}

static void text_goes_in_and_out(void **state)
{
    (void)state;
    dbk_uuid lower, upper;
    char text[UUID_TEXT_SIZE];
    unit_ok(uuid_parse("01890a5d-ac96-774b-bcce-b302099a8057", &lower));
    unit_ok(uuid_parse("01890A5D-AC96-774B-BCCE-B302099A8057", &upper));
    assert_true(uuid_equal(&lower, &upper));
    assert_int_equal(lower.bytes[0], 0x01);
    assert_int_equal(lower.bytes[15], 0x57);
    uuid_format(&upper, text);
    assert_string_equal(text, "01890a5d-ac96-774b-bcce-b302099a8057");
}

static void other_text_is_refused_and_writes_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "01890a5d-ac96-774b-bcce-b302099a805",
        "01890a5d-ac96-774b-bcce-b302099a80577",
        "01890a5dac96774bbcceb302099a8057",
        "{01890a5d-ac96-774b-bcce-b302099a8057}",
        "01890a5d-ac96-774b-bcce-b302099a805g",
        "01890a5d+ac96-774b-bcce-b302099a8057",
        "01890a5-dac96-774b-bcce-b302099a8057",
        " 1890a5d-ac96-774b-bcce-b302099a8057",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        dbk_uuid id = {{42}};
        unit_refused(uuid_parse(bad[i], &id), ERR_INPUT, "not a uuid");
        assert_int_equal(id.bytes[0], 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_7_begins_with_the_time),
        cmocka_unit_test(version_7_sorts_by_time_and_never_repeats),
        cmocka_unit_test(a_clock_before_1970_counts_as_1970),
        cmocka_unit_test(a_name_always_gives_the_same_id),
        cmocka_unit_test(text_goes_in_and_out),
        cmocka_unit_test(other_text_is_refused_and_writes_nothing),
    };
    return UNIT_RUN(tests);
}
