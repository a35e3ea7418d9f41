#include "http/http.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/file.h"
#include "core/interrupt.h"
#include "core/mem.h"
#include "http/http_address.h"
#include "http/http_int.h"

#define CONNECT_TIMEOUT_MS 10000
#define TIMEOUT_MS 30000
#define BODY_BYTES_MAX ((size_t)16 << 20)
#define REDIRECTS_MAX 5L
#define AUTHORITIES_BYTES_MAX ((size_t)16 << 20)
/* How long a wait lasts at most before the interrupt is looked at without being woken. */
#define WAIT_MS 1000

dbk_err *http_authorities_check(const char *ca_file)
{
    char *text;
    size_t length;
    arena *a = arena_new(2 * AUTHORITIES_BYTES_MAX);
    dbk_err *e = a ? file_read(a, ca_file, AUTHORITIES_BYTES_MAX, &text, &length) : err_oom();
    if (!e && !strstr(text, "-----BEGIN CERTIFICATE-----") &&
        !strstr(text, "-----BEGIN TRUSTED CERTIFICATE-----"))
        e = err_with_hint(err_new(ERR_INPUT, "there is no certificate in %s", ca_file),
                          "such a file has lines -----BEGIN CERTIFICATE-----");
    arena_free(a);
    return e;
}

dbk_err *http_client_new(const http_client_options *options, http_client **out)
{
    http_client *c = mem_alloc(sizeof(*c));
    if (!c)
        return err_oom();
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        mem_free(c);
        return err_new(ERR_INTERNAL, "libcurl cannot be used");
    }
    c->user_agent = mem_strdup(options->user_agent ? options->user_agent : "daybook");
    c->connect_timeout_ms = options->connect_timeout_ms ? options->connect_timeout_ms : CONNECT_TIMEOUT_MS;
    c->ca_file = options->ca_file ? mem_strdup(options->ca_file) : NULL;
    c->interrupt = options->interrupt;
    c->multi = curl_multi_init();
    c->easy = curl_easy_init();
    if (!c->user_agent || (options->ca_file && !c->ca_file) || !c->multi || !c->easy) {
        http_client_free(c);
        return err_oom();
    }
    *out = c;
    return NULL;
}

void http_client_free(http_client *c)
{
    if (!c)
        return;
    curl_easy_cleanup(c->easy);
    if (c->multi)
        curl_multi_cleanup(c->multi);
    curl_global_cleanup();
    mem_free(c->user_agent);
    mem_free(c->ca_file);
    mem_free(c);
}

void http_wake(http_client *c)
{
    curl_multi_wakeup(c->multi);
}

dbk_err *http_pause(http_client *c, int64_t duration_us)
{
    int64_t ms = duration_us / 1000 + 1;
    dbk_err *e = interrupt_check(c->interrupt);
    if (!e && curl_multi_poll(c->multi, NULL, 0, ms < INT32_MAX ? (int)ms : INT32_MAX, NULL) != CURLM_OK)
        e = err_oom();
    return e ? e : interrupt_check(c->interrupt);
}

/* ---- one exchange ---- */

const char *http_shown_url(arena *a, const char *url)
{
    const char *scheme = strstr(url, "://");
    const char *host = scheme ? scheme + 3 : url;
    size_t end = strcspn(host, "?#");
    size_t authority = strcspn(host, "/?#");
    const char *at = memrchr(host, '@', authority);
    const char *shown = at ? at + 1 : host;
    char *text = arena_printf(a, "%.*s%.*s", (int)(host - url), url, (int)(host + end - shown), shown);
    return text ? text : "a URL";
}

