/* httpd.h: a few pages that a daemon answers over HTTP, for those who watch it. The only libmicrohttpd.
 *
 * Pages are made when they are asked for, by a thread of the server's own; GET and HEAD only, small answers,
 * few connections at once, no TLS: it listens on the loopback address unless told otherwise, and whoever
 * wants more puts a proxy before it. */
#ifndef DAYBOOK_HTTPD_HTTPD_H
#define DAYBOOK_HTTPD_HTTPD_H

#include <stdint.h>

#include "core/buf.h"
#include "core/health.h"
#include "core/metrics.h"

typedef struct httpd httpd;

typedef struct httpd_page {
    const char *path; /* "/metrics" */
    const char *type; /* "text/plain; charset=utf-8" */
    /* Appends the body and returns the status. */
    int (*make)(void *ctx, buf *body);
    void *ctx;
} httpd_page;

#define HTTPD_PAGES_MAX 8

/* Listens before it returns. address NULL: 127.0.0.1; port 0: a free one. Signals are to be masked in the
 * calling thread when its process handles them elsewhere, since the server's thread inherits that. */
dbk_err *httpd_start(const char *address, uint16_t port, const httpd_page *pages, size_t count,
                     httpd **out) ERR_MUST_USE;
uint16_t httpd_port(const httpd *h);
void httpd_stop(httpd *h); /* waits for answers on their way; accepts NULL */

/* The two pages of every daemon: /metrics, and /health with status 200 or 503. Both outlive the server. */
dbk_err *httpd_start_daemon(const char *address, uint16_t port, metrics *m, health *h,
                            httpd **out) ERR_MUST_USE;

#endif
