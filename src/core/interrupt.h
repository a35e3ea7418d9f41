/* interrupt.h: the wish to stop, for long work that must end in order.
 *
 * While it is watched, SIGINT and SIGTERM are taken by a thread: the first one sets a flag, which the work
 * looks at, and calls a function, which wakes the work where it waits for somebody else; again every half
 * second, because a wait may begin just after. The second signal ends the process as if nothing were watched.
 * Not for daemons: they have an event loop, and take signals there.
 *
 * One watch at a time, begun and ended by the same thread, before other threads are made. */
#ifndef DAYBOOK_CORE_INTERRUPT_H
#define DAYBOOK_CORE_INTERRUPT_H

#include <stdatomic.h>

#include "core/err.h"

typedef struct interrupt interrupt;

/* on_signal runs in the watching thread; NULL: none. */
dbk_err *interrupt_watch(void (*on_signal)(void *ctx), void *ctx, interrupt **out) ERR_MUST_USE;

/* 0, or the number of the signal that came. Valid until interrupt_end(). */
const atomic_int *interrupt_flag(const interrupt *i);

/* NULL, or ERR_INTERRUPTED (after SIGTERM: ERR_TERMINATED) when the flag is set; a NULL flag never is. */
dbk_err *interrupt_check(const atomic_int *flag) ERR_MUST_USE;

/* Signals do again what they did before. When this returns on_signal is not running. Accepts NULL. */
void interrupt_end(interrupt *i);

#endif
