/* The vectors are those that trading systems and their documentation publish; each names its case. */
#include "book_unit.h"

static void trading_technologies_example(void **state)
{
    (void)state;
    position p = linear();
    move(&p, fill_rated('B', "12", "100", "0.0001"));
    move(&p, fill_rated('B', "17", "99", "0.0001"));
    assert_num(p.signed_qty, "29");
    assert_near(position_avg_price(&p), "99.41379310344827");
    assert_num(position_realized_net(&p), "-0.2883");
    move(&p, fill_rated('S', "9", "101", "0.0001"));
    assert_num(p.signed_qty, "20");
    assert_near(position_realized_net(&p), "13.89666207");
    move(&p, fill_rated('S', "4", "105", "0.0001"));
    assert_num(p.signed_qty, "16");
    assert_near(position_realized_net(&p), "36.19948966");
    move(&p, fill_rated('B', "3", "103", "0.0001"));
    assert_num(p.signed_qty, "19");
    assert_near(position_avg_price(&p), "99.98003629764065");
    assert_near(position_realized_net(&p), "36.16858966");
}

static void the_same_with_a_tenfold_fee(void **state)
{
    (void)state;
    position p = linear();
    move(&p, fill_rated('B', "12", "10000", "0.001"));
    move(&p, fill_rated('B', "17", "9999", "0.001"));
    assert_near(position_avg_price(&p), "9999.41379310345");
    assert_num(position_realized_net(&p), "-289.983");
    move(&p, fill_rated('S', "9", "10001", "0.001"));
    assert_near(position_realized_net(&p), "-365.71613793");
    move(&p, fill_rated('B', "3", "10003", "0.001"));
    assert_near(position_avg_price(&p), "9999.88155922039");
    assert_near(position_realized_net(&p), "-395.72513793");
    move(&p, fill_rated('S', "4", "10005", "0.001"));
    assert_num(p.signed_qty, "19");
    assert_near(position_realized_net(&p), "-415.27137481");
}

static void currencies_long_short_and_unrealised(void **state)
{
    (void)state;
    position p = linear();
    move(&p, fill_of('B', "100000", "1.00000", "2", POSITION_FEE_SETTLE));
    move(&p, fill_of('B', "100000", "1.00001", "2", POSITION_FEE_SETTLE));
    assert_num(position_avg_price(&p), "1.000005");
    position_step s = move(&p, fill_of('S', "200000", "1.00010", "4", POSITION_FEE_SETTLE));
    assert_true(s.closed && !s.opened && position_is_flat(&p));
    assert_num(position_realized_net(&p), "11");

    p = linear();
    move(&p, fill_of('S', "100000", "1.0", "2", POSITION_FEE_SETTLE));
    move(&p, fill_of('B', "50000", "1.00001", "2", POSITION_FEE_SETTLE));
    move(&p, fill_of('B', "50000", "1.00003", "2", POSITION_FEE_SETTLE));
    assert_num(position_realized_net(&p), "-8");

    p = linear();
    move(&p, fill_of('B', "100000", "1.00001", "0", POSITION_FEE_NONE));
    assert_num(position_unrealized(&p, dec("1.0005")), "49");
    p = linear();
    move(&p, fill_of('S', "100000", "1.00001", "0", POSITION_FEE_NONE));
    assert_num(position_unrealized(&p, dec("1.0005")), "-49");
}

