/* One pass without recursion: `open` holds the containers that have begun and not ended, and `expect` what
 * the grammar allows next. */
#include "core/json_span.h"

#include <assert.h>
#include <string.h>

#include "core/mem.h"
#include "core/utf8.h"

#define CAPACITY_FIRST 64

typedef enum expectation {
    EXPECT_VALUE,
    EXPECT_VALUE_OR_END, /* after '[' */
    EXPECT_NAME,
    EXPECT_NAME_OR_END, /* after '{' */
    EXPECT_COLON,
    EXPECT_COMMA_OR_END
} expectation;

typedef struct scan {
    json_spans *s;
    const char *start, *at, *end;
    bool last;
    uint32_t open[JSON_SPAN_DEPTH_MAX];
    size_t depth;
    expectation expect;
    json_span_end outcome; /* once it is not WHOLE, `at` is where and scanning ends */
    dbk_err *error;
} scan;

void json_spans_init(json_spans *s, size_t count_max)
{
    assert(count_max > 0);
    assert(count_max <= UINT32_MAX);
    *s = (json_spans){.count_max = count_max};
}

void json_spans_term(json_spans *s)
{
    mem_free(s->values);
    *s = (json_spans){.count_max = s->count_max};
}

static bool stop(scan *c, json_span_end outcome)
{
    c->outcome = outcome;
    return false;
}

static bool grow(scan *c)
{
    json_spans *s = c->s;
    size_t wanted = s->capacity ? s->capacity * 2 : CAPACITY_FIRST;
    wanted = wanted < s->count_max ? wanted : s->count_max;
    if (wanted == s->capacity) {
        c->error = err_new(ERR_LIMIT, "the JSON document has more than %zu values", s->count_max);
        return false;
    }
    json_span *moved = mem_realloc(s->values, wanted * sizeof(*moved));
    if (!moved) {
        c->error = err_oom();
        return false;
    }
    s->values = moved;
    s->capacity = wanted;
    return true;
}

static json_span *add(scan *c, json_span_kind kind, const char *text, size_t length)
{
    json_spans *s = c->s;
    if (s->count == s->capacity && !grow(c))
        return NULL;
    if (c->depth > 0 && c->expect != EXPECT_NAME && c->expect != EXPECT_NAME_OR_END)
        s->values[c->open[c->depth - 1]].count++;
    json_span *v = &s->values[s->count++];
    *v = (json_span){.text = text, .length = (uint32_t)length, .kind = (uint8_t)kind};
    v->next = (uint32_t)s->count;
    return v;
}

/* ---- scalars: each stands at c->at and leaves it after itself, or says where it went wrong ---- */

static bool take_hex(scan *c, const char *p)
{
    for (int i = 0; i < 4; i++, p++) {
        c->at = p;
        if (p == c->end)
            return stop(c, JSON_SPAN_CUT);
        bool digit = (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'f') || (*p >= 'A' && *p <= 'F');
        if (!digit)
            return stop(c, JSON_SPAN_INVALID);
    }
    c->at = p;
    return true;
}

static bool take_escape(scan *c)
{
    c->at++;
    if (c->at == c->end)
        return stop(c, JSON_SPAN_CUT);
    if (*c->at == 'u')
        return take_hex(c, c->at + 1);
    if (*c->at == '\0' || !strchr("\"\\/bfnrt", *c->at))
        return stop(c, JSON_SPAN_INVALID);
    c->at++;
    return true;
}

static bool take_string(scan *c)
{
    const char *text = ++c->at;
    bool escaped = false;
    bool ascii = true;
    for (;;) {
        if (c->at == c->end)
            return stop(c, JSON_SPAN_CUT);
        unsigned char byte = (unsigned char)*c->at;
        if (byte == '"')
            break;
        if (byte < 0x20)
            return stop(c, JSON_SPAN_INVALID);
        if (byte == '\\') {
            escaped = true;
            if (!take_escape(c))
                return false;
            continue;
        }
        ascii = ascii && byte < 0x80;
        c->at++;
    }
    if (!ascii && !utf8_is_valid(text, (size_t)(c->at - text))) {
        c->at = text;
        return stop(c, JSON_SPAN_INVALID);
    }
    json_span *v = add(c, JSON_SPAN_STRING, text, (size_t)(c->at - text));
    if (!v)
        return false;
    v->escaped = escaped;
    c->at++;
    return true;
}

static bool is_digit(char ch)
{
    return (unsigned char)(ch - '0') < 10;
}

/* At least one digit. */
static bool take_digits(scan *c)
{
    if (c->at == c->end)
        return stop(c, c->last ? JSON_SPAN_INVALID : JSON_SPAN_CUT);
    if (!is_digit(*c->at))
        return stop(c, JSON_SPAN_INVALID);
    while (c->at < c->end && is_digit(*c->at))
        c->at++;
    return true;
}

