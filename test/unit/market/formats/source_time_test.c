#include "../../unit.h"

#include "market/formats/source_time.h"

static bool parse(const char *text, int64_t *us, bool *exact, unsigned *unit)
{
    return source_time_parse(text, strlen(text), us, exact, unit);
}

static void digits_tell_the_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
        unsigned unit;
        bool exact;
    } cases[] = {
        {"1735689599", 1735689599000000, SOURCE_TIME_S, true},
        {"1735689599999", 1735689599999000, SOURCE_TIME_MS, true},
        {"1735689600000000", 1735689600000000, SOURCE_TIME_US, true},
        {"1735689600000000000", 1735689600000000, SOURCE_TIME_NS, true},
        {"1735689600000000001", 1735689600000000, SOURCE_TIME_NS, false},
        {"1546300800.0", 1546300800000000, SOURCE_TIME_S, true},
        {"1546300800.25", 1546300800250000, SOURCE_TIME_S, true},
        {"1762795433.9717445", 1762795433971744, SOURCE_TIME_S, false},
        {"1546300800000.000", 1546300800000000, SOURCE_TIME_MS, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t us;
        bool exact;
        unsigned unit;
        assert_true(parse(cases[i].text, &us, &exact, &unit));
        assert_int_equal(us, cases[i].us);
        assert_int_equal(unit, cases[i].unit);
        assert_int_equal(exact, cases[i].exact);
    }
}

static void text_is_utc_unless_it_says_otherwise(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } cases[] = {
        {"2021-12-31 23:01:00.000000", 1640991660000000},
        {"2012-02-01 00:00:00+00:00", 1328054400000000},
        {"2024-01-01 23:01:00", 1704150060000000},
        {"2024-01-01T23:01:00Z", 1704150060000000},
        {"2024-01-02T00:01:00+01:00", 1704150060000000},
        {"2024-01-01T18:01:00-0500", 1704150060000000},
        {"2024-01-01 23:01", 1704150060000000},
        {"2024-01-01 23:01:00 UTC", 1704150060000000},
        {"2024-02-29", 1709164800000000},
        {"1970-01-01", 0},
        {"2000-02-29 00:00:00.5", 951782400500000},
        {"2024-01-01 23:01:00+00", 1704150060000000},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t us;
        bool exact;
        unsigned unit;
        if (!parse(cases[i].text, &us, &exact, &unit))
            fail_msg("%s", cases[i].text);
        assert_int_equal(us, cases[i].us);
        assert_int_equal(unit, SOURCE_TIME_TEXT);
    }
}

static void other_text_is_not_a_time(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "0",
                                        "-1",
                                        "12345",
                                        "12345678901",
                                        "17356895999991",
                                        "99999999999999999999",
                                        "1.5e12",
                                        "1546300800.",
                                        "1546300800.5x",
                                        "2023-02-29",
                                        "2023-13-01",
                                        "2023-00-10",
                                        "2023-01-32",
                                        "2023-01-01 24:00:00",
                                        "2023-01-01 23:60",
                                        "2023-01-01 23:59:60",
                                        "2023-01-01 23:59:59.",
                                        "2023-01-01 23:59:59+25:00",
                                        "2023-01-01 23:59:59X",
                                        "2023-01-01T",
                                        "2023/01/01",
                                        "01.01.2023",
                                        "2023-01-01 1:00",
                                        "open_time",
                                        "2023-01-01 00:00:00+0:00",
                                        "2023-01-01 00:00:00+"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        int64_t us;
        bool exact;
        unsigned unit;
        if (parse(texts[i], &us, &exact, &unit))
            fail_msg("%s was taken for a time", texts[i]);
    }
}

static void units_are_named(void **state)
{
    (void)state;
    char text[SOURCE_TIME_UNITS_SIZE];
    source_time_units_format(SOURCE_TIME_MS | SOURCE_TIME_US, text);
    assert_string_equal(text, "ms and us");
    source_time_units_format(31, text);
    assert_string_equal(text, "s and ms and us and ns and text");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_tell_the_unit),
        cmocka_unit_test(text_is_utc_unless_it_says_otherwise),
        cmocka_unit_test(other_text_is_not_a_time),
        cmocka_unit_test(units_are_named),
    };
    return UNIT_RUN(tests);
}
