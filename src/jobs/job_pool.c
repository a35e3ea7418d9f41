/* Jobs wait in one list, in the order in which they were claimed. A thread takes the first, and with it those
 * behind that are run by the same statement, as many as are likely to be done soon. What it has taken stays
 * in the pool's sight, on the thread's own list, until the server knows how it ended.
 *
 * One mutex guards it all; nothing blocks while it is held, but for the cancelling of a statement. */
#include "jobs/job_pool.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#include "core/mem.h"
#include "core/uuid.h"
#include "jobs/job_pace.h"

#define HANDLERS_MAX 256
#define LOOK_US INT64_C(50000)

typedef struct handler {
    char *name;
    job_pace pace;
} handler;

typedef struct thread {
    job_pool *pool;
    job_runner *runner;
    pthread_t id;
    job *jobs[JOB_PACE_BATCH_MAX];
    size_t count; /* 0: idle */
} thread;

struct job_pool {
    pthread_mutex_t lock;
    pthread_cond_t more;
    pg_notify *notify;
    const dbk_clock *clock;
    job_counts *counts;
    job *first, *last; /* not begun */
    size_t waiting, running;
    bool ending;
    handler handlers[HANDLERS_MAX];
    size_t handler_count;
    job_pace pace; /* of all */
    size_t thread_count, started;
    thread threads[];
};

/* ---- how many at a time ---- */

/* NULL: there are too many to remember each; then its jobs are run one by one. */
static handler *handler_of(job_pool *p, const char *name)
{
    for (size_t i = 0; i < p->handler_count; i++)
        if (strcmp(p->handlers[i].name, name) == 0)
            return &p->handlers[i];
    if (p->handler_count == HANDLERS_MAX)
        return NULL;
    char *copy = mem_strdup(name);
    if (!copy)
        return NULL;
    p->handlers[p->handler_count] = (handler){.name = copy};
    return &p->handlers[p->handler_count++];
}

static bool alike(const job *a, const job *b)
{
    return a->kind == JOB_FUNCTION && b->kind == JOB_FUNCTION && a->timeout_us == b->timeout_us &&
           strcmp(a->handler, b->handler) == 0 && strcmp(a->what, b->what) == 0;
}

/* Jobs that can be shared out are: a batch leaves every other thread its part. */
static size_t batch_size(job_pool *p, const job *j)
{
    handler *h = handler_of(p, j->handler);
    size_t size = h ? job_pace_batch(&h->pace) : 1;
    size_t part = p->waiting / p->thread_count + 1;
    return size < part ? size : part;
}

static void take(job_pool *p, thread *t)
{
    job *j = p->first;
    size_t size = batch_size(p, j);
    do {
        p->first = j->next;
        p->waiting--;
        p->running++;
        t->jobs[t->count++] = j;
        j = p->first;
    } while (j && t->count < size && alike(t->jobs[0], j));
    if (!p->first)
        p->last = NULL;
}

static void note(job_pool *p, const thread *t, int64_t duration_us)
{
    handler *h = handler_of(p, t->jobs[0]->handler);
    if (h)
        job_pace_note(&h->pace, duration_us, t->count);
    job_pace_note(&p->pace, duration_us, t->count);
}

size_t job_pool_room(job_pool *p)
{
    pthread_mutex_lock(&p->lock);
    size_t ahead = job_pace_batch(&p->pace);
    /* Twice, so that the next ones are there before a thread is through. */
    size_t wanted = p->thread_count * (ahead > 1 ? 2 * ahead : 1);
    size_t held = p->waiting + p->running;
    pthread_mutex_unlock(&p->lock);
    return held < wanted ? wanted - held : 0;
}

/* ---- threads ---- */

/* False: it is over. */
static bool wait_for_jobs(job_pool *p)
{
    while (!p->first && !p->ending)
        pthread_cond_wait(&p->more, &p->lock);
    return p->first != NULL;
}

