/* http_int.h: one exchange with a server, shared by http.c, http_download.c and http_pool.c. */
#ifndef DAYBOOK_HTTP_HTTP_INT_H
#define DAYBOOK_HTTP_HTTP_INT_H

#include <curl/curl.h>

#include "core/buf.h"
#include "http/http.h"

#define HTTP_HEADERS_MAX 128
#define HTTP_ADDRESS_SIZE 64

struct http_client {
    CURLM *multi;
    CURL *easy;
    char *user_agent;
    char *ca_file;
    int64_t connect_timeout_ms;
    const atomic_int *interrupt;
};

/* Zeroed but for what the caller gives; stays where it is while curl knows of it. */
typedef struct http_exchange {
    CURL *easy;
    const char *user_agent;
    const char *ca_file; /* NULL: the system's */
    int64_t connect_timeout_ms;
    arena *arena;
    const char *url;
    /* Takes the body as it comes; called when all headers are known. An error ends the exchange with it. */
    dbk_err *(*take)(struct http_exchange *x, const char *bytes, size_t length);
    void *ctx;
    dbk_err *failure; /* of a callback; taken by http_exchange_end() */
    bool public_only;
    bool is_cut;                             /* take() has had enough, which is no failure */
    char refused_address[HTTP_ADDRESS_SIZE]; /* one that is not public, and was not connected to */
    char message[CURL_ERROR_SIZE];
    http_header headers[HTTP_HEADERS_MAX];
    size_t header_count;
    int status;
} http_exchange;

/* Sets what every exchange has, on a handle that keeps nothing but its connections. */
dbk_err *http_exchange_prepare(http_exchange *x) ERR_MUST_USE;
/* What came of it, by curl's word; afterwards the answer is complete, but for its body. */
dbk_err *http_exchange_end(http_exchange *x, CURLcode result, http_answer *out) ERR_MUST_USE;
/* Both at once, waiting in between. */
dbk_err *http_exchange_run(http_client *c, http_exchange *x, http_answer *out) ERR_MUST_USE;
/* Of this answer, while it comes. */
const char *http_exchange_header(const http_exchange *x, const char *name);

/* A request in memory: what is sent must stay where it is until the end, and *headers be freed after it. */
typedef struct http_memory {
    buf body;
    bool cut;
} http_memory;
dbk_err *http_request_prepare(http_exchange *x, const http_request *r, bool is_post, http_memory *m,
                              struct curl_slist **headers) ERR_MUST_USE;
dbk_err *http_memory_take(http_memory *m, arena *a, http_answer *out) ERR_MUST_USE;

/* The URL as messages may show it. */
const char *http_shown_url(arena *a, const char *url);

#endif
