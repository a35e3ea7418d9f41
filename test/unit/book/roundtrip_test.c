/* Trips as "long 1.07>1.08 10": side, average entry and exit, gross result. */
#include "book_unit.h"

#include "book/roundtrip.h"

#define TRIPS_MAX 200

typedef struct seen {
    size_t count;
    roundtrip trips[TRIPS_MAX];
} seen;

static dbk_err *keep(void *ctx, const roundtrip *trip)
{
    seen *s = ctx;
    assert_true(s->count < TRIPS_MAX);
    s->trips[s->count++] = *trip;
    return NULL;
}

static roundtrips *trips_of(position_kind kind, const char *multiplier, roundtrip_method method,
                            lot_matching matching, seen *s)
{
    roundtrips *r;
    *s = (seen){.count = 0};
    unit_ok(roundtrips_new(&(roundtrip_options){.kind = kind,
                                                .multiplier = dec(multiplier),
                                                .method = method,
                                                .matching = matching,
                                                .lots_max = 1000,
                                                .done = keep,
                                                .ctx = s},
                           &r));
    return r;
}

static void fill_trips(roundtrips *r, const position_fill *fill, int64_t version)
{
    position_step step;
    unit_ok(roundtrips_fill(r, fill, version, &step));
}

typedef struct deal {
    char side;
    const char *qty, *price;
} deal;

static void assert_trips(const deal *deals, size_t count, roundtrip_method method, lot_matching matching,
                         const char *expected)
{
    seen s;
    roundtrips *r = trips_of(POSITION_SPOT, "1", method, matching, &s);
    for (size_t i = 0; i < count; i++) {
        position_fill fill = fill_rated(deals[i].side, deals[i].qty, deals[i].price, "0");
        fill_trips(r, &fill, (int64_t)i + 1);
    }
    char text[1000] = "";
    for (size_t i = 0; i < s.count; i++) {
        char entry[WIDE_TEXT_SIZE], out[WIDE_TEXT_SIZE], gross[WIDE_TEXT_SIZE];
        wide_format(roundtrip_avg_entry(&s.trips[i]), entry);
        wide_format(roundtrip_avg_exit(&s.trips[i]), out);
        wide_format(s.trips[i].gross, gross);
        size_t at = strlen(text);
        snprintf(text + at, sizeof text - at, "%s%s %s>%s %s", at > 0 ? ", " : "",
                 s.trips[i].side == POSITION_BUY ? "long" : "short", entry, out, gross);
    }
    assert_string_equal(text, expected);
    roundtrips_free(r);
}
#define COUNT(deals) (sizeof(deals) / sizeof((deals)[0]))

static void a_flip_is_two_trips_by_every_method(void **state)
{
    (void)state;
    static const deal deals[] = {{'B', "1000", "1.07"}, {'S', "2000", "1.08"}, {'B', "1000", "1.09"}};
    for (int method = ROUNDTRIP_FLAT_TO_FLAT; method <= ROUNDTRIP_AVERAGE; method++)
        for (int matching = LOT_FIFO; matching <= LOT_HIFO; matching++)
            assert_trips(deals, COUNT(deals), (roundtrip_method)method, (lot_matching)matching,
                         "long 1.07>1.08 10, short 1.08>1.09 -10");
}

static void two_in_one_out(void **state)
{
    (void)state;
    static const deal deals[] = {{'B', "1000", "1.08"}, {'B', "1000", "1.07"}, {'S', "2000", "1.09"}};
    assert_trips(deals, COUNT(deals), ROUNDTRIP_FILL_TO_FILL, LOT_FIFO,
                 "long 1.08>1.09 10, long 1.07>1.09 20");
    assert_trips(deals, COUNT(deals), ROUNDTRIP_FILL_TO_FILL, LOT_LIFO,
                 "long 1.07>1.09 20, long 1.08>1.09 10");
    assert_trips(deals, COUNT(deals), ROUNDTRIP_FLAT_TO_FLAT, LOT_FIFO, "long 1.075>1.09 30");
    assert_trips(deals, COUNT(deals), ROUNDTRIP_FLAT_TO_REDUCED, LOT_FIFO, "long 1.075>1.09 30");
    assert_trips(deals, COUNT(deals), ROUNDTRIP_AVERAGE, LOT_FIFO, "long 1.075>1.09 30");
}

