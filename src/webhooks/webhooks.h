/* webhooks.h: posts events to HTTP endpoints, as a worker of the relay.
 *
 * One process at a time holds the consumer "webhooks". It makes deliveries of new events, claims those that
 * are due, posts all of them at once from this one thread, and tells the database what came of each. What is
 * on its way when the process is killed is posted again when its lease is over: every event arrives at least
 * once, and those of an aggregate in order, since of an aggregate one is on its way at a time.
 *
 * Nothing that an endpoint does holds up another one: each has a limit of time and its share of the requests
 * on the way. While the database is away, what came of attempts is kept, and told afterwards. */
#ifndef DAYBOOK_WEBHOOKS_WEBHOOKS_H
#define DAYBOOK_WEBHOOKS_WEBHOOKS_H

#include "bus/worker.h"

typedef struct webhooks webhooks;

typedef struct webhooks_options {
    const char *secrets_path; /* see webhook_secrets.h; may be NULL */
    const char *ca_file; /* authorities that vouch for endpoints, see http_authorities_check(); may be NULL */
} webhooks_options;

/* env outlives it. */
dbk_err *webhooks_new(const worker_env *env, const webhooks_options *options, webhooks **out) ERR_MUST_USE;
void webhooks_free(webhooks *w); /* accepts NULL */

/* run() and wake() of a worker. Being stopped, it lets what is on its way end for a few seconds. With `once`
 * it ends when nothing is due; what waits for another attempt goes on waiting. */
dbk_err *webhooks_run(void *ctx) ERR_MUST_USE;
void webhooks_wake(void *ctx);

#endif
