#include "webhooks/webhook_pace.h"

#include <assert.h>
#include <string.h>

#include "core/mem.h"

#define SECOND_US INT64_C(1000000)
/* Those of the wishes, and those that have something on the way only. */
#define KNOWN_MAX (WEBHOOK_PACE_ENDPOINTS_MAX * 2)

typedef struct known {
    dbk_uuid id;
    int32_t in_flight;
    int32_t rate_per_s;
    int64_t free_at_us; /* when the next request would be exactly on time (GCRA) */
    bool is_wished;
} known;

struct webhook_pace {
    known items[KNOWN_MAX];
    size_t count;
};

dbk_err *webhook_pace_new(webhook_pace **out)
{
    webhook_pace *p = mem_alloc(sizeof(*p));
    if (!p)
        return err_oom();
    *out = p;
    return NULL;
}

void webhook_pace_free(webhook_pace *p)
{
    mem_free(p);
}

static known *find(webhook_pace *p, const dbk_uuid *id)
{
    for (size_t i = 0; i < p->count; i++)
        if (uuid_equal(&p->items[i].id, id))
            return &p->items[i];
    return NULL;
}

static void forget_idle(webhook_pace *p, int64_t now_us)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->count; i++)
        if (p->items[i].is_wished || p->items[i].in_flight > 0 || p->items[i].free_at_us > now_us)
            p->items[kept++] = p->items[i];
    p->count = kept;
}

static known *find_or_add(webhook_pace *p, const dbk_uuid *id)
{
    known *k = find(p, id);
    if (k || p->count == KNOWN_MAX)
        return k;
    k = &p->items[p->count++];
    *k = (known){.id = *id};
    return k;
}

static int32_t min32(int64_t a, int64_t b)
{
    return (int32_t)(a < b ? a : b);
}

/* How many requests may begin without passing the rate; with none, when the next may. */
static int64_t by_rate(known *k, int64_t now_us, int64_t *next_us)
{
    int64_t step_us = SECOND_US / k->rate_per_s;
    int64_t ahead_us = k->rate_per_s >= 10 ? SECOND_US / 10 : step_us;
    if (k->free_at_us < now_us)
        k->free_at_us = now_us;
    int64_t room_us = now_us + ahead_us - k->free_at_us;
    if (room_us < step_us) {
        int64_t at_us = k->free_at_us + step_us - ahead_us;
        *next_us = at_us < *next_us ? at_us : *next_us;
        return 0;
    }
    return room_us / step_us;
}

size_t webhook_pace_limits(webhook_pace *p, webhook_wish *wishes, size_t count, size_t room, int64_t now_us,
                           int64_t *next_us)
{
    assert(count <= WEBHOOK_PACE_ENDPOINTS_MAX);
    size_t allowed = 0;
    *next_us = INT64_MAX;
    for (size_t i = 0; i < p->count; i++)
        p->items[i].is_wished = false;
    forget_idle(p, now_us);
    for (size_t i = 0; i < count; i++) {
        known *k = find_or_add(p, &wishes[i].endpoint_id);
        wishes[i].limit = 0;
        if (!k)
            continue;
        k->is_wished = true;
        k->rate_per_s = wishes[i].rate_per_s > 0 ? wishes[i].rate_per_s : 1;
        int32_t free = wishes[i].in_flight_max - k->in_flight;
        size_t share = room / (count - i) + (room % (count - i) > 0);
        if (free > 0 && share > 0)
            wishes[i].limit = min32(min32(free, by_rate(k, now_us, next_us)), (int64_t)share);
        room -= (size_t)wishes[i].limit;
        allowed += wishes[i].limit > 0;
    }
    return allowed;
}

void webhook_pace_began(webhook_pace *p, const dbk_uuid *endpoint_id)
{
    known *k = find(p, endpoint_id);
    assert(k);
    k->in_flight++;
    k->free_at_us += SECOND_US / k->rate_per_s;
}

void webhook_pace_ended(webhook_pace *p, const dbk_uuid *endpoint_id)
{
    known *k = find(p, endpoint_id);
    assert(k && k->in_flight > 0);
    k->in_flight--;
}