static void one_in_two_out(void **state)
{
    (void)state;
    static const deal deals[] = {{'B', "2000", "1.07"}, {'S', "1000", "1.08"}, {'S', "1000", "1.09"}};
    static const char two[] = "long 1.07>1.08 10, long 1.07>1.09 20";
    assert_trips(deals, COUNT(deals), ROUNDTRIP_FLAT_TO_FLAT, LOT_FIFO, "long 1.07>1.085 30");
    assert_trips(deals, COUNT(deals), ROUNDTRIP_FILL_TO_FILL, LOT_FIFO, two);
    assert_trips(deals, COUNT(deals), ROUNDTRIP_FLAT_TO_REDUCED, LOT_LIFO, two);
    assert_trips(deals, COUNT(deals), ROUNDTRIP_AVERAGE, LOT_FIFO, two);
}

static void matching_decides_which_lot_is_given_up(void **state)
{
    (void)state;
    static const deal deals[] = {{'B', "1000", "1.07"}, {'B', "1000", "1.08"}, {'S', "1000", "1.09"}};
    static const roundtrip_method methods[] = {ROUNDTRIP_FILL_TO_FILL, ROUNDTRIP_FLAT_TO_REDUCED};
    for (size_t i = 0; i < 2; i++) {
        assert_trips(deals, COUNT(deals), methods[i], LOT_FIFO, "long 1.07>1.09 20");
        assert_trips(deals, COUNT(deals), methods[i], LOT_LIFO, "long 1.08>1.09 10");
        assert_trips(deals, COUNT(deals), methods[i], LOT_HIFO, "long 1.08>1.09 10");
    }
    assert_trips(deals, COUNT(deals), ROUNDTRIP_AVERAGE, LOT_FIFO, "long 1.075>1.09 15");
    assert_trips(deals, COUNT(deals), ROUNDTRIP_FLAT_TO_FLAT, LOT_FIFO, "");
}

static void excursions_are_of_the_whole_quantity(void **state)
{
    (void)state;
    seen s;
    roundtrips *r = trips_of(POSITION_SPOT, "1", ROUNDTRIP_FLAT_TO_FLAT, LOT_FIFO, &s);
    static const deal deals[] = {{'B', "1000", "1.08"}, {'B', "1000", "1.07"}, {'S', "2000", "1.09"}};
    roundtrips_mark(r, dec("0.5"));
    for (size_t i = 0; i < 3; i++) {
        if (i == 2) {
            roundtrips_mark(r, dec("1.065"));
            roundtrips_mark(r, dec("1.10"));
        }
        position_fill fill = fill_rated(deals[i].side, deals[i].qty, deals[i].price, "0");
        fill_trips(r, &fill, (int64_t)i + 1);
    }
    roundtrips_mark(r, dec("9"));
    assert_int_equal(s.count, 1);
    assert_num(roundtrip_mae(&s.trips[0]), "-20");
    assert_num(roundtrip_mfe(&s.trips[0]), "50");
    roundtrips_free(r);
}

static void fees_of_a_flip_belong_to_both_cycles(void **state)
{
    (void)state;
    seen s;
    roundtrips *r = trips_of(POSITION_PERP, "1", ROUNDTRIP_FLAT_TO_FLAT, LOT_FIFO, &s);
    static const deal deals[] = {
        {'B', "100000", "0.75000"}, {'S', "150000", "0.75020"}, {'B', "50000", "0.75030"}};
    for (size_t i = 0; i < 3; i++) {
        position_fill fill = fill_rated(deals[i].side, deals[i].qty, deals[i].price, "0.00002");
        fill_trips(r, &fill, (int64_t)i + 1);
    }
    assert_int_equal(s.count, 2);
    assert_num(roundtrip_net(&s.trips[0]), "16.9996");
    assert_num(roundtrip_net(&s.trips[1]), "-6.5005");
    roundtrips_free(r);
}

