#include "cmd/audit_heads.h"

#include <string.h>

#include "core/file.h"
#include "core/json.h"

#define FILE_BYTES_MAX ((size_t)64 << 20)
#define HASH_HEX 64

static size_t line_count(const char *text, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        n += text[i] == '\n';
    return n + 1;
}

static dbk_err *take(arena *a, const json_t *line, audit_head *out)
{
    const json_t *no = json_object_get(line, "seal_no");
    const char *hash = json_string_value(json_object_get(line, "hash"));
    if (!json_is_integer(no) || !hash || strlen(hash) != HASH_HEX ||
        strspn(hash, "0123456789abcdef") != HASH_HEX)
        return err_new(ERR_INPUT, "it has no seal_no or no hash of %d digits", HASH_HEX);
    *out = (audit_head){.seal_no = json_integer_value(no), .hash = arena_strdup(a, hash)};
    return out->hash ? NULL : err_oom();
}

static dbk_err *read_line(arena *a, const char *line, size_t length, audit_heads *h)
{
    json_t *json = NULL;
    audit_head *head = &h->items[h->count];
    dbk_err *e = json_parse(line, length, "the line", &json);
    if (!e)
        e = take(a, json, head);
    json_decref(json);
    if (!e && h->count > 0 && head->seal_no <= head[-1].seal_no)
        e = err_new(ERR_INPUT, "seal %lld comes after seal %lld", (long long)head->seal_no,
                    (long long)head[-1].seal_no);
    if (!e)
        h->count++;
    return e;
}

dbk_err *audit_heads_read(arena *a, const char *path, bool must_exist, audit_heads *out)
{
    char *text = NULL;
    size_t length = 0;
    *out = (audit_heads){.text = ""};
    if (!file_exists(path) && !must_exist)
        return NULL;
    dbk_err *e = file_read(a, path, FILE_BYTES_MAX, &text, &length);
    if (e)
        return e;
    out->text = text;
    out->length = length;
    out->items = arena_alloc(a, line_count(text, length) * sizeof(*out->items));
    if (!out->items)
        return err_oom();
    int line = 1;
    for (const char *at = text, *end = text + length; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop)
            stop = end;
        e = read_line(a, at, (size_t)(stop - at), out);
        if (e)
            return err_wrap(e, "%s line %d is no published seal", path, line);
        at = stop < end ? stop + 1 : end;
    }
    return NULL;
}

void audit_heads_append(buf *lines, int64_t seal_no, int64_t last_seq, const char *hash,
                        const char *sealed_at)
{
    buf_printf(lines, "{\"seal_no\": %lld, \"last_seq\": %lld, \"hash\": \"%s\", \"sealed_at\": \"%s\"}\n",
               (long long)seal_no, (long long)last_seq, hash, sealed_at);
}

dbk_err *audit_heads_write(const char *path, const audit_heads *before, const buf *added)
{
    buf whole;
    buf_init(&whole, FILE_BYTES_MAX);
    buf_append(&whole, before->text, before->length);
    if (before->length > 0 && before->text[before->length - 1] != '\n')
        buf_append_char(&whole, '\n');
    buf_append(&whole, added->data, added->length);
    buf_break_if(&whole, added);
    dbk_err *e = buf_error(&whole);
    if (!e)
        e = file_write_atomic(path, whole.data, whole.length, 0644);
    buf_term(&whole);
    return e;
}
