/* nats_verify.h: whether the stream holds what the log holds: each event once, in order, byte for byte.
 *
 * Both sides are read once, from beginning to end, in bounded memory; neither is changed. Messages of a
 * history that the log no longer has (of before a restore) are told and are no difference: readers know them
 * by their epoch. Blocks. */
#ifndef DAYBOOK_BUS_NATS_VERIFY_H
#define DAYBOOK_BUS_NATS_VERIFY_H

#include "bus/nats_stream.h"
#include "pg/pg.h"

typedef enum nats_difference_kind {
    NATS_MISSING,  /* the log has the event, the stream does not */
    NATS_REPEATED, /* the stream has it again, or behind a later one */
    NATS_CHANGED,  /* the message says something else than the log */
    NATS_STRANGER, /* a message that is none of the log's */
    NATS_DIFFERENCE_KINDS
} nats_difference_kind;

typedef struct nats_difference {
    nats_difference_kind kind;
    int64_t seq;         /* place in the log, 0 of a stranger */
    uint64_t stream_seq; /* place in the stream, 0 of what is missing */
    const char *what;    /* the event's id or the message's subject; lent for the call */
} nats_difference;

typedef struct nats_verify_options {
    pg_conn *conn;
    jetstream *js;
    const nats_address *to;
    int64_t from_seq; /* 0: from the first place that the stream holds */
    int64_t to_seq;   /* 0: to the last place that the stream holds */
    dbk_err *(*on_difference)(void *ctx, const nats_difference *d);
    void *ctx;
} nats_verify_options;

typedef struct nats_verified {
    int64_t first_seq; /* of the range that was compared; first > last: nothing was */
    int64_t last_seq;
    int64_t log_seq; /* the last place of the log: what is after last_seq is not published yet */
    int64_t equal;   /* events that are the same in both */
    int64_t lost;    /* messages of a history that the log no longer has */
    int64_t differences[NATS_DIFFERENCE_KINDS];
} nats_verified;

/* An error means that it could not be told. */
dbk_err *nats_verify(const nats_verify_options *o, nats_verified *out) ERR_MUST_USE;

#endif
