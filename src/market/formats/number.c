/* A decimal with at most 15 significant digits identifies a double, so those survive the trip to a double and
 * back by definition and are never checked. When the digits fit into 53 bits and the power of ten is at most
 * 10^22, both are exact doubles and one division or multiplication rounds correctly (W. D. Clinger, 1990).
 * Everything else is rare and goes to strtod(). */
#include "market/formats/number.h"

#include <assert.h>
#include <endian.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_EXACT 15                           /* DBL_DIG: any decimal of so many digits survives */
#define DIGITS_MAX 17                             /* no double needs more to be identified */
#define DIGITS_KEPT 19                            /* as many as fit into 64 bits */
#define MANTISSA_EXACT UINT64_C(1000000000000000) /* 10^DIGITS_EXACT */
#define POWER_MAX 22 /* 10^22 is the largest power of ten that a double holds exactly */
#define EXPONENT_MAX 100000
#define WHOLE_MAX 9007199254740992.0 /* 2^53: every whole number up to it is a double */

static const double powers[POWER_MAX + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                             1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                             1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* What the text says: value = mantissa * 10^exponent unless digits were dropped. */
typedef struct parts {
    uint64_t mantissa;
    int digits;   /* significant ones, trailing zeros included */
    int exponent; /* power of ten of the mantissa's last digit */
    bool negative;
    bool any;
} parts;

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static inline const char *scan_digits(const char *p, const char *end, parts *n, bool fraction)
{
    for (; p < end && is_digit(*p); p++) {
        n->any = true;
        if (n->digits < DIGITS_KEPT) {
            n->mantissa = n->mantissa * 10 + (uint64_t)(*p - '0');
            n->digits += n->mantissa != 0;
            n->exponent -= fraction;
        } else {
            n->digits++;
            n->exponent += !fraction;
        }
    }
    return p;
}

/* NULL when there is no exponent worth the name. */
static const char *scan_exponent(const char *p, const char *end, int *exponent)
{
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end)
        return NULL;
    int value = 0;
    for (; p < end && is_digit(*p); p++)
        if (value < EXPONENT_MAX)
            value = value * 10 + (*p - '0');
    *exponent += negative ? -value : value;
    return p;
}

/* The digits of a number without zeros at either end, and the power of ten of the first: the value, freed of
 * how it is written. */
typedef struct canonical {
    char digits[NUMBER_LENGTH_MAX + 1];
    size_t count;
    long first_power;
} canonical;

static void make_canonical(const char *p, const char *end, canonical *c)
{
    c->count = 0;
    long power = -1;
    int exponent = 0;
    bool point = false;
    bool started = false;
    for (; p < end && *p != 'e' && *p != 'E'; p++) {
        if (*p == '.')
            point = true;
        if (!is_digit(*p))
            continue;
        started = started || *p != '0';
        if (started)
            c->digits[c->count++] = *p;
        if (!point && started)
            power++;
        if (point && !started)
            power--;
    }
    if (p < end)
        (void)scan_exponent(p + 1, end, &exponent);
    while (c->count > 0 && c->digits[c->count - 1] == '0')
        c->count--;
    c->first_power = power + exponent;
}

/* Does the shortest text that identifies v have the value of the text given? That is what a reader of the
 * table gets back. */
static bool survives(const canonical *given, double v)
{
    if (given->count == 0)
        return v == 0;
    if (given->count > DIGITS_MAX)
        return false;
    char text[40];
    for (int digits = DIGITS_EXACT; digits <= DIGITS_MAX; digits++) {
        snprintf(text, sizeof(text), "%.*e", digits - 1, v);
        if (strtod(text, NULL) == v)
            break;
    }
    canonical stored;
    make_canonical(text, text + strlen(text), &stored);
    return stored.count == given->count && stored.first_power == given->first_power &&
           memcmp(stored.digits, given->digits, stored.count) == 0;
}

static number_status parse_slow(const char *text, size_t length, double *out)
{
    char copy[NUMBER_LENGTH_MAX + 1];
    assert(length <= NUMBER_LENGTH_MAX);
    memcpy(copy, text, length);
    copy[length] = '\0';
    char *end;
    double v = strtod(copy, &end);
    /* The grammar was checked already, so only a host program's foreign locale could stop strtod() early. */
    if (end != copy + length)
        return NUMBER_MALFORMED;
    if (!isfinite(v))
        return NUMBER_RANGE;
    canonical given;
    make_canonical(text, text + length, &given);
    *out = v;
    return survives(&given, v) ? NUMBER_OK : NUMBER_LOSSY;
}

