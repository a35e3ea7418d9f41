/* wide.c: over GMP's mpn functions, which work on limbs that the caller holds: nothing here allocates. */
#include "core/wide.h"

#include <assert.h>
#include <gmp.h>
#include <string.h>

static_assert(sizeof(mp_limb_t) == sizeof(uint64_t) && GMP_NUMB_BITS == 64, "limbs are whole 64-bit words");
static_assert(WIDE_DIGITS_MAX * 3322 / 1000 + 1 <= WIDE_LIMBS * 64, "that many digits fit in the limbs");
static_assert(2 * WIDE_SIDE_DIGITS_MAX < WIDE_DIGITS_MAX, "numbers read from text can be aligned and added");

#define TEN_TO_19 UINT64_C(10000000000000000000)
#define TEN_EXPONENT_MAX 19

static uint64_t power_of_ten(int exponent)
{
    uint64_t power = 1;
    for (int i = 0; i < exponent; i++)
        power *= 10;
    return power;
}

/* Takes `count` limbs of a result, leading zeros included. */
static void take(wide *w, const mp_limb_t *limbs, mp_size_t count)
{
    while (count > 0 && limbs[count - 1] == 0)
        count--;
    assert(count <= WIDE_LIMBS);
    memcpy(w->limb, limbs, (size_t)count * sizeof(*limbs));
    w->count = (int)count;
    if (count == 0) {
        w->negative = false;
        w->scale = 0;
    }
}

/* The same number with `more` further decimals. */
static wide rescaled(wide w, int more)
{
    assert(more >= 0);
    if (w.count == 0)
        return w;
    w.scale += more;
    for (int left = more; left > 0; left -= TEN_EXPONENT_MAX) {
        uint64_t factor = left >= TEN_EXPONENT_MAX ? TEN_TO_19 : power_of_ten(left);
        mp_limb_t carry = mpn_mul_1(w.limb, w.limb, w.count, factor);
        if (carry != 0) {
            assert(w.count < WIDE_LIMBS);
            w.limb[w.count++] = carry;
        }
    }
    return w;
}

static void align(wide *a, wide *b)
{
    if (a->scale < b->scale)
        *a = rescaled(*a, b->scale - a->scale);
    else if (b->scale < a->scale)
        *b = rescaled(*b, a->scale - b->scale);
}

/* Of two numbers with one scale. */
static int compare_magnitudes(const wide *a, const wide *b)
{
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    int order = a->count == 0 ? 0 : mpn_cmp(a->limb, b->limb, a->count);
    return (order > 0) - (order < 0);
}

wide wide_of_int(int64_t value)
{
    return wide_of((decimal){.units = (__int128)value * (__int128)power_of_ten(DECIMAL_SCALE)});
}

wide wide_of(decimal d)
{
    unsigned __int128 rest = d.units < 0 ? -(unsigned __int128)d.units : (unsigned __int128)d.units;
    const mp_limb_t limbs[2] = {(mp_limb_t)rest, (mp_limb_t)(rest >> 64)};
    wide w = {.scale = DECIMAL_SCALE, .negative = d.units < 0};
    take(&w, limbs, 2);
    return w;
}

static dbk_err *not_a_number(const char *text, size_t length)
{
    int shown = length > 64 ? 64 : (int)length;
    return err_new(ERR_INPUT,
                   "\"%.*s\" is not a decimal number of at most %d digits on either side of the point", shown,
                   text ? text : "", WIDE_SIDE_DIGITS_MAX);
}

/* Moves digits from text to `digits`; how many, more than WIDE_SIDE_DIGITS_MAX when there are too many. */
static size_t take_digits(const char **at, const char *end, unsigned char *digits)
{
    size_t count = 0;
    for (; *at < end && **at >= '0' && **at <= '9' && count <= WIDE_SIDE_DIGITS_MAX; (*at)++)
        digits[count++] = (unsigned char)(**at - '0');
    return count;
}

dbk_err *wide_parse(const char *text, size_t length, wide *out)
{
    assert(text || length == 0);
    assert(out);
    unsigned char digits[2 * (WIDE_SIDE_DIGITS_MAX + 1)];
    const char *at = text, *end = text + length;
    bool negative = false;
    if (at < end && (*at == '+' || *at == '-'))
        negative = *at++ == '-';
    size_t whole = take_digits(&at, end, digits), decimals = 0;
    if (at < end && *at == '.') {
        at++;
        decimals = take_digits(&at, end, digits + whole);
        if (decimals == 0)
            return not_a_number(text, length);
    }
    if (at != end || whole == 0 || whole > WIDE_SIDE_DIGITS_MAX || decimals > WIDE_SIDE_DIGITS_MAX)
        return not_a_number(text, length);
    mp_limb_t limbs[WIDE_LIMBS + 1];
    mp_size_t used = mpn_set_str(limbs, digits, whole + decimals, 10);
    wide w = {.scale = (int)decimals, .negative = negative};
    take(&w, limbs, used);
    *out = w;
    return NULL;
}

