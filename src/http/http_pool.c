#include "http/http_pool.h"

#include <assert.h>

#include "core/mem.h"
#include "http/http_int.h"

#define CONNECT_TIMEOUT_MS 10000
#define AT_ONCE_MAX 64
#define REQUEST_BYTES_MAX ((size_t)4 << 20)

typedef struct slot {
    http_exchange x;
    http_memory memory;
    struct curl_slist *headers;
    void *ctx;
    int64_t began_us;
    bool busy;
} slot;

struct http_pool {
    CURLM *multi;
    char *user_agent;
    char *ca_file;
    slot *slots;
    size_t count;
    size_t busy;
    slot *lent; /* whose answer the caller reads */
};

static dbk_err *init_slots(http_pool *p, const http_pool_options *o)
{
    p->count = o->at_once_max ? o->at_once_max : AT_ONCE_MAX;
    p->slots = mem_alloc(p->count * sizeof(*p->slots));
    for (size_t i = 0; p->slots && i < p->count; i++) {
        http_exchange *x = &p->slots[i].x;
        x->easy = curl_easy_init();
        x->arena = arena_new(o->request_bytes_max ? o->request_bytes_max : REQUEST_BYTES_MAX);
        x->user_agent = p->user_agent;
        x->ca_file = p->ca_file;
        x->connect_timeout_ms = o->connect_timeout_ms ? o->connect_timeout_ms : CONNECT_TIMEOUT_MS;
        if (!x->easy || !x->arena)
            return err_oom();
    }
    return p->slots ? NULL : err_oom();
}

dbk_err *http_pool_new(const http_pool_options *options, http_pool **out)
{
    http_pool *p = mem_alloc(sizeof(*p));
    if (!p)
        return err_oom();
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        mem_free(p);
        return err_new(ERR_INTERNAL, "libcurl cannot be used");
    }
    p->user_agent = mem_strdup(options->user_agent ? options->user_agent : "daybook");
    p->ca_file = options->ca_file ? mem_strdup(options->ca_file) : NULL;
    p->multi = curl_multi_init();
    dbk_err *e =
        p->user_agent && (p->ca_file || !options->ca_file) && p->multi ? init_slots(p, options) : err_oom();
    if (e) {
        http_pool_free(p);
        return e;
    }
    *out = p;
    return NULL;
}

/* Ready for another request; curl must not remember what is freed here. */
static void clear(http_pool *p, slot *s)
{
    curl_easy_reset(s->x.easy);
    curl_slist_free_all(s->headers);
    buf_term(&s->memory.body);
    arena_reset(s->x.arena);
    err_free(s->x.failure);
    s->x = (http_exchange){.easy = s->x.easy,
                           .arena = s->x.arena,
                           .user_agent = p->user_agent,
                           .ca_file = p->ca_file,
                           .connect_timeout_ms = s->x.connect_timeout_ms};
    s->memory = (http_memory){.cut = false};
    s->headers = NULL;
    p->busy -= s->busy;
    s->busy = false;
}

void http_pool_free(http_pool *p)
{
    if (!p)
        return;
    for (size_t i = 0; p->slots && i < p->count; i++) {
        slot *s = &p->slots[i];
        if (s->x.easy && s->x.arena) {
            curl_multi_remove_handle(p->multi, s->x.easy);
            clear(p, s);
        }
        curl_easy_cleanup(s->x.easy);
        arena_free(s->x.arena);
    }
    if (p->multi)
        curl_multi_cleanup(p->multi);
    curl_global_cleanup();
    mem_free(p->slots);
    mem_free(p->user_agent);
    mem_free(p->ca_file);
    mem_free(p);
}

size_t http_pool_room(const http_pool *p)
{
    return p->count - p->busy;
}

/* ---- begin ---- */

static dbk_err *copy_request(arena *a, const http_request *from, http_request *to)
{
    const char **headers = arena_alloc(a, (from->header_count + 1) * sizeof(*headers));
    *to = *from;
    to->url = arena_strdup(a, from->url);
    to->body = arena_strndup(a, from->body ? from->body : "", from->body_length);
    to->headers = headers;
    for (size_t i = 0; headers && i < from->header_count; i++) {
        headers[i] = arena_strdup(a, from->headers[i]);
        if (!headers[i])
            return err_oom();
    }
    return to->url && to->body && headers ? NULL : err_oom();
}

static dbk_err *begin(http_pool *p, slot *s, const http_request *request)
{
    http_request own;
    dbk_err *e = copy_request(s->x.arena, request, &own);
    if (!e)
        e = http_request_prepare(&s->x, &own, true, &s->memory, &s->headers);
    if (e)
        return e;
#if LIBCURL_VERSION_NUM >= 0x075700
    /* A name that takes long to resolve does so in a thread of curl's. Giving up on it, curl would wait for
     * that thread, and everybody else with it; like this the thread ends when it is done. */
    if (curl_easy_setopt(s->x.easy, CURLOPT_QUICK_EXIT, 1L) != CURLE_OK)
        return err_oom();
#endif
    if (curl_easy_setopt(s->x.easy, CURLOPT_PRIVATE, s) != CURLE_OK ||
        curl_multi_add_handle(p->multi, s->x.easy) != CURLM_OK)
        return err_oom();
    return NULL;
}

dbk_err *http_pool_post(http_pool *p, const http_request *request, void *ctx)
{
    assert(request->url);
    assert(http_pool_room(p) > 0);
    size_t i = 0;
    while (p->slots[i].busy)
        i++;
    slot *s = &p->slots[i];
    s->ctx = ctx;
    s->began_us = clock_system()->mono_us(clock_system());
    dbk_err *e = begin(p, s, request);
    if (e) {
        clear(p, s);
        return e;
    }
    s->busy = true;
    p->busy++;
    return NULL;
}

/* ---- go on ---- */

static void end(slot *s, CURLcode result, http_ended *out)
{
    *out = (http_ended){.ctx = s->ctx, .took_us = clock_system()->mono_us(clock_system()) - s->began_us};
    out->error = http_exchange_end(&s->x, result, &out->answer);
    if (!out->error)
        out->error = http_memory_take(&s->memory, s->x.arena, &out->answer);
}

dbk_err *http_pool_next(http_pool *p, http_ended *out, bool *ended)
{
    int running = 0;
    int left = 0;
    if (p->lent)
        clear(p, p->lent);
    p->lent = NULL;
    *ended = false;
    if (curl_multi_perform(p->multi, &running) != CURLM_OK)
        return err_oom();
    CURLMsg *m = curl_multi_info_read(p->multi, &left);
    if (!m || m->msg != CURLMSG_DONE)
        return NULL;
    slot *s = NULL;
    CURLcode result = m->data.result;
    curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &s);
    curl_multi_remove_handle(p->multi, s->x.easy);
    end(s, result, out);
    p->lent = s;
    *ended = true;
    return NULL;
}

dbk_err *http_pool_wait(http_pool *p, int fd, int64_t duration_us)
{
    struct curl_waitfd also = {.fd = fd, .events = CURL_WAIT_POLLIN};
    int64_t ms = duration_us > 0 ? duration_us / 1000 + 1 : 0;
    int limit = ms < INT32_MAX ? (int)ms : INT32_MAX;
    return curl_multi_poll(p->multi, &also, fd >= 0, limit, NULL) == CURLM_OK ? NULL : err_oom();
}

void http_pool_wake(http_pool *p)
{
    curl_multi_wakeup(p->multi);
}