static void averaging_in_and_out(void **state)
{
    (void)state;
    static const struct {
        char side;
        const char *qty, *price, *avg, *realized;
    } first[] = {{'B', "100", "10", "10", "0"},
                 {'B', "100", "15", "12.5", "0"},
                 {'S', "50", "12", "12.5", "-25"},
                 {'S', "100", "20", "12.5", "750"},
                 {'S', "50", "5", "0", "-375"}},
      second[] = {{'B', "100", "3", "3", "0"},     {'B', "100", "7", "5", "0"},
                  {'S', "100", "11", "5", "600"},  {'B', "150", "15", "11", "0"},
                  {'S', "100", "19", "11", "800"}, {'S', "150", "23", "0", "1800"}};
    position p = linear(), rated = linear();
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        position_step s = move(&p, fill_rated(first[i].side, first[i].qty, first[i].price, "0"));
        assert_num(s.realized_gross, first[i].realized);
        assert_num(position_avg_price(&p), first[i].avg);
        move(&rated, fill_rated(first[i].side, first[i].qty, first[i].price, "0.0025"));
    }
    assert_num(p.realized_gross, "350");
    assert_num(position_realized_net(&rated), "336.625");
    p = rated = linear();
    for (size_t i = 0; i < sizeof second / sizeof second[0]; i++) {
        position_step s = move(&p, fill_rated(second[i].side, second[i].qty, second[i].price, "0"));
        assert_num(s.realized_gross, second[i].realized);
        assert_num(position_avg_price(&p), second[i].avg);
        move(&rated, fill_rated(second[i].side, second[i].qty, second[i].price, "0.0025"));
    }
    assert_num(p.realized_gross, "3200");
    assert_num(position_realized_net(&rated), "3175.75");
}

