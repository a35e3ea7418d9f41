#include "../unit.h"

#include "core/decimal.h"

static decimal parsed(const char *text)
{
    decimal d = {0};
    unit_ok(decimal_parse(text, strlen(text), &d));
    return d;
}

static void assert_text(decimal d, const char *expected)
{
    char text[DECIMAL_TEXT_SIZE];
    decimal_format(d, text);
    assert_string_equal(text, expected);
}

static void reads_and_writes_canonical_text(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"0", "0"},
        {"-0", "0"},
        {"-0.00", "0"},
        {"+0e5", "0"},
        {"0e-999999999999", "0"},
        {"1", "1"},
        {"+1", "1"},
        {"-12.50", "-12.5"},
        {"007", "7"},
        {"0.5", "0.5"},
        {"1e-8", "0.00000001"},
        {"1E-18", "0.000000000000000001"},
        {"-1.5e+3", "-1500"},
        {"12e18", "12000000000000000000"},
        {"0.000012e5", "1.2"},
        {"1.000000000000000000000000000000", "1"},
        {"10000000000000000000000e-3", "10000000000000000000"},
        {"100", "100"},
        {"99999999999999999999.999999999999999999", "99999999999999999999.999999999999999999"},
        {"-99999999999999999999.999999999999999999", "-99999999999999999999.999999999999999999"},
        {"99999999999999999999999999999999999999e-18", "99999999999999999999.999999999999999999"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_text(parsed(cases[i].in), cases[i].out);
        assert_text(parsed(cases[i].out), cases[i].out);
    }
}

static void refuses_what_is_no_number(void **state)
{
    (void)state;
    static const char *const bad[] = {"",      " 1",    "1 ",    ".5",       "1.",   "+",   "-",   "--1",
                                      "1.2.3", "1e",    "1e+",   "e5",       "0x10", "NaN", "inf", "Infinity",
                                      "1,5",   "1_000", "1e5.5", "\xd9\xa1", "1e 5", "- 1", "$5",  "1d"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        decimal d = {42};
        unit_refused(decimal_parse(bad[i], strlen(bad[i]), &d), ERR_INPUT, "not a decimal number");
        assert_true(d.units == 42);
    }
    decimal d;
    unit_refused(decimal_parse("1\0", 2, &d), ERR_INPUT, "not a decimal number");
    unit_refused(decimal_parse(NULL, 0, &d), ERR_INPUT, "not a decimal number");
}

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    static const char *const big[] = {"100000000000000000000", "1e20", "-1e20", "1e99999999999999999999",
                                      "12e19"};
    static const char *const fine[] = {"1e-19", "0.0000000000000000001", "1.0000000000000000001",
                                       "5e-99999999999999999999"};
    decimal d;
    for (size_t i = 0; i < sizeof big / sizeof big[0]; i++)
        unit_refused(decimal_parse(big[i], strlen(big[i]), &d), ERR_INPUT, "more than 20 digits");
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
        unit_refused(decimal_parse(fine[i], strlen(fine[i]), &d), ERR_INPUT, "more than 18 decimals");
}

static void reads_only_the_bytes_it_was_given(void **state)
{
    (void)state;
    decimal d;
    unit_ok(decimal_parse("1.25junk", 4, &d));
    assert_text(d, "1.25");
    char zeros[2000];
    memset(zeros, '0', sizeof zeros);
    unit_ok(decimal_parse(zeros, 1000, &d));
    unit_refused(decimal_parse(zeros, 1001, &d), ERR_INPUT, "not a decimal number");
}

static void adds_and_subtracts_exactly(void **state)
{
    (void)state;
    decimal d;
    unit_ok(decimal_add(parsed("0.1"), parsed("0.2"), &d));
    assert_text(d, "0.3");
    unit_ok(decimal_sub(parsed("0.3"), parsed("0.1"), &d));
    assert_text(d, "0.2");
    unit_ok(decimal_sub(parsed("1"), parsed("1"), &d));
    assert_text(d, "0");
    unit_ok(decimal_add(parsed("-0.000000000000000001"), parsed("99999999999999999999"), &d));
    assert_text(d, "99999999999999999998.999999999999999999");
}

static void a_sum_out_of_range_is_refused(void **state)
{
    (void)state;
    decimal most = parsed("99999999999999999999.999999999999999999"),
            least = parsed("-99999999999999999999.999999999999999999");
    decimal smallest = parsed("0.000000000000000001"), d = {7};
    unit_refused(decimal_add(most, smallest, &d), ERR_INPUT, "20 digits");
    unit_refused(decimal_sub(least, smallest, &d), ERR_INPUT, "20 digits");
    unit_refused(decimal_add(most, most, &d), ERR_INPUT, "20 digits");
    unit_refused(decimal_sub(least, most, &d), ERR_INPUT, "20 digits");
    assert_true(d.units == 7);
    unit_ok(decimal_add(most, least, &d));
    assert_text(d, "0");
}

static void compares_and_knows_signs(void **state)
{
    (void)state;
    assert_int_equal(decimal_compare(parsed("1.0"), parsed("1")), 0);
    assert_int_equal(decimal_compare(parsed("-2"), parsed("1")), -1);
    assert_int_equal(decimal_compare(parsed("1e-18"), parsed("0")), 1);
    assert_int_equal(decimal_sign(parsed("-0")), 0);
    assert_int_equal(decimal_sign(parsed("-3")), -1);
    assert_int_equal(decimal_sign(parsed("3")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_canonical_text),
        cmocka_unit_test(refuses_what_is_no_number),
        cmocka_unit_test(refuses_what_does_not_fit),
        cmocka_unit_test(reads_only_the_bytes_it_was_given),
        cmocka_unit_test(adds_and_subtracts_exactly),
        cmocka_unit_test(a_sum_out_of_range_is_refused),
        cmocka_unit_test(compares_and_knows_signs),
    };
    return UNIT_RUN(tests);
}