/* The digits of the magnitude, at least one more than the scale, with leading zeros. */
static size_t digits_of(const wide *w, unsigned char digits[WIDE_TEXT_SIZE])
{
    unsigned char raw[WIDE_LIMBS * 20 + 1];
    mp_limb_t limbs[WIDE_LIMBS + 1];
    memcpy(limbs, w->limb, (size_t)w->count * sizeof(*limbs));
    size_t count = w->count == 0 ? 0 : mpn_get_str(raw, 10, limbs, w->count);
    size_t skipped = 0;
    while (skipped < count && raw[skipped] == 0)
        skipped++;
    count -= skipped;
    size_t wanted = (size_t)w->scale + 1;
    size_t padding = count < wanted ? wanted - count : 0;
    assert(padding + count + 3 <= WIDE_TEXT_SIZE);
    memset(digits, 0, padding);
    memcpy(digits + padding, raw + skipped, count);
    return padding + count;
}

void wide_format(wide w, char out[WIDE_TEXT_SIZE])
{
    unsigned char digits[WIDE_TEXT_SIZE];
    size_t count = digits_of(&w, digits);
    size_t whole = count - (size_t)w.scale;
    while (count > whole && digits[count - 1] == 0)
        count--;
    size_t at = 0;
    if (w.negative)
        out[at++] = '-';
    for (size_t i = 0; i < count; i++) {
        if (i == whole)
            out[at++] = '.';
        out[at++] = (char)('0' + digits[i]);
    }
    out[at] = '\0';
}

wide wide_add(wide a, wide b)
{
    if (a.count == 0)
        return b;
    if (b.count == 0)
        return a;
    align(&a, &b);
    int order = compare_magnitudes(&a, &b);
    const wide *more = order >= 0 ? &a : &b, *less = order >= 0 ? &b : &a;
    mp_limb_t limbs[WIDE_LIMBS + 1];
    wide sum = {.scale = more->scale, .negative = more->negative};
    if (a.negative == b.negative)
        limbs[more->count] = mpn_add(limbs, more->limb, more->count, less->limb, less->count);
    else
        limbs[more->count] = mpn_sub(limbs, more->limb, more->count, less->limb, less->count);
    take(&sum, limbs, more->count + 1);
    return sum;
}

wide wide_sub(wide a, wide b)
{
    return wide_add(a, wide_neg(b));
}

wide wide_mul(wide a, wide b)
{
    wide product = {.scale = a.scale + b.scale, .negative = a.negative != b.negative};
    if (a.count == 0 || b.count == 0)
        return (wide){.count = 0};
    const wide *longer = a.count >= b.count ? &a : &b, *shorter = a.count >= b.count ? &b : &a;
    mp_limb_t limbs[2 * WIDE_LIMBS];
    mpn_mul(limbs, longer->limb, longer->count, shorter->limb, shorter->count);
    take(&product, limbs, a.count + b.count);
    return product;
}

wide wide_neg(wide w)
{
    w.negative = w.count > 0 && !w.negative;
    return w;
}

wide wide_abs(wide w)
{
    w.negative = false;
    return w;
}

/* The truncated quotient of 2n + d by 2d is n/d with the half rounded up; n and d are the magnitudes as
 * integers, n with 18 decimals more than d. */
wide wide_div18(wide a, wide b)
{
    assert(b.count > 0);
    if (a.count == 0)
        return a;
    int more = DECIMAL_SCALE + b.scale - a.scale;
    wide n = rescaled(a, more > 0 ? more : 0), d = rescaled(b, more < 0 ? -more : 0);
    n.scale = d.scale = 0;
    n.negative = d.negative = false;
    wide top = wide_add(wide_add(n, n), d), bottom = wide_add(d, d);
    wide quotient = {.scale = DECIMAL_SCALE, .negative = a.negative != b.negative};
    mp_limb_t limbs[WIDE_LIMBS] = {0}, rest[WIDE_LIMBS];
    if (top.count >= bottom.count)
        mpn_tdiv_qr(limbs, rest, 0, top.limb, top.count, bottom.limb, bottom.count);
    take(&quotient, limbs, top.count >= bottom.count ? top.count - bottom.count + 1 : 0);
    return quotient;
}

wide wide_share(wide amount, wide part, wide whole)
{
    return wide_equal(part, whole) ? amount : wide_div18(wide_mul(amount, part), whole);
}

int wide_compare(wide a, wide b)
{
    wide difference = wide_sub(a, b);
    return wide_sign(difference);
}

bool wide_equal(wide a, wide b)
{
    return wide_compare(a, b) == 0;
}

int wide_sign(wide w)
{
    return w.count == 0 ? 0 : w.negative ? -1 : 1;
}

bool wide_is_zero(wide w)
{
    return w.count == 0;
}

wide wide_min(wide a, wide b)
{
    return wide_compare(a, b) <= 0 ? a : b;
}

wide wide_max(wide a, wide b)
{
    return wide_compare(a, b) >= 0 ? a : b;
}
