/* ring.h: a bounded queue of pointers between threads.
 *
 * Givers wait while it is full, takers while it is empty, so neither runs away from the other. Each side can
 * end it: after ring_finish() what is in it can still be taken, after ring_abandon() nothing can be given any
 * more. Whoever frees it owns what is left in it. */
#ifndef DAYBOOK_CORE_RING_H
#define DAYBOOK_CORE_RING_H

#include <stddef.h>

#include "core/err.h"

typedef struct ring ring;

dbk_err *ring_new(size_t slots, ring **out) ERR_MUST_USE;
void ring_free(ring *r); /* when no other thread uses it; accepts NULL */

/* Takes the item over, except when it returns false: the taking side has abandoned the ring. */
bool ring_give(ring *r, void *item);
/* No more will be given. */
void ring_finish(ring *r);

/* NULL: finished or abandoned, and nothing is left. */
void *ring_take(ring *r);
void ring_abandon(ring *r);

#endif
