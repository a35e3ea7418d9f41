/* nats_stream.h: the stream that holds the log in JetStream: what it has to be like, what a message of it is,
 * and where it stands. Shared by the sink that writes it and by what compares it with the log. */
#ifndef DAYBOOK_BUS_NATS_STREAM_H
#define DAYBOOK_BUS_NATS_STREAM_H

#include "bus/event.h"
#include "bus/nats_address.h"
#include "core/log.h"
#include "nats/jetstream.h"

#define NATS_HEADER_SEQ "Daybook-Seq"
#define NATS_HEADER_EPOCH "Daybook-Epoch"
#define NATS_HEADER_ID "Daybook-Id"
#define NATS_HEADER_TYPE "Daybook-Type"
#define NATS_HEADER_AGGREGATE "Daybook-Aggregate"
#define NATS_HEADER_TRACE "Daybook-Trace"

/* Makes the stream when there is none. What is unsafe about the one there is, or is not as the address says,
 * is logged; one that drops what its readers have taken is refused. */
dbk_err *nats_stream_prepare(jetstream *js, arena *a, const nats_address *to, dbk_log *log) ERR_MUST_USE;

typedef struct nats_tail {
    bus_place place;       /* of the last event; {0, 0} when there is none */
    uint64_t last_seq;     /* of the stream: the next message expects to follow it */
    uint64_t removed;      /* so many places at the stream's end hold no event: removed, or a stranger's */
    bool expired;          /* there is no event because all of them were older than the stream keeps */
    uint64_t strangers;    /* messages after the last event that the log did not send */
    uint64_t stranger_seq; /* the last of them */
    const char *stranger_subject; /* of the first; in the arena */
} nats_tail;

dbk_err *nats_stream_tail(jetstream *js, arena *a, const nats_address *to, nats_tail *out) ERR_MUST_USE;

/* False when the message is not one of the log's. */
bool nats_stream_place(const jetstream_message *m, bus_place *out);

#endif
