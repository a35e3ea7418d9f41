/* http_int.h: one exchange with a server, shared by http.c and http_download.c. */
#ifndef DAYBOOK_HTTP_HTTP_INT_H
#define DAYBOOK_HTTP_HTTP_INT_H

#include <curl/curl.h>

#include "http/http.h"

#define HTTP_HEADERS_MAX 128

struct http_client {
    CURLM *multi;
    CURL *easy;
    char *user_agent;
    int64_t connect_timeout_ms;
    const atomic_int *interrupt;
    char message[CURL_ERROR_SIZE];
};

/* Zeroed but for what the caller gives; the answer is complete, without its body, after http_exchange(). */
typedef struct http_exchange {
    http_client *client;
    arena *arena;
    const char *url;
    /* Takes the body as it comes; called when all headers are known. An error ends the exchange with it. */
    dbk_err *(*take)(struct http_exchange *x, const char *bytes, size_t length);
    void *ctx;
    dbk_err *failure; /* of a callback; taken by http_exchange_run() */
    http_header headers[HTTP_HEADERS_MAX];
    size_t header_count;
    int status;
} http_exchange;

/* Sets what every exchange has, on a handle that keeps nothing but its connections. */
dbk_err *http_exchange_prepare(http_exchange *x) ERR_MUST_USE;
dbk_err *http_exchange_run(http_exchange *x, http_answer *out) ERR_MUST_USE;
/* Of this answer, while it comes. */
const char *http_exchange_header(const http_exchange *x, const char *name);
/* The URL as messages may show it. */
const char *http_shown_url(arena *a, const char *url);

#endif
