/* arena.h: memory whose life ends with the call, the message or the batch it serves.
 *
 * An arena hands out memory that is never freed one by one: arena_reset() takes everything back at once and
 * runs what was deferred, newest first. Passed as the first argument; there is no current arena. Each arena
 * has a maximum, fixed when it is made. One thread at a time.
 *
 * arena_alloc and its kin return NULL when memory is short or the maximum is passed; callers return
 * err_oom(). Memory is zeroed and aligned for any type. */
#ifndef DAYBOOK_CORE_ARENA_H
#define DAYBOOK_CORE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "core/err.h"

typedef struct arena arena;

#define ARENA_SIZE_DEFAULT ((size_t)64 << 20)

/* NULL when memory is short. size_bytes_max 0 means ARENA_SIZE_DEFAULT. */
arena *arena_new(size_t size_bytes_max);

/* Runs the deferred functions and frees everything. Accepts NULL. */
void arena_free(arena *a);

/* Runs the deferred functions and makes all memory available again; keeps the first block. */
void arena_reset(arena *a);

void *arena_alloc(arena *a, size_t size_bytes);
char *arena_strdup(arena *a, const char *s);
char *arena_strndup(arena *a, const char *s, size_t length);
void *arena_memdup(arena *a, const void *p, size_t size_bytes);
char *arena_printf(arena *a, const char *fmt, ...) ERR_FORMAT(2, 3);
char *arena_vprintf(arena *a, const char *fmt, va_list args);

/* Calls fn(arg) at the next reset or free. If memory for the note is short, fn(arg) is called at once and the
 * answer is false: the resource is gone and the caller returns err_oom(). */
bool arena_defer(arena *a, void (*fn)(void *), void *arg) ERR_MUST_USE;

/* Bytes handed out since the last reset, for tests and limits. */
size_t arena_used_bytes(const arena *a);

#endif
