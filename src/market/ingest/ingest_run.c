#include "market/ingest/ingest_run.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

#include "core/interrupt.h"
#include "core/mem.h"
#include "core/progress.h"

/* How far ahead a file of another symbol is looked for. */
#define LOOK_AHEAD 256

typedef struct entry {
    symbol_file_name said;
    int64_t size_bytes;
    bool taken;
    bool done;
    arena *arena;         /* of the results */
    ingest_result result; /* when it is the only one and says no more */
    ingest_results results;
} entry;

typedef struct worker {
    struct run *run;
    pg_conn *conn;
    pthread_t thread;
    const entry *current; /* guarded by the run's lock */
} worker;

typedef struct run {
    const ingest_run_options *o;
    ingest_options each;
    worker *workers;
    int started; /* threads */
    entry *entries;
    /* Guards what is below, and which entries are taken. */
    pthread_mutex_t lock;
    pthread_cond_t done; /* a file is done, or the run has ended */
    size_t first;        /* all before it are taken */
    dbk_err *error;
    size_t error_at; /* of several, the first file's is told */
    progress *bar;
    int64_t done_bytes;
} run;

/* ---- which file next ---- */

static bool is_busy(const run *r, const entry *wanted)
{
    for (int i = 0; i < r->o->jobs; i++) {
        const entry *e = r->workers[i].current;
        if (e && strcmp(e->said.symbol, wanted->said.symbol) == 0)
            return true;
    }
    return false;
}

static entry *find(run *r)
{
    size_t count = r->o->files.count;
    while (r->first < count && r->entries[r->first].taken)
        r->first++;
    for (size_t i = r->first; i < count && i < r->first + LOOK_AHEAD; i++)
        if (!r->entries[i].taken && !is_busy(r, &r->entries[i]))
            return &r->entries[i];
    return NULL;
}

/* NULL: none is left, or the run has ended. Files of one symbol wait for each other, so that each finds what
 * the one before it left, as if they came one by one. */
static entry *take(run *r, worker *w)
{
    entry *found = NULL;
    pthread_mutex_lock(&r->lock);
    w->current = NULL;
    pthread_cond_broadcast(&r->done);
    while (!r->error && !(found = find(r)) && r->first < r->o->files.count)
        pthread_cond_wait(&r->done, &r->lock);
    if (found)
        found->taken = true;
    w->current = found;
    pthread_mutex_unlock(&r->lock);
    return found;
}

static void fail(run *r, size_t at, dbk_err *e)
{
    pthread_mutex_lock(&r->lock);
    if (!r->error || at < r->error_at) {
        err_free(r->error);
        r->error = e;
        r->error_at = at;
    } else {
        err_free(e);
    }
    pthread_cond_broadcast(&r->done);
    pthread_mutex_unlock(&r->lock);
}

/* ---- one worker ---- */

static void advance(void *ctx, int64_t bytes)
{
    run *r = ctx;
    pthread_mutex_lock(&r->lock);
    r->done_bytes += bytes;
    progress_set(r->bar, r->done_bytes);
    pthread_mutex_unlock(&r->lock);
}

static dbk_err *ingest_entry(run *r, worker *w, entry *e)
{
    size_t at = (size_t)(e - r->entries);
    ingest_options options = r->each;
    options.conn = w->conn;
    e->arena = arena_new(0);
    if (!e->arena)
        return err_oom();
    dbk_err *failed = interrupt_check(r->each.interrupt);
    if (!failed)
        failed = ingest_file(e->arena, &options, &r->o->files.files[at], &e->results);
    /* A statement that was cancelled for the signal's sake is no error of its own. */
    dbk_err *stopped = failed ? interrupt_check(r->each.interrupt) : NULL;
    if (stopped) {
        err_free(failed);
        return stopped;
    }
    if (failed)
        return err_wrap(failed, "while ingesting \"%s\"", r->o->files.files[at].path);
    e->done = true;
    /* Most files have one result, of one batch; a million of those may be waiting to be told. */
    if (e->results.count == 1 && !e->results.items[0].reason) {
        e->result = e->results.items[0];
        e->results.items = &e->result;
        arena_free(e->arena);
        e->arena = NULL;
    }
    return NULL;
}