static char *lower(char *s)
{
    for (char *p = s; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return s;
}

static dbk_err *keep_header(http_exchange *x, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    if (!colon)
        return NULL;
    if (x->header_count == HTTP_HEADERS_MAX)
        return err_new(ERR_LIMIT, "the answer of %s has more than %d headers",
                       http_shown_url(x->arena, x->url), HTTP_HEADERS_MAX);
    const char *value = colon + 1;
    const char *end = line + length;
    while (value < end && isspace((unsigned char)*value))
        value++;
    while (end > value && isspace((unsigned char)end[-1]))
        end--;
    char *name = arena_strndup(x->arena, line, (size_t)(colon - line));
    char *text = arena_strndup(x->arena, value, (size_t)(end - value));
    if (!name || !text)
        return err_oom();
    x->headers[x->header_count++] = (http_header){.name = lower(name), .value = text};
    return NULL;
}

/* curl calls this once for every line of the head. A redirect or a "100 Continue" has a head of its own
 * before the one that counts. */
static size_t on_header(char *line, size_t size, size_t count, void *ctx)
{
    http_exchange *x = ctx;
    size_t length = size * count;
    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        const char *space = memchr(line, ' ', length);
        x->status = space ? (int)strtol(space, NULL, 10) : 0;
        x->header_count = 0;
        return length;
    }
    x->failure = keep_header(x, line, length);
    return x->failure ? 0 : length;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *ctx)
{
    http_exchange *x = ctx;
    x->failure = x->take(x, bytes, size * count);
    return x->failure || x->is_cut ? 0 : size * count;
}

const char *http_exchange_header(const http_exchange *x, const char *name)
{
    for (size_t i = 0; i < x->header_count; i++)
        if (strcmp(x->headers[i].name, name) == 0)
            return x->headers[i].value;
    return NULL;
}

const char *http_answer_header(const http_answer *a, const char *name)
{
    for (size_t i = 0; i < a->header_count; i++)
        if (strcmp(a->headers[i].name, name) == 0)
            return a->headers[i].value;
    return NULL;
}

/* A failure of curl_easy_setopt() is short memory: the options exist in every libcurl this compiles with. */
#define SET(option, value) (failed = failed || curl_easy_setopt(x->easy, (option), (value)) != CURLE_OK)

/* Where the connection goes to is decided here, after the name was resolved: between a check and a second
 * resolution the name could change its mind. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    http_exchange *x = ctx;
    if (x->public_only && !http_address_is_public(&address->addr, address->addrlen)) {
        if (getnameinfo(&address->addr, address->addrlen, x->refused_address, HTTP_ADDRESS_SIZE, NULL, 0,
                        NI_NUMERICHOST) != 0)
            x->refused_address[0] = '?';
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* A connection that is used again may have been made by a request that was allowed more. */
static int before_request(void *ctx, char *there, char *here, int there_port, int here_port)
{
    (void)here;
    (void)there_port;
    (void)here_port;
    http_exchange *x = ctx;
    if (!x->public_only || http_address_text_is_public(there))
        return CURL_PREREQFUNC_OK;
    snprintf(x->refused_address, HTTP_ADDRESS_SIZE, "%s", there);
    return CURL_PREREQFUNC_ABORT;
}

dbk_err *http_exchange_prepare(http_exchange *x)
{
    bool failed = false;
    bool secure = strncasecmp(x->url, "https://", 8) == 0;
    curl_easy_reset(x->easy);
    SET(CURLOPT_URL, x->url);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 1L);
    SET(CURLOPT_MAXREDIRS, REDIRECTS_MAX);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_USERAGENT, x->user_agent);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)x->connect_timeout_ms);
    SET(CURLOPT_ERRORBUFFER, x->message);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, x);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, x);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, x);
    SET(CURLOPT_PREREQFUNCTION, before_request);
    SET(CURLOPT_PREREQDATA, x);
    if (x->public_only)
        SET(CURLOPT_PROXY, "");
    if (x->ca_file) {
        SET(CURLOPT_CAINFO, x->ca_file);
        SET(CURLOPT_CAPATH, NULL);
    }
    x->message[0] = '\0';
    return failed ? err_oom() : NULL;
}

