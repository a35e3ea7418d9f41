#include "core/buf.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/int_text.h"
#include "core/mem.h"

#define CAPACITY_FIRST ((size_t)256)

/* What an empty buffer points at; never written, because capacity 0 is checked before every write. */
static const char nothing[1] = "";

static void forget_memory(buf *b)
{
    b->data = (char *)(uintptr_t)nothing;
    b->length = 0;
    b->capacity = 0;
}

void buf_init(buf *b, size_t length_max)
{
    assert(b);
    *b = (buf){.length_max = length_max ? length_max : BUF_LENGTH_DEFAULT};
    forget_memory(b);
}

void buf_term(buf *b)
{
    assert(b);
    if (b->capacity > 0)
        mem_free(b->data);
    forget_memory(b);
}

void buf_clear(buf *b)
{
    assert(b);
    b->length = 0;
    b->state = BUF_OK;
    if (b->capacity > 0)
        b->data[0] = '\0';
    else
        forget_memory(b);
}

static void *break_with(buf *b, int state)
{
    if (b->capacity > 0)
        mem_free(b->data);
    forget_memory(b);
    b->state = state;
    return NULL;
}

void *buf_reserve(buf *b, size_t length)
{
    assert(b);
    assert(b->data);
    if (b->state != BUF_OK)
        return NULL;
    if (length > b->length_max - b->length)
        return break_with(b, BUF_TOO_BIG);
    size_t needed = b->length + length + 1;
    if (needed > b->capacity) {
        size_t capacity = b->capacity ? b->capacity : CAPACITY_FIRST;
        while (capacity < needed)
            capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
        char *data = mem_realloc(b->capacity ? b->data : NULL, capacity);
        if (!data)
            return break_with(b, BUF_NO_MEMORY);
        b->data = data;
        b->capacity = capacity;
        b->data[b->length] = '\0';
    }
    return b->data + b->length;
}

void buf_added(buf *b, size_t length)
{
    assert(b);
    if (b->state != BUF_OK || length == 0)
        return;
    assert(length < b->capacity - b->length);
    b->length += length;
    b->data[b->length] = '\0';
}

void buf_append(buf *b, const void *p, size_t length)
{
    void *to = buf_reserve(b, length);
    if (!to || length == 0)
        return;
    memcpy(to, p, length);
    buf_added(b, length);
}

void buf_append_str(buf *b, const char *s)
{
    assert(s);
    buf_append(b, s, strlen(s));
}

void buf_append_char(buf *b, char c)
{
    buf_append(b, &c, 1);
}

void buf_append_int(buf *b, int64_t value)
{
    char text[INT_TEXT_SIZE];
    buf_append(b, text, int_text(value, text));
}

void buf_printf(buf *b, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    buf_vprintf(b, fmt, args);
    va_end(args);
}

/* Into what room there is, and only when that was not enough once more. */
void buf_vprintf(buf *b, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    size_t room = b->state == BUF_OK && b->capacity > 0 ? b->capacity - b->length : 0;
    int length = vsnprintf(room > 0 ? b->data + b->length : NULL, room, fmt, again);
    va_end(again);
    assert(length >= 0);
    bool fits = (size_t)length < room;
    if (room > 0 && !fits)
        b->data[b->length] = '\0';
    char *to = buf_reserve(b, (size_t)length);
    if (!to)
        return;
    if (!fits)
        vsnprintf(to, (size_t)length + 1, fmt, args);
    buf_added(b, (size_t)length);
}

void buf_consume(buf *b, size_t length)
{
    assert(b);
    assert(length <= b->length);
    if (length == 0)
        return;
    memmove(b->data, b->data + length, b->length - length + 1);
    b->length -= length;
}

dbk_err *buf_error(const buf *b)
{
    assert(b);
    switch (b->state) {
    case BUF_OK:
        return NULL;
    case BUF_NO_MEMORY:
        return err_oom();
    case BUF_TOO_BIG:
        break;
    }
    return err_new(ERR_LIMIT, "text is longer than the limit of %zu bytes", b->length_max);
}

void buf_break_if(buf *b, const buf *part)
{
    assert(b && part);
    if (b->state == BUF_OK && part->state != BUF_OK)
        break_with(b, (int)part->state);
}

dbk_err *buf_to_arena(buf *b, arena *a, const char **out)
{
    dbk_err *e = buf_error(b);
    const char *text = e ? NULL : arena_strndup(a, b->data, b->length);
    buf_term(b);
    if (e)
        return e;
    if (!text)
        return err_oom();
    *out = text;
    return NULL;
}

char *buf_take(buf *b)
{
    assert(b);
    if (b->state != BUF_OK)
        return NULL;
    if (!buf_reserve(b, 0))
        return NULL;
    char *data = b->data;
    forget_memory(b);
    return data;
}
