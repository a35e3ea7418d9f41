/* interrupt.h: the wish to stop, as a flag that long work looks at.
 *
 * The first SIGINT or SIGTERM sets the flag, so that the work can end in order; the second one ends the
 * process as if nothing were caught. The flag is process-wide, as signals are. Call from main's thread;
 * reading is safe anywhere. */
#ifndef DAYBOOK_CORE_INTERRUPT_H
#define DAYBOOK_CORE_INTERRUPT_H

#include <signal.h>

void interrupt_catch(void);
/* 0, or the number of the signal that came. */
const volatile sig_atomic_t *interrupt_flag(void);

#endif