static void *run(void *arg)
{
    thread *t = arg;
    job_pool *p = t->pool;
    pthread_mutex_lock(&p->lock);
    while (wait_for_jobs(p)) {
        take(p, t);
        pthread_mutex_unlock(&p->lock);
        int64_t began_us = p->clock->mono_us(p->clock);
        job_runner_run(t->runner, t->jobs, t->count);
        int64_t ended_us = p->clock->mono_us(p->clock);
        pthread_mutex_lock(&p->lock);
        note(p, t, ended_us - began_us);
        for (size_t i = 0; i < t->count; i++)
            job_free(t->jobs[i]);
        p->running -= t->count;
        t->count = 0;
        pg_notify_wake(p->notify);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static dbk_err *start_threads(job_pool *p, const job_runner_options *options)
{
    for (; p->started < p->thread_count; p->started++) {
        thread *t = &p->threads[p->started];
        t->pool = p;
        dbk_err *e = job_runner_new(options, &t->runner);
        if (e)
            return e;
        int rc = pthread_create(&t->id, NULL, run, t);
        if (rc != 0) {
            job_runner_free(t->runner);
            return err_errno(rc, "could not start a thread");
        }
    }
    return NULL;
}

dbk_err *job_pool_new(const job_pool_options *options, job_pool **out)
{
    assert(options->threads > 0 && options->threads <= JOB_POOL_THREADS_MAX);
    job_pool *p = mem_alloc(sizeof(*p) + options->threads * sizeof(p->threads[0]));
    if (!p)
        return err_oom();
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->more, NULL);
    p->notify = options->notify;
    p->clock = options->runner.clock;
    p->counts = options->runner.counts;
    p->thread_count = options->threads;
    dbk_err *e = start_threads(p, &options->runner);
    if (e) {
        job_pool_end(p, 0);
        job_pool_free(p);
        return e;
    }
    *out = p;
    return NULL;
}

void job_pool_free(job_pool *p)
{
    if (!p)
        return;
    assert(p->waiting + p->running == 0);
    for (size_t i = 0; i < p->started; i++)
        job_runner_free(p->threads[i].runner);
    for (size_t i = 0; i < p->handler_count; i++)
        mem_free(p->handlers[i].name);
    pthread_cond_destroy(&p->more);
    pthread_mutex_destroy(&p->lock);
    mem_free(p);
}

/* ---- what it has ---- */

void job_pool_give(job_pool *p, job *list)
{
    pthread_mutex_lock(&p->lock);
    assert(!p->ending);
    for (job *j = list, *next; j; j = next) {
        next = j->next;
        j->next = NULL;
        if (p->last)
            p->last->next = j;
        else
            p->first = j;
        p->last = j;
        p->waiting++;
    }
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
}

job *job_pool_take_waiting(job_pool *p)
{
    pthread_mutex_lock(&p->lock);
    job *list = p->first;
    p->first = p->last = NULL;
    p->waiting = 0;
    pthread_mutex_unlock(&p->lock);
    return list;
}

size_t job_pool_count(job_pool *p)
{
    pthread_mutex_lock(&p->lock);
    size_t count = p->waiting + p->running;
    pthread_mutex_unlock(&p->lock);
    return count;
}

typedef void (*visit)(void *ctx, const job *j);

static void visit_all(const job_pool *p, visit fn, void *ctx)
{
    for (const job *j = p->first; j; j = j->next)
        fn(ctx, j);
    for (size_t i = 0; i < p->started; i++)
        for (size_t k = 0; k < p->threads[i].count; k++)
            fn(ctx, p->threads[i].jobs[k]);
}

typedef struct token_list {
    dbk_uuid *tokens;
    size_t count;
} token_list;

/* Jobs that were claimed together mostly stand together. */
static void add_token(void *ctx, const job *j)
{
    token_list *l = ctx;
    for (size_t i = l->count; i > 0; i--)
        if (uuid_equal(&l->tokens[i - 1], &j->token))
            return;
    l->tokens[l->count++] = j->token;
}

dbk_err *job_pool_tokens(job_pool *p, arena *a, dbk_uuid **out, size_t *count)
{
    pthread_mutex_lock(&p->lock);
    token_list l = {.tokens = arena_alloc(a, (p->waiting + p->running + 1) * sizeof(dbk_uuid))};
    if (l.tokens)
        visit_all(p, add_token, &l);
    pthread_mutex_unlock(&p->lock);
    if (!l.tokens)
        return err_oom();
    *out = l.tokens;
    *count = l.count;
    return NULL;
}

/* ---- stopping ---- */

/* What was told first stays, unless it is lost. */
static bool set_stop(job *j, enum job_stop why)
{
    if (why != JOB_LOST && atomic_load(&j->stop) != JOB_GO_ON)
        return false;
    atomic_store(&j->stop, why);
    return true;
}

static void stop_where(job_pool *p, const dbk_uuid *token, const dbk_uuid *id, enum job_stop why)
{
    pthread_mutex_lock(&p->lock);
    for (job *j = p->first; j && token; j = j->next)
        if (uuid_equal(&j->token, token) && (!id || uuid_equal(&j->id, id)))
            (void)set_stop(j, why);
    for (size_t i = 0; i < p->started; i++) {
        thread *t = &p->threads[i];
        bool met = false;
        for (size_t k = 0; k < t->count; k++)
            if (!token ||
                (uuid_equal(&t->jobs[k]->token, token) && (!id || uuid_equal(&t->jobs[k]->id, id)))) {
                (void)set_stop(t->jobs[k], why);
                met = true;
            }
        if (met)
            job_runner_interrupt(t->runner);
    }
    pthread_mutex_unlock(&p->lock);
}

void job_pool_stop(job_pool *p, const dbk_uuid *token, const dbk_uuid *id, enum job_stop why)
{
    assert(token);
    stop_where(p, token, id, why);
}

void job_pool_stop_running(job_pool *p, enum job_stop why)
{
    stop_where(p, NULL, NULL, why);
}

void job_pool_end(job_pool *p, int64_t patience_us)
{
    pthread_mutex_lock(&p->lock);
    p->ending = true;
    assert(!p->first);
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
    int64_t until_us = p->clock->mono_us(p->clock) + patience_us;
    while (job_pool_count(p) > 0) {
        if (p->clock->mono_us(p->clock) >= until_us)
            job_pool_stop_running(p, JOB_GIVE_BACK);
        p->clock->sleep_us(p->clock, LOOK_US);
    }
    for (size_t i = 0; i < p->started; i++)
        pthread_join(p->threads[i].id, NULL);
}
