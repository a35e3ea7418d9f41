#include "../unit.h"

#include "core/clock.h"

static void system_clock_moves_forward(void **state)
{
    (void)state;
    const dbk_clock *c = clock_system();
    int64_t before = c->mono_us(c);
    c->sleep_us(c, 2000);
    c->sleep_us(c, 0);
    c->sleep_us(c, -5);
    assert_true(c->mono_us(c) - before >= 2000);
    assert_true(c->wall_us(c) > INT64_C(1600000000000000));
}

static void boot_clock_is_not_behind_the_system_clock(void **state)
{
    (void)state;
    int64_t before = clock_system()->mono_us(NULL);
    int64_t then = clock_boot()->mono_us(NULL);
    assert_true(then >= before);
    clock_boot()->sleep_us(NULL, 2000);
    assert_true(clock_boot()->mono_us(NULL) - then >= 2000);
}

static void fake_clock_moves_only_when_told(void **state)
{
    (void)state;
    clock_fake fake;
    clock_fake_init(&fake, 1000);
    const dbk_clock *c = &fake.clock;
    assert_int_equal(c->wall_us(c), 1000);
    c->sleep_us(c, 500);
    clock_fake_advance(&fake, 7);
    assert_int_equal(c->mono_us(c), 1507);
    assert_int_equal(c->wall_us(c), 1507);
}

static void times_are_written_as_iso_8601(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {INT64_C(1638057600000000), "2021-11-28T00:00:00Z"},
        {INT64_C(1638057600000001), "2021-11-28T00:00:00.000001Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
        {INT64_C(951782400000000), "2000-02-29T00:00:00Z"},
        {INT64_C(4107542399000000), "2100-02-28T23:59:59Z"},
        {INT64_C(4107542400000000), "2100-03-01T00:00:00Z"},
        {INT64_C(-62135596800000000), "0001-01-01T00:00:00Z"},
        {INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[CLOCK_ISO_SIZE];
        clock_iso(cases[i].us, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void the_ends_of_time_fit(void **state)
{
    (void)state;
    char text[CLOCK_ISO_SIZE];
    clock_iso(INT64_MIN, text);
    assert_true(strlen(text) < CLOCK_ISO_SIZE);
    clock_iso(INT64_MAX, text);
    assert_string_equal(text, "294247-01-10T04:00:54.775807Z");
}

static void times_are_read_as_people_write_them(void **state)
{
    (void)state;
    const int64_t now_us = INT64_C(1709298000000001); /* 2024-03-01T13:00:00.000001Z */
    const struct {
        const char *text, *iso;
    } cases[] = {
        {"2024-03-01", "2024-03-01T00:00:00Z"},
        {"2024-02-29T12:30", "2024-02-29T12:30:00Z"},
        {"2024-03-01 12:00:00.5", "2024-03-01T12:00:00.500000Z"},
        {"2024-03-01T12:00:00.000001Z", "2024-03-01T12:00:00.000001Z"},
        {"2024-03-01 00:30:00+01", "2024-02-29T23:30:00Z"},
        {"2024-12-31T23:00:00-0130", "2025-01-01T00:30:00Z"},
        {"2024-03-01T12:00+05:30", "2024-03-01T06:30:00Z"},
        {"0001-01-01", "0001-01-01T00:00:00Z"},
        {"9999-12-31", "9999-12-31T00:00:00Z"},
        {"now", "2024-03-01T13:00:00.000001Z"},
        {"today", "2024-03-01T00:00:00Z"},
        {"yesterday", "2024-02-29T00:00:00Z"},
        {"tomorrow", "2024-03-02T00:00:00Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t us;
        char text[CLOCK_ISO_SIZE];
        unit_ok(clock_parse(cases[i].text, now_us, &us));
        clock_iso(us, text);
        assert_string_equal(text, cases[i].iso);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "soon",
                                        "2024-02-30",
                                        "2023-02-29",
                                        "2024-13-01",
                                        "0000-01-01",
                                        "2024-3-1",
                                        "2024-03-01T",
                                        "2024-03-01T24:00",
                                        "2024-03-01T12:60",
                                        "2024-03-01Z",
                                        "2024-03-01T12",
                                        "2024-03-01T12:00:61",
                                        "2024-03-01T12:00:00.1234567",
                                        "2024-03-01T12:00:00.99999999999999999999",
                                        "2024-03-01T12:00:00.",
                                        "2024-03-01T12:00 Z",
                                        "2024-03-01T12:00+1",
                                        "2024-03-01T12:00+01:",
                                        "2024-03-01T12:00+16",
                                        "2024-03-01 12:00 x"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int64_t us;
        unit_refused(clock_parse(wrong[i], 0, &us), ERR_INPUT, "is no time");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(system_clock_moves_forward),
        cmocka_unit_test(boot_clock_is_not_behind_the_system_clock),
        cmocka_unit_test(fake_clock_moves_only_when_told),
        cmocka_unit_test(times_are_written_as_iso_8601),
        cmocka_unit_test(the_ends_of_time_fit),
        cmocka_unit_test(times_are_read_as_people_write_them),
        cmocka_unit_test(what_is_no_time_is_refused),
    };
    return UNIT_RUN(tests);
}
