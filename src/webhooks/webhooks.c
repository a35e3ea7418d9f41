#include "webhooks/webhooks.h"

#include <assert.h>
#include <string.h>

#include "core/interrupt.h"
#include "core/mem.h"
#include "http/http_pool.h"
#include "pg/pg_notify.h"
#include "pg/pg_session.h"
#include "webhooks/webhook_pace.h"
#include "webhooks/webhook_secrets.h"
#include "webhooks/webhook_send.h"
#include "webhooks/webhook_store.h"
#include "webhooks/webhook_tell.h"

#define AT_ONCE 256
#define REQUEST_BYTES_MAX ((size_t)64 << 20)
#define PAGE_BYTES_MAX ((size_t)512 << 20)
#define STATEMENT_MS 60000
#define CONNECT_MS 10000
/* Pages of new events between two looks at what came back. */
#define PAGES_MAX 4
/* Looks without being told to: at the log, and for deliveries that become due by time. */
#define BACKSTOP_US ((int64_t)500000)
#define CLAIM_US ((int64_t)100000)
#define HELD_US ((int64_t)1000000)
#define REFRESH_US ((int64_t)1000000)
#define STATUS_US ((int64_t)5000000)
/* How long a stop waits for what is on its way. */
#define DRAIN_US ((int64_t)5000000)
/* Failures in a row after which the part is ill. */
#define FAILURES_ILL 3

static const char *const channels[] = {PG_NOTIFY_SEQ, NULL};

typedef struct flight {
    webhook_result result;
    enum { FLIGHT_FREE, FLIGHT_UNDER_WAY, FLIGHT_ENDED } state;
} flight;

struct webhooks {
    const worker_env *env;
    webhook_store store;
    webhook_secrets *secrets;
    webhook_pace *pace;
    webhook_tell *tell;
    http_pool *pool;
    pg_notify *notify;
    arena *scratch;
    flight flights[AT_ONCE];
    size_t free, ended;
    bool attached, told_held;
    bool look, claim; /* there may be something new in the log, or something to be sent */
    bool idle;        /* the last look found nothing to do */
    int64_t look_us, claim_us, refresh_us, status_us;
    int failures;
    health_part *health;
};

static int64_t now_us(const webhooks *w)
{
    return w->env->clock->mono_us(w->env->clock);
}

static dbk_err *open_all(webhooks *w, const webhooks_options *o)
{
    dbk_err *e = uuid_v7(w->env->clock, &w->store.holder_id);
    if (!e)
        e = webhook_secrets_new(o->secrets_path, &w->secrets);
    if (!e && o->ca_file)
        e = http_authorities_check(o->ca_file);
    if (!e)
        e = webhook_pace_new(&w->pace);
    if (!e)
        e = webhook_tell_new(w->env, &w->tell);
    if (!e)
        e = http_pool_new(&(http_pool_options){.user_agent = "daybook",
                                               .connect_timeout_ms = CONNECT_MS,
                                               .ca_file = o->ca_file,
                                               .at_once_max = AT_ONCE,
                                               .request_bytes_max = REQUEST_BYTES_MAX},
                          &w->pool);
    if (!e)
        e = pg_connect_later_like(w->env->like,
                                  &(pg_connect_options){.application_name = "daybook relay webhooks",
                                                        .statement_timeout_ms = STATEMENT_MS,
                                                        .read_write = true,
                                                        .watchful = true},
                                  &w->store.conn);
    if (!e)
        e = pg_notify_new(w->env->like, "daybook relay listener", channels, &w->notify);
    return e;
}

dbk_err *webhooks_new(const worker_env *env, const webhooks_options *options, webhooks **out)
{
    webhooks *w = mem_alloc(sizeof(*w));
    if (!w)
        return err_oom();
    w->env = env;
    w->store.holder = env->holder;
    w->free = AT_ONCE;
    w->scratch = arena_new(PAGE_BYTES_MAX);
    dbk_err *e = w->scratch ? open_all(w, options) : err_oom();
    if (e) {
        webhooks_free(w);
        return e;
    }
    w->health = health_add(env->health, "webhooks");
    *out = w;
    return NULL;
}

void webhooks_free(webhooks *w)
{
    if (!w)
        return;
    http_pool_free(w->pool);
    pg_notify_free(w->notify);
    pg_close(w->store.conn);
    webhook_tell_free(w->tell);
    webhook_pace_free(w->pace);
    webhook_secrets_free(w->secrets);
    arena_free(w->scratch);
    mem_free(w);
}

