#include "core/json.h"

#include <assert.h>
#include <string.h>

#include "core/utf8.h"

dbk_err *json_parse(const char *text, size_t length, const char *what, json_t **out)
{
    assert(text || length == 0);
    assert(what && out);
    json_error_t error;
    /* A name given twice is refused: which of two amounts was meant is not ours to choose. */
    json_t *value = json_loadb(text ? text : "", length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (value) {
        *out = value;
        return NULL;
    }
    if (json_error_code(&error) == json_error_out_of_memory)
        return err_oom();
    return err_new(ERR_INPUT, "%s is not valid JSON: line %d, column %d: %s", what, error.line, error.column,
                   error.text);
}

static void append_code_point(buf *out, uint32_t code_point, const char *bytes, size_t length)
{
    static const char short_escapes[][2] = {{'"', '"'},  {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'},
                                            {'\n', 'n'}, {'\r', 'r'},  {'\t', 't'}};
    if (code_point == UTF8_INVALID) {
        buf_append_str(out, "\xef\xbf\xbd");
        return;
    }
    for (size_t i = 0; i < sizeof short_escapes / sizeof short_escapes[0]; i++) {
        if (code_point == (unsigned char)short_escapes[i][0]) {
            buf_append_char(out, '\\');
            buf_append_char(out, short_escapes[i][1]);
            return;
        }
    }
    if (code_point < 0x20 || code_point == 0x7f)
        buf_printf(out, "\\u%04x", (unsigned)code_point);
    else
        buf_append(out, bytes, length);
}

/* How many bytes stand for themselves: nearly all of what is ever written. */
static size_t plain_length(const char *s)
{
    size_t n = 0;
    while (s[n] >= 0x20 && s[n] < 0x7f && s[n] != '"' && s[n] != '\\')
        n++;
    return n;
}

void json_append_string(buf *out, const char *s)
{
    assert(out);
    if (!s) {
        buf_append_str(out, "null");
        return;
    }
    size_t left = strlen(s);
    buf_append_char(out, '"');
    while (left > 0) {
        uint32_t code_point;
        size_t n = plain_length(s);
        if (n > 0) {
            buf_append(out, s, n);
        } else {
            n = utf8_decode(s, left, &code_point);
            append_code_point(out, code_point, s, n);
        }
        s += n;
        left -= n;
    }
    buf_append_char(out, '"');
}
