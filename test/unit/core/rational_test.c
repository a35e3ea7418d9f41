#include "../unit.h"

#include "core/rational.h"

static rational_desk *desk;

static int set_up(void **state)
{
    (void)state;
    desk = rational_desk_new();
    return desk ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    rational_desk_free(desk);
    return 0;
}

static const rational *number(const char *text)
{
    return rational_of_text(desk, text);
}

static void check(const rational *x, const char *expected)
{
    buf out;
    buf_init(&out, 0);
    rational_append(&out, x);
    assert_string_equal(out.data, expected);
    buf_term(&out);
}

static void text_is_canonical(void **state)
{
    (void)state;
    check(number("0"), "0");
    check(number("-0.000"), "0");
    check(number("10.500"), "10.5");
    check(number("-0.001"), "-0.001");
    check(number("0.000000000000000001"), "0.000000000000000001");
    check(number("99999999999999999999999999999999999999.25"), "99999999999999999999999999999999999999.25");
    check(rational_of_int(desk, INT64_MIN), "-9223372036854775808");
    assert_null(number(NULL));
}

static void arithmetic_is_exact(void **state)
{
    (void)state;
    const rational *third = rational_div(desk, number("1"), number("3"));
    check(rational_mul(desk, third, number("3")), "1");
    check(rational_add(desk, number("0.1"), number("0.2")), "0.3");
    check(rational_sub(desk, number("0.1"), number("0.2")), "-0.1");
    check(rational_abs(desk, rational_neg(desk, number("7"))), "7");
    assert_int_equal(rational_compare(third, number("0.333333333333333333")), 1);
    assert_true(rational_equal(rational_div(desk, number("2"), number("6")), third));
    assert_true(rational_is_integer(rational_div(desk, number("0.9"), number("0.3"))));
    assert_false(rational_is_integer(third));
}

static void a_half_is_rounded_away_from_zero(void **state)
{
    (void)state;
    check(rational_round(desk, number("2.5"), 0), "3");
    check(rational_round(desk, number("-2.5"), 0), "-3");
    check(rational_round(desk, number("2.499999"), 0), "2");
    check(rational_round(desk, number("-0.4"), 0), "0");
    check(rational_round(desk, rational_div(desk, number("2"), number("3")), 18), "0.666666666666666667");
    check(rational_round(desk, rational_div(desk, number("-2"), number("3")), 18), "-0.666666666666666667");
}

static void a_kept_number_outlives_the_desk_it_comes_from(void **state)
{
    (void)state;
    rational_desk *other = rational_desk_new();
    assert_non_null(other);
    const rational *kept = rational_keep(desk, rational_of_text(other, "-12.75"));
    rational_desk_free(other);
    check(kept, "-12.75");
    assert_null(rational_error(desk));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_is_canonical, set_up, tear_down),
        cmocka_unit_test_setup_teardown(arithmetic_is_exact, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_half_is_rounded_away_from_zero, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_kept_number_outlives_the_desk_it_comes_from, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
