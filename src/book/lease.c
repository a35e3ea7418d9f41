#include "book/lease.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "book/lease_term.h"
#include "core/clock.h"
#include "core/cond.h"
#include "core/mem.h"
#include "core/uuid.h"

/* A renewal is asked for when a third of the time has passed. One that gets no answer is given up after a
 * quarter, so that another can be tried over a new connection while the lease is good. */
#define RENEWALS_PER_TTL 3
#define TRIES_PER_TTL 4
#define CALL_TIMEOUT_MAX_MS 10000
#define RETRY_TOTAL_MAX_MS 30000
#define PAUSE_MIN_US ((int64_t)20 * 1000)
#define PAUSE_MAX_US ((int64_t)1000 * 1000)
#define HOLDER_SIZE 201

struct dbk_lease {
    dbk_lease_request request; /* holder is NULL in it: only acquiring tells it */
    int64_t token;
    const dbk_clock *clock;

    pthread_mutex_t asking; /* guards the store */
    pg_store *store;

    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t changed;
    lease_term term;
    int64_t expires_us;
    size_t users;
    bool stop; /* the thread shall end */
    bool has_thread;
    pthread_t thread;
};

static int64_t now_us(const dbk_lease *l)
{
    return l->clock->mono_us(l->clock);
}

/* ---- what is known ---- */

bool lease_held(dbk_lease *l)
{
    pthread_mutex_lock(&l->lock);
    bool held = lease_term_held(&l->term, now_us(l));
    pthread_mutex_unlock(&l->lock);
    return held;
}

void lease_state(dbk_lease *l, dbk_lease_status *out)
{
    pthread_mutex_lock(&l->lock);
    int64_t now = now_us(l);
    out->held = lease_term_held(&l->term, now);
    out->good_for_ms = out->held ? (l->term.good_until_us - now) / 1000 : 0;
    out->token = l->token;
    out->expires_us = l->expires_us;
    snprintf(out->why, sizeof(out->why), "%s", out->held ? l->term.problem : l->term.why);
    pthread_mutex_unlock(&l->lock);
}

const dbk_uuid *lease_bot(const dbk_lease *l)
{
    return &l->request.bot_id;
}

int64_t lease_token(const dbk_lease *l)
{
    return l->token;
}

bool lease_is_renewed_by_hand(const dbk_lease *l)
{
    return l->request.renew_by_hand;
}

static void lose(dbk_lease *l, const char *why)
{
    pthread_mutex_lock(&l->lock);
    lease_term_lose(&l->term, why);
    pthread_cond_signal(&l->changed);
    pthread_mutex_unlock(&l->lock);
}

/* ---- asking ---- */

static void take_answer(dbk_lease *l, const lease_grant *grant, int64_t sent_us, const dbk_answer *answer)
{
    char why[DBK_LEASE_WHY_SIZE];
    if (answer->outcome == DBK_REFUSED) {
        snprintf(why, sizeof(why), "%s: %s", answer->refusal_code, answer->refusal_detail);
        lease_term_lose(&l->term, why);
        return;
    }
    l->expires_us = grant->expires_us;
    lease_term_extend(&l->term, sent_us, now_us(l));
}

/* The store is the caller's meanwhile. */
static dbk_err *renew_within(dbk_lease *l, int64_t limit_ms, dbk_answer *out)
{
    lease_grant grant = {.token = l->token};
    int64_t sent_us = now_us(l);
    dbk_err *e = pg_store_lease_renew(l->store, &l->request, &grant, limit_ms, out);
    pthread_mutex_lock(&l->lock);
    if (e)
        lease_term_note(&l->term, err_message(e));
    else
        take_answer(l, &grant, sent_us, out);
    pthread_mutex_unlock(&l->lock);
    return e;
}

static int64_t at_most(int64_t value, int64_t limit)
{
    return value < limit ? value : limit;
}

dbk_err *lease_renew(dbk_lease *l, dbk_answer *out)
{
    dbk_lease_status state;
    pthread_mutex_lock(&l->asking);
    lease_state(l, &state);
    dbk_err *e = state.held ? renew_within(l, at_most(state.good_for_ms, RETRY_TOTAL_MAX_MS), out)
                            : err_new(ERR_DENIED, "dbk_lease_renew: the lease is lost: %s", state.why);
    pthread_mutex_unlock(&l->asking);
    return e;
}

dbk_err *lease_release(dbk_lease *l, dbk_answer *out)
{
    lose(l, "released");
    pthread_mutex_lock(&l->asking);
    dbk_err *e = pg_store_lease_release(l->store, &l->request, l->token, out);
    pthread_mutex_unlock(&l->asking);
    return e;
}

/* ---- the thread ---- */

/* Until that time, or until the lease is to be looked at. The lock is held. */
static void wait_until(dbk_lease *l, int64_t until_us)
{
    const int64_t left_us = until_us - now_us(l);
    if (left_us > 0)
        (void)cond_wait_until(&l->changed, &l->lock, clock_system()->mono_us(clock_system()) + left_us);
}

static int64_t pause_us(int64_t every_us)
{
    int64_t pause = at_most(every_us / 8, PAUSE_MAX_US);
    return pause < PAUSE_MIN_US ? PAUSE_MIN_US : pause;
}