static bool take_number(scan *c)
{
    const char *text = c->at;
    if (*c->at == '-')
        c->at++;
    bool zero = c->at < c->end && *c->at == '0';
    const char *integer = c->at;
    if (!take_digits(c))
        return false;
    if (zero && c->at - integer > 1) {
        c->at = integer + 1;
        return stop(c, JSON_SPAN_INVALID);
    }
    if (c->at < c->end && *c->at == '.') {
        c->at++;
        if (!take_digits(c))
            return false;
    }
    if (c->at < c->end && (*c->at == 'e' || *c->at == 'E')) {
        c->at++;
        if (c->at < c->end && (*c->at == '+' || *c->at == '-'))
            c->at++;
        if (!take_digits(c))
            return false;
    }
    if (c->at == c->end && !c->last)
        return stop(c, JSON_SPAN_CUT);
    return add(c, JSON_SPAN_NUMBER, text, (size_t)(c->at - text)) != NULL;
}

static bool take_word(scan *c, const char *word, json_span_kind kind)
{
    const char *text = c->at;
    for (; *word; word++, c->at++) {
        if (c->at == c->end)
            return stop(c, JSON_SPAN_CUT);
        if (*c->at != *word)
            return stop(c, JSON_SPAN_INVALID);
    }
    return add(c, kind, text, (size_t)(c->at - text)) != NULL;
}

/* ---- structure ---- */

static bool begin_container(scan *c, json_span_kind kind)
{
    if (c->depth == JSON_SPAN_DEPTH_MAX)
        return stop(c, JSON_SPAN_INVALID);
    uint32_t index = (uint32_t)c->s->count;
    if (!add(c, kind, c->at, 0))
        return false;
    c->open[c->depth++] = index;
    c->at++;
    c->expect = kind == JSON_SPAN_ARRAY ? EXPECT_VALUE_OR_END : EXPECT_NAME_OR_END;
    return true;
}

static bool end_container(scan *c, json_span_kind kind)
{
    json_span *v = &c->s->values[c->open[c->depth - 1]];
    if (v->kind != kind)
        return stop(c, JSON_SPAN_INVALID);
    c->at++;
    c->depth--;
    v->length = (uint32_t)(c->at - v->text);
    v->next = (uint32_t)c->s->count;
    c->expect = EXPECT_COMMA_OR_END;
    return true;
}

static bool take_value(scan *c)
{
    bool taken;
    switch (*c->at) {
    case '[':
        return begin_container(c, JSON_SPAN_ARRAY);
    case '{':
        return begin_container(c, JSON_SPAN_OBJECT);
    case '"':
        taken = take_string(c);
        break;
    case 'n':
        taken = take_word(c, "null", JSON_SPAN_NULL);
        break;
    case 't':
        taken = take_word(c, "true", JSON_SPAN_TRUE);
        break;
    case 'f':
        taken = take_word(c, "false", JSON_SPAN_FALSE);
        break;
    default:
        taken = is_digit(*c->at) || *c->at == '-' ? take_number(c) : stop(c, JSON_SPAN_INVALID);
        break;
    }
    if (taken)
        c->expect = EXPECT_COMMA_OR_END;
    return taken;
}

static bool take_name(scan *c)
{
    if (*c->at != '"')
        return stop(c, JSON_SPAN_INVALID);
    if (!take_string(c))
        return false;
    c->expect = EXPECT_COLON;
    return true;
}

static bool take_comma(scan *c)
{
    bool in_array = c->s->values[c->open[c->depth - 1]].kind == JSON_SPAN_ARRAY;
    c->expect = in_array ? EXPECT_VALUE : EXPECT_NAME;
    c->at++;
    return true;
}

static bool step(scan *c)
{
    char ch = *c->at;
    switch (c->expect) {
    case EXPECT_VALUE_OR_END:
        return ch == ']' ? end_container(c, JSON_SPAN_ARRAY) : take_value(c);
    case EXPECT_VALUE:
        return take_value(c);
    case EXPECT_NAME_OR_END:
        return ch == '}' ? end_container(c, JSON_SPAN_OBJECT) : take_name(c);
    case EXPECT_NAME:
        return take_name(c);
    case EXPECT_COLON:
        if (ch != ':')
            return stop(c, JSON_SPAN_INVALID);
        c->expect = EXPECT_VALUE;
        c->at++;
        return true;
    case EXPECT_COMMA_OR_END:
    default:
        break;
    }
    if (ch == ',')
        return take_comma(c);
    if (ch == ']' || ch == '}')
        return end_container(c, ch == ']' ? JSON_SPAN_ARRAY : JSON_SPAN_OBJECT);
    return stop(c, JSON_SPAN_INVALID);
}

