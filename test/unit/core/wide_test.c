#include "../unit.h"

#include "core/wide.h"

static wide parsed(const char *text)
{
    wide w;
    unit_ok(wide_parse(text, strlen(text), &w));
    return w;
}

#define assert_text(w, expected) assert_text_at(w, expected, __FILE__, __LINE__)
static void assert_text_at(wide w, const char *expected, const char *file, int line)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(w, text);
    _assert_string_equal(text, expected, file, line);
}

static void reads_and_writes_canonical_text(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"0", "0"},
        {"-0.000", "0"},
        {"+1", "1"},
        {"-12.50", "-12.5"},
        {"007", "7"},
        {"0.000000000000000000000000000000000001", "0.000000000000000000000000000000000001"},
        {"10000", "10000"},
        {"-123456789012345678901234567890123456789012345678901234567890.1234567890",
         "-123456789012345678901234567890123456789012345678901234567890.123456789"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_text(parsed(cases[i].in), cases[i].out);
        assert_text(parsed(cases[i].out), cases[i].out);
    }
    assert_text((wide){.count = 0}, "0");
    wide w;
    unit_ok(wide_parse("1.25junk", 4, &w));
    assert_text(w, "1.25");
}

static void refuses_what_is_no_number_or_too_long(void **state)
{
    (void)state;
    static const char *const bad[] = {"",    "-",        ".5", "1.", "1.2.3", "1e5",
                                      "NaN", "Infinity", " 1", "1 ", "--1"};
    wide w = parsed("42");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        unit_refused(wide_parse(bad[i], strlen(bad[i]), &w), ERR_INPUT, "not a decimal number");
    unit_refused(wide_parse(NULL, 0, &w), ERR_INPUT, "not a decimal number");
    char longest[2 * WIDE_SIDE_DIGITS_MAX + 4];
    memset(longest, '9', sizeof longest);
    unit_refused(wide_parse(longest, WIDE_SIDE_DIGITS_MAX + 1, &w), ERR_INPUT, "140 digits");
    longest[1] = '.';
    unit_refused(wide_parse(longest, WIDE_SIDE_DIGITS_MAX + 3, &w), ERR_INPUT, "140 digits");
    assert_text(w, "42");
}

/* The longest numbers that are read can still be aligned and added. */
static void the_longest_numbers_add(void **state)
{
    (void)state;
    char longest[2 * WIDE_SIDE_DIGITS_MAX + 2], sum[WIDE_TEXT_SIZE];
    memset(longest, '9', sizeof longest);
    longest[WIDE_SIDE_DIGITS_MAX] = '.';
    wide w, tiny;
    unit_ok(wide_parse(longest, 2 * WIDE_SIDE_DIGITS_MAX + 1, &w));
    memset(longest, '0', sizeof longest);
    longest[1] = '.';
    longest[WIDE_SIDE_DIGITS_MAX + 1] = '1';
    unit_ok(wide_parse(longest, WIDE_SIDE_DIGITS_MAX + 2, &tiny));
    wide_format(wide_add(w, tiny), sum);
    assert_int_equal(strlen(sum), WIDE_SIDE_DIGITS_MAX + 1);
    assert_int_equal(sum[0], '1');
    assert_true(wide_equal(wide_sub(wide_add(w, tiny), tiny), w));
}

static void takes_decimals_and_integers(void **state)
{
    (void)state;
    decimal d;
    unit_ok(decimal_parse("-99999999999999999999.999999999999999999", 40, &d));
    assert_text(wide_of(d), "-99999999999999999999.999999999999999999");
    assert_text(wide_of((decimal){0}), "0");
    assert_text(wide_of_int(-3), "-3");
    assert_text(wide_of_int(INT64_MIN), "-9223372036854775808");
}

static void sums_and_products_are_exact(void **state)
{
    (void)state;
    assert_text(wide_add(parsed("0.1"), parsed("0.2")), "0.3");
    assert_text(wide_add(parsed("-5"), parsed("0.00001")), "-4.99999");
    assert_text(wide_sub(parsed("1"), parsed("1.0")), "0");
    assert_text(wide_sub(parsed("0"), parsed("7")), "-7");
    assert_text(wide_add(parsed("99999999999999999999999999999999999999"), parsed("1")),
                "100000000000000000000000000000000000000");
    assert_text(wide_mul(parsed("-1.5"), parsed("-2.4")), "3.6");
    assert_text(wide_mul(parsed("-1.5"), parsed("0")), "0");
    wide most = parsed("99999999999999999999.999999999999999999");
    assert_text(wide_mul(wide_mul(most, most), wide_mul(most, most)),
                "99999999999999999999999999999999999996000000000000000000000000000000000000059999."
                "999999999999999999999999999999999600000000000000000000000000000000000001");
}

static void quotients_round_half_away_from_zero_to_18_decimals(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b, *quotient;
    } cases[] = {
        {"1", "3", "0.333333333333333333"},
        {"2", "3", "0.666666666666666667"},
        {"-2", "3", "-0.666666666666666667"},
        {"2", "-3", "-0.666666666666666667"},
        {"-2", "-3", "0.666666666666666667"},
        {"0.000000000000000001", "2", "0.000000000000000001"},
        {"-0.000000000000000001", "2", "-0.000000000000000001"},
        {"0.000000000000000001", "2.000000000000000001", "0"},
        {"0.000000000000000000000001", "0.000001", "0.000000000000000001"},
        {"0", "-7", "0"},
        {"6", "0.5", "12"},
        {"1", "0.000000000000000001", "1000000000000000000"},
        {"0.000000000000000001", "99999999999999999999", "0"},
        {"99999999999999999999.999999999999999999", "0.000000000000000001",
         "99999999999999999999999999999999999999"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_text(wide_div18(parsed(cases[i].a), parsed(cases[i].b)), cases[i].quotient);
}

static void the_share_of_the_whole_is_not_rounded(void **state)
{
    (void)state;
    wide fine = parsed("0.0000000000000000000000001");
    assert_text(wide_share(fine, parsed("7.0"), parsed("7")), "0.0000000000000000000000001");
    assert_text(wide_share(fine, parsed("6"), parsed("7")), "0");
    assert_text(wide_share(parsed("1"), parsed("2"), parsed("3")), "0.666666666666666667");
}

static void compares_whatever_the_scale(void **state)
{
    (void)state;
    assert_true(wide_equal(parsed("1.000"), parsed("1")));
    assert_int_equal(wide_compare(parsed("-2"), parsed("1")), -1);
    assert_int_equal(wide_compare(parsed("-2"), parsed("-3")), 1);
    assert_int_equal(wide_sign(parsed("-0.0")), 0);
    assert_int_equal(wide_sign(parsed("-0.1")), -1);
    assert_true(wide_is_zero(wide_sub(parsed("0.10"), parsed("0.1"))));
    assert_text(wide_min(parsed("2"), parsed("-3")), "-3");
    assert_text(wide_max(parsed("2"), parsed("-3")), "2");
    assert_text(wide_neg(parsed("0")), "0");
    assert_text(wide_neg(wide_abs(parsed("-4"))), "-4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_canonical_text),
        cmocka_unit_test(refuses_what_is_no_number_or_too_long),
        cmocka_unit_test(the_longest_numbers_add),
        cmocka_unit_test(takes_decimals_and_integers),
        cmocka_unit_test(sums_and_products_are_exact),
        cmocka_unit_test(quotients_round_half_away_from_zero_to_18_decimals),
        cmocka_unit_test(the_share_of_the_whole_is_not_rounded),
        cmocka_unit_test(compares_whatever_the_scale),
    };
    return UNIT_RUN(tests);
}