void webhooks_wake(void *ctx)
{
    webhooks *w = ctx;
    http_pool_wake(w->pool);
    err_free(pg_cancel(w->store.conn));
}

/* ---- what came back ---- */

static dbk_err *harvest(webhooks *w)
{
    http_ended ended;
    bool any = true;
    dbk_err *e = NULL;
    while (any && !e) {
        e = http_pool_next(w->pool, &ended, &any);
        if (e || !any)
            break;
        flight *f = ended.ctx;
        assert(f->state == FLIGHT_UNDER_WAY);
        webhook_answered(&f->result, &ended);
        f->state = FLIGHT_ENDED;
        w->ended++;
        webhook_pace_ended(w->pace, &f->result.attempt.endpoint_id);
    }
    return e;
}

/* Until it is told, what came of an attempt keeps its place among the flights, so there is a limit to it. */
static dbk_err *report(webhooks *w)
{
    const char **outcomes;
    size_t n = 0;
    if (w->ended == 0)
        return NULL;
    webhook_result *results = arena_alloc(w->scratch, w->ended * sizeof(*results));
    if (!results)
        return err_oom();
    for (size_t i = 0; i < AT_ONCE; i++)
        if (w->flights[i].state == FLIGHT_ENDED)
            results[n++] = w->flights[i].result;
    assert(n == w->ended);
    dbk_err *e = webhook_store_finish(&w->store, w->scratch, results, n, &outcomes);
    if (e)
        return e;
    for (size_t i = 0; i < n; i++)
        webhook_tell_outcome(w->tell, &results[i], outcomes[i]);
    for (size_t i = 0; i < AT_ONCE; i++)
        if (w->flights[i].state == FLIGHT_ENDED)
            w->flights[i].state = FLIGHT_FREE;
    w->free += n;
    w->ended = 0;
    w->claim = true;
    return NULL;
}

/* ---- what is sent ---- */

static dbk_err *dispatch(webhooks *w)
{
    bool more = true;
    if (!w->look && now_us(w) < w->look_us)
        return NULL;
    for (int page = 0; page < PAGES_MAX && more; page++) {
        int64_t deliveries = 0;
        dbk_err *e = webhook_store_dispatch(&w->store, w->scratch, &deliveries, &more);
        if (e)
            return e;
        w->claim = w->claim || deliveries > 0;
        w->idle = w->idle && deliveries == 0;
        arena_reset(w->scratch);
    }
    w->look = more;
    w->look_us = now_us(w) + BACKSTOP_US;
    return NULL;
}

static flight *take_flight(webhooks *w)
{
    assert(w->free > 0);
    size_t i = 0;
    while (w->flights[i].state != FLIGHT_FREE)
        i++;
    w->free--;
    return &w->flights[i];
}

static void send_one(webhooks *w, const webhook_delivery *d)
{
    flight *f = take_flight(w);
    f->result = (webhook_result){.attempt = d->attempt, .retry_after_ms = -1};
    dbk_err *e = webhook_send(w->pool, w->scratch, w->secrets, d, w->env->clock->wall_us(w->env->clock), f);
    f->state = e ? FLIGHT_ENDED : FLIGHT_UNDER_WAY;
    if (!e) {
        webhook_pace_began(w->pace, &d->attempt.endpoint_id);
        return;
    }
    webhook_not_sent(&f->result, e);
    w->ended++;
}

static dbk_err *claim(webhooks *w)
{
    webhook_wish *wishes;
    webhook_delivery *deliveries;
    size_t count = 0;
    size_t claimed = 0;
    int64_t next_us;
    if (w->free == 0 || (!w->claim && now_us(w) < w->claim_us))
        return NULL;
    dbk_err *e = webhook_store_due(&w->store, w->scratch, &wishes, &count);
    if (e)
        return e;
    w->claim = false;
    size_t allowed = webhook_pace_limits(w->pace, wishes, count, w->free, now_us(w), &next_us);
    if (allowed > 0)
        e = webhook_store_claim(&w->store, w->scratch, wishes, count, &deliveries, &claimed);
    if (e)
        return e;
    assert(claimed <= w->free);
    for (size_t i = 0; i < claimed; i++)
        send_one(w, &deliveries[i]);
    int64_t again_us = now_us(w) + (count > 0 ? CLAIM_US : BACKSTOP_US);
    w->claim_us = next_us < again_us ? next_us : again_us;
    w->idle = w->idle && claimed == 0;
    return NULL;
}

/* ---- the loop ---- */

