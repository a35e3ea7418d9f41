/* jetstream.h: streams of a NATS server, over libnats. The only folder that includes libnats' headers is this
 * one.
 *
 * A connection never reconnects by itself: when it is lost, or an answer does not come in time, every call
 * fails with ERR_CONNECTION or ERR_TIMEOUT, and the caller opens another one and looks where the stream
 * stands. Nothing is sent twice here. Other errors: ERR_DENIED (not let in, not permitted), ERR_NOT_FOUND (no
 * such stream), ERR_USAGE (no URL, a secret in one), ERR_INTERRUPTED and the like when the interrupt is set.
 *
 * Publishing is pipelined: a flight is a run of messages each of which says which place in the stream it
 * expects to follow, and from the second on also the id of the message there. So the stream takes a prefix of
 * the flight and nothing else, whoever else publishes. The place alone does not see to that: where somebody
 * else's message has taken the place of the first one, the second one would find its place.
 *
 * A connection belongs to one thread at a time. Calls block, within the limits given. */
#ifndef DAYBOOK_NATS_JETSTREAM_H
#define DAYBOOK_NATS_JETSTREAM_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

typedef struct jetstream jetstream;

/* Who we are and whom we trust. Any may be NULL; files are named, and read for each connection. Never part of
 * a URL, and never shown. With a CA or a certificate the server has to offer TLS, as with tls://. */
typedef struct jetstream_access {
    const char *credentials_file; /* of a user's JWT and seed, as nsc writes it */
    const char *nkey_file;        /* the seed of a user's NKey */
    const char *user;
    const char *password; /* before that of the file */
    const char *password_file;
    const char *token; /* before that of the file */
    const char *token_file;
    const char *ca_file;   /* with which the server's certificate is checked; NULL: the system's */
    const char *cert_file; /* ours, with its key */
    const char *key_file;
} jetstream_access;

#define JETSTREAM_ACCESS_HINT                                                                                \
    "NATS_CREDS, or NATS_NKEY, or NATS_USER and NATS_PASSWORD (or NATS_PASSWORD_FILE), or NATS_TOKEN (or "   \
    "NATS_TOKEN_FILE)"

/* Those variables, NATS_CA, NATS_CERT and NATS_KEY: the names that the tool `nats` has for them, and two of
 * our own for secrets in files. */
jetstream_access jetstream_access_of_environment(void);

typedef struct jetstream_options {
    const char *servers; /* one URL or several with commas; nats:// or tls:// */
    const char *name;    /* of this client, as the server lists it; NULL: "daybook" */
    jetstream_access access;
    int64_t timeout_ms;          /* for each answer; 0: 5 s */
    size_t flight_max;           /* messages on the way at once; 0: 1024 */
    const atomic_int *interrupt; /* set: calls end with its error, see interrupt.h; may be NULL */
} jetstream_options;

dbk_err *jetstream_open(const jetstream_options *options, jetstream **out) ERR_MUST_USE;
void jetstream_free(jetstream *js); /* accepts NULL */

typedef struct jetstream_servers {
    const char *version; /* of the server we are connected to ("2.9.10"), "" where it does not tell */
    int64_t count;       /* that are known: those of the URLs and those that the server told us of */
} jetstream_servers;

dbk_err *jetstream_ask_servers(jetstream *js, arena *a, jetstream_servers *out) ERR_MUST_USE;
/* The longest message that the server takes, headers included. */
size_t jetstream_message_bytes_max(const jetstream *js);

/* ---- streams ---- */

/* A limit of 0 is none. Always: files, retention by limits only. */
typedef struct jetstream_config {
    const char *name;
    const char *const *subjects;
    size_t subject_count;
    int64_t replicas;
    int64_t max_age_us;
    int64_t max_bytes;
    int64_t duplicate_window_us;
    bool discard_new; /* when full: refuse new messages, rather than drop old ones */
    bool by_interest; /* messages go when consumers have them: found, never made */
    bool memory;      /* found, never made */
} jetstream_config;

typedef struct jetstream_info {
    jetstream_config config; /* in the arena */
    uint64_t messages;
    uint64_t bytes;
    uint64_t first_seq;
    uint64_t last_seq;      /* never less than before while the store lives, also when messages are removed */
    bool expired;           /* there was a message, and the last one is older than max_age */
    const char *leader;     /* the server that leads the stream's copies; NULL where it has no cluster */
    int64_t copies_current; /* of config.replicas, those that have everything, the leader's own included */
} jetstream_info;

/* *found false: there is no such stream. */
dbk_err *jetstream_stream_find(jetstream *js, arena *a, const char *name, bool *found,
                               jetstream_info *out) ERR_MUST_USE;
dbk_err *jetstream_stream_create(jetstream *js, const jetstream_config *config) ERR_MUST_USE;

/* ---- messages ---- */

typedef struct jetstream_header {
    const char *name;
    const char *value;
} jetstream_header;

typedef struct jetstream_message {
    uint64_t seq; /* its place in the stream; not looked at when it is published */
    const char *subject;
    const char *id; /* Nats-Msg-Id; NULL: it has none, and none is published without */
    const jetstream_header *headers;
    size_t header_count;
    const void *data;
    size_t length;
} jetstream_message;

/* NULL when the message has no such header. */
const char *jetstream_header_find(const jetstream_message *m, const char *name);

/* The message at a place, in the arena; *found false where none is (any more). */
dbk_err *jetstream_message_get(jetstream *js, arena *a, const char *stream, uint64_t seq, bool *found,
                               jetstream_message *out) ERR_MUST_USE;
/* (There is no asking for the last message of a subject: servers of version 2.9 find none, or an older one,
 * after messages were removed from the end of the stream.)
 *
 * Calls `take` with every message from place first_seq to last_seq that is there, in order; what it is given
 * is valid during the call. Its error ends the reading and is returned. */
dbk_err *jetstream_read(jetstream *js, const char *stream, const char *subject, uint64_t first_seq,
                        uint64_t last_seq, dbk_err *(*take)(void *ctx, const jetstream_message *m),
                        void *ctx) ERR_MUST_USE;

/* ---- publishing ---- */

/* Why a flight ended. */
typedef enum jetstream_stop {
    JETSTREAM_FLYING,
    JETSTREAM_MOVED,     /* the stream does not stand where a message expected it */
    JETSTREAM_DUPLICATE, /* the stream knows the id of a message, and has not stored it again */
    JETSTREAM_NO_STREAM,
    JETSTREAM_FULL,    /* a limit of the stream or of the disk; later it may go on */
    JETSTREAM_REFUSED, /* for another reason, which the error tells */
    JETSTREAM_LOST     /* no connection, or no answer: what became of messages on the way is unknown */
} jetstream_stop;

/* Begins a flight: the first message expects to follow place last_seq. What was on the way is forgotten. */
dbk_err *jetstream_flight_begin(jetstream *js, const char *stream, uint64_t last_seq) ERR_MUST_USE;
/* Sends a message with its id, which is not among its headers; while flight_max are on the way it waits for
 * the first of them. An error means that the flight has ended; flight_ended() tells why,
 * flight_acknowledged() how far it came. */
dbk_err *jetstream_publish(jetstream *js, const jetstream_message *m) ERR_MUST_USE;
/* Takes the answers that are there, and with `all` waits for those that are not. Errors as above. */
dbk_err *jetstream_flight_settle(jetstream *js, bool all) ERR_MUST_USE;
/* The place in the stream up to which the flight's messages are stored. */
uint64_t jetstream_flight_acknowledged(const jetstream *js);
jetstream_stop jetstream_flight_ended(const jetstream *js);

#endif
