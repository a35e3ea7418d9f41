/* book_unit.h: numbers as text and fills in one line, for the tests of the rules. */
#ifndef DAYBOOK_TEST_UNIT_BOOK_H
#define DAYBOOK_TEST_UNIT_BOOK_H

#include "../unit.h"

#include "book/position.h"

static inline decimal dec(const char *text)
{
    decimal d;
    unit_ok(decimal_parse(text, strlen(text), &d));
    return d;
}

static inline wide num(const char *text)
{
    wide w;
    unit_ok(wide_parse(text, strlen(text), &w));
    return w;
}

static inline void assert_num_at(wide w, const char *expected, const char *file, int line)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(w, text);
    _assert_string_equal(text, expected, file, line);
}
#define assert_num(w, expected) assert_num_at(w, expected, __FILE__, __LINE__)

/* Within one unit of the last decimal that is given: for figures that others print rounded or cut off. */
static inline void assert_near_at(wide w, const char *expected, const char *file, int line)
{
    const char *point = strchr(expected, '.');
    int decimals = point ? (int)strlen(point + 1) : 0;
    wide unit = wide_of_int(1);
    for (int i = 0; i < decimals; i++)
        unit = wide_mul(unit, num("0.1"));
    if (wide_compare(wide_abs(wide_sub(w, num(expected))), unit) <= 0)
        return;
    assert_num_at(w, expected, file, line);
}
#define assert_near(w, expected) assert_near_at(w, expected, __FILE__, __LINE__)

/* side 'B' or 'S'. */
static inline position_fill fill_of(char side, const char *qty, const char *price, const char *fee,
                                    position_fee fee_kind)
{
    return (position_fill){.side = side == 'B' ? POSITION_BUY : POSITION_SELL,
                           .qty = dec(qty),
                           .price = dec(price),
                           .fee = dec(fee),
                           .fee_kind = fee_kind};
}

/* With a fee of `rate` of the notional. */
static inline position_fill fill_rated(char side, const char *qty, const char *price, const char *rate)
{
    char fee[WIDE_TEXT_SIZE];
    wide_format(wide_mul(wide_mul(num(qty), num(price)), num(rate)), fee);
    return fill_of(side, qty, price, fee, strcmp(fee, "0") == 0 ? POSITION_FEE_NONE : POSITION_FEE_SETTLE);
}

/* A linear position with multiplier 1. */
static inline position linear(void)
{
    return position_new(POSITION_PERP, dec("1"));
}

static inline position_step move(position *p, position_fill fill)
{
    position_step step;
    position_apply(p, &fill, &step);
    return step;
}

#endif
