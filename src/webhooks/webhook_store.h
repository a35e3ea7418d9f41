/* webhook_store.h: webhooks in the database, as the one process that posts them sees them.
 *
 * That process holds the consumer "webhooks"; calls with a term that is over fail with SQLSTATE TB006. What
 * came of an attempt is told by its token, whoever holds the consumer by then. Calls block. */
#ifndef DAYBOOK_WEBHOOKS_WEBHOOK_STORE_H
#define DAYBOOK_WEBHOOKS_WEBHOOK_STORE_H

#include "bus/event.h"
#include "webhooks/webhook_pace.h"

typedef struct webhook_store {
    pg_conn *conn;
    const char *holder; /* who we are, for people */
    dbk_uuid holder_id;
    int64_t term;
} webhook_store;

/* Declares the consumer where that is due, and attaches. *held_by, in the arena, says who holds it when it is
 * another process, else NULL. */
dbk_err *webhook_store_attach(webhook_store *s, arena *a, const char **held_by) ERR_MUST_USE;
void webhook_store_release(webhook_store *s, arena *a); /* best effort */

/* Makes deliveries of the next page of events. */
dbk_err *webhook_store_dispatch(webhook_store *s, arena *a, int64_t *deliveries, bool *more) ERR_MUST_USE;

/* Endpoints with something pending that may be sent to, at most WEBHOOK_PACE_ENDPOINTS_MAX. */
dbk_err *webhook_store_due(webhook_store *s, arena *a, webhook_wish **out, size_t *count) ERR_MUST_USE;

typedef struct webhook_attempt {
    dbk_uuid endpoint_id;
    dbk_uuid token;
    int32_t resend;
    int64_t seq;
} webhook_attempt;

typedef struct webhook_delivery {
    webhook_attempt attempt;
    int32_t number; /* of the attempt, from 1 */
    const char *url;
    const char *secrets[2]; /* names; the second may be NULL */
    int32_t timeout_ms;
    bool allow_private;
    const bus_event *event;
} webhook_delivery;

/* Hands out what is due, within the limits of the wishes; in the arena. */
dbk_err *webhook_store_claim(webhook_store *s, arena *a, const webhook_wish *wishes, size_t count,
                             webhook_delivery **out, size_t *out_count) ERR_MUST_USE;

#define WEBHOOK_ERROR_SIZE 240

typedef struct webhook_result {
    webhook_attempt attempt;
    int status; /* 0: no whole answer */
    char error[WEBHOOK_ERROR_SIZE];
    int64_t retry_after_ms; /* -1: not asked for */
    int64_t took_ms;
} webhook_result;

/* outcomes[i]: delivered, retried, dead, disabled, fenced; in the arena. */
dbk_err *webhook_store_finish(webhook_store *s, arena *a, const webhook_result *results, size_t count,
                              const char ***outcomes) ERR_MUST_USE;

#endif
