#include "book/lease_term.h"

#include <stdio.h>

void lease_term_begin(lease_term *t, int64_t ttl_us, int64_t sent_us)
{
    *t = (lease_term){.ttl_us = ttl_us, .good_until_us = sent_us + ttl_us};
}

bool lease_term_held(lease_term *t, int64_t now_us)
{
    char why[DBK_LEASE_WHY_SIZE];
    if (t->lost || now_us < t->good_until_us)
        return !t->lost;
    snprintf(why, sizeof(why), "not renewed within %lld ms%s%s", (long long)(t->ttl_us / 1000),
             t->problem[0] ? ": " : "", t->problem);
    lease_term_lose(t, why);
    return false;
}

void lease_term_extend(lease_term *t, int64_t sent_us, int64_t now_us)
{
    if (!lease_term_held(t, now_us))
        return;
    if (t->good_until_us < sent_us + t->ttl_us)
        t->good_until_us = sent_us + t->ttl_us;
    t->problem[0] = '\0';
}

void lease_term_note(lease_term *t, const char *problem)
{
    snprintf(t->problem, sizeof(t->problem), "%s", problem);
}

void lease_term_lose(lease_term *t, const char *why)
{
    if (!t->lost)
        snprintf(t->why, sizeof(t->why), "%s", why);
    t->lost = true;
}
