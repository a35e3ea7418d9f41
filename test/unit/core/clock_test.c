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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(system_clock_moves_forward),
        cmocka_unit_test(fake_clock_moves_only_when_told),
        cmocka_unit_test(times_are_written_as_iso_8601),
        cmocka_unit_test(the_ends_of_time_fit),
    };
    return UNIT_RUN(tests);
}
