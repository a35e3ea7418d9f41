#include "market/poll/poll_plan.h"

#include <assert.h>

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)

static int64_t wait_for(const poll_plan *plan, const poll_series *s, int64_t now_us)
{
    const venue_endpoint *e = s->asked.endpoint;
    int64_t due = s->due_us > now_us ? s->due_us - now_us : 0;
    int64_t gate = poll_gate_wait_us(&plan->gates[e->host], e->weight, now_us);
    return due > gate ? due : gate;
}

bool poll_plan_next(const poll_plan *plan, int64_t now_us, size_t *which, int64_t *wait_us)
{
    size_t best = plan->count;
    *wait_us = INT64_MAX;
    for (size_t i = 0; i < plan->count; i++) {
        int64_t wait = wait_for(plan, &plan->series[i], now_us);
        if (wait < *wait_us)
            *wait_us = wait;
        if (wait == 0 && (best == plan->count || plan->series[i].due_us < plan->series[best].due_us))
            best = i;
    }
    *which = best;
    return best < plan->count;
}

/* One empty page means little; from the second on each doubles the wait. */
static int64_t quiet_wait(const venue_step *step, int quiet)
{
    int64_t wait_us = step->wait_us;
    for (int i = 1; i < quiet && wait_us < step->wait_max_us; i++)
        wait_us = 2 * wait_us < step->wait_max_us ? 2 * wait_us : step->wait_max_us;
    return wait_us;
}

void poll_plan_moved(poll_plan *plan, size_t which, const venue_step *step, int64_t now_us)
{
    assert(which < plan->count);
    poll_series *s = &plan->series[which];
    s->quiet = step->empty && !step->more ? s->quiet + 1 : 0;
    int64_t wait_us = quiet_wait(step, s->quiet);
    if (wait_us < s->every_us)
        wait_us = s->every_us;
    s->position = step->position;
    s->behind = step->more;
    s->failures = 0;
    s->due_us = now_us + (step->more ? 0 : wait_us > 0 ? wait_us : MINUTE_US);
}

void poll_plan_ended(poll_plan *plan, size_t which)
{
    assert(which < plan->count);
    plan->series[which].behind = false;
    plan->series[which].failures = 0;
    plan->series[which].due_us = INT64_MAX;
}

void poll_plan_failed(poll_plan *plan, size_t which, int64_t now_us)
{
    assert(which < plan->count);
    poll_series *s = &plan->series[which];
    s->failures++;
    s->behind = true;
    s->due_us = now_us + poll_backoff_us(s->failures, SECOND_US / 4, 10 * MINUTE_US, &plan->random);
}

bool poll_plan_is_current(const poll_plan *plan, int failures)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->series[i].behind && plan->series[i].failures < failures)
            return false;
    return true;
}
