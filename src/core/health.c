#include "core/health.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/json.h"
#include "core/mem.h"

struct health_part {
    health *owner;
    char name[64];
    char reason[HEALTH_REASON_SIZE]; /* "": fine */
    int64_t reported_us;
    const char *waits_for; /* NULL: for nothing that it has told */
    int64_t wait_began_us, wait_limit_us;
    bool over;
};

struct health {
    const dbk_clock *clock;
    int64_t silence_us;
    pthread_mutex_t lock;
    size_t count;
    health_part parts[HEALTH_PARTS_MAX];
};

dbk_err *health_new(const dbk_clock *clock, int64_t silence_us, health **out)
{
    health *h = mem_alloc(sizeof(*h));
    if (!h)
        return err_oom();
    h->clock = clock;
    h->silence_us = silence_us;
    pthread_mutex_init(&h->lock, NULL);
    *out = h;
    return NULL;
}

void health_free(health *h)
{
    if (!h)
        return;
    pthread_mutex_destroy(&h->lock);
    mem_free(h);
}

health_part *health_add(health *h, const char *name)
{
    health_part *p = NULL;
    if (!h)
        return NULL;
    pthread_mutex_lock(&h->lock);
    if (h->count < HEALTH_PARTS_MAX) {
        p = &h->parts[h->count++];
        *p = (health_part){.owner = h, .reason = "it has not begun"};
        snprintf(p->name, sizeof(p->name), "%s", name);
        p->reported_us = h->clock->mono_us(h->clock);
    }
    pthread_mutex_unlock(&h->lock);
    return p;
}

static void report(health_part *p, const char *reason, bool over)
{
    if (!p)
        return;
    health *h = p->owner;
    pthread_mutex_lock(&h->lock);
    snprintf(p->reason, sizeof(p->reason), "%s", reason);
    p->reported_us = h->clock->mono_us(h->clock);
    p->waits_for = NULL;
    p->over = over;
    pthread_mutex_unlock(&h->lock);
}

void health_fine(health_part *p)
{
    report(p, "", false);
}

void health_ill(health_part *p, const char *fmt, ...)
{
    char reason[HEALTH_REASON_SIZE];
    va_list args;
    va_start(args, fmt);
    vsnprintf(reason, sizeof(reason), fmt, args);
    va_end(args);
    report(p, reason, false);
}

void health_wait(health_part *p, int64_t limit_us, const char *what)
{
    if (!p)
        return;
    health *h = p->owner;
    pthread_mutex_lock(&h->lock);
    p->waits_for = what;
    p->wait_began_us = h->clock->mono_us(h->clock);
    p->wait_limit_us = limit_us;
    pthread_mutex_unlock(&h->lock);
}

void health_over(health_part *p)
{
    report(p, "", true);
}

static bool append_part(const health *h, const health_part *p, buf *out)
{
    char silent[HEALTH_REASON_SIZE];
    const char *reason = p->reason;
    int64_t now_us = h->clock->mono_us(h->clock);
    int64_t silence_us = now_us - p->reported_us, wait_us = now_us - p->wait_began_us;
    if (p->waits_for && wait_us > p->wait_limit_us) {
        snprintf(silent, sizeof(silent), "it has been waiting for %lld s for %.200s",
                 (long long)(wait_us / 1000000), p->waits_for);
        reason = silent;
    } else if (!p->over && silence_us > h->silence_us) {
        snprintf(silent, sizeof(silent), "it has not been heard of for %lld s",
                 (long long)(silence_us / 1000000));
        reason = silent;
    }
    bool fine = reason[0] == '\0';
    buf_append_str(out, "{\"name\":");
    json_append_string(out, p->name);
    buf_printf(out, ",\"healthy\":%s,\"reason\":", fine ? "true" : "false");
    json_append_string(out, fine ? NULL : reason);
    buf_append_char(out, '}');
    return fine;
}

bool health_append(health *h, buf *out)
{
    bool fine = true;
    buf parts;
    buf_init(&parts, 0);
    pthread_mutex_lock(&h->lock);
    for (size_t i = 0; i < h->count; i++) {
        if (i > 0)
            buf_append_char(&parts, ',');
        fine = append_part(h, &h->parts[i], &parts) && fine;
    }
    pthread_mutex_unlock(&h->lock);
    buf_printf(out, "{\"healthy\":%s,\"parts\":[", fine ? "true" : "false");
    buf_append(out, parts.data, parts.length);
    buf_append_str(out, "]}\n");
    buf_break_if(out, &parts);
    buf_term(&parts);
    return fine;
}
