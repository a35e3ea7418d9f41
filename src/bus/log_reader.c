#include "bus/log_reader.h"

#include <assert.h>
#include <pthread.h>

#include "bus_sql.h"
#include "core/clock.h"
#include "core/cond.h"
#include "core/mem.h"
#include "pg/pg_notify.h"

#define PAGE_BYTES_MAX ((size_t)512 << 20)
#define BACKSTOP_US ((int64_t)500000)
#define STATEMENT_MS 60000

static const char *const channels[] = {PG_NOTIFY_SEQ, NULL};

typedef struct slot {
    arena *memory;
    log_page page;
    bool is_last; /* it ended where the log did */
} slot;

struct log_reader {
    const worker_env *env;
    pg_conn *conn;
    pg_notify *notify;
    pthread_t thread;
    bool runs; /* the thread has been made and not been joined */
    int64_t after_seq;
    pthread_mutex_t lock; /* guards everything below; a page that is being read or lent is its thread's */
    pthread_cond_t changed;
    slot slots[LOG_READER_PAGES];
    size_t first, count; /* those that were read and not given back, the lent one included */
    bool lent;           /* the first of them */
    bool at_end;         /* the last look found the end of the log */
    bool stopping, woken;
    int64_t asked_us; /* when the server was asked for what it has not answered; 0: nothing */
    dbk_err *failed;
};

/* The clock that the condition waits by. */
static int64_t now_us(void)
{
    return clock_system()->mono_us(clock_system());
}

dbk_err *log_reader_new(const worker_env *env, log_reader **out)
{
    log_reader *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    r->env = env;
    cond_init(&r->changed);
    pthread_mutex_init(&r->lock, NULL);
    dbk_err *e = NULL;
    for (size_t i = 0; i < LOG_READER_PAGES && !e; i++) {
        r->slots[i].memory = arena_new(PAGE_BYTES_MAX);
        e = r->slots[i].memory ? NULL : err_oom();
    }
    if (!e)
        e = pg_connect_later_like(env->like,
                                  &(pg_connect_options){.application_name = "daybook relay reader",
                                                        .statement_timeout_ms = STATEMENT_MS,
                                                        .read_write = true,
                                                        .watchful = true},
                                  &r->conn);
    if (!e)
        e = pg_notify_new(env->like, "daybook relay listener", channels, &r->notify);
    if (e) {
        log_reader_free(r);
        return e;
    }
    *out = r;
    return NULL;
}

void log_reader_free(log_reader *r)
{
    if (!r)
        return;
    log_reader_stop(r);
    pg_notify_free(r->notify);
    pg_close(r->conn);
    for (size_t i = 0; i < LOG_READER_PAGES; i++)
        arena_free(r->slots[i].memory);
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
    mem_free(r);
}

/* ---- the thread ---- */

/* The slot for the next page, when there is one that is neither read nor lent. NULL: it is to stop. */
static slot *wait_for_room(log_reader *r)
{
    pthread_mutex_lock(&r->lock);
    while (r->count == LOG_READER_PAGES && !r->stopping)
        pthread_cond_wait(&r->changed, &r->lock);
    slot *s = r->stopping ? NULL : &r->slots[(r->first + r->count) % LOG_READER_PAGES];
    if (s)
        r->asked_us = now_us();
    pthread_mutex_unlock(&r->lock);
    return s;
}

static dbk_err *read_page(log_reader *r, slot *s)
{
    pg_rows *rows;
    bus_event *events;
    arena_reset(s->memory);
    pg_params *p = pg_params_new(s->memory);
    pg_param_int8(p, r->after_seq);
    pg_param_int4(p, LOG_READER_EVENTS);
    dbk_err *e = worker_connect(r->conn);
    if (!e)
        e = pg_query_binary(r->conn, s->memory, bus_page, p, &rows);
    if (!e)
        e = bus_events_of(s->memory, rows, &events);
    if (e)
        return e;
    size_t count = pg_row_count(rows);
    s->page = (log_page){.events = events, .count = count};
    s->is_last = count < LOG_READER_EVENTS;
    if (count > 0)
        r->after_seq = events[count - 1].place.seq;
    return NULL;
}

/* Tells the other side what has come of it. */
static void hand_over(log_reader *r, const slot *s, dbk_err *failed)
{
    pthread_mutex_lock(&r->lock);
    r->asked_us = 0;
    r->failed = failed;
    r->at_end = !failed && s->is_last;
    if (!failed && s->page.count > 0)
        r->count++;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

static void *read_on(void *arg)
{
    log_reader *r = arg;
    slot *s;
    dbk_err *e = NULL;
    /* Before the first look, so that nothing is missed between that and the first wait. */
    (void)pg_notify_listen(r->notify);
    while (!e && (s = wait_for_room(r))) {
        e = read_page(r, s);
        bool is_last = !e && s->is_last;
        hand_over(r, s, e);
        if (is_last)
            (void)pg_notify_wait(r->notify, BACKSTOP_US);
    }
    return NULL;
}

/* ---- the other side ---- */

dbk_err *log_reader_start(log_reader *r, int64_t after_seq)
{
    assert(!r->runs);
    r->after_seq = after_seq;
    r->at_end = r->stopping = r->woken = false;
    int rc = pthread_create(&r->thread, NULL, read_on, r);
    if (rc != 0)
        return err_errno(rc, "could not start a thread");
    r->runs = true;
    return NULL;
}

static void give_back(log_reader *r)
{
    if (!r->lent)
        return;
    r->lent = false;
    r->first = (r->first + 1) % LOG_READER_PAGES;
    r->count--;
    pthread_cond_broadcast(&r->changed);
}

dbk_err *log_reader_next(log_reader *r, int64_t limit_us, const log_page **out)
{
    const int64_t until_us = now_us() + limit_us;
    dbk_err *e = NULL;
    *out = NULL;
    pthread_mutex_lock(&r->lock);
    give_back(r);
    /* What was read before the failure is as good as ever. */
    bool waits = true;
    while (waits && r->count == 0 && !r->failed && !r->woken)
        waits = cond_wait_until(&r->changed, &r->lock, until_us);
    r->woken = false;
    if (r->count > 0) {
        r->lent = true;
        *out = &r->slots[r->first].page;
    } else {
        e = r->failed;
        r->failed = NULL;
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}

bool log_reader_is_at_end(log_reader *r)
{
    pthread_mutex_lock(&r->lock);
    bool is = r->at_end && r->count == (r->lent ? 1 : 0);
    pthread_mutex_unlock(&r->lock);
    return is;
}

int64_t log_reader_waits_us(log_reader *r)
{
    pthread_mutex_lock(&r->lock);
    int64_t asked_us = r->asked_us;
    pthread_mutex_unlock(&r->lock);
    return asked_us > 0 ? now_us() - asked_us : 0;
}

void log_reader_stop(log_reader *r)
{
    if (!r->runs)
        return;
    pthread_mutex_lock(&r->lock);
    r->stopping = true;
    bool asks = r->asked_us > 0;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    pg_notify_wake(r->notify);
    if (asks)
        err_free(pg_cancel(r->conn));
    pthread_join(r->thread, NULL);
    r->runs = r->lent = r->at_end = false;
    r->first = r->count = 0;
    err_free(r->failed);
    r->failed = NULL;
    for (size_t i = 0; i < LOG_READER_PAGES; i++)
        arena_reset(r->slots[i].memory);
}

void log_reader_wake(log_reader *r)
{
    pthread_mutex_lock(&r->lock);
    r->woken = true;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    pg_notify_wake(r->notify);
    err_free(pg_cancel(r->conn));
}
