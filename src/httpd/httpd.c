#include "httpd/httpd.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <string.h>

#include "core/mem.h"

#define BODY_BYTES_MAX ((size_t)4 << 20)
#define CONNECTIONS_MAX 16u
#define TIMEOUT_S 10u

struct httpd {
    struct MHD_Daemon *daemon;
    httpd_page pages[HTTPD_PAGES_MAX];
    size_t count;
    uint16_t port;
};

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned int status, const char *type,
                              const buf *body)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body->length, body->data, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_bytes, void **of_request)
{
    static int begun;
    const httpd *h = ctx;
    (void)version;
    (void)upload;
    /* Called first when the headers are there, then for the body, and again when that is over. */
    if (!*of_request) {
        *of_request = &begun;
        return MHD_YES;
    }
    if (*upload_bytes > 0) {
        *upload_bytes = 0;
        return MHD_YES;
    }
    const char *type = "text/plain; charset=utf-8";
    unsigned int status = MHD_HTTP_NOT_FOUND;
    buf body;
    buf_init(&body, BODY_BYTES_MAX);
    bool is_get = strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    for (size_t i = 0; i < h->count && is_get && status == MHD_HTTP_NOT_FOUND; i++) {
        if (strcmp(h->pages[i].path, path) == 0) {
            type = h->pages[i].type;
            status = (unsigned int)h->pages[i].make(h->pages[i].ctx, &body);
        }
    }
    dbk_err *e = buf_error(&body);
    if (e || !is_get || status == MHD_HTTP_NOT_FOUND) {
        if (e || !is_get)
            status = e ? MHD_HTTP_INTERNAL_SERVER_ERROR : MHD_HTTP_METHOD_NOT_ALLOWED;
        err_free(e);
        buf_clear(&body);
        type = "text/plain; charset=utf-8";
        buf_append_str(&body, status == MHD_HTTP_NOT_FOUND ? "there is no such page\n"
                                                           : "this cannot be answered\n");
    }
    enum MHD_Result result = answer(connection, status, type, &body);
    buf_term(&body);
    return result;
}

dbk_err *httpd_start(const char *address, uint16_t port, const httpd_page *pages, size_t count, httpd **out)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    assert(count <= HTTPD_PAGES_MAX);
    if (!address)
        address = "127.0.0.1";
    if (inet_pton(AF_INET, address, &at.sin_addr) != 1)
        return err_with_hint(err_new(ERR_USAGE, "no address to listen on: \"%.80s\"", address),
                             "an IPv4 address of this machine, such as 127.0.0.1 or 0.0.0.0");
    httpd *h = mem_alloc(sizeof(*h));
    if (!h)
        return err_oom();
    for (size_t i = 0; i < count; i++)
        h->pages[i] = pages[i];
    h->count = count;
    errno = 0;
    h->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, port, NULL, NULL, on_request,
                                 h, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at, MHD_OPTION_CONNECTION_LIMIT,
                                 CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, TIMEOUT_S, MHD_OPTION_END);
    if (!h->daemon) {
        dbk_err *e = err_errno(errno ? errno : EADDRINUSE, "could not listen on %s port %u", address, port);
        mem_free(h);
        return e;
    }
    h->port = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    *out = h;
    return NULL;
}

uint16_t httpd_port(const httpd *h)
{
    return h->port;
}

void httpd_stop(httpd *h)
{
    if (!h)
        return;
    MHD_stop_daemon(h->daemon);
    mem_free(h);
}

/* ---- of every daemon ---- */

static int make_metrics(void *ctx, buf *body)
{
    metrics_append(ctx, body);
    return MHD_HTTP_OK;
}

static int make_health(void *ctx, buf *body)
{
    return health_append(ctx, body) ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
}

dbk_err *httpd_start_daemon(const char *address, uint16_t port, metrics *m, health *h, httpd **out)
{
    const httpd_page pages[] = {{"/metrics", "text/plain; version=0.0.4; charset=utf-8", make_metrics, m},
                                {"/health", "application/json", make_health, h}};
    return httpd_start(address, port, pages, sizeof(pages) / sizeof(pages[0]), out);
}
