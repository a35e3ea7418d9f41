#include "core/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The allocator is a process-wide resource, so its failure switch is one too; it stays 0 outside tests. */
static _Atomic int64_t fail_countdown;

static int must_fail(void)
{
    if (atomic_load_explicit(&fail_countdown, memory_order_relaxed) == 0)
        return 0;
    if (atomic_load(&fail_countdown) == 1)
        return 1;
    atomic_fetch_sub(&fail_countdown, 1);
    return 0;
}

void *mem_alloc(size_t size_bytes)
{
    return must_fail() ? NULL : calloc(1, size_bytes ? size_bytes : 1);
}

void *mem_realloc(void *p, size_t size_bytes)
{
    return must_fail() ? NULL : realloc(p, size_bytes ? size_bytes : 1);
}

char *mem_strdup(const char *s)
{
    size_t size = strlen(s) + 1;
    char *copy = mem_alloc(size);
    if (copy)
        memcpy(copy, s, size);
    return copy;
}

void mem_free(void *p)
{
    free(p);
}

void mem_test_fail_after(int64_t countdown)
{
    atomic_store(&fail_countdown, countdown);
}
