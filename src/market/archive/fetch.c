#include "market/archive/fetch.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/interrupt.h"
#include "core/mem.h"
#include "core/sha256.h"
#include "http/http.h"
#include "market/formats/source.h"

#define CHECKSUM_BYTES_MAX 4096
#define TRIES_MAX 5
#define DELAY_MIN_US INT64_C(1000000)
#define DELAY_MAX_US INT64_C(60000000)
#define SLEEP_US INT64_C(100000)
#define HEX_LENGTH 64
#define FOLDER_MODE 0755
#define FILE_MODE 0644

struct fetch {
    fetch_options o;
    http_client *clients[FETCH_AT_ONCE_MAX];
};

/* What the threads of one run share. */
typedef struct run {
    fetch *f;
    fetch_item *items;
    size_t count;
    pthread_mutex_t lock; /* of all below, and of the arena */
    arena *arena;
    progress *progress;
    size_t next;
    size_t done;
    dbk_err *error; /* the first one: nobody begins another file */
} run;

typedef struct worker {
    run *run;
    http_client *client;
    pthread_t thread;
    bool started;
} worker;

/* One file, once. */
typedef struct attempt {
    const fetch_options *o;
    http_client *client;
    arena *arena;
    fetch_item *item;
    char published[HEX_LENGTH + 1]; /* "" when there is no CHECKSUM */
    bool again;                     /* trying again may help, after so long: */
    int64_t delay_us;               /* -1: as long as usual */
} attempt;

