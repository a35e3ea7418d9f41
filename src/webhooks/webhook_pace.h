/* webhook_pace.h: how many requests each endpoint gets now. Pure.
 *
 * An endpoint has at most so many requests on the way and so many a second, and no more than its share of the
 * room that there is, so that one that is slow never fills it. Requests of a second are let through evenly,
 * up to a tenth of them at once. */
#ifndef DAYBOOK_WEBHOOKS_WEBHOOK_PACE_H
#define DAYBOOK_WEBHOOKS_WEBHOOK_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/uuid.h"

#define WEBHOOK_PACE_ENDPOINTS_MAX 1000

typedef struct webhook_pace webhook_pace;

dbk_err *webhook_pace_new(webhook_pace **out) ERR_MUST_USE;
void webhook_pace_free(webhook_pace *p); /* accepts NULL */

typedef struct webhook_wish {
    dbk_uuid endpoint_id;
    int32_t rate_per_s;
    int32_t in_flight_max;
    int32_t limit; /* out: how many more may begin now */
} webhook_wish;

/* Sets the limits; returns how many wishes have one above 0. *next_us: when one that has only its rate
 * against it can go on, INT64_MAX when there is none. Endpoints that are not among the wishes and have
 * nothing on the way are forgotten. count <= WEBHOOK_PACE_ENDPOINTS_MAX. */
size_t webhook_pace_limits(webhook_pace *p, webhook_wish *wishes, size_t count, size_t room, int64_t now_us,
                           int64_t *next_us);
void webhook_pace_began(webhook_pace *p, const dbk_uuid *endpoint_id);
void webhook_pace_ended(webhook_pace *p, const dbk_uuid *endpoint_id);

#endif
