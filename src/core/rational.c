#include "core/rational.h"

#include <assert.h>
#include <gmp.h>
#include <string.h>

#include "core/arena.h"
#include "core/mem.h"

#define DESK_BYTES_MAX ((size_t)512 << 20)
#define DECIMALS_MAX 1000
#define DIGITS_MAX 4096

/* In lowest terms; the sign is that of the size of the numerator, as GMP has it. */
struct rational {
    const mp_limb_t *numerator, *denominator;
    mp_size_t numerator_size, denominator_size;
};

struct rational_desk {
    arena *arena;
    bool broken;
    mpq_t result; /* worked with, then copied into the arena */
};

static const mp_limb_t one[] = {1};
static const rational zero = {one, one, 0, 1};
const rational *const rational_zero = &zero;

/* x as GMP reads it; nothing is copied and nothing to be cleared. */
static void view(const rational *x, mpq_t out)
{
    (void)mpz_roinit_n(mpq_numref(out), x->numerator, x->numerator_size);
    (void)mpz_roinit_n(mpq_denref(out), x->denominator, x->denominator_size);
}

rational_desk *rational_desk_new(void)
{
    rational_desk *d = mem_alloc(sizeof(*d));
    if (!d)
        return NULL;
    d->arena = arena_new(DESK_BYTES_MAX);
    if (!d->arena) {
        mem_free(d);
        return NULL;
    }
    mpq_init(d->result);
    return d;
}

void rational_desk_free(rational_desk *d)
{
    if (!d)
        return;
    mpq_clear(d->result);
    arena_free(d->arena);
    mem_free(d);
}

void rational_desk_reset(rational_desk *d)
{
    arena_reset(d->arena);
}

dbk_err *rational_error(const rational_desk *d)
{
    return d->broken ? err_oom() : NULL;
}

static const rational *broken(rational_desk *d)
{
    d->broken = true;
    return rational_zero;
}

static mp_limb_t *copy_limbs(rational_desk *d, mpz_srcptr z)
{
    size_t size = mpz_size(z);
    return arena_memdup(d->arena, size ? mpz_limbs_read(z) : one, (size ? size : 1) * sizeof(mp_limb_t));
}

static const rational *take_result(rational_desk *d)
{
    mpz_srcptr numerator = mpq_numref(d->result), denominator = mpq_denref(d->result);
    rational *x = arena_alloc(d->arena, sizeof(*x));
    if (!x)
        return broken(d);
    x->numerator = copy_limbs(d, numerator);
    x->denominator = copy_limbs(d, denominator);
    if (!x->numerator || !x->denominator)
        return broken(d);
    x->numerator_size = (mp_size_t)mpz_size(numerator) * mpz_sgn(numerator);
    x->denominator_size = (mp_size_t)mpz_size(denominator);
    return x;
}

const rational *rational_of_int(rational_desk *d, int64_t value)
{
    static_assert(sizeof(long) == sizeof(int64_t), "GMP takes a long");
    mpq_set_si(d->result, value, 1);
    return take_result(d);
}

/* The digits without the point, over the power of ten that the point stands for. */
const rational *rational_of_text(rational_desk *d, const char *text)
{
    if (!text)
        return NULL;
    char digits[DIGITS_MAX];
    size_t length = 0;
    unsigned decimals = 0;
    bool after_point = false;
    for (const char *at = text; *at; at++) {
        assert(length + 1 < sizeof(digits));
        if (*at == '.') {
            assert(!after_point);
            after_point = true;
            continue;
        }
        assert((*at >= '0' && *at <= '9') || (*at == '-' && at == text));
        digits[length++] = *at;
        decimals += after_point;
    }
    digits[length] = '\0';
    int unread = mpz_set_str(mpq_numref(d->result), digits, 10);
    assert(unread == 0);
    (void)unread;
    mpz_ui_pow_ui(mpq_denref(d->result), 10, decimals);
    mpq_canonicalize(d->result);
    return take_result(d);
}

const rational *rational_keep(rational_desk *d, const rational *x)
{
    if (!x)
        return NULL;
    mpq_t a;
    view(x, a);
    mpq_set(d->result, a);
    return take_result(d);
}

