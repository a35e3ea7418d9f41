/* jetstream_int.h: a connection, shared by the files of this folder. */
#ifndef DAYBOOK_NATS_JETSTREAM_INT_H
#define DAYBOOK_NATS_JETSTREAM_INT_H

#include <nats/nats.h>

#include "core/buf.h"
#include "core/json_span.h"
#include "nats/jetstream.h"

/* How often a connection reads streams, at most. */
#define RETIRED_MAX 1024

struct jetstream {
    natsConnection *connection;
    jsCtx *context;
    int64_t timeout_ms;
    const atomic_int *interrupt;
    natsSubscription *retired[RETIRED_MAX];
    size_t retired_count;
    /* The flight. The answers to each have a subject of their own, so that late ones are not taken for its
     * own. */
    natsSubscription *answers; /* to all flights */
    char *inbox;
    char *stream;
    uint64_t flight;
    uint64_t sent_seq;
    buf last_id; /* of the message that was sent last; empty before the first of a flight */
    uint64_t acknowledged_seq;
    size_t flight_max;
    jetstream_stop stop;
    json_spans spans;
    buf reply;
};

/* What libnats said, as an error; doing is "while …". `code` is JetStream's own, 0 without one. */
dbk_err *jetstream_error(natsStatus status, jsErrCode code, const char *doing) ERR_MUST_USE;

/* 0 for what is no number. */
uint64_t jetstream_number(const json_span *v);
/* Reads an answer of the server's, which has to be an object, into js->spans. */
dbk_err *jetstream_read_answer(jetstream *js, const char *text, size_t length) ERR_MUST_USE;

/* A subscription that is not wanted any more, but for which messages may be on their way. Versions of libnats
 * before 3.6 let the thread that reads from the server use it after it was destroyed, so that waits until the
 * connection is closed. Accepts NULL. */
void jetstream_retire(jetstream *js, natsSubscription *subscription);

/* ---- jetstream_access.c ---- */

/* Has the options log in, and insist on TLS where that is wanted. */
dbk_err *jetstream_access_set(natsOptions *o, const char *servers,
                              const jetstream_access *access) ERR_MUST_USE;
bool jetstream_is_secure(const char *servers, const jetstream_access *access);
/* The variables that name what is shown to the server: "NATS_USER and its password". */
const char *jetstream_access_name(const jetstream_access *access);

/* Waits for the next message in steps, so that the interrupt is seen. *out NULL: none came within timeout_ms.
 */
dbk_err *jetstream_next(jetstream *js, natsSubscription *from, int64_t timeout_ms,
                        natsMsg **out) ERR_MUST_USE;

#endif
