/* http_pool.h: many POSTs at once, from one thread.
 *
 * Each has its own limit of time and ends by itself: a server that is silent, that drips or that never stops
 * talking holds up none but itself. Answers and errors are those of http.h; connections are kept open and
 * used again. One thread at a time; only http_pool_wake() may be called from others. */
#ifndef DAYBOOK_HTTP_HTTP_POOL_H
#define DAYBOOK_HTTP_HTTP_POOL_H

#include "http/http.h"

typedef struct http_pool http_pool;

typedef struct http_pool_options {
    const char *user_agent;     /* NULL: "daybook" */
    int64_t connect_timeout_ms; /* 0: 10 s */
    const char *ca_file;        /* as http_client_options has it */
    size_t at_once_max;         /* requests on the way; 0: 64 */
    size_t request_bytes_max;   /* of one request and its answer together; 0: 4 MiB */
} http_pool_options;

dbk_err *http_pool_new(const http_pool_options *options, http_pool **out) ERR_MUST_USE;
/* What is on the way is broken off. Accepts NULL. */
void http_pool_free(http_pool *p);

size_t http_pool_room(const http_pool *p); /* how many more can be on the way */

/* Begins a request, when there is room (asserted); all that it names is copied. Does not block. */
dbk_err *http_pool_post(http_pool *p, const http_request *request, void *ctx) ERR_MUST_USE;

typedef struct http_ended {
    void *ctx;
    dbk_err *error;     /* NULL: there is an answer; the caller's to free */
    http_answer answer; /* lent until the next call of http_pool_next() */
    int64_t took_us;
} http_ended;

/* Goes on with what is on the way, without waiting, and hands out one that has ended; false: none has. */
dbk_err *http_pool_next(http_pool *p, http_ended *out, bool *ended) ERR_MUST_USE;

/* Waits until one may have ended, fd (-1: none) can be read, http_pool_wake() was called, or the time is up.
 */
dbk_err *http_pool_wait(http_pool *p, int fd, int64_t duration_us) ERR_MUST_USE;
void http_pool_wake(http_pool *p);

#endif