dbk_err *json_spans_begin(json_spans *s, const char *text, size_t length, bool last, json_span_end *outcome,
                          size_t *end)
{
    assert(length <= UINT32_MAX);
    scan c = {.s = s, .start = text, .at = text, .end = text + length, .last = last};
    s->count = 0;
    bool more = true;
    while (more) {
        while (c.at < c.end && (*c.at == ' ' || *c.at == '\t' || *c.at == '\n' || *c.at == '\r'))
            c.at++;
        if (c.at == c.end)
            more = stop(&c, JSON_SPAN_CUT);
        else
            more = step(&c) && !(c.depth == 0 && s->count > 0);
    }
    if (c.error)
        return c.error;
    *outcome = c.outcome;
    *end = (size_t)(c.at - text);
    return NULL;
}

static dbk_err *wrong(const char *what, const char *text, size_t at, const char *problem)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < at; i++) {
        column = text[i] == '\n' ? 1 : column + 1;
        line += text[i] == '\n';
    }
    return err_new(ERR_INPUT, "%s is not valid JSON: line %zu, column %zu: %s", what, line, column, problem);
}

dbk_err *json_spans_parse(json_spans *s, const char *text, size_t length, const char *what)
{
    json_span_end outcome;
    size_t end;
    if (length > UINT32_MAX)
        return err_new(ERR_LIMIT, "%s is larger than 4 GB", what);
    dbk_err *e = json_spans_begin(s, text, length, true, &outcome, &end);
    if (e)
        return err_wrap(e, "while reading %s", what);
    if (outcome == JSON_SPAN_CUT)
        return wrong(what, text, end, "it ends before its end");
    if (outcome == JSON_SPAN_INVALID)
        return wrong(what, text, end, "this cannot stand here");
    while (end < length && strchr(" \t\r\n", text[end]) && text[end] != '\0')
        end++;
    return end == length ? NULL : wrong(what, text, end, "something follows the document");
}

const json_span *json_span_first(const json_spans *s, const json_span *container)
{
    if (!container || container->kind < JSON_SPAN_ARRAY || container->count == 0)
        return NULL;
    return container + 1 < s->values + s->count ? container + 1 : NULL;
}

const json_span *json_span_after(const json_spans *s, const json_span *container, const json_span *value)
{
    assert(value > container);
    return value->next < container->next ? &s->values[value->next] : NULL;
}

static bool is_text(const json_span *v, const char *text, size_t length)
{
    return v->kind == JSON_SPAN_STRING && !v->escaped && v->length == length &&
           memcmp(v->text, text, length) == 0;
}

const json_span *json_span_get(const json_spans *s, const json_span *object, const char *name)
{
    return json_span_member(s, object, name, strlen(name));
}

const json_span *json_span_member(const json_spans *s, const json_span *object, const char *name,
                                  size_t length)
{
    if (!object || object->kind != JSON_SPAN_OBJECT)
        return NULL;
    const json_span *v = json_span_first(s, object);
    while (v) {
        const json_span *value = json_span_after(s, object, v);
        if (is_text(v, name, length))
            return value;
        v = json_span_after(s, object, value);
    }
    return NULL;
}

const json_span *json_span_at(const json_spans *s, const json_span *array, size_t index)
{
    if (!array || array->kind != JSON_SPAN_ARRAY)
        return NULL;
    const json_span *v = json_span_first(s, array);
    for (; v && index > 0; index--)
        v = json_span_after(s, array, v);
    return v;
}

bool json_span_is(const json_span *v, const char *text)
{
    return v && is_text(v, text, strlen(text));
}

/* ---- strings as they were meant ---- */

static uint32_t hex4(const char *p)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        unsigned char c = (unsigned char)p[i];
        uint32_t digit = c <= '9' ? c - (uint32_t)'0' : (c | 0x20u) - 'a' + 10u;
        value = value << 4 | digit;
    }
    return value;
}

/* The character that the escape at *p means; *p is moved behind it. 0: none that a text can hold. The grammar
 * was checked already. */
static uint32_t unescape(const char **p, const char *end)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    char c = (*p)[1];
    if (c != 'u') {
        *p += 2;
        return (uint32_t)values[strchr(names, c) - names];
    }
    uint32_t high = hex4(*p + 2);
    *p += 6;
    if (high < 0xD800 || high > 0xDFFF)
        return high;
    if (high > 0xDBFF || end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u')
        return 0;
    uint32_t low = hex4(*p + 2);
    *p += 6;
    return low < 0xDC00 || low > 0xDFFF ? 0 : 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

static size_t encode_utf8(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    static const uint8_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(leads[length] | c);
    return length;
}

bool json_span_copy(const json_span *v, char *out, size_t size)
{
    if (!v || v->kind != JSON_SPAN_STRING)
        return false;
    const char *p = v->text;
    const char *end = v->text + v->length;
    size_t used = 0;
    while (p < end) {
        char bytes[4] = {*p};
        size_t length = 1;
        if (*p == '\\') {
            uint32_t c = unescape(&p, end);
            if (c == 0)
                return false;
            length = encode_utf8(c, bytes);
        } else {
            p++;
        }
        if (used + length >= size)
            return false;
        memcpy(out + used, bytes, length);
        used += length;
    }
    if (used >= size)
        return false;
    out[used] = '\0';
    return true;
}