static dbk_err *wait_for_end(http_client *c, CURLcode *result)
{
    for (;;) {
        int running = 0;
        int left = 0;
        if (curl_multi_perform(c->multi, &running) != CURLM_OK)
            return err_oom();
        CURLMsg *m = curl_multi_info_read(c->multi, &left);
        if (m && m->msg == CURLMSG_DONE) {
            *result = m->data.result;
            return NULL;
        }
        dbk_err *e = interrupt_check(c->interrupt);
        if (e)
            return e;
        if (curl_multi_poll(c->multi, NULL, 0, WAIT_MS, NULL) != CURLM_OK)
            return err_oom();
    }
}

static dbk_err *curl_err(http_exchange *x, CURLcode code)
{
    const char *shown = http_shown_url(x->arena, x->url);
    const char *why = x->message[0] ? x->message : curl_easy_strerror(code);
    if (x->refused_address[0])
        return err_new(ERR_DENIED, "%s is at %s, which is no public address", shown, x->refused_address);
    switch ((int)code) {
    case CURLE_OUT_OF_MEMORY:
        return err_oom();
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return err_with_hint(err_new(ERR_USAGE, "cannot ask %s: %s", shown, why),
                             "a URL begins with https:// or http://");
    case CURLE_OPERATION_TIMEDOUT:
        return err_new(ERR_TIMEOUT, "%s did not answer in time: %s", shown, why);
    case CURLE_PEER_FAILED_VERIFICATION:
        return err_new(ERR_CONNECTION, "the certificate of %s is refused: %s", shown, why);
    case CURLE_SSL_CACERT_BADFILE:
        return err_new(ERR_CONNECTION, "cannot trust anybody by %s: %s",
                       x->ca_file ? x->ca_file : "the system's authorities", why);
    case CURLE_FILESIZE_EXCEEDED:
        return err_new(ERR_LIMIT, "the answer of %s is longer than allowed", shown);
    default:
        return err_new(ERR_CONNECTION, "no whole answer from %s: %s", shown, why);
    }
}

/* Retry-After: seconds, or a date. */
static int64_t retry_after_us(const char *text, int64_t date_us)
{
    char *end;
    errno = 0;
    long long seconds = strtoll(text, &end, 10);
    if (end != text && *end == '\0')
        return errno || seconds < 0 || seconds > INT32_MAX ? -1 : seconds * 1000000;
    time_t then = curl_getdate(text, NULL);
    if (then < 0)
        return -1;
    int64_t now_us = date_us ? date_us : clock_system()->wall_us(clock_system());
    int64_t wait_us = (int64_t)then * 1000000 - now_us;
    return wait_us > 0 ? wait_us : 0;
}

static dbk_err *fill_answer(http_exchange *x, http_answer *out)
{
    http_header *headers = arena_memdup(x->arena, x->headers, (x->header_count + 1) * sizeof(*headers));
    if (!headers)
        return err_oom();
    const char *date = http_exchange_header(x, "date");
    const char *retry = http_exchange_header(x, "retry-after");
    time_t seconds = date ? curl_getdate(date, NULL) : -1;
    int64_t date_us = seconds > 0 ? (int64_t)seconds * 1000000 : 0;
    *out = (http_answer){.status = x->status,
                         .body = "",
                         .date_us = date_us,
                         .retry_after_us = retry ? retry_after_us(retry, date_us) : -1,
                         .is_cut = x->is_cut,
                         .headers = headers,
                         .header_count = x->header_count};
    return NULL;
}

dbk_err *http_exchange_end(http_exchange *x, CURLcode result, http_answer *out)
{
    dbk_err *e = x->failure;
    x->failure = NULL;
    if (!e && result != CURLE_OK && !x->is_cut)
        e = curl_err(x, result);
    return e ? e : fill_answer(x, out);
}

dbk_err *http_exchange_run(http_client *c, http_exchange *x, http_answer *out)
{
    if (curl_multi_add_handle(c->multi, x->easy) != CURLM_OK)
        return err_oom();
    CURLcode result = CURLE_OK;
    dbk_err *e = wait_for_end(c, &result);
    curl_multi_remove_handle(c->multi, x->easy);
    if (e && x->failure) {
        err_free(e);
        e = NULL;
    }
    return e ? e : http_exchange_end(x, result, out);
}