static void *renew_until_lost(void *arg)
{
    dbk_lease *l = arg;
    dbk_answer answer;
    const int64_t every_us = l->request.ttl_ms * 1000 / RENEWALS_PER_TTL;
    pthread_mutex_lock(&l->lock);
    int64_t next_us = l->term.good_until_us - l->term.ttl_us + every_us;
    while (!l->stop && lease_term_held(&l->term, now_us(l))) {
        if (now_us(l) < next_us) {
            wait_until(l, next_us);
            continue;
        }
        pthread_mutex_unlock(&l->lock);
        int64_t sent_us = now_us(l);
        pthread_mutex_lock(&l->asking);
        dbk_err *e = lease_held(l) ? renew_within(l, 0, &answer) : NULL;
        pthread_mutex_unlock(&l->asking);
        pthread_mutex_lock(&l->lock);
        next_us = e ? now_us(l) + pause_us(every_us) : sent_us + every_us;
        err_free(e);
    }
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

/* A signal to the process is for one of the host's own threads. */
static dbk_err *start_thread(dbk_lease *l)
{
    sigset_t all, usual;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &usual);
    int failed = pthread_create(&l->thread, NULL, renew_until_lost, l);
    pthread_sigmask(SIG_SETMASK, &usual, NULL);
    l->has_thread = !failed;
    return failed ? err_errno(failed, "dbk_lease_acquire: cannot start the thread that renews the lease")
                  : NULL;
}

/* ---- acquiring ---- */

/* Everything that can fail before the server is asked. */
static dbk_err *prepare(const pg_store *s, const dbk_lease_request *request, dbk_lease **out)
{
    dbk_open_options limits = {.call_timeout_ms =
                                   at_most(request->ttl_ms / TRIES_PER_TTL, CALL_TIMEOUT_MAX_MS),
                               .retry_total_ms = at_most(request->ttl_ms, RETRY_TOTAL_MAX_MS)};
    dbk_lease *l = mem_alloc(sizeof(*l));
    if (!l)
        return err_oom();
    l->request = *request;
    l->request.holder = NULL;
    l->clock = clock_boot();
    l->users = 1;
    cond_init(&l->changed);
    pthread_mutex_init(&l->lock, NULL);
    pthread_mutex_init(&l->asking, NULL);
    dbk_err *e = pg_store_open_beside(s, &limits, &l->store);
    if (e) {
        lease_drop(l);
        return e;
    }
    *out = l;
    return NULL;
}

static bool is_granted(const dbk_answer *answer)
{
    return answer->outcome == DBK_CREATED || answer->outcome == DBK_REPLAYED;
}

/* Since when an acquisition is good that was made before, or took long, is known only after a renewal. */
static dbk_err *ask(pg_store *s, const dbk_lease_request *request, dbk_lease *l, dbk_answer *answer)
{
    dbk_answer renewed;
    lease_grant grant = {.token = 0};
    const int64_t ttl_us = request->ttl_ms * 1000;
    int64_t sent_us = now_us(l);
    dbk_err *e = pg_store_lease_acquire(s, request, &grant, answer);
    if (e || !is_granted(answer))
        return e;
    if (answer->outcome == DBK_REPLAYED || now_us(l) - sent_us > ttl_us / RENEWALS_PER_TTL) {
        sent_us = now_us(l);
        e = pg_store_lease_renew(s, request, &grant, at_most(request->ttl_ms, RETRY_TOTAL_MAX_MS), &renewed);
        if (!e && !is_granted(&renewed))
            *answer = renewed;
    }
    l->token = grant.token;
    l->expires_us = grant.expires_us;
    lease_term_begin(&l->term, ttl_us, sent_us);
    return e;
}

/* Nobody shall wait for a lease that nobody has. */
static void give_back(pg_store *s, const dbk_lease *l)
{
    dbk_answer ignored;
    err_free(pg_store_lease_release(s, &l->request, l->token, &ignored));
}

static void complete(const pg_store *s, dbk_lease_request *request, char holder[HOLDER_SIZE])
{
    session_request self = pg_store_session_request(s);
    if (request->holder)
        return;
    int length =
        snprintf(holder, HOLDER_SIZE, "%s at %s, process %lld", self.program, self.host, (long long)self.pid);
    if (length >= HOLDER_SIZE)
        snprintf(holder, HOLDER_SIZE, "process %lld", (long long)self.pid);
    request->holder = holder;
}

dbk_err *lease_acquire(pg_store *s, const dbk_lease_request *given, dbk_lease **out, dbk_answer *answer)
{
    static const dbk_uuid none = {{0}};
    char holder[HOLDER_SIZE];
    dbk_lease_request request = *given;
    dbk_lease *l = NULL;
    complete(s, &request, holder);
    dbk_err *e = uuid_equal(&request.acquire_id, &none) ? uuid_v7(clock_system(), &request.acquire_id) : NULL;
    if (!e)
        e = prepare(s, &request, &l);
    if (!e)
        e = ask(s, &request, l, answer);
    if (!e && is_granted(answer) && !request.renew_by_hand) {
        e = start_thread(l);
        if (e)
            give_back(s, l);
    }
    if (e || !is_granted(answer)) {
        lease_drop(l);
        l = NULL;
    }
    if (!e)
        *out = l;
    return e;
}

/* ---- sharing ---- */

void lease_share(dbk_lease *l)
{
    pthread_mutex_lock(&l->lock);
    l->users++;
    pthread_mutex_unlock(&l->lock);
}

void lease_drop(dbk_lease *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    assert(l->users > 0);
    bool last = --l->users == 0;
    pthread_mutex_unlock(&l->lock);
    if (!last)
        return;
    assert(!l->has_thread);
    pg_store_close(l->store);
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
    pthread_mutex_destroy(&l->asking);
    mem_free(l);
}

void lease_close(dbk_lease *l)
{
    pthread_mutex_lock(&l->lock);
    l->stop = true;
    lease_term_lose(&l->term, "closed");
    pthread_cond_signal(&l->changed);
    pthread_mutex_unlock(&l->lock);
    if (l->has_thread)
        (void)pthread_join(l->thread, NULL);
    l->has_thread = false;
    lease_drop(l);
}
