#include "simulate/worker.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "core/proc.h"
#include "ops/scratch.h"
#include "schema/install.h"
#include "simulate/play.h"
#include "simulate/wire.h"

#define TEMPLATE_DATABASE "template_of_seeds"
#define SERVER_PORT 5432
#define DATABASE_OPERATIONS_MAX ((size_t)40000) /* then a new one is made, so that none grows for ever */

#define FILE_PATH_SIZE ((size_t)64)
#define FILE_URL_SIZE (FILE_PATH_SIZE + 8)
#define URL_SIZE ((size_t)1000)

/* Of a server, for the histories of one store: the same history cannot be told twice there. */
typedef struct database {
    unsigned number; /* 0: none yet */
    size_t operations;
    const char *direct_url;
    char url[URL_SIZE];
} database;

typedef struct worker {
    const worker_options *options;
    arena *arena; /* as long as the worker */
    arena *step;  /* as long as a database is made */
    player_state *state;
    scratch *server;
    wire *wire;
    bool ready; /* the server, if one is played into */
    unsigned database_count;
    database databases[STORE_COUNT];
    const char *folder;                               /* of the books in files, and of spools */
    char path[FILE_PATH_SIZE], spool[FILE_PATH_SIZE]; /* the latest of them */
} worker;

/* ---- a server and databases ---- */

static dbk_err *crash_server(void *ctx)
{
    worker *w = ctx;
    return scratch_crash(w->server);
}

static dbk_err *prepare(const char *url)
{
    pg_conn *c = NULL;
    dbk_err *e = pg_connect(&(pg_connect_options){.url = url}, &c);
    if (!e)
        e = play_prepare(c);
    pg_close(c);
    return e;
}

/* synchronous_commit is what makes a commit outlive the server's processes; the disk is another matter. */
static dbk_err *start(worker *w)
{
    static const char *const settings[] = {"synchronous_commit=on", "max_connections=20", NULL};
    const char *url;
    schema_install_result unused;
    w->ready = true;
    if (w->options->url)
        return prepare(w->options->url);
    dbk_err *e = scratch_start(
        w->arena, &(scratch_options){.pg_bin = w->options->pg_bin, .settings = settings}, &w->server);
    if (!e)
        e = scratch_database(w->server, &(scratch_database_options){.name = TEMPLATE_DATABASE}, &url);
    if (!e)
        e = schema_install(&(schema_install_options){.url = url}, &unused);
    if (!e)
        e = prepare(url);
    if (!e)
        e = wire_open(w->arena,
                      &(wire_options){.folder = scratch_folder(w->server),
                                      .server_port = SERVER_PORT,
                                      .armed = &w->state->armed,
                                      .away = &w->state->away,
                                      .crash = crash_server,
                                      .ctx = w},
                      &w->wire);
    return e;
}

static dbk_err *drop_database(const worker *w, const char *name)
{
    pg_conn *c = NULL;
    const char *sql = arena_printf(w->step, "drop database %s with (force)", name);
    dbk_err *e =
        sql ? pg_connect(&(pg_connect_options){.url = scratch_url(w->server, NULL, NULL)}, &c) : err_oom();
    if (!e)
        e = pg_exec(c, sql);
    pg_close(c);
    return e;
}

static dbk_err *next_database(worker *w, database *d)
{
    dbk_err *e = NULL;
    char name[32];
    if (d->number > 0) {
        (void)snprintf(name, sizeof(name), "seeds_%u", d->number);
        e = drop_database(w, name);
    }
    arena_reset(w->step);
    d->operations = 0;
    d->number = ++w->database_count;
    (void)snprintf(name, sizeof(name), "seeds_%u", d->number);
    if (!e)
        e = scratch_database(w->server,
                             &(scratch_database_options){.name = name, .template_name = TEMPLATE_DATABASE},
                             &d->direct_url);
    int length = snprintf(d->url, sizeof(d->url), "postgresql:///%s?host=%s&port=%d&user=" SCRATCH_LOGIN,
                          name, scratch_folder(w->server), WIRE_PORT);
    assert(length > 0);
    assert((size_t)length < sizeof(d->url));
    return e;
}

static dbk_err *ready_database(worker *w, store_kind store)
{
    database *d = &w->databases[store];
    dbk_err *e = w->ready ? NULL : start(w);
    if (!e && !w->options->url && (d->number == 0 || d->operations >= DATABASE_OPERATIONS_MAX))
        e = next_database(w, d);
    d->operations += w->options->operations;
    return e;
}