static number_status parse_any(const char *text, size_t length, double *out)
{
    if (length == 0)
        return NUMBER_EMPTY;
    if (length > NUMBER_LENGTH_MAX)
        return NUMBER_MALFORMED;
    const char *p = text;
    const char *end = text + length;
    parts n = {.negative = *p == '-'};
    if (*p == '-' || *p == '+')
        p++;
    p = scan_digits(p, end, &n, false);
    if (p < end && *p == '.')
        p = scan_digits(p + 1, end, &n, true);
    if (!n.any)
        return NUMBER_MALFORMED;
    if (p < end && (*p == 'e' || *p == 'E'))
        p = scan_exponent(p + 1, end, &n.exponent);
    if (p != end)
        return NUMBER_MALFORMED;
    if (n.digits > DIGITS_EXACT || n.exponent < -POWER_MAX || n.exponent > POWER_MAX)
        return parse_slow(text, length, out);
    double m = (double)n.mantissa;
    double v = n.exponent < 0 ? m / powers[-n.exponent] : m * powers[n.exponent];
    *out = n.negative ? -v : v;
    return NUMBER_OK;
}

/* Eight digits at once, whose first is the lowest byte: neighbours become pairs, these fours, and those one.
 */
static inline bool parse_eight(const char *p, uint64_t *value)
{
    uint64_t w;
    memcpy(&w, p, sizeof(w));
    w = le64toh(w) ^ UINT64_C(0x3030303030303030);
    if (((w + UINT64_C(0x0606060606060606)) | w) & UINT64_C(0xf0f0f0f0f0f0f0f0))
        return false;
    w = (w * 10 + (w >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
    w = (w * 100 + (w >> 16)) & UINT64_C(0x0000ffff0000ffff);
    *value = (w * 10000 + (w >> 32)) & UINT64_C(0xffffffff);
    return true;
}

/* The shape of nearly all numbers: no exponent, and digits that a double holds exactly. Reads each digit once
 * and counts them by their places. Venues write eight decimals. */
static inline bool parse_plain(const char *p, const char *end, double *out)
{
    bool negative = *p == '-';
    p += negative;
    uint64_t mantissa = 0; /* wraps only with more digits than are taken */
    const char *start = p;
    unsigned digit;
    for (; p < end && (digit = (unsigned char)*p - (unsigned)'0') < 10; p++)
        mantissa = mantissa * 10 + digit;
    ptrdiff_t digits = p - start;
    ptrdiff_t decimals = 0;
    if (p < end && *p == '.') {
        start = ++p;
        uint64_t eight;
        if (end - p >= 8 && parse_eight(p, &eight)) {
            mantissa = mantissa * 100000000 + eight;
            p += 8;
        }
        for (; p < end && (digit = (unsigned char)*p - (unsigned)'0') < 10; p++)
            mantissa = mantissa * 10 + digit;
        decimals = p - start;
        digits += decimals;
    }
    if (p != end || digits == 0 || digits > DIGITS_KEPT || mantissa >= MANTISSA_EXACT)
        return false;
    double v = (double)(int64_t)mantissa / powers[decimals];
    *out = negative ? -v : v;
    return true;
}

number_status number_parse(const char *text, size_t length, double *out)
{
    if (length > 0 && parse_plain(text, text + length, out))
        return NUMBER_OK;
    return parse_any(text, length, out);
}

number_status number_parse_whole(const char *text, size_t length, int64_t *out)
{
    const char *p = text;
    const char *end = text + length;
    bool negative = length > 0 && *p == '-';
    if (length > 1 && (*p == '-' || *p == '+'))
        p++;
    uint64_t value = 0;
    bool fits = true;
    for (; p < end && is_digit(*p); p++)
        fits = fits && !__builtin_mul_overflow(value, 10, &value) &&
               !__builtin_add_overflow(value, (uint64_t)(*p - '0'), &value);
    if (p == end && length > 0 && is_digit(end[-1])) {
        if (!fits || value > (uint64_t)INT64_MAX)
            return NUMBER_RANGE;
        *out = negative ? -(int64_t)value : (int64_t)value;
        return NUMBER_OK;
    }
    double v;
    number_status status = number_parse(text, length, &v);
    if (status != NUMBER_OK && status != NUMBER_LOSSY)
        return status;
    if (status == NUMBER_LOSSY || v > WHOLE_MAX || v < -WHOLE_MAX || (double)(int64_t)v != v)
        return NUMBER_LOSSY;
    *out = (int64_t)v;
    return NUMBER_OK;
}