const char *fetch_verdict_name(fetch_verdict v)
{
    static const char *const names[] = {"pending", "fetched",  "unchanged", "unverified",
                                        "absent",  "mismatch", "failed"};
    assert(v <= FETCH_FAILED);
    return names[v];
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool fetch_read_checksum(const char *text, size_t length, const char *file_name, char out[65])
{
    if (length < HEX_LENGTH)
        return false;
    for (size_t i = 0; i < HEX_LENGTH; i++) {
        if (!isxdigit((unsigned char)text[i]))
            return false;
        out[i] = (char)tolower((unsigned char)text[i]);
    }
    out[HEX_LENGTH] = '\0';
    const char *p = text + HEX_LENGTH;
    const char *end = text + length;
    while (p < end && (*p == ' ' || *p == '*'))
        p++;
    size_t rest = (size_t)(end - p);
    while (rest > 0 && isspace((unsigned char)p[rest - 1]))
        rest--;
    return p > text + HEX_LENGTH && rest == strlen(file_name) && memcmp(p, file_name, rest) == 0;
}

static dbk_err *say(attempt *t, fetch_verdict verdict, const char *reason)
{
    t->item->verdict = verdict;
    t->item->reason = arena_strdup(t->arena, reason);
    return t->item->reason ? NULL : err_oom();
}

/* A mirror that cannot be reached or has its troubles is a verdict; the rest ends the run. */
static dbk_err *say_failed(attempt *t, dbk_err *e)
{
    enum err_code code = err_code(e);
    if (code != ERR_CONNECTION && code != ERR_TIMEOUT && code != ERR_LIMIT && code != ERR_RETRYABLE)
        return e;
    t->again = code != ERR_LIMIT;
    t->delay_us = -1;
    dbk_err *failed = say(t, FETCH_FAILED, err_message(e));
    err_free(e);
    return failed;
}

static dbk_err *say_status(attempt *t, const http_answer *answer, const char *what)
{
    t->again = answer->status == 429 || answer->status >= 500;
    t->delay_us = answer->retry_after_us;
    const char *reason = arena_printf(t->arena, "the mirror answered %d for %s", answer->status, what);
    return reason ? say(t, FETCH_FAILED, reason) : err_oom();
}

/* Leaves the verdict pending when the file is still to be looked at. */
static dbk_err *ask_checksum(attempt *t, const char *url)
{
    http_answer answer;
    const char *asked = arena_printf(t->arena, "%s" ARCHIVE_CHECKSUM_ENDING, url);
    if (!asked)
        return err_oom();
    dbk_err *e = http_get(t->client, t->arena,
                          &(http_request){.url = asked, .body_bytes_max = CHECKSUM_BYTES_MAX}, &answer);
    if (e)
        return say_failed(t, e);
    t->published[0] = '\0';
    if (answer.status == 404)
        return NULL;
    if (answer.status != 200)
        return say_status(t, &answer, "its CHECKSUM");
    if (!fetch_read_checksum(answer.body, answer.length, base_name(t->item->local), t->published))
        return say(t, FETCH_FAILED, "what the mirror has as its CHECKSUM is none of this file");
    return NULL;
}

static dbk_err *know_local(attempt *t)
{
    source_identity identity;
    dbk_err *e = source_identify_path(t->item->local, &identity);
    if (e)
        return e;
    t->item->size_bytes = identity.size_bytes;
    sha256_hex(identity.sha256, t->item->sha256);
    return NULL;
}

static dbk_err *write_checksum(attempt *t)
{
    const char *path = arena_printf(t->arena, "%s" ARCHIVE_CHECKSUM_ENDING, t->item->local);
    const char *text = arena_printf(t->arena, "%s  %s\n", t->published, base_name(t->item->local));
    if (!path || !text)
        return err_oom();
    return file_write_atomic(path, text, strlen(text), FILE_MODE);
}

/* Under its name it stands only with what was published about it beside it. */
static dbk_err *publish(attempt *t, const char *fetched)
{
    if (t->published[0] != '\0') {
        dbk_err *e = write_checksum(t);
        if (e)
            return e;
    }
    if (rename(fetched, t->item->local) != 0)
        return err_errno(errno, "could not rename %s", fetched);
    return file_sync_folder_of(t->item->local);
}

static dbk_err *settle(attempt *t, const char *fetched)
{
    dbk_err *e = publish(t, fetched);
    if (!e)
        e = know_local(t);
    if (e)
        return e;
    if (t->published[0] == '\0')
        return say(t, FETCH_UNVERIFIED, "no CHECKSUM is published for it");
    if (strcmp(t->published, t->item->sha256) == 0) {
        t->item->verdict = FETCH_FETCHED;
        return NULL;
    }
    t->again = true;
    t->delay_us = -1;
    const char *reason =
        arena_printf(t->arena, "its SHA-256 is %s, the published one %s", t->item->sha256, t->published);
    return reason ? say(t, FETCH_MISMATCH, reason) : err_oom();
}

static dbk_err *download(attempt *t, const char *url)
{
    http_downloaded done;
    const char *fetched = arena_printf(t->arena, "%s.fetched", t->item->local);
    if (!fetched)
        return err_oom();
    dbk_err *e =
        http_download_file(t->client, t->arena, &(http_download){.url = url, .path = fetched}, &done);
    if (e)
        return say_failed(t, e);
    if (done.answer.status == 404)
        return say(t, FETCH_ABSENT, "the mirror does not have it");
    if (done.answer.status != 200 && done.answer.status != 206)
        return say_status(t, &done.answer, "it");
    return settle(t, fetched);
}

static dbk_err *fetch_once(attempt *t)
{
    t->item->verdict = FETCH_PENDING;
    t->item->reason = NULL;
    t->again = false;
    const char *url = arena_printf(t->arena, "%s/%s", t->o->mirror, t->item->file.path);
    if (!url)
        return err_oom();
    dbk_err *e = ask_checksum(t, url);
    if (e || t->item->verdict != FETCH_PENDING)
        return e;
    if (file_exists(t->item->local)) {
        e = know_local(t);
        if (e)
            return e;
        if (strcmp(t->published, t->item->sha256) == 0) {
            t->item->verdict = FETCH_UNCHANGED;
            return write_checksum(t);
        }
        if (t->published[0] == '\0')
            return say(t, FETCH_UNVERIFIED, "no CHECKSUM is published for it");
    }
    return download(t, url);
}

static dbk_err *wait_before(const attempt *t, int tries)
{
    int64_t delay_us = t->delay_us >= 0 ? t->delay_us : DELAY_MIN_US << (tries - 1);
    if (delay_us > DELAY_MAX_US)
        delay_us = DELAY_MAX_US;
    int64_t until_us = t->o->clock->mono_us(t->o->clock) + delay_us;
    dbk_err *e = NULL;
    while (!e && t->o->clock->mono_us(t->o->clock) < until_us) {
        t->o->clock->sleep_us(t->o->clock, SLEEP_US);
        e = interrupt_check(t->o->interrupt);
    }
    return e;
}

static dbk_err *fetch_one(attempt *t)
{
    dbk_err *e = NULL;
    for (int tries = 1; !e; tries++) {
        e = interrupt_check(t->o->interrupt);
        if (!e)
            e = fetch_once(t);
        /* A wrong CHECKSUM stays wrong; a file that was damaged on its way does not. */
        int tries_max = t->item->verdict == FETCH_MISMATCH ? 2 : TRIES_MAX;
        if (e || !t->again || tries >= tries_max)
            break;
        log_fields(t->o->log, LOG_INFO, "fetching is tried again", LOG_STR("file", t->item->file.path),
                   LOG_STR("why", t->item->reason));
        e = wait_before(t, tries);
    }
    return e;
}

/* The thread's own arena is small change for a file of megabytes, and needs no lock. */
static dbk_err *fetch_item_of(worker *w, fetch_item *item)
{
    arena *scratch = arena_new(0);
    if (!scratch)
        return err_oom();
    fetch_item mine = *item;
    attempt t = {.o = &w->run->f->o, .client = w->client, .arena = scratch, .item = &mine};
    dbk_err *e = fetch_one(&t);
    (void)pthread_mutex_lock(&w->run->lock);
    if (!e && mine.reason) {
        mine.reason = arena_strdup(w->run->arena, mine.reason);
        e = mine.reason ? NULL : err_oom();
    }
    if (!e)
        *item = mine;
    w->run->done++;
    if (w->run->progress)
        progress_set(w->run->progress, (int64_t)w->run->done);
    (void)pthread_mutex_unlock(&w->run->lock);
    arena_free(scratch);
    return e;
}

/* NULL when there is no more to do. */
static fetch_item *take(run *r)
{
    fetch_item *item = NULL;
    (void)pthread_mutex_lock(&r->lock);
    while (!r->error && !item && r->next < r->count) {
        item = &r->items[r->next++];
        if (item->verdict != FETCH_PENDING)
            item = NULL;
    }
    (void)pthread_mutex_unlock(&r->lock);
    return item;
}

static void *work(void *ctx)
{
    worker *w = ctx;
    fetch_item *item;
    while ((item = take(w->run)) != NULL) {
        dbk_err *e = fetch_item_of(w, item);
        if (!e)
            continue;
        (void)pthread_mutex_lock(&w->run->lock);
        if (!w->run->error) {
            w->run->error = e;
            e = NULL;
        }
        (void)pthread_mutex_unlock(&w->run->lock);
        err_free(e);
    }
    return NULL;
}

static dbk_err *name_locals(const fetch *f, arena *a, fetch_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        items[i].local = arena_printf(a, "%s/%s", f->o.folder, items[i].file.path);
        char *folder = items[i].local ? arena_strdup(a, items[i].local) : NULL;
        if (!folder)
            return err_oom();
        *strrchr(folder, '/') = '\0';
        dbk_err *e = file_make_dirs(folder, FOLDER_MODE);
        if (e)
            return e;
    }
    return NULL;
}