/* ---- files ---- */

static void remove_file(const worker *w)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; *w->path && i < sizeof(ends) / sizeof(ends[0]); i++) {
        char path[FILE_PATH_SIZE + 8];
        (void)snprintf(path, sizeof(path), "%s%s", w->path, ends[i]);
        (void)unlink(path);
    }
}

/* In memory where that is possible: what is killed are programs, and what they wrote outlives them there. */
static dbk_err *make_folder(worker *w)
{
    static const char *const places[] = {"/dev/shm/dbk-simulate-XXXXXX", "/tmp/dbk-simulate-XXXXXX"};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        char *path = arena_strdup(w->arena, places[i]);
        if (!path)
            return err_oom();
        w->folder = mkdtemp(path);
        if (w->folder)
            return NULL;
    }
    return err_errno(errno, "could not make a folder for the books");
}

static const char *url_of_file(const worker *w, char out[FILE_URL_SIZE])
{
    (void)snprintf(out, FILE_URL_SIZE, "sqlite:%s", w->path);
    return out;
}

static dbk_err *next_file(worker *w, uint64_t seed)
{
    dbk_err *e = w->folder ? NULL : make_folder(w);
    if (e)
        return e;
    remove_file(w);
    (void)snprintf(w->path, sizeof(w->path), "%s/%llu.db", w->folder, (unsigned long long)seed);
    char url[FILE_URL_SIZE];
    return play_prepare_file(url_of_file(w, url));
}

/* Everything was delivered from it, or the history has failed. */
static void remove_spool(const worker *w)
{
    char **names;
    size_t count = 0;
    arena *a = *w->spool ? arena_new(0) : NULL;
    err_free(a ? file_list(a, w->spool, &names, &count) : NULL);
    for (size_t i = 0; i < count; i++) {
        const char *path = arena_printf(a, "%s/%s", w->spool, names[i]);
        if (path)
            (void)unlink(path);
    }
    if (a)
        (void)rmdir(w->spool);
    arena_free(a);
}

static dbk_err *next_spool(worker *w, uint64_t seed)
{
    dbk_err *e = w->folder ? NULL : make_folder(w);
    if (e)
        return e;
    remove_spool(w);
    (void)snprintf(w->spool, sizeof(w->spool), "%s/%llu.spool", w->folder, (unsigned long long)seed);
    return NULL;
}

static dbk_err *make_ready(worker *w, uint64_t seed, store_kind store)
{
    if (store == STORE_FILE)
        return next_file(w, seed);
    dbk_err *e = store == STORE_SPOOL ? next_spool(w, seed) : NULL;
    return e ? e : ready_database(w, store);
}

/* ---- players ---- */

/* The end of the pipe that only the player has tells when it is gone. */
static dbk_err *start_player(const worker *w, uint64_t seed, store_kind store, pid_t *pid, int *life)
{
    int ends[2];
    if (pipe(ends) != 0)
        return err_errno(errno, "could not make a pipe");
    *pid = fork();
    if (*pid < 0) {
        close(ends[0]);
        close(ends[1]);
        return err_errno(errno, "could not start a player");
    }
    if (*pid == 0) {
        char url[FILE_URL_SIZE];
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[0]);
        player_run(&(player_options){.seed = seed,
                                     .operations = w->options->operations,
                                     .store = store,
                                     .url = store == STORE_FILE ? url_of_file(w, url)
                                            : w->options->url   ? w->options->url
                                                                : w->databases[store].url,
                                     .direct_url =
                                         w->options->url ? w->options->url : w->databases[store].direct_url,
                                     .path = w->path,
                                     .spool = store == STORE_SPOOL ? w->spool : NULL,
                                     .faults = w->options->faults,
                                     .has_wire = store == STORE_SERVER && w->wire},
                   w->state);
        _exit(0);
    }
    close(ends[1]);
    *life = ends[0];
    return NULL;
}

/* Until it has ended by itself or was killed. */
static dbk_err *attend_player(worker *w, uint64_t seed, store_kind store)
{
    pid_t pid = 0;
    int life = -1, status = 0;
    dbk_err *e = start_player(w, seed, store, &pid, &life);
    if (e)
        return e;
    if (store != STORE_FILE && w->wire)
        e = wire_serve(w->wire, life);
    close(life);
    if (e)
        (void)kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    bool ended = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!e && !killed && !ended)
        e = err_new(ERR_INTERNAL, "the player %s", proc_status_text(w->step, status));
    return e;
}

