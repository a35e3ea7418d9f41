/* move_value.c: whether the values of a row are what their columns hold, and the row as JSON. A file may have
 * been written by other programs than ours, and SQLite takes any text for an amount. */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "book/move_table.h"
#include "core/clock.h"
#include "core/decimal.h"
#include "core/json.h"
#include "core/utf8.h"
#include "core/uuid.h"

#define TIME_MIN_US (-INT64_C(62135596800000000)) /* year 1 */
#define TIME_MAX_US INT64_C(253402300799999999)   /* year 9999 */
#define NAME_BYTES_MAX 63
#define DIGITS_MAX 1000 /* more than any sum or product of amounts has */

static size_t digits(const char **at)
{
    size_t n = strspn(*at, "0123456789");
    *at += n;
    return n;
}

static bool is_numeric(const char *text)
{
    const char *at = text + (*text == '-');
    if (digits(&at) == 0)
        return false;
    if (*at == '.') {
        at++;
        if (digits(&at) == 0)
            return false;
    }
    return *at == '\0' && at - text <= DIGITS_MAX;
}

static bool is_amount(const char *text)
{
    decimal d;
    dbk_err *e = is_numeric(text) ? decimal_parse(text, strlen(text), &d) : NULL;
    bool fits = !e && is_numeric(text);
    err_free(e);
    return fits;
}

static bool is_integer(const char *text, int64_t min, int64_t max)
{
    char *end;
    long long value = strtoll(text, &end, 10);
    return *text && *end == '\0' && value >= min && value <= max;
}

static bool is_uuid(const char *text)
{
    dbk_uuid id;
    dbk_err *e = uuid_parse(text, &id);
    bool fits = e == NULL;
    err_free(e);
    return fits;
}

static bool is_hash(const char *text)
{
    size_t length = strlen(text);
    return length % 2 == 0 && strspn(text, "0123456789abcdef") == length;
}

static bool is_json(const char *text)
{
    json_t *value = NULL;
    dbk_err *e = json_parse(text, strlen(text), "value", &value);
    bool fits = e == NULL;
    json_decref(value);
    err_free(e);
    return fits;
}

static bool is_object_of_amounts(const char *text)
{
    json_t *object = NULL, *value;
    const char *key;
    dbk_err *e = json_parse(text, strlen(text), "value", &object);
    bool fits = !e && json_is_object(object);
    if (fits)
        json_object_foreach(object, key, value) fits =
            fits && json_is_string(value) && is_numeric(json_string_value(value));
    json_decref(object);
    err_free(e);
    return fits;
}

static bool fits(move_kind kind, const char *text)
{
    switch (kind) {
    case MOVE_UUID:
    case MOVE_INSTRUMENT:
        return is_uuid(text);
    case MOVE_AMOUNT:
        return is_amount(text);
    case MOVE_NUMERIC:
        return is_numeric(text);
    case MOVE_INT8:
        return is_integer(text, INT64_MIN, INT64_MAX);
    case MOVE_INT4:
        return is_integer(text, INT32_MIN, INT32_MAX);
    case MOVE_TIME:
        return is_integer(text, TIME_MIN_US, TIME_MAX_US);
    case MOVE_BOOL:
        return is_integer(text, 0, 1);
    case MOVE_NAME:
        return strlen(text) <= NAME_BYTES_MAX && utf8_is_valid(text, strlen(text));
    case MOVE_TEXT:
    case MOVE_LIST:
        return utf8_is_valid(text, strlen(text));
    case MOVE_HASH:
        return is_hash(text);
    case MOVE_AMOUNTS:
        return is_object_of_amounts(text);
    case MOVE_JSON:
    case MOVE_JSON_OF_BOOK:
        return is_json(text);
    }
    return false;
}

