/* Workers take the next file that nobody has taken; the calling thread hands results over in order, as soon
 * as the next one is there. A worker keeps one connection for each target. */
#include <assert.h>
#include <pthread.h>

#include "core/interrupt.h"
#include "core/mem.h"
#include "schema/tap_int.h"

typedef struct tap_job {
    arena *arena; /* made by the worker, freed once the result was handed over */
    tap_result result;
    bool done;
} tap_job;

typedef struct tap_pool {
    const tap_options *o;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    tap_job *jobs; /* target by target, file by file */
    size_t count, next;
    size_t working; /* workers that have not ended */
    dbk_err *error; /* the first one; stops everything */
} tap_pool;

typedef struct tap_worker {
    tap_pool *pool;
    size_t index;
    arena *arena;
    pthread_t thread;
    pg_conn **conns; /* one for each target, made when it is needed */
    tap_law *laws;
} tap_worker;

static void set_error(tap_pool *p, dbk_err *e)
{
    if (p->error)
        err_free(e);
    else
        p->error = e;
}

static bool take_job(tap_pool *p, size_t *at)
{
    pthread_mutex_lock(&p->mutex);
    bool taken = !p->error && p->next < p->count;
    if (taken)
        *at = p->next++;
    pthread_mutex_unlock(&p->mutex);
    return taken;
}

/* Also after a test that ended its own connection. */
static dbk_err *connect(tap_worker *w, size_t target)
{
    const tap_options *o = w->pool->o;
    if (w->conns[target])
        return pg_is_lost(w->conns[target]) ? pg_reconnect(w->conns[target]) : NULL;
    dbk_err *e = pg_connect(&(pg_connect_options){.url = o->targets[target].urls[w->index],
                                                  .application_name = "daybook test",
                                                  .statement_timeout_ms = o->statement_timeout_ms},
                            &w->conns[target]);
    return e ? e : tap_law_init(&w->laws[target], w->arena, w->conns[target], o->schemas, o->schema_count);
}

static dbk_err *run_job(tap_worker *w, size_t at)
{
    tap_pool *p = w->pool;
    tap_job *job = &p->jobs[at];
    size_t target = at / p->o->file_count;
    dbk_err *e = connect(w, target);
    if (e)
        return e;
    job->arena = arena_new(0);
    if (!job->arena)
        return err_oom();
    e = tap_file_run(w->conns[target], job->arena, &p->o->files[at % p->o->file_count], &w->laws[target],
                     p->o->interrupted, &job->result);
    job->result.label = p->o->targets[target].label;
    return e;
}

static void *work(void *arg)
{
    tap_worker *w = arg;
    tap_pool *p = w->pool;
    size_t at;
    while (take_job(p, &at)) {
        dbk_err *e = run_job(w, at);
        pthread_mutex_lock(&p->mutex);
        if (e)
            set_error(p, e);
        else
            p->jobs[at].done = true;
        pthread_cond_signal(&p->changed);
        pthread_mutex_unlock(&p->mutex);
    }
    pthread_mutex_lock(&p->mutex);
    p->working--;
    pthread_cond_signal(&p->changed);
    pthread_mutex_unlock(&p->mutex);
    return NULL;
}

/* False when an error, or the end of all workers, comes before it. */
static bool wait_for(tap_pool *p, size_t at)
{
    pthread_mutex_lock(&p->mutex);
    while (!p->jobs[at].done && !p->error && p->working > 0)
        pthread_cond_wait(&p->changed, &p->mutex);
    bool done = p->jobs[at].done && !p->error;
    pthread_mutex_unlock(&p->mutex);
    return done;
}

static void hand_over(tap_pool *p)
{
    for (size_t i = 0; i < p->count && wait_for(p, i); i++) {
        dbk_err *e = p->o->on_result(p->o->ctx, &p->jobs[i].result);
        arena_free(p->jobs[i].arena);
        p->jobs[i].arena = NULL;
        if (!e)
            continue;
        pthread_mutex_lock(&p->mutex);
        set_error(p, e);
        pthread_mutex_unlock(&p->mutex);
    }
}

static dbk_err *start_worker(tap_pool *p, tap_worker *w)
{
    w->pool = p;
    w->arena = arena_new(0);
    if (!w->arena)
        return err_oom();
    w->conns = arena_alloc(w->arena, p->o->target_count * sizeof(*w->conns));
    w->laws = arena_alloc(w->arena, p->o->target_count * sizeof(*w->laws));
    if (!w->conns || !w->laws)
        return err_oom();
    pthread_mutex_lock(&p->mutex);
    p->working++;
    pthread_mutex_unlock(&p->mutex);
    int failed = pthread_create(&w->thread, NULL, work, w);
    if (failed == 0)
        return NULL;
    pthread_mutex_lock(&p->mutex);
    p->working--;
    pthread_mutex_unlock(&p->mutex);
    return err_errno(failed, "could not start a thread");
}

static void end_worker(tap_worker *w, size_t targets)
{
    for (size_t i = 0; w->conns && i < targets; i++)
        pg_close(w->conns[i]);
    arena_free(w->arena);
}

dbk_err *tap_run(const tap_options *o)
{
    assert(o->workers >= 1 && o->workers <= TAP_WORKERS_MAX);
    assert(o->file_count <= TAP_FILES_MAX);
    tap_pool p = {.o = o,
                  .mutex = PTHREAD_MUTEX_INITIALIZER,
                  .changed = PTHREAD_COND_INITIALIZER,
                  .count = o->file_count * o->target_count};
    tap_worker workers[TAP_WORKERS_MAX] = {0};
    size_t started = 0;
    p.jobs = mem_alloc((p.count + 1) * sizeof(*p.jobs));
    dbk_err *e = p.jobs ? NULL : err_oom();
    while (!e && started < o->workers) {
        workers[started].index = started;
        e = start_worker(&p, &workers[started]);
        if (!e)
            started++;
        else
            end_worker(&workers[started], o->target_count);
    }
    if (e) {
        pthread_mutex_lock(&p.mutex);
        set_error(&p, e);
        pthread_mutex_unlock(&p.mutex);
    }
    if (p.jobs)
        hand_over(&p);
    for (size_t i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        end_worker(&workers[i], o->target_count);
    }
    for (size_t i = 0; p.jobs && i < p.count; i++)
        arena_free(p.jobs[i].arena);
    mem_free(p.jobs);
    return p.error;
}
