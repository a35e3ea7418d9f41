/* A list of blocks, newest first: 8 KiB, then doubling to 1 MiB; a request that would waste most of a block
 * gets one of its own, put behind the newest so that what is left of that stays in use. Blocks come zeroed
 * from the heap, and the one that survives a reset is cleared then, so that handing out is no more than
 * moving an offset.
 *
 * Under AddressSanitizer the unused part of every block is poisoned and pieces are kept apart, so that an
 * overrun is caught although the heap does not know the pieces. */
#include "core/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#define GAP_BYTES ((size_t)16)
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define GAP_BYTES ((size_t)0)
#endif

#define ALIGNMENT (alignof(max_align_t))
#define BLOCK_SIZE_FIRST ((size_t)8 << 10)
#define BLOCK_SIZE_MAX ((size_t)1 << 20)

typedef struct block {
    struct block *next;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char data[];
} block;

typedef struct deferred {
    struct deferred *next;
    void (*fn)(void *);
    void *arg;
} deferred;

struct arena {
    block *newest; /* the first block is the last of this list */
    block *own;    /* blocks of one big piece each */
    deferred *deferred;
    size_t size_next; /* of the next ordinary block */
    size_t used_bytes;
    size_t size_bytes_max;
};

static block *block_new(size_t size)
{
    block *b = mem_alloc(sizeof *b + size);
    if (!b)
        return NULL;
    b->size = size;
    POISON(b->data, size);
    return b;
}

static void block_free(block *b)
{
    UNPOISON(b->data, b->size);
    mem_free(b);
}

arena *arena_new(size_t size_bytes_max)
{
    arena *a = mem_alloc(sizeof *a);
    block *first = a ? block_new(BLOCK_SIZE_FIRST) : NULL;
    if (!first) {
        mem_free(a);
        return NULL;
    }
    a->newest = first;
    a->size_next = BLOCK_SIZE_FIRST * 2;
    a->size_bytes_max = size_bytes_max ? size_bytes_max : ARENA_SIZE_DEFAULT;
    return a;
}

static void run_deferred(arena *a)
{
    while (a->deferred) {
        deferred *d = a->deferred;
        a->deferred = d->next;
        d->fn(d->arg);
    }
}

/* Frees the blocks before `end`, NULL for all, and returns it. */
static block *free_until(block *b, const block *end)
{
    while (b != end) {
        block *next = b->next;
        block_free(b);
        b = next;
    }
    return b;
}

void arena_free(arena *a)
{
    if (!a)
        return;
    run_deferred(a);
    free_until(a->own, NULL);
    free_until(a->newest, NULL);
    mem_free(a);
}

void arena_reset(arena *a)
{
    assert(a);
    run_deferred(a);
    block *first = a->newest;
    while (first->next)
        first = first->next;
    a->own = free_until(a->own, NULL);
    a->newest = free_until(a->newest, first);
    assert(first->size == BLOCK_SIZE_FIRST);
    UNPOISON(first->data, first->size);
    memset(first->data, 0, first->used);
    POISON(first->data, first->size);
    first->used = 0;
    a->size_next = BLOCK_SIZE_FIRST * 2;
    a->used_bytes = 0;
}

static block *block_with_room(arena *a, size_t size)
{
    if (a->newest->size - a->newest->used >= size)
        return a->newest;
    bool own = size > a->size_next / 4;
    block *b = block_new(own ? size : a->size_next);
    if (!b)
        return NULL;
    if (!own && a->size_next < BLOCK_SIZE_MAX)
        a->size_next *= 2;
    block **list = own ? &a->own : &a->newest;
    b->next = *list;
    *list = b;
    return b;
}

void *arena_alloc(arena *a, size_t size_bytes)
{
    assert(a);
    if (size_bytes > a->size_bytes_max - a->used_bytes)
        return NULL;
    if (size_bytes > SIZE_MAX - sizeof(block) - GAP_BYTES - ALIGNMENT)
        return NULL;
    size_t size = (size_bytes + GAP_BYTES + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    block *b = block_with_room(a, size ? size : ALIGNMENT);
    if (!b)
        return NULL;
    void *p = b->data + b->used;
    b->used += size ? size : ALIGNMENT;
    a->used_bytes += size_bytes;
    assert(b->used <= b->size);
    UNPOISON(p, size_bytes);
    return p;
}

char *arena_strdup(arena *a, const char *s)
{
    assert(s);
    return arena_strndup(a, s, strlen(s));
}

char *arena_strndup(arena *a, const char *s, size_t length)
{
    if (length == SIZE_MAX)
        return NULL;
    char *copy = arena_alloc(a, length + 1);
    if (copy && length > 0)
        memcpy(copy, s, length);
    return copy;
}

void *arena_memdup(arena *a, const void *p, size_t size_bytes)
{
    void *copy = arena_alloc(a, size_bytes);
    if (copy && size_bytes > 0)
        memcpy(copy, p, size_bytes);
    return copy;
}

char *arena_printf(arena *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = arena_vprintf(a, fmt, args);
    va_end(args);
    return text;
}

/* Most texts are short, and need not be made twice to know how long they are. */
char *arena_vprintf(arena *a, const char *fmt, va_list args)
{
    char text[256];
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(text, sizeof(text), fmt, again);
    va_end(again);
    assert(length >= 0);
    if ((size_t)length < sizeof(text))
        return arena_memdup(a, text, (size_t)length + 1);
    char *out = arena_alloc(a, (size_t)length + 1);
    if (out)
        vsnprintf(out, (size_t)length + 1, fmt, args);
    return out;
}

bool arena_defer(arena *a, void (*fn)(void *), void *arg)
{
    assert(fn);
    deferred *d = arena_alloc(a, sizeof *d);
    if (!d) {
        fn(arg);
        return false;
    }
    *d = (deferred){.next = a->deferred, .fn = fn, .arg = arg};
    a->deferred = d;
    return true;
}

size_t arena_used_bytes(const arena *a)
{
    assert(a);
    return a->used_bytes;
}
