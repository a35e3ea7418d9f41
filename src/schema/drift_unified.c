/* The longest common sequence of lines by the plain table, after what is equal at both ends is set aside;
 * texts of schema objects are short. Texts too long for the table are shown as one replacement. */
#include <stdint.h>
#include <string.h>

#include "schema/drift.h"

#define CONTEXT 3
#define CELLS_MAX ((size_t)16 << 20)

typedef struct lines {
    const char **items;
    size_t *lengths;
    size_t count;
} lines;

/* ' ' both, '-' left only, '+' right only */
typedef struct edit {
    char sign;
    size_t line; /* in left, or in right for '+' */
} edit;

typedef struct script {
    edit *items;
    size_t count;
} script;

static dbk_err *split(arena *a, const char *text, lines *out)
{
    size_t count = 0;
    for (const char *p = text; *p; p++)
        count += *p == '\n' || p[1] == '\0';
    out->items = arena_alloc(a, (count + 1) * sizeof(*out->items));
    out->lengths = arena_alloc(a, (count + 1) * sizeof(*out->lengths));
    if (!out->items || !out->lengths)
        return err_oom();
    out->count = 0;
    while (*text) {
        size_t length = strcspn(text, "\n");
        out->items[out->count] = text;
        out->lengths[out->count++] = length;
        text += length + (text[length] == '\n');
    }
    return NULL;
}

static bool equal(const lines *l, size_t i, const lines *r, size_t j)
{
    return l->lengths[i] == r->lengths[j] && memcmp(l->items[i], r->items[j], l->lengths[i]) == 0;
}

static void put(script *s, char sign, size_t line)
{
    s->items[s->count++] = (edit){.sign = sign, .line = line};
}

/* The middle, between `from` equal lines at the beginning and the ends given. */
static dbk_err *middle(arena *a, const lines *l, const lines *r, size_t from, size_t l_end, size_t r_end,
                       script *s)
{
    size_t n = l_end - from, m = r_end - from, width = m + 1;
    uint32_t *common = NULL;
    if (n && m && n < CELLS_MAX / (m + 1) - 1) {
        common = arena_alloc(a, (n + 1) * width * sizeof(*common));
        if (!common)
            return err_oom();
        for (size_t i = n; i-- > 0;)
            for (size_t j = m; j-- > 0;) {
                uint32_t down = common[(i + 1) * width + j], right = common[i * width + j + 1];
                common[i * width + j] = equal(l, from + i, r, from + j) ? common[(i + 1) * width + j + 1] + 1
                                        : down > right                  ? down
                                                                        : right;
            }
    }
    size_t i = 0, j = 0;
    while (i < n || j < m) {
        if (common && i < n && j < m && equal(l, from + i, r, from + j)) {
            put(s, ' ', from + i++);
            j++;
        } else if (i < n && (j == m || !common || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
            put(s, '-', from + i++);
        } else {
            put(s, '+', from + j++);
        }
    }
    return NULL;
}

static dbk_err *compare(arena *a, const lines *l, const lines *r, script *s)
{
    s->items = arena_alloc(a, (l->count + r->count + 1) * sizeof(*s->items));
    if (!s->items)
        return err_oom();
    size_t from = 0, l_end = l->count, r_end = r->count;
    while (from < l_end && from < r_end && equal(l, from, r, from))
        put(s, ' ', from++);
    while (l_end > from && r_end > from && equal(l, l_end - 1, r, r_end - 1)) {
        l_end--;
        r_end--;
    }
    dbk_err *e = middle(a, l, r, from, l_end, r_end, s);
    for (; !e && l_end < l->count; l_end++)
        put(s, ' ', l_end);
    return e;
}

/* Where the hunk that begins with the change at `first` ends: after CONTEXT lines that lead to no further
 * change. */
static size_t hunk_end(const script *s, size_t first)
{
    size_t end = first, quiet = 0;
    for (size_t i = first; i < s->count && quiet <= 2 * CONTEXT; i++) {
        quiet = s->items[i].sign == ' ' ? quiet + 1 : 0;
        if (quiet == 0)
            end = i + 1;
    }
    return end + CONTEXT < s->count ? end + CONTEXT : s->count;
}

static void print_hunk(buf *out, const lines *l, const lines *r, const script *s, size_t from, size_t to,
                       size_t l_at, size_t r_at)
{
    size_t l_count = 0, r_count = 0;
    for (size_t i = from; i < to; i++) {
        l_count += s->items[i].sign != '+';
        r_count += s->items[i].sign != '-';
    }
    buf_printf(out, "@@ -%zu,%zu +%zu,%zu @@\n", l_count ? l_at + 1 : l_at, l_count,
               r_count ? r_at + 1 : r_at, r_count);
    for (size_t i = from; i < to; i++) {
        const lines *side = s->items[i].sign == '+' ? r : l;
        buf_append_char(out, s->items[i].sign);
        buf_append(out, side->items[s->items[i].line], side->lengths[s->items[i].line]);
        buf_append_char(out, '\n');
    }
}

dbk_err *drift_unified(arena *a, const char *left_name, const char *left, const char *right_name,
                       const char *right, buf *out)
{
    lines l, r;
    script s = {0};
    dbk_err *e = split(a, left ? left : "", &l);
    if (!e)
        e = split(a, right ? right : "", &r);
    if (!e)
        e = compare(a, &l, &r, &s);
    if (e)
        return e;
    bool named = false;
    size_t l_at = 0, r_at = 0, at = 0; /* lines of each side, and edits, that lie behind */
    for (size_t i = 0; i < s.count;) {
        if (s.items[i].sign == ' ') {
            i++;
            continue;
        }
        if (!named)
            buf_printf(out, "--- %s\n+++ %s\n", left ? left_name : "/dev/null",
                       right ? right_name : "/dev/null");
        named = true;
        size_t from = i > at + CONTEXT ? i - CONTEXT : at;
        for (; at < from; at++) {
            l_at++;
            r_at++;
        }
        size_t to = hunk_end(&s, i);
        print_hunk(out, &l, &r, &s, from, to, l_at, r_at);
        for (; at < to; at++) {
            l_at += s.items[at].sign != '+';
            r_at += s.items[at].sign != '-';
        }
        i = to;
    }
    return buf_error(out);
}
