#include "core/json_tree.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

#define DEPTH_MAX 200
#define EXPONENT_MAX 1000

typedef struct reader {
    arena *a;
    const char *start, *at, *end;
    const char *what;
    int depth;
} reader;

static dbk_err *wrong(const reader *r, const char *problem)
{
    size_t line = 1, column = 1;
    for (const char *s = r->start; s < r->at; s++) {
        column = *s == '\n' ? 1 : column + 1;
        line += *s == '\n';
    }
    return err_new(ERR_INPUT, "%s is not valid JSON: line %zu, column %zu: %s", r->what, line, column,
                   problem);
}

static void skip_blanks(reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r'))
        r->at++;
}

static bool take(reader *r, char c)
{
    skip_blanks(r);
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

/* ---- strings ---- */

static dbk_err *read_hex(reader *r, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++, r->at++) {
        char c = r->at < r->end ? *r->at : '\0';
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return wrong(r, "\\u takes four hexadecimal digits");
        *out = *out << 4 | (uint32_t)digit;
    }
    return NULL;
}

static void append_utf8(buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_append_char(out, (char)c);
    } else if (c < 0x800) {
        buf_append_char(out, (char)(0xC0 | c >> 6));
        buf_append_char(out, (char)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        buf_append_char(out, (char)(0xE0 | c >> 12));
        buf_append_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_append_char(out, (char)(0x80 | (c & 0x3F)));
    } else {
        buf_append_char(out, (char)(0xF0 | c >> 18));
        buf_append_char(out, (char)(0x80 | (c >> 12 & 0x3F)));
        buf_append_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_append_char(out, (char)(0x80 | (c & 0x3F)));
    }
}

/* After "\u". */
static dbk_err *read_code_point(reader *r, buf *out)
{
    uint32_t c, low;
    dbk_err *e = read_hex(r, &c);
    if (e)
        return e;
    if (c >= 0xD800 && c < 0xDC00) {
        if (r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u')
            return wrong(r, "half of a surrogate pair");
        r->at += 2;
        e = read_hex(r, &low);
        if (e)
            return e;
        if (low < 0xDC00 || low > 0xDFFF)
            return wrong(r, "half of a surrogate pair");
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    } else if (c >= 0xDC00 && c < 0xE000) {
        return wrong(r, "half of a surrogate pair");
    }
    if (c == 0)
        return wrong(r, "a text cannot hold \\u0000");
    append_utf8(out, c);
    return NULL;
}

static dbk_err *read_escape(reader *r, buf *out)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    char c = r->at < r->end ? *r->at : '\0';
    const char *known = c ? strchr(names, c) : NULL;
    if (!known && c != 'u')
        return wrong(r, "an unknown escape");
    r->at++;
    if (!known)
        return read_code_point(r, out);
    buf_append_char(out, values[known - names]);
    return NULL;
}

/* After the first quote. */
static dbk_err *decode_string(reader *r, buf *out)
{
    for (;;) {
        const char *plain = r->at;
        while (r->at < r->end && *r->at != '"' && *r->at != '\\' && (unsigned char)*r->at >= 0x20)
            r->at++;
        buf_append(out, plain, (size_t)(r->at - plain));
        if (r->at == r->end)
            return wrong(r, "the text has no end");
        if ((unsigned char)*r->at < 0x20)
            return wrong(r, "a control character within a text");
        if (*r->at++ == '"')
            return NULL;
        dbk_err *e = read_escape(r, out);
        if (e)
            return e;
    }
}

static dbk_err *read_string(reader *r, const char **out)
{
    buf text;
    buf_init(&text, 0);
    dbk_err *e = decode_string(r, &text);
    if (!e)
        e = buf_error(&text);
    if (!e && !utf8_is_valid(text.data, text.length))
        e = wrong(r, "a text is not UTF-8");
    if (!e)
        return buf_to_arena(&text, r->a, out);
    buf_term(&text);
    return e;
}

/* ---- numbers ---- */

static size_t take_digits(reader *r)
{
    const char *first = r->at;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
        r->at++;
    return (size_t)(r->at - first);
}

/* digits, of which `decimals` stand after the point, times ten to the exponent. */
static void append_shifted(buf *out, const char *digits, size_t count, long decimals, long exponent)
{
    long places = decimals - exponent; /* digits after the point */
    long whole = (long)count - places;
    bool begun = false;
    for (long i = 0; i < whole; i++) {
        char digit = i < (long)count ? digits[i] : '0';
        begun = begun || digit != '0';
        if (begun)
            buf_append_char(out, digit);
    }
    if (!begun)
        buf_append_char(out, '0');
    if (places <= 0)
        return;
    buf_append_char(out, '.');
    for (long i = whole; i < (long)count; i++)
        buf_append_char(out, i < 0 ? '0' : digits[i]);
}

