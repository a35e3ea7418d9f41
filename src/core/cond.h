/* cond.h: a pthread_cond_t that is waited for until a time of clock_system()'s mono_us, so that setting the
 * machine's clock neither ends a wait nor prolongs it. Signalled and destroyed with pthread's own calls. */
#ifndef DAYBOOK_CORE_COND_H
#define DAYBOOK_CORE_COND_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

void cond_init(pthread_cond_t *c);

/* The lock is held, given up meanwhile, and held again. false: the time has come. true: c was signalled, or
 * for no reason, as pthread allows; so the caller looks at what it waits for, in a loop. A time that is past
 * is no wait. */
bool cond_wait_until(pthread_cond_t *c, pthread_mutex_t *lock, int64_t until_us);

#endif