static void a_flip_opens_at_the_price_of_its_fill(void **state)
{
    (void)state;
    static const struct {
        const char *fills[3][2]; /* signed quantity, price */
        const char *qty, *cost;
    } cases[] = {
        {{{"10", "100"}, {"-15", "102"}}, "-5", "-510"},
        {{{"-10", "100"}, {"15", "102"}}, "5", "510"},
        {{{"10", "100"}, {"-15", "105"}, {"10", "110"}}, "5", "550"},
        {{{"100", "1"}, {"-50", "2"}, {"-100", "3"}}, "-50", "-150"},
        {{{"50", "1"}, {"-100", "2"}, {"100", "3"}}, "50", "150"},
        {{{"300", "0.80"}, {"-100", "1.00"}}, "200", "160"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        position p = linear();
        for (size_t k = 0; k < 3 && cases[i].fills[k][0]; k++) {
            const char *qty = cases[i].fills[k][0];
            bool sold = qty[0] == '-';
            move(&p, fill_rated(sold ? 'S' : 'B', sold ? qty + 1 : qty, cases[i].fills[k][1], "0"));
        }
        assert_num(p.signed_qty, cases[i].qty);
        assert_num(p.open_cost, cases[i].cost);
    }
}

static void a_flip_ends_one_cycle_and_begins_the_next(void **state)
{
    (void)state;
    position p = linear();
    position_fill opening = fill_rated('B', "10", "100", "0"),
                  flip = fill_of('S', "15", "102", "3", POSITION_FEE_SETTLE);
    opening.filled_at_us = 7;
    flip.filled_at_us = 9;
    position_step s = move(&p, opening);
    assert_true(s.opened && !s.closed);
    assert_int_equal(p.cycle, 1);
    assert_int_equal(p.opened_at_us, 7);
    s = move(&p, flip);
    assert_true(s.opened && s.closed);
    assert_int_equal(p.cycle, 2);
    assert_int_equal(p.opened_at_us, 9);
    assert_num(s.closed_qty, "10");
    assert_num(s.closed_fee, "2");
    assert_num(s.realized_gross, "20");
    s = move(&p, fill_rated('B', "5", "102", "0"));
    assert_true(s.closed && !s.opened);
    assert_int_equal(p.cycle, 2);
}

static void inverse_contracts(void **state)
{
    (void)state;
    static const struct {
        char side;
        const char *qty, *in, *out, *gain;
    } cases[] = {{'S', "100000", "10000", "11000", "-0.90909091"},
                 {'B', "1000", "1000", "1250", "0.2"},
                 {'B', "100000", "10500", "11505.60", "0.83238969"},
                 {'S', "1250000", "15500", "12506.65", "19.30166700"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        position p = position_new(POSITION_INVERSE, dec("1"));
        move(&p, fill_rated(cases[i].side, cases[i].qty, cases[i].in, "0"));
        assert_near(position_avg_price(&p), cases[i].in);
        assert_near(position_unrealized(&p, dec(cases[i].out)), cases[i].gain);
        move(&p, fill_rated(cases[i].side == 'B' ? 'S' : 'B', cases[i].qty, cases[i].out, "0"));
        assert_near(p.realized_gross, cases[i].gain);
        assert_true(position_is_flat(&p) && wide_is_zero(p.open_cost));
    }
}

static void a_fee_in_the_base_currency_changes_the_quantity(void **state)
{
    (void)state;
    position p = position_new(POSITION_SPOT, dec("1"));
    move(&p, fill_of('B', "1.0", "100", "0.001", POSITION_FEE_BASE));
    assert_num(p.signed_qty, "0.999");
    position q = p;
    assert_true(move(&p, fill_of('S', "0.999", "100", "0.1", POSITION_FEE_SETTLE)).closed);
    assert_true(position_is_flat(&p));
    move(&q, fill_of('S', "0.999", "100", "0.000999", POSITION_FEE_BASE));
    assert_num(q.signed_qty, "-0.000999");

    static const char *const parts[][2] = {
        {"0.0035", "0.00349"}, {"0.0035", "0.00698"}, {"0.0030", "0.00997"}};
    p = position_new(POSITION_SPOT, dec("1"));
    for (size_t i = 0; i < 3; i++) {
        move(&p, fill_of('B', parts[i][0], "100", "0.00001", POSITION_FEE_BASE));
        assert_num(p.signed_qty, parts[i][1]);
    }
    p = position_new(POSITION_SPOT, dec("1"));
    move(&p, fill_of('B', "1", "2000", "0.001", POSITION_FEE_BASE));
    move(&p, fill_of('S', "0.999", "2100", "2", POSITION_FEE_SETTLE));
    assert_num(position_realized_net(&p), "95.9"); /* what is in the cash box */
}

static void a_fee_in_a_third_asset_counts_only_with_a_rate(void **state)
{
    (void)state;
    decimal fee = dec("0.5"), nothing = dec("0");
    assert_int_equal(position_fee_kind(POSITION_SPOT, "BTC", "USD", nothing, "BNB", false),
                     POSITION_FEE_NONE);
    assert_int_equal(position_fee_kind(POSITION_SPOT, "BTC", "USD", fee, "USD", true), POSITION_FEE_SETTLE);
    assert_int_equal(position_fee_kind(POSITION_SPOT, "BTC", "USD", fee, "BTC", false), POSITION_FEE_BASE);
    assert_int_equal(position_fee_kind(POSITION_PERP, "BTC", "USD", fee, "BTC", false), POSITION_FEE_OTHER);
    assert_int_equal(position_fee_kind(POSITION_INVERSE, "BTC", "BTC", fee, "BTC", false),
                     POSITION_FEE_SETTLE);
    assert_int_equal(position_fee_kind(POSITION_SPOT, "BTC", "USD", fee, "BNB", false), POSITION_FEE_OTHER);
    assert_int_equal(position_fee_kind(POSITION_SPOT, "BTC", "USD", fee, "BNB", true),
                     POSITION_FEE_CONVERTED);

    position p = linear();
    move(&p, fill_of('B', "1", "100", "1.0", POSITION_FEE_SETTLE));
    move(&p, fill_of('B', "1", "100", "0.5", POSITION_FEE_SETTLE));
    move(&p, fill_of('B', "1", "100", "2.0", POSITION_FEE_OTHER));
    assert_num(p.fees, "1.5");
    position_fill converted = fill_of('B', "1", "100", "0.0001", POSITION_FEE_CONVERTED);
    converted.fee_rate = dec("50000");
    assert_num(move(&p, converted).fee, "5");
    assert_num(p.fees, "6.5");
    assert_num(p.signed_qty, "4");
    move(&p, fill_of('S', "1", "100", "-0.25", POSITION_FEE_SETTLE));
    assert_num(p.fees, "6.25");
}

/* A bust leaves its fill out, a correction gives it other terms: both are other histories. */
static void busts_and_corrections_are_other_histories(void **state)
{
    (void)state;
    static const struct {
        const char *second_price; /* NULL: busted */
        const char *qty, *avg, *realized;
    } cases[] = {{"102", "6", "101", "36"}, {NULL, "1", "100", "40"}, {"101", "6", "100.5", "38"}};
    for (size_t i = 0; i < 3; i++) {
        position p = linear();
        move(&p, fill_rated('B', "5", "100", "0"));
        if (cases[i].second_price)
            move(&p, fill_rated('B', "5", cases[i].second_price, "0"));
        move(&p, fill_rated('S', "4", "110", "0"));
        assert_num(p.signed_qty, cases[i].qty);
        assert_num(position_avg_price(&p), cases[i].avg);
        assert_num(p.realized_gross, cases[i].realized);
    }
}

static void funding_is_paid_by_longs_at_a_positive_rate(void **state)
{
    (void)state;
    position p = linear();
    move(&p, fill_rated('B', "2", "50000", "0"));
    assert_num(position_funding(&p, dec("50000"), dec("0.0001")), "-10");
    move(&p, fill_rated('S', "4", "50000", "0"));
    assert_num(position_funding(&p, dec("50000"), dec("0.0001")), "10");
    p = position_new(POSITION_INVERSE, dec("100"));
    move(&p, fill_rated('B', "30", "60000", "0"));
    assert_num(position_funding(&p, dec("60000"), dec("0.0001")), "-0.000005");
}

/* fill_rated() would be as slow as reading text; a random fill of any size that the book takes. */
static decimal random_amount(unsigned *seed, int digits)
{
    __int128 units = 0;
    for (int i = 0; i < digits; i++)
        units = units * 10 + rand_r(seed) % 10;
    return (decimal){.units = units + 1};
}

static void realised_and_unrealised_are_what_was_paid_and_received(void **state)
{
    (void)state;
    unsigned seed = 42;
    for (int run = 0; run < 300; run++) {
        position_kind kind = (position_kind)(run % 3);
        position p = position_new(kind, random_amount(&seed, run % 2 ? 19 : 37));
        wide moved = {.count = 0}, losses = {.count = 0}, fees = {.count = 0};
        int digits = 6 + run % 30;
        for (int i = 0; i < 60; i++) {
            position_fill fill = {.side = rand_r(&seed) % 2 ? POSITION_BUY : POSITION_SELL,
                                  .qty = random_amount(&seed, digits),
                                  .price = random_amount(&seed, 8 + rand_r(&seed) % 26),
                                  .fee = random_amount(&seed, digits - 2),
                                  .fee_kind = kind == POSITION_SPOT && i % 3 == 0 ? POSITION_FEE_BASE
                                                                                  : POSITION_FEE_SETTLE};
            position_step s = move(&p, fill);
            moved = wide_add(moved, s.value);
            losses = wide_add(losses, s.base_loss);
            fees = wide_add(fees, s.fee);
            decimal mark = random_amount(&seed, 22);
            wide worth = kind == POSITION_INVERSE ? wide_div18(p.signed_qty, wide_of(mark))
                                                  : wide_mul(p.signed_qty, wide_of(mark));
            wide earned = wide_mul(wide_sub(worth, moved), wide_of(p.multiplier));
            if (kind == POSITION_INVERSE)
                earned = wide_neg(earned);
            assert_true(wide_equal(wide_add(p.realized_gross, position_unrealized(&p, mark)),
                                   wide_add(earned, losses)));
            assert_true(!position_is_flat(&p) || wide_is_zero(p.open_cost));
        }
        assert_true(wide_equal(p.fees, fees));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trading_technologies_example),
        cmocka_unit_test(the_same_with_a_tenfold_fee),
        cmocka_unit_test(currencies_long_short_and_unrealised),
        cmocka_unit_test(averaging_in_and_out),
        cmocka_unit_test(a_flip_opens_at_the_price_of_its_fill),
        cmocka_unit_test(a_flip_ends_one_cycle_and_begins_the_next),
        cmocka_unit_test(inverse_contracts),
        cmocka_unit_test(a_fee_in_the_base_currency_changes_the_quantity),
        cmocka_unit_test(a_fee_in_a_third_asset_counts_only_with_a_rate),
        cmocka_unit_test(busts_and_corrections_are_other_histories),
        cmocka_unit_test(funding_is_paid_by_longs_at_a_positive_rate),
        cmocka_unit_test(realised_and_unrealised_are_what_was_paid_and_received),
    };
    return UNIT_RUN(tests);
}
