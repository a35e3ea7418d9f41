#include "book_unit.h"

#include "book/equity.h"

static void the_best_price_there_is_is_chosen(void **state)
{
    (void)state;
    decimal mark = dec("1"), bid = dec("2"), ask = dec("3"), last = dec("4"), close = dec("5");
    equity_prices prices = {.mark = &mark, .bid = &bid, .ask = &ask, .last = &last, .close = &close};
    assert_ptr_equal(equity_choose(&prices, true), &mark);
    prices.mark = NULL;
    assert_ptr_equal(equity_choose(&prices, true), &bid);
    assert_ptr_equal(equity_choose(&prices, false), &ask);
    prices.ask = NULL;
    assert_ptr_equal(equity_choose(&prices, false), &last);
    prices.last = NULL;
    assert_ptr_equal(equity_choose(&prices, false), &close);
    prices.close = NULL;
    assert_null(equity_choose(&prices, false));
    assert_ptr_equal(equity_choose(&prices, true), &bid);
}

static equity account_with(equity_account account, const char *balance, char side, const char *entry,
                           const decimal *rate)
{
    decimal one = dec("1"), bid = dec("100"), ask = dec("101");
    equity e = {.account = account};
    position p = linear();
    move(&p, fill_rated(side, "1", entry, "0"));
    assert_true(equity_add_balance(&e, num(balance), &one));
    assert_true(equity_add_position(&e, &p, &(equity_prices){.bid = &bid, .ask = &ask}, rate ? rate : &one));
    assert_true(equity_is_complete(&e));
    return e;
}

static void cash_and_margin_accounts(void **state)
{
    (void)state;
    equity e = account_with(EQUITY_CASH, "10", 'B', "90", NULL);
    assert_num(e.unrealized, "100");
    assert_num(equity_total(&e), "110");
    e = account_with(EQUITY_CASH, "10", 'S', "90", NULL);
    assert_num(e.unrealized, "-101");
    assert_num(equity_total(&e), "-91");
    e = account_with(EQUITY_MARGIN, "10", 'B', "90", NULL);
    assert_num(e.unrealized, "10");
    assert_num(equity_total(&e), "20");
    decimal rate = dec("0.9");
    e = account_with(EQUITY_CASH, "1000", 'B', "90", &rate);
    assert_num(e.unrealized, "90");
    assert_num(equity_total(&e), "1090");
}

static void what_has_no_price_or_rate_is_missing_and_not_zero(void **state)
{
    (void)state;
    decimal one = dec("1"), price = dec("7");
    position p = linear(), flat = linear();
    move(&p, fill_rated('B', "2", "5", "0"));
    equity e = {.account = EQUITY_MARGIN};
    assert_true(equity_add_position(&e, &flat, &(equity_prices){.mark = NULL}, NULL));
    assert_true(equity_add_balance(&e, num("0"), NULL));
    assert_true(equity_is_complete(&e));
    assert_false(equity_add_position(&e, &p, &(equity_prices){.mark = NULL}, &one));
    assert_false(equity_add_position(&e, &p, &(equity_prices){.mark = &price}, NULL));
    assert_false(equity_add_balance(&e, num("3"), NULL));
    assert_int_equal(e.missing, 3);
    assert_true(equity_add_position(&e, &p, &(equity_prices){.last = &price}, &one));
    assert_num(equity_total(&e), "4");
    assert_false(equity_is_complete(&e));
}

static void an_inverse_contract_is_worth_what_it_earned(void **state)
{
    (void)state;
    decimal one = dec("1"), mark = dec("1250");
    position p = position_new(POSITION_INVERSE, dec("1"));
    move(&p, fill_rated('B', "1000", "1000", "0"));
    equity e = {.account = EQUITY_CASH};
    assert_true(equity_add_position(&e, &p, &(equity_prices){.mark = &mark}, &one));
    assert_num(equity_total(&e), "0.2");
}

static void nothing_is_rounded_before_the_sum(void **state)
{
    (void)state;
    decimal rate = dec("0.000000000000000001");
    equity e = {.account = EQUITY_MARGIN};
    for (int i = 0; i < 10; i++)
        assert_true(equity_add_balance(&e, num("0.1"), &rate));
    assert_num(equity_total(&e), "0.000000000000000001");
}

static void the_deepest_fall_counts(void **state)
{
    (void)state;
    static const char *const points[] = {"100", "120", "90", "110", "150", "100", "149"};
    equity_drawdown d = {.begun = false};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
        equity_drawdown_add(&d, num(points[i]));
    assert_num(d.amount, "50");
    assert_num(d.ratio, "0.333333333333333333");
    d = (equity_drawdown){.begun = false};
    equity_drawdown_add(&d, num("-5"));
    equity_drawdown_add(&d, num("-7"));
    assert_num(d.amount, "2");
    assert_num(d.ratio, "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_price_there_is_is_chosen),
        cmocka_unit_test(cash_and_margin_accounts),
        cmocka_unit_test(what_has_no_price_or_rate_is_missing_and_not_zero),
        cmocka_unit_test(an_inverse_contract_is_worth_what_it_earned),
        cmocka_unit_test(nothing_is_rounded_before_the_sum),
        cmocka_unit_test(the_deepest_fall_counts),
    };
    return UNIT_RUN(tests);
}