/* As a server's numeric prints it: all digits that were given, no exponent. */
static dbk_err *write_number(reader *r, bool negative, const buf *digits, long decimals, long exponent,
                             const char **out)
{
    buf text;
    buf_init(&text, 0);
    if (negative && strspn(digits->data, "0") < digits->length)
        buf_append_char(&text, '-');
    append_shifted(&text, digits->data, digits->length, decimals, exponent);
    return buf_to_arena(&text, r->a, out);
}

static dbk_err *scan_number(reader *r, buf *digits, long *decimals, long *exponent)
{
    const char *first = r->at;
    size_t count = take_digits(r);
    if (count == 0 || (count > 1 && *first == '0'))
        return wrong(r, "neither a value nor a number");
    buf_append(digits, first, count);
    if (r->at < r->end && *r->at == '.') {
        first = ++r->at;
        count = take_digits(r);
        if (count == 0)
            return wrong(r, "a number ends with its point");
        buf_append(digits, first, count);
        *decimals = (long)count;
    }
    if (r->at == r->end || (*r->at != 'e' && *r->at != 'E'))
        return NULL;
    r->at++;
    bool down = r->at < r->end && *r->at == '-';
    if (down || (r->at < r->end && *r->at == '+'))
        r->at++;
    first = r->at;
    count = take_digits(r);
    if (count == 0)
        return wrong(r, "an exponent without digits");
    for (size_t i = 0; i < count && *exponent <= EXPONENT_MAX; i++)
        *exponent = 10 * *exponent + (first[i] - '0');
    if (*exponent > EXPONENT_MAX)
        return wrong(r, "a number of that size is not read");
    if (down)
        *exponent = -*exponent;
    return NULL;
}

static dbk_err *read_number(reader *r, const char **out)
{
    buf digits;
    long decimals = 0, exponent = 0;
    bool negative = *r->at == '-';
    r->at += negative;
    buf_init(&digits, 0);
    dbk_err *e = scan_number(r, &digits, &decimals, &exponent);
    if (!e)
        e = buf_error(&digits);
    if (!e)
        e = write_number(r, negative, &digits, decimals, exponent, out);
    buf_term(&digits);
    return e;
}

/* ---- values ---- */

static dbk_err *read_value(reader *r, const json_tree **out);

/* The items that were read so far, the last one first. */
typedef struct link {
    struct link *before;
    const char *name;
    const json_tree *value;
} link;

static dbk_err *push(reader *r, link **last, size_t *count, bool named)
{
    link *l = arena_alloc(r->a, sizeof(*l));
    if (!l)
        return err_oom();
    dbk_err *e = NULL;
    if (named && !take(r, '"'))
        e = wrong(r, "a name is missing");
    if (!e && named)
        e = read_string(r, &l->name);
    if (!e && named && !take(r, ':'))
        e = wrong(r, "a colon is missing");
    if (!e)
        e = read_value(r, &l->value);
    if (e)
        return e;
    l->before = *last;
    *last = l;
    ++*count;
    return NULL;
}

static int compare_names(const char *a, const char *b)
{
    size_t one = strlen(a), two = strlen(b);
    return one != two ? (one < two ? -1 : 1) : memcmp(a, b, one);
}

typedef struct member {
    const char *name;
    const json_tree *value;
    size_t place;
} member;

static int by_name(const void *a, const void *b)
{
    const member *one = a, *two = b;
    int order = compare_names(one->name, two->name);
    return order != 0 ? order : one->place < two->place ? -1 : 1;
}

static dbk_err *make_object(arena *a, member *members, size_t count, const json_tree **out)
{
    json_tree *t = arena_alloc(a, sizeof(*t));
    const json_tree **items = arena_alloc(a, (count + 1) * sizeof(const json_tree *));
    const char **names = arena_alloc(a, (count + 1) * sizeof(const char *));
    if (!t || !items || !names)
        return err_oom();
    if (count > 1)
        qsort(members, count, sizeof(*members), by_name);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && strcmp(members[i].name, members[i + 1].name) == 0)
            continue;
        names[kept] = members[i].name;
        items[kept++] = members[i].value;
    }
    *t = (json_tree){.kind = JSON_TREE_OBJECT, .count = kept, .items = items, .names = names};
    *out = t;
    return NULL;
}

