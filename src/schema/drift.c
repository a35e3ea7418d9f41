#include "schema/drift.h"

#include <string.h>

static const char header_part[] = "header";

typedef struct writer {
    arena *arena;
    drift *out;
    size_t capacity;
} writer;

const char *drift_kind_name(drift_kind k)
{
    static const char *const names[] = {"missing", "extra", "differs"};
    return names[k];
}

static dbk_err *add(writer *w, const drift_row *row)
{
    drift *d = w->out;
    if (d->count == w->capacity) {
        size_t wanted = w->capacity ? 2 * w->capacity : 64;
        drift_row *bigger = arena_alloc(w->arena, wanted * sizeof(*bigger));
        if (!bigger)
            return err_oom();
        if (d->count)
            memcpy(bigger, d->rows, d->count * sizeof(*bigger));
        d->rows = bigger;
        w->capacity = wanted;
    }
    d->rows[d->count++] = *row;
    return NULL;
}

/* ---- one column: its type, its default, whether it may be null ---- */

typedef struct column_text {
    const char *type, *rest;
    size_t type_length, rest_length;
    bool not_null;
} column_text;

static column_text column_read(const drift_part *p)
{
    static const char *const ends[] = {" default ", " generated ", " not null"};
    size_t name = strlen(p->name);
    column_text c = {.type = p->text + (strlen(p->text) > name ? name + 1 : name)};
    size_t length = strlen(c.type);
    c.not_null = length >= 9 && strcmp(c.type + length - 9, " not null") == 0;
    c.type_length = length;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        const char *at = strstr(c.type, ends[i]);
        if (at && (size_t)(at - c.type) < c.type_length)
            c.type_length = (size_t)(at - c.type);
    }
    c.rest = c.type + c.type_length;
    c.rest_length = length - c.type_length - (c.not_null ? 9 : 0);
    return c;
}

static bool same(const char *l, size_t l_length, const char *r, size_t r_length)
{
    return l_length == r_length && memcmp(l, r, l_length) == 0;
}

static dbk_err *compare_columns(writer *w, drift_row row, const drift_part *expected,
                                const drift_part *actual)
{
    column_text l = column_read(expected), r = column_read(actual);
    dbk_err *e = NULL;
    if (!same(l.type, l.type_length, r.type, r.type_length)) {
        row.part = "type";
        e = add(w, &row);
    }
    if (!e && !same(l.rest, l.rest_length, r.rest, r.rest_length)) {
        row.part = "default";
        e = add(w, &row);
    }
    if (!e && l.not_null != r.not_null) {
        row.part = "nullability";
        e = add(w, &row);
    }
    return e;
}

/* ---- one object that both have ---- */

static int compare_names(const drift_part *l, const drift_part *r)
{
    int order = strcmp(l->part, r->part);
    return order ? order : strcmp(l->name, r->name);
}

/* Whether the part after the first is there and is the same as the other. */
static bool next_is(const drift_part *parts, size_t left, const drift_part *other)
{
    return left > 1 && compare_names(&parts[1], other) == 0 && strcmp(parts[1].text, other->text) == 0;
}

/* Negative: the first expected part stands alone, positive: the actual one does, 0: they are one. A name may
 * belong to several statements, of which one side may lack one. */
static int match_parts(const drift_part *expected, size_t expected_left, const drift_part *actual,
                       size_t actual_left)
{
    if (expected_left == 0 || actual_left == 0)
        return expected_left == 0 ? 1 : -1;
    int order = compare_names(expected, actual);
    if (order || strcmp(expected->text, actual->text) == 0)
        return order;
    if (next_is(expected, expected_left, actual))
        return -1;
    return next_is(actual, actual_left, expected);
}

static dbk_err *compare_part(writer *w, drift_row row, const drift_part *expected, const drift_part *actual)
{
    const drift_part *any = expected ? expected : actual;
    row.kind = !actual ? DRIFT_MISSING : !expected ? DRIFT_EXTRA : DRIFT_DIFFERS;
    row.part = any->part;
    row.name = strcmp(any->name, any->text) == 0 ? "" : any->name;
    row.expected_text = expected ? expected->text : NULL;
    row.actual_text = actual ? actual->text : NULL;
    if (row.kind != DRIFT_DIFFERS)
        return add(w, &row);
    if (strcmp(expected->text, actual->text) == 0)
        return NULL;
    return strcmp(any->part, "column") == 0 ? compare_columns(w, row, expected, actual) : add(w, &row);
}

/* What stands below the header. */
static const char *body(const char *text)
{
    while (strncmp(text, "-- ", 3) == 0) {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return text;
}

static dbk_err *compare_objects(writer *w, const mirror_item *expected, const mirror_item *actual)
{
    drift_part *left, *right;
    size_t left_count, right_count, before = w->out->count;
    dbk_err *e = drift_parts(w->arena, expected, &left, &left_count);
    if (!e)
        e = drift_parts(w->arena, actual, &right, &right_count);
    drift_row row = {.expected = expected, .actual = actual};
    for (size_t l = 0, r = 0; !e && (l < left_count || r < right_count);) {
        int order = match_parts(left + l, left_count - l, right + r, right_count - r);
        e = compare_part(w, row, order <= 0 ? &left[l] : NULL, order >= 0 ? &right[r] : NULL);
        l += order <= 0;
        r += order >= 0;
    }
    if (e || w->out->count > before)
        return e;
    /* Every part is the same and the text is not: columns stand in another order, or only the header differs.
     */
    row.kind = DRIFT_DIFFERS;
    row.part = strcmp(body(expected->text), body(actual->text)) == 0 ? header_part : "order";
    row.name = "";
    row.expected_text = expected->text;
    row.actual_text = actual->text;
    return add(w, &row);
}

/* Headers say what a file needs and which roles a schema names. They follow from the rest, so that they are
 * worth a word only when nothing else differs. */
static void drop_headers(drift *d)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->count; i++)
        kept += d->rows[i].part != header_part;
    if (kept == 0)
        return;
    kept = 0;
    for (size_t i = 0; i < d->count; i++)
        if (d->rows[i].part != header_part)
            d->rows[kept++] = d->rows[i];
    d->count = kept;
}

dbk_err *drift_compare(arena *a, const mirror *expected, const mirror *actual, drift *out)
{
    drift found = {0};
    writer w = {.arena = a, .out = &found};
    dbk_err *e = NULL;
    for (size_t l = 0, r = 0; !e && (l < expected->count || r < actual->count);) {
        const mirror_item *left = l < expected->count ? &expected->items[l] : NULL;
        const mirror_item *right = r < actual->count ? &actual->items[r] : NULL;
        int order = !left ? 1 : !right ? -1 : strcmp(left->path, right->path);
        drift_row row = {.part = "object", .name = ""};
        if (order < 0) {
            row.expected = left;
            row.expected_text = left->text;
            row.kind = DRIFT_MISSING;
            e = add(&w, &row);
        } else if (order > 0) {
            row.actual = right;
            row.actual_text = right->text;
            row.kind = DRIFT_EXTRA;
            e = add(&w, &row);
        } else if (!same(left->text, left->length, right->text, right->length)) {
            e = compare_objects(&w, left, right);
        }
        l += order <= 0;
        r += order >= 0;
        found.objects++;
    }
    if (e)
        return e;
    drop_headers(&found);
    *out = found;
    return NULL;
}
