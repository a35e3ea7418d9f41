/* webhook_tell.h: what webhooks tell about themselves: log and metrics. */
#ifndef DAYBOOK_WEBHOOKS_WEBHOOK_TELL_H
#define DAYBOOK_WEBHOOKS_WEBHOOK_TELL_H

#include "bus/worker.h"
#include "webhooks/webhook_store.h"

typedef struct webhook_tell webhook_tell;

dbk_err *webhook_tell_new(const worker_env *env, webhook_tell **out) ERR_MUST_USE;
void webhook_tell_free(webhook_tell *t); /* accepts NULL */

void webhook_tell_outcome(webhook_tell *t, const webhook_result *r, const char *outcome);
void webhook_tell_failure(webhook_tell *t, const dbk_err *e); /* of the database */
/* Reads how endpoints fare, the longest queues first. */
dbk_err *webhook_tell_status(webhook_tell *t, pg_conn *c, arena *a, size_t under_way) ERR_MUST_USE;

#endif