static const rational *operate(rational_desk *d, void (*operation)(mpq_ptr, mpq_srcptr, mpq_srcptr),
                               const rational *x, const rational *y)
{
    mpq_t a, b;
    view(x, a);
    view(y, b);
    operation(d->result, a, b);
    return take_result(d);
}

const rational *rational_add(rational_desk *d, const rational *x, const rational *y)
{
    return operate(d, mpq_add, x, y);
}

const rational *rational_sub(rational_desk *d, const rational *x, const rational *y)
{
    return operate(d, mpq_sub, x, y);
}

const rational *rational_mul(rational_desk *d, const rational *x, const rational *y)
{
    return operate(d, mpq_mul, x, y);
}

const rational *rational_div(rational_desk *d, const rational *x, const rational *y)
{
    assert(rational_sign(y) != 0);
    return operate(d, mpq_div, x, y);
}

const rational *rational_neg(rational_desk *d, const rational *x)
{
    return operate(d, mpq_sub, rational_zero, x);
}

const rational *rational_abs(rational_desk *d, const rational *x)
{
    return rational_sign(x) < 0 ? rational_neg(d, x) : x;
}

/* floor(2 |n| 10^k / d + 1) / 2, whole: |n/d| to k decimals, the half rounded up. */
const rational *rational_round(rational_desk *d, const rational *x, unsigned decimals)
{
    assert(decimals <= DECIMALS_MAX);
    mpq_t a;
    mpz_t power, twice;
    view(x, a);
    mpz_init(power);
    mpz_init(twice);
    mpz_ui_pow_ui(power, 10, decimals);
    mpz_abs(twice, mpq_numref(a));
    mpz_mul(twice, twice, power);
    mpz_mul_2exp(twice, twice, 1);
    mpz_add(twice, twice, mpq_denref(a));
    mpz_fdiv_q(twice, twice, mpq_denref(a));
    mpz_fdiv_q_2exp(twice, twice, 1);
    if (rational_sign(x) < 0)
        mpz_neg(twice, twice);
    mpz_set(mpq_numref(d->result), twice);
    mpz_set(mpq_denref(d->result), power);
    mpq_canonicalize(d->result);
    mpz_clear(power);
    mpz_clear(twice);
    return take_result(d);
}

int rational_sign(const rational *x)
{
    return (x->numerator_size > 0) - (x->numerator_size < 0);
}

int rational_compare(const rational *x, const rational *y)
{
    mpq_t a, b;
    view(x, a);
    view(y, b);
    return mpq_cmp(a, b);
}

bool rational_equal(const rational *x, const rational *y)
{
    mpq_t a, b;
    view(x, a);
    view(y, b);
    return mpq_equal(a, b) != 0;
}

bool rational_is_integer(const rational *x)
{
    return x->denominator_size == 1 && x->denominator[0] == 1;
}

void rational_append(buf *out, const rational *x)
{
    mpq_t a;
    mpz_t scaled;
    view(x, a);
    mpz_init(scaled);
    mpz_abs(scaled, mpq_numref(a));
    size_t decimals = 0;
    while (!mpz_divisible_p(scaled, mpq_denref(a))) {
        assert(decimals < DECIMALS_MAX);
        mpz_mul_ui(scaled, scaled, 10);
        decimals++;
    }
    mpz_divexact(scaled, scaled, mpq_denref(a));
    char digits[DIGITS_MAX];
    assert(mpz_sizeinbase(scaled, 10) + 2 < sizeof(digits));
    (void)mpz_get_str(digits, 10, scaled);
    mpz_clear(scaled);
    size_t length = strlen(digits);
    if (rational_sign(x) < 0)
        buf_append_char(out, '-');
    if (length <= decimals)
        buf_append_char(out, '0');
    else
        buf_append(out, digits, length - decimals);
    if (decimals == 0)
        return;
    buf_append_char(out, '.');
    for (size_t zeros = length; zeros < decimals; zeros++)
        buf_append_char(out, '0');
    size_t shown = length < decimals ? length : decimals;
    buf_append(out, digits + length - shown, shown);
}
