#include "market/poll/poll_gate.h"

#include <assert.h>

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
/* No host means longer, whatever it says. */
#define SHUT_MAX_US (INT64_C(3) * 24 * 60 * MINUTE_US)

void poll_gate_init(poll_gate *g, int weight_per_minute, uint64_t seed)
{
    assert(weight_per_minute > 0);
    *g = (poll_gate){.weight_per_minute = weight_per_minute, .random = seed | 1};
}

int64_t poll_gate_wait_us(const poll_gate *g, int weight, int64_t now_us)
{
    if (now_us < g->shut_until_us)
        return g->shut_until_us - now_us;
    /* A request that is heavier than the whole budget would wait for ever: it goes first in its minute. */
    bool fits = g->used == 0 || g->used + weight <= g->weight_per_minute;
    return fits || now_us >= g->minute_end_us ? 0 : g->minute_end_us - now_us;
}

static void begin_minute(poll_gate *g, int64_t now_us)
{
    if (now_us < g->minute_end_us)
        return;
    g->used = 0;
    g->minute_end_us = now_us + MINUTE_US;
}

void poll_gate_asked(poll_gate *g, int weight, int64_t now_us)
{
    begin_minute(g, now_us);
    g->used += weight;
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

int64_t poll_backoff_us(int failures, int64_t least_us, int64_t most_us, uint64_t *random)
{
    assert(failures > 0 && least_us > 0 && least_us <= most_us);
    int64_t pause = least_us;
    for (int i = 1; i < failures && pause < most_us; i++)
        pause *= 2;
    if (pause > most_us)
        pause = most_us;
    return pause / 2 + (int64_t)(next_random(random) % (uint64_t)(pause - pause / 2 + 1));
}

static void shut(poll_gate *g, int64_t now_us, int64_t asked_us, int64_t least_us, int64_t most_us)
{
    g->failures++;
    int64_t pause = poll_backoff_us(g->failures, least_us, most_us, &g->random);
    if (asked_us > pause)
        pause = asked_us < SHUT_MAX_US ? asked_us : SHUT_MAX_US;
    if (now_us + pause > g->shut_until_us)
        g->shut_until_us = now_us + pause;
}

void poll_gate_shut_like(poll_gate *g, const poll_gate *other)
{
    if (g->shut_until_us < other->shut_until_us)
        g->shut_until_us = other->shut_until_us;
}

/* The host's own account counts more than ours: others may share its view of our address. Its minute ends
 * when its clock says so, and as it tells whole seconds, at the latest a second earlier. */
static void take_account(poll_gate *g, const poll_heard *heard, int64_t now_us)
{
    if (heard->used < 0)
        return;
    g->used = heard->used < INT32_MAX ? (int)heard->used : INT32_MAX;
    if (heard->date_us > 0)
        g->minute_end_us = now_us + MINUTE_US - heard->date_us % MINUTE_US;
}

poll_heard_kind poll_gate_heard(poll_gate *g, const poll_heard *heard, int64_t now_us)
{
    take_account(g, heard, now_us);
    switch (heard->status == 200 && heard->too_often ? 429 : heard->status) {
    case 200:
        g->failures = 0;
        return POLL_HEARD_ANSWER;
    case 429:
        shut(g, now_us, heard->retry_after_us, 10 * SECOND_US, 10 * MINUTE_US);
        return POLL_HEARD_SLOW_DOWN;
    case 418:
    case 403:
    case 451:
        shut(g, now_us, heard->retry_after_us, 2 * MINUTE_US, 24 * 60 * MINUTE_US);
        return POLL_HEARD_BAN;
    default:
        break;
    }
    if (heard->status >= 400 && heard->status < 500) {
        g->failures = 0;
        return POLL_HEARD_REFUSAL;
    }
    shut(g, now_us, heard->retry_after_us, SECOND_US, MINUTE_US);
    return POLL_HEARD_FAILURE;
}
