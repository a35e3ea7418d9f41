/* opt_value.c: one text, from wherever it came, into one member. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/opt_int.h"

#define DISTANCE_LENGTH_MAX ((size_t)64)

static const char *const true_words[] = {"true", "on", "yes", "1", NULL};
static const char *const false_words[] = {"false", "off", "no", "0", NULL};

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static dbk_err *store_flag(const char *origin, const char *text, bool *out)
{
    if (is_one_of(text, true_words))
        *out = true;
    else if (is_one_of(text, false_words))
        *out = false;
    else
        return err_new(ERR_USAGE, "%s: \"%s\" is neither true nor false", origin, text);
    return NULL;
}

/* Digits with an optional sign, and what follows them. */
static bool take_number(const char *text, int64_t *out, const char **rest)
{
    const char *digits = text + (*text == '-' || *text == '+');
    if (*digits < '0' || *digits > '9')
        return false;
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno)
        return false;
    *out = value;
    *rest = end;
    return true;
}

static bool is_limited(const opt_row *row)
{
    return row->max > row->min;
}

static dbk_err *store_int(const opt_row *row, const char *origin, const char *text, int64_t *out)
{
    int64_t value;
    const char *rest;
    if (!take_number(text, &value, &rest) || *rest)
        return err_new(ERR_USAGE, "%s: \"%s\" is not a whole number", origin, text);
    if (is_limited(row) && (value < row->min || value > row->max))
        return err_new(ERR_USAGE, "%s: %lld is not within %lld to %lld", origin, (long long)value,
                       (long long)row->min, (long long)row->max);
    *out = value;
    return NULL;
}

static const struct {
    const char *name;
    int64_t ms;
} duration_units[] = {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

static dbk_err *store_duration(const opt_row *row, const char *origin, const char *text, int64_t *out)
{
    int64_t value, ms = 0;
    const char *rest;
    bool valid = take_number(text, &value, &rest) && value >= 0;
    for (size_t i = 0; valid && i < sizeof duration_units / sizeof duration_units[0]; i++)
        if (strcmp(rest, duration_units[i].name) == 0)
            ms = duration_units[i].ms;
    if (!valid || ms == 0 || __builtin_mul_overflow(value, ms, &value))
        return err_with_hint(err_new(ERR_USAGE, "%s: \"%s\" is not a duration", origin, text),
                             "write 500ms, 60s, 5m, 1h or 2d; a bare number is seconds");
    if (is_limited(row) && (value < row->min || value > row->max))
        return err_new(ERR_USAGE, "%s: %s is not within %lldms to %lldms", origin, text, (long long)row->min,
                       (long long)row->max);
    *out = value;
    return NULL;
}

static size_t count_choices(const opt_row *row)
{
    size_t n = 0;
    while (row->choices[n])
        n++;
    return n;
}

static dbk_err *store_choice(const opt_row *row, const char *origin, const char *text, int *out)
{
    size_t count = count_choices(row);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, row->choices[i]) == 0) {
            *out = (int)i;
            return NULL;
        }
    }
    buf all;
    buf_init(&all, 4096);
    for (size_t i = 0; i < count; i++)
        buf_printf(&all, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", row->choices[i]);
    const char *near = opt_nearest(text, row->choices, count);
    dbk_err *e = err_new(ERR_USAGE, "%s: \"%s\" is not one of %s", origin, text, all.data);
    buf_term(&all);
    return near ? err_with_hint(e, "did you mean %s?", near) : e;
}

/* There is room for as many items as the next power of two, so a long list costs what it holds and not its
 * square. */
static dbk_err *store_list(arena *a, const char *text, opt_list *out)
{
    if ((out->count & (out->count - 1)) == 0) {
        const char **items = arena_alloc(a, (out->count ? out->count * 2 : 1) * sizeof *items);
        if (!items)
            return err_oom();
        if (out->count > 0)
            memcpy(items, out->items, out->count * sizeof *items);
        out->items = items;
    }
    out->items[out->count++] = text;
    return NULL;
}

dbk_err *opt_store(arena *a, const opt_row *row, const char *origin, const char *text, void *member)
{
    assert(a && row && origin);
    assert(text && member);
    switch (row->kind) {
    case OPT_FLAG:
        return store_flag(origin, text, member);
    case OPT_STRING:
        *(const char **)member = text;
        return NULL;
    case OPT_INT:
        return store_int(row, origin, text, member);
    case OPT_DURATION:
        return store_duration(row, origin, text, member);
    case OPT_CHOICE:
        return store_choice(row, origin, text, member);
    case OPT_LIST:
        return store_list(a, text, member);
    }
    return err_new(ERR_INTERNAL, "option --%s has no kind", row->name);
}

/* Edits (insert, delete, replace, swap neighbours) between a and b. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][DISTANCE_LENGTH_MAX + 1];
    if (a_length > DISTANCE_LENGTH_MAX || b_length > DISTANCE_LENGTH_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *now = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && two_above[j - 2] + 1 < best)
                best = two_above[j - 2] + 1;
            now[j] = best;
        }
    }
    return rows[a_length % 3][b_length];
}

const char *opt_nearest(const char *word, const char *const *names, size_t count)
{
    assert(word);
    assert(names || count == 0);
    size_t length = strlen(word), best = length / 3 + 2;
    const char *nearest = NULL;
    /* More than a third of the letters wrong is another word, not a slip. */
    for (size_t i = 0; i < count; i++) {
        const char *name = names[i];
        size_t name_length = strlen(name), first_length = strcspn(name, " ");
        size_t distance = edit_distance(word, length, name, name_length);
        size_t first = edit_distance(word, length, name, first_length);
        distance = first < distance ? first : distance;
        if (length >= 2 && distance > 1 && strncmp(word, name, length) == 0)
            distance = 1;
        if (distance < best && distance < name_length) {
            best = distance;
            nearest = name;
        }
    }
    return nearest;
}
