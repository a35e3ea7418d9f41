/* mem.h: the only place where memory comes from the heap.
 *
 * Everything else calls these, so that a test can make the Nth allocation fail and see the error travel up.
 * mem_alloc zeroes. All return NULL when memory is short; callers return err_oom(). Thread safe. */
#ifndef DAYBOOK_CORE_MEM_H
#define DAYBOOK_CORE_MEM_H

#include <stddef.h>
#include <stdint.h>

void *mem_alloc(size_t size_bytes);
void *mem_realloc(void *p, size_t size_bytes);
char *mem_strdup(const char *s);
void mem_free(void *p); /* accepts NULL */

/* Tests only: the `countdown`-th allocation from now fails, and every one after it; 0 switches it off. */
void mem_test_fail_after(int64_t countdown);

#endif
