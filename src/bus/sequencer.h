/* sequencer.h: gives events their places in the log, as a worker of the relay.
 *
 * One of any number of relays leads: the one that holds the lock; after five seconds without a sign of life
 * of that one, another one, since a process that was stopped keeps its locks. A term in the database sees to
 * it that only the last of them gives places, whoever believes what.
 *
 * Places are given every ten milliseconds while there are events. Without any it goes to sleep: it takes the
 * lock that emitters try to share, looks once more, and waits until one of them notifies. So nobody notifies
 * while it is awake, and nothing is left lying when it sleeps. Blocks; run it in a thread of its own. */
#ifndef DAYBOOK_BUS_SEQUENCER_H
#define DAYBOOK_BUS_SEQUENCER_H

#include "bus/worker.h"

typedef struct sequencer sequencer;

/* env outlives it. */
dbk_err *sequencer_new(const worker_env *env, sequencer **out) ERR_MUST_USE;
void sequencer_free(sequencer *s); /* accepts NULL */

/* run() and wake() of a worker; ctx is the sequencer. With `once` it ends when everything that is visible has
 * its place, from this process or from the one that leads; the first failure ends it too. */
dbk_err *sequencer_run(void *ctx) ERR_MUST_USE;
void sequencer_wake(void *ctx);

#endif
