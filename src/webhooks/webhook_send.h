/* webhook_send.h: one delivery as an HTTP request, and what an answer means. */
#ifndef DAYBOOK_WEBHOOKS_WEBHOOK_SEND_H
#define DAYBOOK_WEBHOOKS_WEBHOOK_SEND_H

#include "http/http_pool.h"
#include "webhooks/webhook_secrets.h"
#include "webhooks/webhook_store.h"

/* Begins the request; the pool has room. An error is this delivery's: a secret that is not known, a body that
 * is too long. */
dbk_err *webhook_send(http_pool *pool, arena *a, const webhook_secrets *secrets, const webhook_delivery *d,
                      int64_t wall_us, void *ctx) ERR_MUST_USE;

/* What is told of an attempt: status, error (printable ASCII), pause asked for, duration. Takes the error. */
void webhook_answered(webhook_result *r, http_ended *ended);
/* The same of one that was not begun. Takes the error. */
void webhook_not_sent(webhook_result *r, dbk_err *e);

#endif