/* ---- into memory ---- */

static dbk_err *take_into_memory(http_exchange *x, const char *bytes, size_t length)
{
    http_memory *m = x->ctx;
    size_t room = m->body.length_max - m->body.length;
    if (m->cut && length > room) {
        x->is_cut = true;
        length = room;
    }
    buf_append(&m->body, bytes, length);
    if (m->body.state == BUF_TOO_BIG)
        return err_new(ERR_LIMIT, "the answer of %s is longer than %zu bytes",
                       http_shown_url(x->arena, x->url), m->body.length_max);
    return buf_error(&m->body);
}

static dbk_err *append_headers(const http_request *r, bool is_post, struct curl_slist **out)
{
    /* curl would ask for leave before it sends a long body, and wait a second for servers that do not say. */
    for (size_t i = 0; i < r->header_count + (is_post ? 1 : 0); i++) {
        struct curl_slist *longer = curl_slist_append(*out, i < r->header_count ? r->headers[i] : "Expect:");
        if (!longer)
            return err_oom();
        *out = longer;
    }
    return NULL;
}

dbk_err *http_request_prepare(http_exchange *x, const http_request *r, bool is_post, http_memory *m,
                              struct curl_slist **headers)
{
    bool failed = false;
    buf_init(&m->body, r->body_bytes_max ? r->body_bytes_max : BODY_BYTES_MAX);
    m->cut = r->cut_body;
    x->take = take_into_memory;
    x->ctx = m;
    x->url = r->url;
    x->public_only = r->public_only;
    dbk_err *e = http_exchange_prepare(x);
    if (!e)
        e = append_headers(r, is_post, headers);
    if (e)
        return e;
    SET(CURLOPT_HTTPHEADER, *headers);
    SET(CURLOPT_TIMEOUT_MS, (long)(r->timeout_ms ? r->timeout_ms : TIMEOUT_MS));
    if (r->compressed)
        SET(CURLOPT_ACCEPT_ENCODING, "");
    if (is_post) {
        SET(CURLOPT_FOLLOWLOCATION, 0L);
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_length);
        SET(CURLOPT_POSTFIELDS, r->body_length > 0 ? r->body : "");
    }
    return failed ? err_oom() : NULL;
}

dbk_err *http_memory_take(http_memory *m, arena *a, http_answer *out)
{
    out->body = arena_strndup(a, m->body.data, m->body.length);
    out->length = m->body.length;
    return out->body ? NULL : err_oom();
}

static dbk_err *ask(http_client *c, arena *a, const http_request *request, bool is_post, http_answer *out)
{
    assert(c && a && request->url);
    http_memory memory = {.cut = false};
    struct curl_slist *headers = NULL;
    http_answer answer;
    http_exchange x = {.easy = c->easy,
                       .user_agent = c->user_agent,
                       .ca_file = c->ca_file,
                       .connect_timeout_ms = c->connect_timeout_ms,
                       .arena = a};
    dbk_err *e = http_request_prepare(&x, request, is_post, &memory, &headers);
    if (!e)
        e = http_exchange_run(c, &x, &answer);
    /* The handle must not remember what is freed here. */
    curl_easy_reset(c->easy);
    curl_slist_free_all(headers);
    if (!e)
        e = http_memory_take(&memory, a, &answer);
    if (!e)
        *out = answer;
    buf_term(&memory.body);
    return e;
}

dbk_err *http_get(http_client *c, arena *a, const http_request *request, http_answer *out)
{
    assert(!request->body);
    return ask(c, a, request, false, out);
}

dbk_err *http_post(http_client *c, arena *a, const http_request *request, http_answer *out)
{
    assert(request->body || request->body_length == 0);
    return ask(c, a, request, true, out);
}
