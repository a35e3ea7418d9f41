#include "book_unit.h"

#include "book/reconcile.h"

static void the_price_that_leads_to_the_venues_average(void **state)
{
    (void)state;
    static const struct {
        const char *qty, *avg, *venue_qty, *venue_avg, *price; /* price NULL: there is none */
        position_kind kind;
    } cases[] = {
        {"10", "100", "15", "102", "106", POSITION_PERP},
        {"-100", "1.30", "-200", "1.28", "1.26", POSITION_PERP},
        {"150", "1.23456", "250", "1.24567", "1.262335", POSITION_PERP},
        {"100", "1.20", "0", "0", "1.2", POSITION_PERP},
        {"100", "1.20", "-100", "1.25", "1.25", POSITION_PERP},
        {"100", "1.20", "40", "1.25", "1.2", POSITION_PERP},
        {"0", "0", "5", "7", "7", POSITION_PERP},
        {"100", "2.00", "200", "1.00", NULL, POSITION_PERP},
        {"100", "2.00", "200", "0.90", NULL, POSITION_PERP},
        {"100", "1.20", "100", "1.25", NULL, POSITION_PERP},
        {"0.02", "4200", "0.04", "4100", "4000",
         POSITION_PERP}, /* what came before the window of fills that the venue shows */
        {"100", "10000", "200", "12500", "16666.666666666666666667", POSITION_INVERSE},
        {"-100", "10000", "-200", "8000", "6666.666666666666666667", POSITION_INVERSE},
        {"100", "10000", "200", "30000", NULL, POSITION_INVERSE},
        {"100", "10000", "0", "0", "10000", POSITION_INVERSE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wide price = num("0");
        bool found = reconcile_price(cases[i].kind, num(cases[i].qty), num(cases[i].avg),
                                     num(cases[i].venue_qty), num(cases[i].venue_avg), &price);
        assert_int_equal(found, cases[i].price != NULL);
        assert_num(price, cases[i].price ? cases[i].price : "0");
    }
}

/* Applied, it does. */
static void the_fill_makes_the_position_that_the_venue_says(void **state)
{
    (void)state;
    position p = linear();
    move(&p, fill_rated('B', "150", "1.23456", "0"));
    wide price;
    assert_true(reconcile_price(POSITION_PERP, p.signed_qty, position_avg_price(&p), num("250"),
                                num("1.24567"), &price));
    char text[WIDE_TEXT_SIZE];
    wide_format(price, text);
    move(&p, fill_rated('B', "100", text, "0"));
    assert_num(p.signed_qty, "250");
    assert_num(position_avg_price(&p), "1.24567");
    assert_num(p.realized_gross, "0");
}

static void quantities_match_exactly_and_averages_nearly(void **state)
{
    (void)state;
    wide tolerance = num("0.0001"), ten = num("10"), hundred = num("100");
    assert_true(reconcile_matches(ten, hundred, ten, num("100.005"), tolerance));
    assert_true(reconcile_matches(num("-10"), hundred, num("-10.0"), num("99.99"), tolerance));
    assert_false(reconcile_matches(ten, hundred, ten, num("100.010000001"), tolerance));
    assert_false(reconcile_matches(ten, hundred, num("11"), hundred, tolerance));
    assert_false(reconcile_matches(ten, hundred, num("-10"), hundred, tolerance));
    assert_true(reconcile_matches(num("0"), num("0"), num("0"), num("3"), tolerance));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_price_that_leads_to_the_venues_average),
        cmocka_unit_test(the_fill_makes_the_position_that_the_venue_says),
        cmocka_unit_test(quantities_match_exactly_and_averages_nearly),
    };
    return UNIT_RUN(tests);
}