static void *work(void *arg)
{
    worker *w = arg;
    run *r = w->run;
    for (entry *e; (e = take(r, w)) != NULL;) {
        dbk_err *failed = pg_is_lost(w->conn) ? pg_reconnect(w->conn) : NULL;
        if (!failed)
            failed = ingest_entry(r, w, e);
        if (failed)
            fail(r, (size_t)(e - r->entries), failed);
    }
    return NULL;
}

/* Wakes every statement that waits, for a lock or for the server to take more rows. */
static void cancel_all(void *ctx)
{
    run *r = ctx;
    for (int i = 0; i < r->o->jobs; i++)
        err_free(pg_cancel(r->workers[i].conn));
}

/* ---- all of them ---- */

static dbk_err *make_workers(run *r)
{
    const pg_connect_options options = {.application_name = "daybook ingest"};
    r->workers = mem_alloc((size_t)r->o->jobs * sizeof(*r->workers));
    dbk_err *e = r->workers ? NULL : err_oom();
    for (int i = 0; i < r->o->jobs && !e; i++) {
        r->workers[i].run = r;
        r->workers[i].conn = r->o->conn;
        if (i > 0) {
            r->workers[i].conn = NULL;
            e = pg_connect_later_like(r->o->conn, &options, &r->workers[i].conn);
        }
    }
    return e;
}

static dbk_err *make_entries(run *r, int64_t *total_bytes)
{
    size_t count = r->o->files.count;
    r->entries = mem_alloc((count > 0 ? count : 1) * sizeof(*r->entries));
    if (!r->entries)
        return err_oom();
    for (size_t i = 0; i < count; i++) {
        struct stat st;
        const char *path = r->o->files.files[i].path;
        if (!r->each.symbol) /* else all are of one */
            symbol_from_file_name(path, &r->entries[i].said);
        if (stat(path, &st) == 0)
            *total_bytes += st.st_size;
    }
    return NULL;
}

static dbk_err *run_workers(run *r)
{
    interrupt *watch;
    dbk_err *e = interrupt_watch(cancel_all, r, &watch);
    if (e)
        return e;
    r->each.interrupt = interrupt_flag(watch);
    /* One worker is this thread. */
    for (int i = 1; i < r->o->jobs && !e; i++) {
        int rc = pthread_create(&r->workers[i].thread, NULL, work, &r->workers[i]);
        e = rc == 0 ? NULL : err_errno(rc, "could not start a thread that loads");
        r->started += rc == 0;
    }
    if (e)
        fail(r, 0, e);
    work(&r->workers[0]);
    for (int i = 1; i <= r->started; i++)
        pthread_join(r->workers[i].thread, NULL);
    interrupt_end(watch);
    e = r->error;
    r->error = NULL;
    return e;
}

static dbk_err *tell_results(run *r, ingest_run_fn fn, void *ctx)
{
    dbk_err *e = NULL;
    for (size_t i = 0; i < r->o->files.count && !e; i++)
        if (r->entries[i].done)
            e = fn(ctx, &r->o->files.files[i], &r->entries[i].results);
    return e;
}

static void free_run(run *r)
{
    for (int i = 1; r->workers && i < r->o->jobs; i++)
        pg_close(r->workers[i].conn);
    for (size_t i = 0; r->entries && i < r->o->files.count; i++)
        arena_free(r->entries[i].arena);
    mem_free(r->workers);
    mem_free(r->entries);
    progress_free(r->bar);
    pthread_cond_destroy(&r->done);
    pthread_mutex_destroy(&r->lock);
}

dbk_err *ingest_run(const ingest_run_options *o, ingest_run_fn fn, void *ctx)
{
    assert(o->jobs > 0 && o->jobs <= INGEST_JOBS_MAX);
    run r = {.o = o, .each = *o->each, .lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};
    int64_t total_bytes = 0;
    dbk_err *e = make_entries(&r, &total_bytes);
    if (!e)
        e = make_workers(&r);
    if (!e && o->progress_stream) {
        e = progress_new(o->progress_stream, r.each.clock, "ingest", "bytes", total_bytes, &r.bar);
        r.each.on_bytes = advance;
        r.each.on_bytes_ctx = &r;
    }
    if (!e) {
        e = run_workers(&r);
        progress_free(r.bar);
        r.bar = NULL;
        dbk_err *told = tell_results(&r, fn, ctx);
        if (e)
            err_free(told);
        else
            e = told;
    }
    free_run(&r);
    return e;
}
