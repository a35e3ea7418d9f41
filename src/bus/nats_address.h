/* nats_address.h: where events go in NATS, as people write it:
 *
 *     nats://host:4222,other:4222?stream=DAYBOOK&subject=daybook&max_age=7d&max_bytes=10GB
 *
 * tls:// insists on TLS. Never a user or a password: those come from the environment (nats/jetstream.h).
 * Settings of the stream are for one that is not there yet; of one that is they are compared. */
#ifndef DAYBOOK_BUS_NATS_ADDRESS_H
#define DAYBOOK_BUS_NATS_ADDRESS_H

#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

#define NATS_ADDRESS_DEFAULT_STREAM "DAYBOOK"
#define NATS_ADDRESS_DEFAULT_SUBJECT "daybook"

typedef struct nats_address {
    const char *servers; /* URLs with commas, without settings: may be shown */
    const char *stream;
    const char *subject;  /* what all subjects begin with, without the dot */
    int64_t replicas;     /* replicas=1 */
    int64_t max_age_us;   /* max_age=7d; none: 0 */
    int64_t max_bytes;    /* max_bytes=10GB; not given: 0, no limit */
    int64_t duplicate_us; /* duplicate_window=2m */
    bool discard_new;     /* discard=new: when full refuse what is new, and let the log wait */
    bool synced;          /* synced=yes: the operator vouches that the server syncs before it acknowledges */
} nats_address;

/* ERR_USAGE says what is wrong, without showing what may be a secret. */
dbk_err *nats_address_parse(arena *a, const char *text, nats_address *out) ERR_MUST_USE;

#endif