static void cycles_add_up(void **state)
{
    (void)state;
    seen s;
    roundtrips *r = trips_of(POSITION_PERP, "1", ROUNDTRIP_FLAT_TO_FLAT, LOT_FIFO, &s);
    static const deal deals[] = {{'B', "100000", "0.70000"}, {'S', "100000", "0.70010"},
                                 {'B', "150000", "0.70020"}, {'S', "150000", "0.70015"},
                                 {'S', "200000", "0.70025"}, {'B', "200000", "0.70017"}};
    for (size_t i = 0; i < COUNT(deals); i++) {
        position_fill fill = fill_rated(deals[i].side, deals[i].qty, deals[i].price, "0.00002");
        fill_trips(r, &fill, (int64_t)i + 1);
    }
    static const char *const nets[] = {"7.20", "-11.70", "10.40"};
    assert_int_equal(s.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_near(roundtrip_net(&s.trips[i]), nets[i]);
        assert_int_equal(s.trips[i].cycle, i + 1);
        assert_int_equal(s.trips[i].first_version, 2 * i + 1);
        assert_int_equal(s.trips[i].last_version, 2 * i + 2);
    }
    assert_near(position_realized_net(roundtrips_position(r)), "5.90");
    roundtrips_free(r);
}

static void funding_is_part_of_the_trip_that_was_open(void **state)
{
    (void)state;
    static const struct {
        char in, out;
        const char *funding, *net;
    } cases[] = {{'B', 'S', "0", "2.6925"},  {'B', 'S', "1", "3.6925"},  {'B', 'S', "-1", "1.6925"},
                 {'S', 'B', "1", "-2.3075"}, {'S', 'B', "0", "-3.3075"}, {'S', 'B', "-1", "-4.3075"}};
    for (int method = ROUNDTRIP_FLAT_TO_FLAT; method <= ROUNDTRIP_AVERAGE; method++)
        for (size_t i = 0; i < COUNT(cases); i++) {
            seen s;
            roundtrips *r = trips_of(POSITION_PERP, "1", (roundtrip_method)method, LOT_FIFO, &s);
            position_fill in = fill_rated(cases[i].in, "30", "2.0", "0.0025"),
                          out = fill_rated(cases[i].out, "30", "2.1", "0.0025");
            roundtrips_fund(r, num("100"));
            fill_trips(r, &in, 1);
            roundtrips_fund(r, num(cases[i].funding));
            fill_trips(r, &out, 2);
            assert_int_equal(s.count, 1);
            assert_num(roundtrip_net(&s.trips[0]), cases[i].net);
            roundtrips_free(r);
        }
}

static position_fill random_fill(unsigned *seed, position_kind kind)
{
    position_fill fill = {.side = rand_r(seed) % 2 ? POSITION_BUY : POSITION_SELL,
                          .qty = {.units = 1 + (__int128)rand_r(seed) * rand_r(seed)},
                          .price = {.units = 1 + (__int128)rand_r(seed) * rand_r(seed)},
                          .fee = {.units = rand_r(seed)},
                          .fee_kind = POSITION_FEE_SETTLE,
                          .filled_at_us = rand_r(seed)};
    if (kind == POSITION_SPOT && rand_r(seed) % 3 == 0)
        fill.fee_kind = POSITION_FEE_BASE;
    return fill;
}

/* Back to flat, then everything is in trips: they add up to the position whatever the method. */
static void trips_add_up_to_the_position(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int run = 0; run < 240; run++) {
        position_kind kind = (position_kind)(run % 3);
        roundtrip_method method = (roundtrip_method)(run / 3 % 4);
        seen *s = malloc(sizeof *s);
        assert_non_null(s);
        roundtrips *r = trips_of(kind, "0.3", method, (lot_matching)(run % 2), s);
        wide flat_funding = {.count = 0};
        int version = 0;
        while (version < 25 || !position_is_flat(roundtrips_position(r))) {
            position_fill fill = random_fill(&seed, kind);
            if (version >= 25) {
                const position *p = roundtrips_position(r);
                char qty[WIDE_TEXT_SIZE];
                wide_format(wide_abs(p->signed_qty), qty);
                fill.qty = dec(qty);
                fill.side = wide_sign(p->signed_qty) > 0 ? POSITION_SELL : POSITION_BUY;
                fill.fee_kind = POSITION_FEE_SETTLE;
            }
            fill_trips(r, &fill, ++version);
            wide amount = num("-0.000000000000000007");
            if (position_is_flat(roundtrips_position(r)))
                flat_funding = wide_add(flat_funding, amount);
            roundtrips_fund(r, amount);
        }
        wide gross = {.count = 0}, fees = gross, funding = gross;
        for (size_t i = 0; i < s->count; i++) {
            gross = wide_add(gross, s->trips[i].gross);
            fees = wide_add(fees, s->trips[i].fees);
            funding = wide_add(funding, s->trips[i].funding);
            assert_true(wide_equal(s->trips[i].qty, s->trips[i].exit_qty));
        }
        const position *p = roundtrips_position(r);
        assert_true(s->count > 0 && wide_equal(gross, p->realized_gross));
        assert_true(wide_equal(fees, p->fees));
        assert_true(wide_equal(wide_add(funding, flat_funding), p->funding));
        assert_null(roundtrips_open(r));
        roundtrips_free(r);
        free(s);
    }
}

