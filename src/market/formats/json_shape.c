#include "market/formats/json_shape.h"

#include <assert.h>
#include <string.h>

#include "market/formats/number.h"

/* ---- paths ---- */

/* A part of a path, up to one of the characters given or the end. */
typedef struct token {
    const char *text;
    size_t length;
} token;

static token cut(const char *p, const char *end, const char *stops)
{
    const char *start = p;
    while (p < end && !strchr(stops, *p))
        p++;
    return (token){start, (size_t)(p - start)};
}

static bool is_word(token t, const char *word)
{
    return t.length == strlen(word) && memcmp(t.text, word, t.length) == 0;
}

static const json_span *child(const json_spans *s, const json_span *v, token name)
{
    if (v->kind == JSON_SPAN_OBJECT)
        return json_span_member(s, v, name.text, name.length);
    if (v->kind != JSON_SPAN_ARRAY)
        return NULL;
    size_t index = 0;
    for (size_t i = 0; i < name.length; i++) {
        if (name.text[i] < '0' || name.text[i] > '9')
            return NULL;
        index = index * 10 + (size_t)(name.text[i] - '0');
    }
    return json_span_at(s, v, index);
}

static bool give_text(const char *text, size_t length, json_found *out)
{
    *out = (json_found){NULL, text, length};
    return length > 0;
}

static bool find_special(const json_place *p, token path, json_found *out)
{
    if (is_word(path, "@received"))
        return give_text(p->received, p->received_length, out);
    if (is_word(path, "@key"))
        return give_text(p->key, p->key_length, out);
    if (is_word(path, "@symbol"))
        return give_text(p->asked_symbol, p->asked_symbol_length, out);
    assert(is_word(path, "@interval"));
    return give_text(p->asked_interval, p->asked_interval_length, out);
}

/* The part of the text between its dots that "#1" asks for. */
static bool find_part(const json_found *whole, char digit, json_found *out)
{
    const char *at = whole->text;
    const char *end = at + whole->length;
    for (int skip = digit - '0';; skip--) {
        token t = cut(at, end, ".");
        if (skip == 0)
            return give_text(t.text, t.length, out);
        at = t.text + t.length;
        if (at == end)
            return false;
        at++;
    }
}

/* A path without alternatives. */
static bool find_one(const json_place *p, token path, json_found *out)
{
    if (path.text[0] == '@')
        return find_special(p, path, out);
    const char *at = path.text;
    const char *end = at + path.length;
    const json_span *v = p->row;
    if (*at == '^') {
        v = p->document;
        at++;
    }
    const char *part = memchr(at, '#', (size_t)(end - at));
    const char *stop = part ? part : end;
    while (v && at < stop) {
        token name = cut(at, stop, ".");
        v = child(p->spans, v, name);
        at = name.text + name.length;
        at += at < stop;
    }
    if (!v || v->kind == JSON_SPAN_NULL)
        return false;
    *out = (json_found){v, v->text, v->length};
    if (!part)
        return true;
    json_found whole = *out;
    return v->kind == JSON_SPAN_STRING && find_part(&whole, part[1], out);
}

bool json_place_find(const json_place *p, const char *path, json_found *out)
{
    const char *end = path + strlen(path);
    for (const char *at = path; at < end;) {
        token one = cut(at, end, "|");
        if (find_one(p, one, out))
            return true;
        at = one.text + one.length + 1;
    }
    return false;
}

/* The first member that is an array; its name becomes the place's key. */
static const json_span *first_array(json_place *p, const json_span *object)
{
    if (object->kind != JSON_SPAN_OBJECT)
        return NULL;
    const json_span *name = json_span_first(p->spans, object);
    while (name) {
        const json_span *value = json_span_after(p->spans, object, name);
        if (value->kind == JSON_SPAN_ARRAY) {
            p->key = name->text;
            p->key_length = name->length;
            return value;
        }
        name = json_span_after(p->spans, object, value);
    }
    return NULL;
}

const json_span *json_place_rows(json_place *p, const char *rows)
{
    const json_span *v = p->row;
    const char *end = rows + strlen(rows);
    for (const char *at = rows; v && at < end;) {
        token name = cut(at, end, ".");
        v = is_word(name, "*") ? first_array(p, v) : child(p->spans, v, name);
        at = name.text + name.length;
        at += at < end;
    }
    return v && v->kind == JSON_SPAN_ARRAY ? v : NULL;
}

/* ---- does it fit? ---- */

static bool item_fits(const json_span *v, char letter)
{
    double number;
    switch (letter) {
    case 'n':
        return v->kind == JSON_SPAN_NUMBER;
    case 's':
        return v->kind == JSON_SPAN_STRING;
    case 'b':
        return v->kind == JSON_SPAN_TRUE || v->kind == JSON_SPAN_FALSE;
    case 'x':
        return v->kind < JSON_SPAN_ARRAY;
    case 'z':
        return v->kind == JSON_SPAN_NUMBER && number_parse(v->text, v->length, &number) == NUMBER_OK &&
               number == 0;
    case 'v':
    default:
        return v->kind == JSON_SPAN_NUMBER ||
               (v->kind == JSON_SPAN_STRING && number_parse(v->text, v->length, &number) <= NUMBER_LOSSY);
    }
}

static bool items_fit(const json_spans *s, const json_span *row, const char *items)
{
    if (row->kind != JSON_SPAN_ARRAY || row->count != strlen(items))
        return false;
    for (const json_span *v = json_span_first(s, row); v; v = json_span_after(s, row, v), items++)
        if (!item_fits(v, *items))
            return false;
    return true;
}

/* Do all of the paths lead somewhere (or, where `wanted` is false, none)? */
static bool paths_lead(const json_place *p, const char *paths, bool wanted)
{
    const char *end = paths + strlen(paths);
    for (const char *at = paths; at < end;) {
        json_found found;
        token path = cut(at, end, " ");
        if (find_one(p, path, &found) != wanted)
            return false;
        at = path.text + path.length;
        at += at < end;
    }
    return true;
}

static bool says(const json_place *p, const char *said)
{
    json_found found;
    token path = cut(said, said + strlen(said), "=");
    const char *text = path.text + path.length + 1;
    return find_one(p, path, &found) && found.length == strlen(text) &&
           memcmp(found.text, text, found.length) == 0;
}

bool json_shape_fits(const json_shape *s, const json_place *p)
{
    if (s->items && !items_fit(p->spans, p->row, s->items))
        return false;
    if (!s->items && p->row->kind != JSON_SPAN_OBJECT)
        return false;
    return (!s->needs || paths_lead(p, s->needs, true)) && (!s->lacks || paths_lead(p, s->lacks, false)) &&
           (!s->says || says(p, s->says));
}
