#include "book_unit.h"

#include "book/lot.h"

static lot lot_of(const char *qty, const char *price)
{
    return (lot){.qty = num(qty),
                 .price = dec(price),
                 .value = wide_mul(num(qty), num(price)),
                 .low = dec(price),
                 .high = dec(price)};
}

static lots *lots_of(lot_matching matching, const char *const (*held)[2], size_t count)
{
    lots *l;
    unit_ok(lots_new(POSITION_SPOT, matching, 100, &l));
    for (size_t i = 0; i < count; i++) {
        lot opened = lot_of(held[i][0], held[i][1]);
        unit_ok(lots_add(l, &opened));
    }
    return l;
}

/* Writes what was taken as "4@100 3@111.11". */
static dbk_err *write_part(void *ctx, const lot *part)
{
    char *text = ctx, qty[WIDE_TEXT_SIZE], price[DECIMAL_TEXT_SIZE];
    wide_format(part->qty, qty);
    decimal_format(part->price, price);
    size_t length = strlen(text);
    snprintf(text + length, 200 - length, "%s%s@%s", length > 0 ? " " : "", qty, price);
    assert_true(wide_equal(part->value, wide_mul(part->qty, wide_of(part->price))));
    return NULL;
}

static void assert_taken(lots *l, const char *qty, const char *expected)
{
    char text[200] = "";
    unit_ok(lots_take(l, num(qty), write_part, text));
    assert_string_equal(text, expected);
}

static const char *const three[][2] = {{"4", "100"}, {"5", "111.11"}, {"6", "122.22"}};

static void first_in_first_out(void **state)
{
    (void)state;
    lots *l = lots_of(LOT_FIFO, three, 3);
    assert_taken(l, "7", "4@100 3@111.11");
    lots_free(l);
    l = lots_of(LOT_FIFO, three, 3);
    assert_taken(l, "12", "4@100 5@111.11 3@122.22");
    assert_num(lots_qty(l), "3");
    lots_free(l);
}

static void last_in_first_out(void **state)
{
    (void)state;
    lots *l = lots_of(LOT_LIFO, three, 3);
    assert_taken(l, "7", "6@122.22 1@111.11");
    lots_free(l);
    l = lots_of(LOT_LIFO, three, 3);
    assert_taken(l, "12", "6@122.22 5@111.11 1@100");
    lots_free(l);
}

static void highest_in_first_out(void **state)
{
    (void)state;
    static const char *const held[][2] = {{"50", "115"}, {"50", "116"}, {"50", "114"}};
    lots *l = lots_of(LOT_HIFO, held, 3);
    assert_taken(l, "40", "40@116");
    assert_taken(l, "35", "10@116 25@115");
    assert_taken(l, "30", "25@115 5@114");
    assert_int_equal(lots_count(l), 1);
    assert_num(lots_at(l, 0)->qty, "45");
    lots_free(l);
}

static void more_than_is_held_is_refused_and_takes_nothing(void **state)
{
    (void)state;
    char text[200] = "";
    lots *l = lots_of(LOT_FIFO, three, 3);
    unit_refused(lots_take(l, num("16"), write_part, text), ERR_INPUT,
                 "not enough lots: 16 are to be given up, 15 are held");
    assert_num(lots_qty(l), "15");
    assert_string_equal(text, "");
    lots_free(l);
    static const char *const ten[][2] = {{"10", "100"}};
    l = lots_of(LOT_AVERAGE, ten, 1);
    unit_refused(lots_take(l, num("13"), write_part, text), ERR_INPUT, "not enough lots");
    lots_free(l);
}

static dbk_err *add_gain(void *ctx, const lot *part)
{
    wide *gain = ctx;
    *gain = wide_add(*gain, wide_sub(wide_mul(part->qty, num("100")), part->value));
    return NULL;
}

static void averages_share_the_whole_cost(void **state)
{
    (void)state;
    static const char *const held[][2] = {{"10", "40"}, {"10", "60"}};
    lots *l = lots_of(LOT_AVERAGE, held, 2);
    assert_int_equal(lots_count(l), 1);
    wide gain = {.count = 0};
    unit_ok(lots_take(l, num("20"), add_gain, &gain));
    assert_num(gain, "1000");
    lots_free(l);
}

static dbk_err *add_carried(void *ctx, const lot *part)
{
    wide *sums = ctx;
    sums[0] = wide_add(sums[0], part->fees);
    sums[1] = wide_add(sums[1], part->funding);
    sums[2] = wide_add(sums[2], part->value);
    return NULL;
}

/* Thirds cannot be written in decimals; what is dealt out is the whole all the same. */
static void parts_are_the_whole(void **state)
{
    (void)state;
    for (int matching = LOT_FIFO; matching <= LOT_AVERAGE; matching++) {
        lots *l;
        unit_ok(lots_new(POSITION_INVERSE, (lot_matching)matching, 10, &l));
        for (int i = 0; i < 3; i++) {
            lot opened = lot_of("7", "3");
            opened.value = wide_div18(num("7"), num("3"));
            opened.fees = num("0.1");
            unit_ok(lots_add(l, &opened));
        }
        lots_fund(l, num("-1"));
        wide sums[3] = {{.count = 0}};
        for (int i = 0; i < 7; i++)
            unit_ok(lots_take(l, num("3"), add_carried, sums));
        assert_num(sums[0], "0.3");
        assert_num(sums[1], "-1");
        assert_num(sums[2], "6.999999999999999999");
        assert_int_equal(lots_count(l), 0);
        lots_free(l);
    }
}

static void the_number_of_lots_is_limited(void **state)
{
    (void)state;
    lots *l;
    lot opened = lot_of("1", "1");
    unit_ok(lots_new(POSITION_SPOT, LOT_FIFO, 20, &l));
    for (int i = 0; i < 20; i++)
        unit_ok(lots_add(l, &opened));
    unit_refused(lots_add(l, &opened), ERR_LIMIT, "more than 20 lots");
    lots_free(l);
}

static dbk_err *fill_and_free(void *ctx)
{
    (void)ctx;
    lots *l;
    lot opened = lot_of("1", "1");
    dbk_err *e = lots_new(POSITION_SPOT, LOT_FIFO, 100, &l);
    if (e)
        return e;
    for (int i = 0; !e && i < 40; i++)
        e = lots_add(l, &opened);
    lots_free(l);
    return e;
}

static void short_memory_is_an_error(void **state)
{
    (void)state;
    assert_true(unit_each_allocation_fails(fill_and_free, NULL) >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_in_first_out),
        cmocka_unit_test(last_in_first_out),
        cmocka_unit_test(highest_in_first_out),
        cmocka_unit_test(more_than_is_held_is_refused_and_takes_nothing),
        cmocka_unit_test(averages_share_the_whole_cost),
        cmocka_unit_test(parts_are_the_whole),
        cmocka_unit_test(the_number_of_lots_is_limited),
        cmocka_unit_test(short_memory_is_an_error),
    };
    return UNIT_RUN(tests);
}