static const char *kind_name(move_kind kind)
{
    switch (kind) {
    case MOVE_UUID:
    case MOVE_INSTRUMENT:
        return "an id";
    case MOVE_AMOUNT:
        return "an amount of at most 20 integer digits and 18 decimals";
    case MOVE_NUMERIC:
        return "a number";
    case MOVE_INT8:
        return "an integer";
    case MOVE_INT4:
        return "an integer of 32 bits";
    case MOVE_TIME:
        return "a time between the years 1 and 9999";
    case MOVE_BOOL:
        return "0 or 1";
    case MOVE_NAME:
        return "a name of at most 63 bytes";
    case MOVE_TEXT:
    case MOVE_LIST:
        return "UTF-8";
    case MOVE_HASH:
        return "hexadecimal digits";
    case MOVE_AMOUNTS:
        return "an object of amounts";
    case MOVE_JSON:
    case MOVE_JSON_OF_BOOK:
        return "JSON";
    }
    return "";
}

dbk_err *move_check_row(const move_table *t, const char *const *values)
{
    for (size_t i = 0; i < t->count; i++) {
        if (!values[i] || fits(t->columns[i].kind, values[i]))
            continue;
        const char *first = values[t->keys[0]], *second = t->key_count > 1 ? values[t->keys[1]] : NULL;
        return err_with_hint(err_new(ERR_INPUT, "%s %.80s%s%.80s: %s is \"%.60s\", which is not %s", t->name,
                                     first ? first : "null", second ? " " : "", second ? second : "",
                                     t->columns[i].name, values[i], kind_name(t->columns[i].kind)),
                             "the value was not written by Daybook; mend it there, then move again");
    }
    return NULL;
}

/* ---- as JSON ---- */

static void append_list(buf *out, const char *text)
{
    buf_append_char(out, '[');
    for (const char *at = text; *at;) {
        char name[1024]; /* of an instrument: at most 175 */
        size_t length = strcspn(at, ",");
        size_t kept = length < sizeof(name) - 1 ? length : sizeof(name) - 1;
        memcpy(name, at, kept);
        name[kept] = '\0';
        json_append_string(out, name);
        at += length;
        if (*at == ',')
            buf_append_char(out, *at++);
    }
    buf_append_char(out, ']');
}

static void append_quoted(buf *out, const char *before, const char *plain)
{
    buf_append_char(out, '"');
    buf_append_str(out, before);
    buf_append_str(out, plain);
    buf_append_char(out, '"');
}

/* Amounts as numbers. The text was checked. */
static void append_amounts(buf *out, const char *text)
{
    json_t *object = json_loads(text, 0, NULL), *value;
    const char *key, *before = "{";
    json_object_foreach(object, key, value)
    {
        buf_append_str(out, before);
        json_append_string(out, key);
        buf_append_char(out, ':');
        buf_append_str(out, json_string_value(value));
        before = ",";
    }
    buf_append_str(out, *before == '{' ? "{}" : "}");
    json_decref(object);
}

static void append_value(buf *out, move_kind kind, const char *text)
{
    char time[CLOCK_ISO_SIZE];
    switch (kind) {
    case MOVE_UUID:
    case MOVE_INSTRUMENT:
    case MOVE_AMOUNT:
    case MOVE_NUMERIC:
        append_quoted(out, "", text);
        return;
    case MOVE_INT8:
    case MOVE_INT4:
    case MOVE_JSON:
    case MOVE_JSON_OF_BOOK:
        buf_append_str(out, text);
        return;
    case MOVE_TIME:
        clock_iso(strtoll(text, NULL, 10), time);
        append_quoted(out, "", time);
        return;
    case MOVE_BOOL:
        buf_append_str(out, *text == '1' ? "true" : "false");
        return;
    case MOVE_LIST:
        append_list(out, text);
        return;
    case MOVE_AMOUNTS:
        append_amounts(out, text);
        return;
    case MOVE_HASH:
        append_quoted(out, "\\\\x", text);
        return;
    case MOVE_TEXT:
    case MOVE_NAME:
        json_append_string(out, text);
        return;
    }
}

/* What is null is left out. */
void move_append_row(buf *out, const move_table *t, const char *const *values)
{
    const char *before = "{\"";
    for (size_t i = 0; i < t->count; i++) {
        if (!values[i])
            continue;
        buf_append_str(out, before);
        buf_append_str(out, t->columns[i].name);
        buf_append_str(out, "\":");
        append_value(out, t->columns[i].kind, values[i]);
        before = ",\"";
    }
    buf_append_char(out, '}');
}
