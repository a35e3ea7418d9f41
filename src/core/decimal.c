#include "core/decimal.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Longer text is not a number anybody wrote, and the exponent arithmetic below relies on a limit. */
#define TEXT_LENGTH_MAX ((size_t)1000)
#define EXPONENT_MAX 100000
#define DIGITS_MAX (DECIMAL_INTEGER_DIGITS + DECIMAL_SCALE)
#define HALF_DIGITS 19 /* of which 64 bits hold all */
#define HALF UINT64_C(10000000000000000000)

static_assert(DIGITS_MAX == 38, "38 digits are what a signed 128-bit integer holds");
static_assert(DECIMAL_TEXT_SIZE >= 1 + DIGITS_MAX + 1 + 1, "sign, digits, point and the zero byte");

/* The parts of the text before they are weighed: digits without their point, and the power of ten of the last
 * one. */
struct parts {
    bool negative;
    size_t count;
    int last_power;
    char digits[TEXT_LENGTH_MAX];
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t take_digits(const char **at, const char *end, struct parts *p)
{
    size_t before = p->count;
    while (*at < end && is_digit(**at))
        p->digits[p->count++] = *(*at)++;
    return p->count - before;
}

static bool take_exponent(const char **at, const char *end, int *exponent)
{
    bool negative = false;
    if (*at < end && (**at == '+' || **at == '-'))
        negative = *(*at)++ == '-';
    if (*at == end || !is_digit(**at))
        return false;
    int value = 0;
    for (; *at < end && is_digit(**at); (*at)++)
        if (value < EXPONENT_MAX)
            value = value * 10 + (**at - '0');
    *exponent = negative ? -value : value;
    return true;
}

static bool take_parts(const char *text, size_t length, struct parts *p)
{
    const char *at = text, *end = text + length;
    if (at < end && (*at == '+' || *at == '-'))
        p->negative = *at++ == '-';
    if (take_digits(&at, end, p) == 0)
        return false;
    if (at < end && *at == '.') {
        at++;
        size_t decimals = take_digits(&at, end, p);
        if (decimals == 0)
            return false;
        p->last_power = -(int)decimals;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        int exponent = 0;
        if (!take_exponent(&at, end, &exponent))
            return false;
        p->last_power += exponent;
    }
    return at == end;
}

static dbk_err *refuse(const char *text, size_t length, const char *why)
{
    int shown = length > 64 ? 64 : (int)length;
    return err_new(ERR_INPUT, "\"%.*s\" %s", shown, text, why);
}

dbk_err *decimal_parse(const char *text, size_t length, decimal *out)
{
    assert(text || length == 0);
    assert(out);
    struct parts p = {.negative = false};
    if (length > TEXT_LENGTH_MAX || !take_parts(text, length, &p))
        return err_with_hint(refuse(text ? text : "", length, "is not a decimal number"),
                             "write amounts like -12.5 or 1e-8");
    size_t first = 0;
    while (first < p.count && p.digits[first] == '0')
        first++;
    while (p.count > first && p.digits[p.count - 1] == '0') {
        p.count--;
        p.last_power++;
    }
    size_t significant = p.count - first;
    if (significant == 0) {
        out->units = 0;
        return NULL;
    }
    if ((int)significant + p.last_power > DECIMAL_INTEGER_DIGITS)
        return refuse(text, length, "has more than 20 digits before the point");
    if (p.last_power < -DECIMAL_SCALE)
        return refuse(text, length, "has more than 18 decimals");
    assert(significant <= DIGITS_MAX);
    __int128 units = 0;
    for (size_t i = first; i < p.count; i++)
        units = units * 10 + (p.digits[i] - '0');
    for (int power = p.last_power; power > -DECIMAL_SCALE; power--)
        units *= 10;
    out->units = p.negative ? -units : units;
    return NULL;
}

void decimal_format(decimal d, char out[DECIMAL_TEXT_SIZE])
{
    assert(out);
    char digits[DIGITS_MAX];
    unsigned __int128 units = d.units < 0 ? -(unsigned __int128)d.units : (unsigned __int128)d.units;
    static_assert(2 * HALF_DIGITS == DIGITS_MAX, "two halves are all digits");
    uint64_t halves[2] = {(uint64_t)(units / HALF), (uint64_t)(units % HALF)};
    for (int half = 0; half < 2; half++) {
        uint64_t rest = halves[half];
        for (int i = HALF_DIGITS - 1; i >= 0; i--) {
            digits[half * HALF_DIGITS + i] = (char)('0' + rest % 10);
            rest /= 10;
        }
        assert(rest == 0);
    }
    int first = 0, end = DIGITS_MAX;
    while (first < DECIMAL_INTEGER_DIGITS - 1 && digits[first] == '0')
        first++;
    while (end > DECIMAL_INTEGER_DIGITS && digits[end - 1] == '0')
        end--;
    int at = 0;
    if (d.units < 0)
        out[at++] = '-';
    for (int i = first; i < end; i++) {
        if (i == DECIMAL_INTEGER_DIGITS)
            out[at++] = '.';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    assert(at < DECIMAL_TEXT_SIZE);
}

static __int128 limit(void)
{
    __int128 power = 1;
    for (int i = 0; i < DIGITS_MAX; i++)
        power *= 10;
    return power;
}

static dbk_err *in_range(bool overflow, __int128 units, decimal *out)
{
    if (overflow || units >= limit() || units <= -limit())
        return err_new(ERR_INPUT, "the sum has more than 20 digits before the point");
    out->units = units;
    return NULL;
}

dbk_err *decimal_add(decimal a, decimal b, decimal *out)
{
    assert(out);
    __int128 units = 0;
    bool overflow = __builtin_add_overflow(a.units, b.units, &units);
    return in_range(overflow, units, out);
}

dbk_err *decimal_sub(decimal a, decimal b, decimal *out)
{
    assert(out);
    __int128 units = 0;
    bool overflow = __builtin_sub_overflow(a.units, b.units, &units);
    return in_range(overflow, units, out);
}

int decimal_compare(decimal a, decimal b)
{
    return (a.units > b.units) - (a.units < b.units);
}

int decimal_sign(decimal d)
{
    return (d.units > 0) - (d.units < 0);
}
