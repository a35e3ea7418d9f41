#include "pg/pg_retry.h"

#include <assert.h>
#include <string.h>

#define TRIES_MAX_DEFAULT 8
#define DELAY_MIN_DEFAULT_US ((int64_t)20 * 1000)
#define DELAY_MAX_DEFAULT_US ((int64_t)2 * 1000 * 1000)
#define TOTAL_MAX_DEFAULT_US ((int64_t)30 * 1000 * 1000)

typedef struct retry_rule {
    const char *prefix; /* of the SQLSTATE; the first that matches decides */
    pg_retry_kind kind;
} retry_rule;

/* 57P01 and 57P02 are UNKNOWN: a server that is shut down may have committed before it said so. 08P01 is what
 * PgBouncer says when its server went away in the middle of a statement. */
static const retry_rule rules[] = {
    {"40001", PG_RETRY_SAME},      {"40P01", PG_RETRY_SAME},      {"55P03", PG_RETRY_SAME},
    {"40003", PG_RETRY_UNKNOWN},   {"08001", PG_RETRY_RECONNECT}, {"08003", PG_RETRY_RECONNECT},
    {"08004", PG_RETRY_RECONNECT}, {"08006", PG_RETRY_RECONNECT}, {"08", PG_RETRY_UNKNOWN},
    {"57P03", PG_RETRY_RECONNECT}, {"57P01", PG_RETRY_UNKNOWN},   {"57P02", PG_RETRY_UNKNOWN},
    {"57P05", PG_RETRY_UNKNOWN},   {"53300", PG_RETRY_RECONNECT}, {"25006", PG_RETRY_RECONNECT},
    {"25P03", PG_RETRY_RECONNECT},
};

pg_retry_kind pg_retry_classify(const dbk_err *e)
{
    assert(e);
    enum err_code code = err_code(e);
    if (code == ERR_INTERRUPTED)
        return PG_RETRY_NEVER;
    /* Cancelled for being late: rolled back, and the next try may find the lock free. */
    if (code == ERR_TIMEOUT)
        return PG_RETRY_SAME;

    const char *sqlstate = err_sqlstate(e);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (strncmp(sqlstate, rules[i].prefix, strlen(rules[i].prefix)) == 0)
            return rules[i].kind;
    }
    /* A server that ends the connection for any other reason (a PANIC, say) leaves the outcome open; a
     * refused login (28, 3D, 42) does not. */
    if (code == ERR_CONNECTION && sqlstate[0] && strncmp(sqlstate, "28", 2) != 0 &&
        strncmp(sqlstate, "3D", 2) != 0 && strncmp(sqlstate, "42", 2) != 0)
        return PG_RETRY_UNKNOWN;
    return PG_RETRY_NEVER;
}

void pg_retry_init(pg_retry_state *s, const pg_retry_policy *policy, int64_t now_us, uint64_t seed)
{
    assert(s);
    *s = (pg_retry_state){.started_us = now_us, .random = seed ? seed : 1};
    if (policy)
        s->policy = *policy;
    if (s->policy.tries_max == 0)
        s->policy.tries_max = TRIES_MAX_DEFAULT;
    if (s->policy.delay_min_us == 0)
        s->policy.delay_min_us = DELAY_MIN_DEFAULT_US;
    if (s->policy.delay_max_us == 0)
        s->policy.delay_max_us = DELAY_MAX_DEFAULT_US;
    if (s->policy.total_max_us == 0)
        s->policy.total_max_us = TOTAL_MAX_DEFAULT_US;
    assert(s->policy.tries_max > 0);
    assert(s->policy.delay_min_us > 0);
    assert(s->policy.delay_min_us <= s->policy.delay_max_us);
    s->last_delay_us = s->policy.delay_min_us;
}

/* xorshift64*: good enough to spread clients, and the same seed gives the same pauses in tests. */
static uint64_t next_random(pg_retry_state *s)
{
    s->random ^= s->random >> 12;
    s->random ^= s->random << 25;
    s->random ^= s->random >> 27;
    return s->random * UINT64_C(2685821657736338717);
}

bool pg_retry_next(pg_retry_state *s, const dbk_err *e, bool idempotent, int64_t now_us, int64_t *delay_us)
{
    assert(s);
    assert(delay_us);
    pg_retry_kind kind = pg_retry_classify(e);
    if (kind == PG_RETRY_NEVER || (kind == PG_RETRY_UNKNOWN && !idempotent))
        return false;
    s->tries++;
    if (s->tries >= s->policy.tries_max)
        return false;

    /* Decorrelated jitter: anywhere between the least pause and three times the last one, capped. */
    int64_t low = s->policy.delay_min_us;
    int64_t high =
        s->last_delay_us > s->policy.delay_max_us / 3 ? s->policy.delay_max_us : s->last_delay_us * 3;
    int64_t delay = low + (int64_t)(next_random(s) % (uint64_t)(high - low + 1));
    if (now_us + delay - s->started_us > s->policy.total_max_us)
        return false;
    s->last_delay_us = delay;
    *delay_us = delay;
    return true;
}
