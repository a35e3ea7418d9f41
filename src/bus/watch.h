/* watch.h: what a relay tells of the log as a whole, and sees to it that there is room in it, as a worker.
 *
 * Whoever gives the places, this one measures whether it is done in time: a log whose oldest event without a
 * place is older than the limit is ill. Makes the next partitions once a minute. */
#ifndef DAYBOOK_BUS_WATCH_H
#define DAYBOOK_BUS_WATCH_H

#include "bus/worker.h"

typedef struct watch watch;

dbk_err *watch_new(const worker_env *env, watch **out) ERR_MUST_USE;
void watch_free(watch *w); /* accepts NULL */

/* run() and wake() of a worker. */
dbk_err *watch_run(void *ctx) ERR_MUST_USE;
void watch_wake(void *ctx);

#endif