dbk_err *fetch_files(fetch *f, arena *a, progress *bar, fetch_item *items, size_t count)
{
    run r = {.f = f, .items = items, .count = count, .arena = a, .progress = bar};
    worker workers[FETCH_AT_ONCE_MAX] = {0};
    dbk_err *e = name_locals(f, a, items, count);
    if (e)
        return e;
    (void)pthread_mutex_init(&r.lock, NULL);
    for (int i = 0; i < f->o.at_once; i++) {
        workers[i] = (worker){.run = &r, .client = f->clients[i]};
        workers[i].started = i > 0 && pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
    }
    /* This thread works too, so that the files are fetched also where no other thread can be had. */
    (void)work(&workers[0]);
    for (int i = 1; i < f->o.at_once; i++)
        if (workers[i].started)
            (void)pthread_join(workers[i].thread, NULL);
    (void)pthread_mutex_destroy(&r.lock);
    return r.error;
}

dbk_err *fetch_begin(const fetch_options *o, fetch **out)
{
    assert(o->at_once >= 1 && o->at_once <= FETCH_AT_ONCE_MAX);
    fetch *f = mem_alloc(sizeof(*f));
    if (!f)
        return err_oom();
    f->o = *o;
    dbk_err *e = NULL;
    for (int i = 0; i < o->at_once && !e; i++)
        e = http_client_new(&(http_client_options){.interrupt = o->interrupt}, &f->clients[i]);
    if (e) {
        fetch_end(f);
        return e;
    }
    *out = f;
    return NULL;
}

void fetch_wake(fetch *f)
{
    for (int i = 0; i < f->o.at_once; i++)
        http_wake(f->clients[i]);
}

void fetch_end(fetch *f)
{
    if (!f)
        return;
    for (int i = 0; i < f->o.at_once; i++)
        http_client_free(f->clients[i]);
    mem_free(f);
}