static void what_is_open_and_what_is_over_add_up(void **state)
{
    (void)state;
    unsigned seed = 11;
    seen s;
    roundtrips *r = trips_of(POSITION_SPOT, "2", ROUNDTRIP_FLAT_TO_FLAT, LOT_FIFO, &s);
    for (int version = 1; version <= 100; version++) {
        position_fill fill = random_fill(&seed, POSITION_SPOT);
        fill_trips(r, &fill, version);
        const roundtrip *open = roundtrips_open(r);
        wide gross = open ? open->gross : num("0"), fees = open ? open->fees : num("0");
        for (size_t i = 0; i < s.count; i++) {
            gross = wide_add(gross, s.trips[i].gross);
            fees = wide_add(fees, s.trips[i].fees);
        }
        assert_true(wide_equal(gross, roundtrips_position(r)->realized_gross));
        assert_true(wide_equal(fees, roundtrips_position(r)->fees));
    }
    roundtrips_free(r);
}

/* Such a fill opens nothing; what it cost is of the cycle that is open. */
static void a_fee_that_takes_the_whole_quantity(void **state)
{
    (void)state;
    for (int method = ROUNDTRIP_FLAT_TO_FLAT; method <= ROUNDTRIP_AVERAGE; method++) {
        seen s;
        roundtrips *r = trips_of(POSITION_SPOT, "1", (roundtrip_method)method, LOT_FIFO, &s);
        position_fill all = fill_of('B', "1", "10", "1", POSITION_FEE_BASE),
                      in = fill_rated('B', "2", "8", "0");
        fill_trips(r, &all, 1);
        assert_null(roundtrips_open(r));
        fill_trips(r, &in, 2);
        fill_trips(r, &all, 3);
        assert_num(roundtrips_open(r)->qty, "2");
        assert_num(roundtrips_open(r)->gross, "-10");
        assert_num(wide_of(roundtrips_open(r)->high), "10");
        assert_num(roundtrips_position(r)->realized_gross, "-20");
        roundtrips_free(r);
    }
}

static dbk_err *run_short_of_memory(void *ctx)
{
    roundtrips *r;
    seen s = {.count = 0};
    dbk_err *e = roundtrips_new(&(roundtrip_options){.kind = POSITION_SPOT,
                                                     .multiplier = {.units = 1},
                                                     .method = ROUNDTRIP_FILL_TO_FILL,
                                                     .matching = LOT_FIFO,
                                                     .lots_max = 10,
                                                     .done = keep,
                                                     .ctx = &s},
                                &r);
    if (e)
        return e;
    position_step step;
    e = roundtrips_fill(r, ctx, 1, &step);
    roundtrips_free(r);
    return e;
}

static void short_memory_is_an_error(void **state)
{
    (void)state;
    position_fill fill = fill_rated('B', "1", "1", "0");
    assert_int_equal(unit_each_allocation_fails(run_short_of_memory, &fill), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flip_is_two_trips_by_every_method),
        cmocka_unit_test(two_in_one_out),
        cmocka_unit_test(one_in_two_out),
        cmocka_unit_test(matching_decides_which_lot_is_given_up),
        cmocka_unit_test(excursions_are_of_the_whole_quantity),
        cmocka_unit_test(fees_of_a_flip_belong_to_both_cycles),
        cmocka_unit_test(cycles_add_up),
        cmocka_unit_test(funding_is_part_of_the_trip_that_was_open),
        cmocka_unit_test(trips_add_up_to_the_position),
        cmocka_unit_test(what_is_open_and_what_is_over_add_up),
        cmocka_unit_test(a_fee_that_takes_the_whole_quantity),
        cmocka_unit_test(short_memory_is_an_error),
    };
    return UNIT_RUN(tests);
}