static dbk_err *play_seed(worker *w, uint64_t seed, store_kind store)
{
    memset(w->state, 0, sizeof(*w->state));
    dbk_err *e = make_ready(w, seed, store);
    /* Every operation has one fault at most, so more players than that are not needed. */
    for (size_t lives = 0; !e && w->state->result == PLAYER_UNFINISHED; lives++) {
        if (lives > w->options->operations)
            e = err_new(ERR_INTERNAL, "the player of seed %llu is killed again and again",
                        (unsigned long long)seed);
        else
            e = attend_player(w, seed, store);
    }
    return e;
}

static void append_report(worker_result *out, const char *text)
{
    size_t length = strlen(out->report);
    (void)snprintf(out->report + length, sizeof(out->report) - length, "%s", text);
}

static void take_error(dbk_err *e, store_kind store, worker_result *out)
{
    out->result = PLAYER_FAILED;
    (void)snprintf(out->report, sizeof(out->report), "%s: ",
                   store == STORE_FILE    ? "into a file"
                   : store == STORE_SPOOL ? "through a spool"
                                          : "into a server");
    for (const dbk_err *at = e; at; at = err_cause(at)) {
        append_report(out, at == e ? "" : ": ");
        append_report(out, err_message(at));
    }
    err_free(e);
}

/* Equal each to its reference, two dumps differ when the references do. A history with a desk is not what the
 * other stores heard. */
static void compare_stores(unsigned stores, const uint8_t sha256[STORE_COUNT][32], worker_result *out)
{
    if (history_has_desk(out->seed))
        stores &= ~(1U << STORE_SERVER);
    size_t first = 0;
    while (first < STORE_COUNT && !(stores & 1U << first))
        first++;
    bool same = true;
    for (size_t i = first; i < STORE_COUNT; i++)
        same = same && (!(stores & 1U << i) || memcmp(sha256[first], sha256[i], 32) == 0);
    if (out->result != PLAYER_SAME || same)
        return;
    char text[96];
    (void)snprintf(text, sizeof(text), "seed %llu: the dumps of the stores differ\n",
                   (unsigned long long)out->seed);
    append_report(out, text);
    out->result = PLAYER_DIFFERS;
    out->differing = stores;
}

static void answer_seed(worker *w, uint64_t seed, worker_result *out)
{
    uint8_t sha256[STORE_COUNT][32];
    *out = (worker_result){.seed = seed, .result = PLAYER_SAME};
    for (store_kind store = 0; store < STORE_COUNT && out->result != PLAYER_FAILED; store++) {
        if (!(w->options->stores & 1U << store))
            continue;
        dbk_err *e = play_seed(w, seed, store);
        if (e) {
            take_error(e, store, out);
            return;
        }
        for (size_t i = 0; i < FAULT_COUNT; i++)
            out->faults[i] += w->state->faults[i];
        out->outages += w->state->outages;
        memcpy(sha256[store], w->state->dump_sha256, sizeof(sha256[store]));
        append_report(out, w->state->report);
        if (w->state->result > out->result)
            out->result = w->state->result;
        if (w->state->result == PLAYER_DIFFERS)
            out->differing |= 1U << store;
    }
    compare_stores(w->options->stores, sha256, out);
}

void worker_run(const worker_options *options, int socket)
{
    uint64_t seed;
    worker w = {.options = options, .arena = arena_new(0), .step = arena_new(0)};
    worker_result *result = w.arena ? arena_alloc(w.arena, sizeof(*result)) : NULL;
    w.state = mmap(NULL, sizeof(*w.state), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (result && w.step && w.state != MAP_FAILED)
        while (recv(socket, &seed, sizeof(seed), 0) == (ssize_t)sizeof(seed)) {
            answer_seed(&w, seed, result);
            if (send(socket, result, sizeof(*result), MSG_NOSIGNAL) != (ssize_t)sizeof(*result))
                break;
        }
    scratch_stop(w.server);
    remove_file(&w);
    remove_spool(&w);
    if (w.folder)
        (void)rmdir(w.folder);
    arena_free(w.step);
    arena_free(w.arena);
}