static dbk_err *attach(webhooks *w)
{
    const char *held_by = NULL;
    if (w->attached)
        return NULL;
    dbk_err *e = pg_is_lost(w->store.conn) ? pg_reconnect(w->store.conn) : NULL;
    if (!e)
        e = webhook_store_attach(&w->store, w->scratch, &held_by);
    if (e)
        return e;
    if (held_by && w->env->once)
        return err_with_detail(err_new(ERR_BUSY, "another process posts webhooks"), "%s", held_by);
    if (held_by && !w->told_held)
        log_fields(w->env->log, LOG_INFO, "another process posts webhooks", LOG_STR("who", held_by));
    if (!held_by)
        log_fields(w->env->log, LOG_INFO, "posts webhooks", LOG_INT("term", w->store.term));
    w->told_held = held_by != NULL;
    w->attached = !held_by;
    w->look = w->claim = !held_by;
    return NULL;
}

static void refresh(webhooks *w)
{
    if (now_us(w) < w->refresh_us)
        return;
    w->refresh_us = now_us(w) + REFRESH_US;
    dbk_err *e = webhook_secrets_refresh(w->secrets);
    if (e)
        log_err(w->env->log, LOG_WARNING, e);
    err_free(e);
}

static dbk_err *look_at_status(webhooks *w)
{
    if (now_us(w) < w->status_us)
        return NULL;
    w->status_us = now_us(w) + STATUS_US;
    return webhook_tell_status(w->tell, w->store.conn, w->scratch, AT_ONCE - w->free - w->ended);
}

static dbk_err *step(webhooks *w)
{
    arena_reset(w->scratch);
    w->idle = true;
    dbk_err *e = harvest(w);
    if (!e)
        e = attach(w);
    if (!e)
        e = report(w);
    if (e || !w->attached)
        return e;
    refresh(w);
    pg_notify_listen(w->notify);
    e = dispatch(w);
    if (!e)
        e = claim(w);
    if (!e)
        e = look_at_status(w);
    return e;
}

static dbk_err *pause_for(webhooks *w, int64_t duration_us)
{
    dbk_err *e = http_pool_wait(w->pool, pg_notify_socket(w->notify), duration_us);
    if (pg_notify_wait(w->notify, 0) == PG_NOTIFY_HEARD)
        w->look = true;
    return e;
}

static dbk_err *rest(webhooks *w)
{
    int64_t next_us = w->look_us < w->claim_us ? w->look_us : w->claim_us;
    if (!w->attached)
        return pause_for(w, HELD_US);
    if (w->look || w->ended > 0 || (w->claim && w->free > 0))
        return NULL;
    return pause_for(w, next_us - now_us(w));
}

/* Whatever happened to the database, what is on its way to endpoints goes on, and is told when it is back. */
static dbk_err *recover(webhooks *w, dbk_err *e)
{
    if (atomic_load(w->env->stop) != 0 || w->env->once || err_code(e) == ERR_MEMORY)
        return e;
    w->failures++;
    w->attached = false;
    webhook_tell_failure(w->tell, e);
    if (w->failures >= FAILURES_ILL)
        health_ill(w->health, "%s", err_message(e));
    err_free(e);
    e = harvest(w);
    return e ? e : http_pool_wait(w->pool, -1, worker_pause_us(w->failures));
}

/* Lets what is on its way come to an end, within limits. */
static void drain(webhooks *w)
{
    int64_t until_us = now_us(w) + DRAIN_US;
    dbk_err *e = NULL;
    while (!e && w->free < AT_ONCE && now_us(w) < until_us) {
        arena_reset(w->scratch);
        e = harvest(w);
        if (!e)
            e = report(w);
        if (!e && w->free < AT_ONCE)
            e = http_pool_wait(w->pool, -1, until_us - now_us(w));
    }
    if (e)
        log_err(w->env->log, LOG_WARNING, e);
    err_free(e);
    if (w->attached)
        webhook_store_release(&w->store, w->scratch);
}

static bool is_done(const webhooks *w)
{
    return w->env->once && w->attached && w->idle && !w->look && w->free == AT_ONCE;
}

dbk_err *webhooks_run(void *ctx)
{
    webhooks *w = ctx;
    dbk_err *e = NULL;
    while (!e && atomic_load(w->env->stop) == 0 && !is_done(w)) {
        e = step(w);
        if (e) {
            e = recover(w, e);
            continue;
        }
        w->failures = 0;
        health_fine(w->health);
        if (!is_done(w))
            e = rest(w);
    }
    if (atomic_load(w->env->stop) != 0) {
        err_free(e);
        e = NULL;
    }
    if (!e)
        drain(w);
    health_over(w->health);
    return e;
}