static dbk_err *make_array(arena *a, const member *members, size_t count, const json_tree **out)
{
    json_tree *t = arena_alloc(a, sizeof(*t));
    const json_tree **items = arena_alloc(a, (count + 1) * sizeof(const json_tree *));
    if (!t || !items)
        return err_oom();
    for (size_t i = 0; i < count; i++)
        items[i] = members[i].value;
    *t = (json_tree){.kind = JSON_TREE_ARRAY, .count = count, .items = items};
    *out = t;
    return NULL;
}

/* After the bracket. */
static dbk_err *read_items(reader *r, bool named, const json_tree **out)
{
    link *last = NULL;
    size_t count = 0;
    char end = named ? '}' : ']';
    dbk_err *e = NULL;
    bool over = take(r, end);
    while (!e && !over) {
        e = push(r, &last, &count, named);
        if (!e && !take(r, ',')) {
            over = take(r, end);
            e = over ? NULL : wrong(r, "a comma or the end is missing");
        }
    }
    if (e)
        return e;
    member *members = arena_alloc(r->a, (count + 1) * sizeof(*members));
    if (!members)
        return err_oom();
    for (size_t i = count; i > 0; i--, last = last->before)
        members[i - 1] = (member){last->name, last->value, i};
    return named ? make_object(r->a, members, count, out) : make_array(r->a, members, count, out);
}

static dbk_err *read_word(reader *r, json_tree_kind *out)
{
    static const struct {
        const char *word;
        json_tree_kind kind;
    } words[] = {{"null", JSON_TREE_NULL}, {"false", JSON_TREE_FALSE}, {"true", JSON_TREE_TRUE}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t length = strlen(words[i].word);
        if ((size_t)(r->end - r->at) >= length && memcmp(r->at, words[i].word, length) == 0) {
            r->at += length;
            *out = words[i].kind;
            return NULL;
        }
    }
    return wrong(r, "neither a value nor a number");
}

static dbk_err *read_scalar(reader *r, const json_tree **out)
{
    json_tree *t = arena_alloc(r->a, sizeof(*t));
    dbk_err *e;
    if (!t)
        return err_oom();
    if (*r->at == '"') {
        r->at++;
        t->kind = JSON_TREE_STRING;
        e = read_string(r, &t->text);
    } else if (*r->at == '-' || (*r->at >= '0' && *r->at <= '9')) {
        t->kind = JSON_TREE_NUMBER;
        e = read_number(r, &t->text);
    } else {
        e = read_word(r, &t->kind);
    }
    if (!e)
        *out = t;
    return e;
}

static dbk_err *read_value(reader *r, const json_tree **out)
{
    skip_blanks(r);
    if (r->at == r->end)
        return wrong(r, "a value is missing");
    if (*r->at != '{' && *r->at != '[')
        return read_scalar(r, out);
    if (r->depth == DEPTH_MAX)
        return wrong(r, "nested too deep");
    bool named = *r->at++ == '{';
    r->depth++;
    dbk_err *e = read_items(r, named, out);
    r->depth--;
    return e;
}

dbk_err *json_tree_parse(arena *a, const char *text, size_t length, const char *what, const json_tree **out)
{
    assert(a && what && out && (text || length == 0));
    reader r = {.a = a, .start = text, .at = text, .end = text + length, .what = what};
    const json_tree *tree;
    dbk_err *e = read_value(&r, &tree);
    if (e)
        return e;
    skip_blanks(&r);
    if (r.at != r.end)
        return wrong(&r, "something follows the document");
    *out = tree;
    return NULL;
}

/* ---- what is in it ---- */

const json_tree *json_tree_get(const json_tree *object, const char *name)
{
    for (size_t i = 0; object->kind == JSON_TREE_OBJECT && i < object->count; i++)
        if (strcmp(object->names[i], name) == 0)
            return object->items[i];
    return NULL;
}

const json_tree *json_tree_without(arena *a, const json_tree *object, const char *name)
{
    json_tree *t = arena_alloc(a, sizeof(*t));
    const json_tree **items = arena_alloc(a, (object->count + 1) * sizeof(const json_tree *));
    const char **names = arena_alloc(a, (object->count + 1) * sizeof(const char *));
    size_t kept = 0;
    assert(object->kind == JSON_TREE_OBJECT);
    if (!t || !items || !names)
        return NULL;
    for (size_t i = 0; i < object->count; i++) {
        if (strcmp(object->names[i], name) == 0)
            continue;
        names[kept] = object->names[i];
        items[kept++] = object->items[i];
    }
    *t = (json_tree){.kind = JSON_TREE_OBJECT, .count = kept, .items = items, .names = names};
    return t;
}
