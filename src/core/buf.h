/* buf.h: a growing byte buffer with a maximum.
 *
 * Appending never fails visibly: when memory is short or the maximum would be passed, the buffer becomes
 * broken, keeps nothing, and buf_error() says why. So a writer appends freely and asks once at the end. The
 * content is always followed by a zero byte that is not counted. */
#ifndef DAYBOOK_CORE_BUF_H
#define DAYBOOK_CORE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

typedef struct buf {
    char *data; /* never NULL after buf_init; "" while empty */
    size_t length;
    size_t capacity;
    size_t length_max;
    enum { BUF_OK, BUF_NO_MEMORY, BUF_TOO_BIG } state;
} buf;

#define BUF_LENGTH_DEFAULT ((size_t)64 << 20)

void buf_init(buf *b, size_t length_max); /* 0 means BUF_LENGTH_DEFAULT */
void buf_term(buf *b);                    /* accepts a zeroed buf */
void buf_clear(buf *b);                   /* empty again, also when broken; keeps capacity */

void buf_append(buf *b, const void *p, size_t length);
void buf_append_str(buf *b, const char *s);
void buf_append_char(buf *b, char c);
void buf_append_int(buf *b, int64_t value); /* in decimal; a fraction of what buf_printf costs */
void buf_printf(buf *b, const char *fmt, ...) ERR_FORMAT(2, 3);
void buf_vprintf(buf *b, const char *fmt, va_list args);

/* Removes the first `length` bytes, for streaming readers. length <= b->length. */
void buf_consume(buf *b, size_t length);

/* Makes room for `length` more bytes and returns where they go, NULL when broken; follow with buf_added(). */
void *buf_reserve(buf *b, size_t length);
void buf_added(buf *b, size_t length);

/* NULL when all appends so far succeeded. */
dbk_err *buf_error(const buf *b) ERR_MUST_USE;

/* Breaks b when `part`, from which it was put together, is broken. */
void buf_break_if(buf *b, const buf *part);

/* The end of a writer: the content as a text in the arena, and the buffer is freed whatever comes of it. */
dbk_err *buf_to_arena(buf *b, arena *a, const char **out) ERR_MUST_USE;

/* Hands the content over (mem_free it) and leaves the buffer empty. NULL when broken. */
char *buf_take(buf *b);

#endif
