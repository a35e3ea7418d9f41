/* sink_run.h: feeds one sink with the log, as a worker of the relay.
 *
 * Attaches the sink's cursor, asks the sink where it stands, goes on from there, and moves the cursor when
 * what was written is durable. What the sink says counts: ahead of the cursor it has what a process that was
 * killed had not confirmed; behind it, it has lost its newest, which is told and sent again. Whatever fails,
 * the sink is closed and opened again. Only where the sink keeps nothing may a kill repeat what was written
 * since the cursor moved last. */
#ifndef DAYBOOK_BUS_SINK_RUN_H
#define DAYBOOK_BUS_SINK_RUN_H

#include "bus/sink.h"
#include "bus/worker.h"

typedef struct sink_run sink_run;

/* All of these outlive it; o->clock, log, metrics and stop are taken from env. */
dbk_err *sink_run_new(const worker_env *env, const sink_ops *ops, const sink_options *o,
                      sink_run **out) ERR_MUST_USE;
void sink_run_free(sink_run *r); /* accepts NULL */

/* Makes the cursor known, which is an event: with `once` before places are given, so that nothing is left. */
dbk_err *sink_run_declare(sink_run *r) ERR_MUST_USE;

/* run() and wake() of a worker. With `once` it ends where the log ended when it began, and the first failure
 * ends it too, also that another process feeds the sink. */
dbk_err *sink_run_run(void *ctx) ERR_MUST_USE;
void sink_run_wake(void *ctx);

#endif
