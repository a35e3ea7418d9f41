#include "book/consumer.h"

#include <assert.h>
#include <string.h>

#include "core/clock.h"
#include "pg/pg_retry.h"

/* Notified, it looks once a second in case a notification was lost. Without, it looks four times as often. A
 * process that stands by asks for its turn as often. */
#define LOOK_NOTIFIED_US ((int64_t)1000000)
#define LOOK_US ((int64_t)250000)

static int64_t now_us(void)
{
    const dbk_clock *clock = clock_system();
    return clock->mono_us(clock);
}

void consumer_drop_batch(dbk_consumer *c)
{
    if (!pg_is_lost(c->conn) && pg_in_transaction(c->conn))
        pg_rollback(c->conn);
    arena_reset(c->kept);
    c->events = NULL;
    c->count = c->waited_count = 0;
    c->last_live = 0;
}

/* ---- the next batch ---- */

static dbk_err *look(dbk_consumer *c)
{
    consumer_drop_batch(c);
    if (pg_is_lost(c->conn) || !c->attached) {
        dbk_err *e = consumer_attach(c, false);
        if (e || !c->attached)
            return e;
    }
    dbk_err *e = consumer_read(c);
    if (e)
        consumer_drop_batch(c);
    return e;
}

/* Its turn was lost, or has to be confirmed: attaching says more. */
static bool is_about_its_turn(const dbk_consumer *c, const dbk_err *e)
{
    return strcmp(err_sqlstate(e), "TB006") == 0 ||
           (strcmp(err_sqlstate(e), "TB007") == 0 && !c->confirm_by_hand);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void wait_for(dbk_consumer *c, int64_t limit_us)
{
    if (limit_us <= 0 || atomic_load(&c->woken))
        return;
    if (c->notify && pg_notify_listens(c->notify) && c->attached)
        (void)pg_notify_wait(c->notify, least(limit_us, LOOK_NOTIFIED_US));
    else if (c->notify)
        (void)pg_notify_wait(c->notify, least(limit_us, LOOK_US));
    else
        clock_system()->sleep_us(clock_system(), least(limit_us, LOOK_US));
}

/* What can be tried again is, until the time is up. */
static dbk_err *look_patiently(dbk_consumer *c, int64_t until_us, pg_retry_state *retry)
{
    int64_t pause_us = 0;
    dbk_err *e = look(c);
    if (e && is_about_its_turn(c, e)) {
        err_free(e);
        e = look(c);
    }
    if (!e) {
        retry->tries = 0;
        return NULL;
    }
    int64_t now = now_us();
    if (now >= until_us || !pg_retry_next(retry, e, true, now, &pause_us))
        return e;
    err_free(e);
    wait_for(c, least(pause_us, until_us - now));
    return NULL;
}

dbk_err *consumer_next(dbk_consumer *c, int64_t wait_ms)
{
    pg_retry_state retry;
    const int64_t until_us = now_us() + wait_ms * 1000;
    pg_retry_init(&retry, &(pg_retry_policy){.tries_max = 1000, .total_max_us = wait_ms * 1000 + 1}, now_us(),
                  c->random);
    for (;;) {
        /* Before the look: what comes after it is notified. */
        if (c->notify)
            (void)pg_notify_listen(c->notify);
        dbk_err *e = look_patiently(c, until_us, &retry);
        if (e || c->count > 0)
            return e;
        if (now_us() >= until_us || atomic_exchange(&c->woken, false))
            return NULL;
        wait_for(c, until_us - now_us());
    }
}

/* ---- what became of it ---- */

dbk_err *consumer_commit(dbk_consumer *c)
{
    int64_t upto = c->last_live > 0 ? c->last_live : c->after_seq;
    dbk_err *e = consumer_mark(c, upto, c->waited, c->waited_count);
    if (!e)
        e = pg_commit(c->conn);
    if (!e) {
        c->after_seq = upto;
        c->only = 0;
    } else if (!c->attached || pg_is_lost(c->conn)) {
        /* Where it stands, attaching says. */
        c->attached = false;
    }
    consumer_drop_batch(c);
    return e;
}

static dbk_err *put_aside(dbk_consumer *c, const dbk_event *event, bool live, const char *why,
                          int64_t retry_in_ms)
{
    dbk_err *e = pg_begin(c->conn);
    if (!e)
        e = consumer_mark_failed(c, event->seq, why, retry_in_ms);
    if (!e)
        e = consumer_mark(c, live ? event->seq : c->after_seq, NULL, 0);
    if (!e)
        e = pg_commit(c->conn);
    if (!e && live)
        c->after_seq = event->seq;
    return e;
}

static bool waited(const dbk_consumer *c, int64_t seq)
{
    for (size_t i = 0; i < c->waited_count; i++)
        if (c->waited[i] == seq)
            return true;
    return false;
}

dbk_err *consumer_fail(dbk_consumer *c, size_t index, const char *why, int64_t retry_in_ms)
{
    assert(index < c->count);
    dbk_event event = c->events[index];
    bool live = !waited(c, event.seq);
    consumer_drop_batch(c);
    c->only = index;
    if (index > 0)
        return NULL;
    /* Over a connection that was lost meanwhile it cannot be said; the event comes again and fails again. */
    dbk_err *e = put_aside(c, &event, live, why, retry_in_ms);
    if (e)
        consumer_drop_batch(c);
    return e;
}
