/* http.h: asking HTTP servers, over libcurl. The only folder that includes curl's headers is this one.
 *
 * An answer of any status is an answer, and what it means is the caller's to decide; errors are for what is
 * no whole answer: ERR_CONNECTION (no such host, refused, a certificate that proves nothing, cut in the
 * middle), ERR_TIMEOUT, ERR_LIMIT (longer than allowed), ERR_DENIED (an address that is not public),
 * ERR_USAGE (not a URL). Nothing is tried again here. Messages name the URL without user, password and query.
 *
 * A GET follows up to five redirects, never from https to http; a POST follows none. Proxies are those of the
 * environment (https_proxy, no_proxy). Connections are kept open between calls of one client. A client
 * belongs to one thread at a time; only http_wake() may be called from others. Calls block, with the limits
 * given; many requests at once are http_pool.h's. */
#ifndef DAYBOOK_HTTP_HTTP_H
#define DAYBOOK_HTTP_HTTP_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/err.h"

typedef struct http_client http_client;

typedef struct http_client_options {
    const char *user_agent;      /* NULL: "daybook" */
    int64_t connect_timeout_ms;  /* 0: 10 s */
    const char *ca_file;         /* see http_authorities_check(); NULL: those that the system trusts */
    const atomic_int *interrupt; /* set: calls end with its error, see interrupt.h; may be NULL */
} http_client_options;

dbk_err *http_client_new(const http_client_options *options, http_client **out) ERR_MUST_USE;
void http_client_free(http_client *c); /* accepts NULL */
/* Waits for so long, unless http_wake() ends it; ERR_INTERRUPTED and the like when the interrupt is set. */
dbk_err *http_pause(http_client *c, int64_t duration_us) ERR_MUST_USE;
/* Makes a waiting call look at the interrupt at once; from any thread. */
void http_wake(http_client *c);

/* Certificates of authorities in a file (PEM): where one is named, servers are believed by these alone. It is
 * read again whenever a connection is made. An error when it cannot be read or has no certificate. */
dbk_err *http_authorities_check(const char *ca_file) ERR_MUST_USE;

/* What a server's header says, as sent; of a name that comes twice the first. */
typedef struct http_header {
    const char *name; /* in lower case */
    const char *value;
} http_header;

typedef struct http_answer {
    int status;
    const char *body; /* followed by a zero byte that is not counted */
    size_t length;
    bool is_cut;     /* there was more of the body, see cut_body */
    int64_t date_us; /* when the server says it answered, whole seconds; 0 when it does not */
    /* How long the server asks to wait (Retry-After in either form, a date counted from date_us or else from
     * our clock); -1 when it does not ask. */
    int64_t retry_after_us;
    const http_header *headers;
    size_t header_count;
} http_answer;

/* NULL when the answer has no such header; name in lower case. */
const char *http_answer_header(const http_answer *a, const char *name);

typedef struct http_request {
    const char *url;
    const char *const *headers; /* "Name: value"; may be NULL */
    size_t header_count;
    int64_t timeout_ms;    /* for all of it; 0: 30 s */
    size_t body_bytes_max; /* of the body when decompressed; 0: 16 MiB */
    bool compressed;       /* the server may compress the body, which is decompressed here */
    bool cut_body;         /* of a longer body the beginning is taken, and that is no error */
    const char *body;      /* what is posted; its Content-Type is one of the headers */
    size_t body_length;
    /* For URLs that are not our own: only public addresses are connected to (http_address.h), whatever the
     * name resolves to at that moment, and proxies, which would connect for us, are not used. */
    bool public_only;
} http_request;

/* The answer lives in the arena. A GET has no body. */
dbk_err *http_get(http_client *c, arena *a, const http_request *request, http_answer *out) ERR_MUST_USE;
dbk_err *http_post(http_client *c, arena *a, const http_request *request, http_answer *out) ERR_MUST_USE;

/* ---- to a file ---- */

typedef struct http_download {
    const char *url;
    /* Where the whole file appears, never a part of it. Until then its bytes are in PATH.part, and in
     * PATH.part.tag what the server calls this version of them; both are made use of by the next call after
     * an error or a crash, and are gone after success. Its folder must exist; a file that is there is
     * replaced. One process at a time for one path: the caller's to see to. */
    const char *path;
    int64_t size_bytes_max; /* 0: no limit */
    int64_t stall_ms;       /* ERR_TIMEOUT when nothing comes for so long, in whole seconds; 0: 30 s */
    /* Told about ten times a second: bytes that are there, and of how many (-1: unknown). May be NULL. */
    void (*on_bytes)(void *ctx, int64_t done, int64_t total);
    void *ctx;
} http_download;

typedef struct http_downloaded {
    http_answer answer; /* without body; status 206 for a part that was continued */
    int64_t size_bytes;
    int64_t resumed_at; /* bytes that were there before and were kept; 0: all were fetched */
} http_downloaded;

/* Fetches into the file when the server has it (status 200 or 206): then it is whole, on disk, and under its
 * name. With any other status nothing is written and the answer says which. A part is continued only when the
 * server says that it is still of the same version (If-Range), else fetched anew. */
dbk_err *http_download_file(http_client *c, arena *a, const http_download *d,
                            http_downloaded *out) ERR_MUST_USE;

#endif
