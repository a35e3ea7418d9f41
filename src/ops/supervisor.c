/* The supervisor.
 *
 * Processes. `daybook up` is the parent of everything: of the private server (postgres itself, not pg_ctl, so
 * that its end is seen at once), of short tasks (initdb, the installer) and of the daemons, which are this
 * same program. Each child has its own process group, so a Ctrl-C at the terminal reaches the supervisor
 * alone and it decides the order: first the daemons, which still want to finish what they began, then the
 * server.
 *
 * One thread, one place to wait. All signals of interest are blocked and taken by sigtimedwait() in
 * wait_event(); there are no handlers. Whatever takes long is a child, never a call, so a request to stop is
 * answered at any moment, also in the middle of initdb or of the installation. (Exceptions, short ones:
 * cluster_bootstrap(), a few statements over a local socket, and the first look at a server given by URL.)
 *
 * One supervisor a folder, by a lock that the kernel drops with its holder (cluster_lock.c). Everything that
 * changes the folder happens under it.
 *
 * Life of the server. Its state is read from its pid file and the kernel (cluster.c), for a child of ours as
 * for one that was there before. When the supervisor starts it finds one of three things. No server: it
 * starts one, after making the data if there is none (cluster_init.c: completely or not at all). A server on
 * its way down, left by a supervisor that was killed: it waits for the end, then starts one. A server that
 * runs: it adopts it. An adopted server is not our child: its end is noticed by looking once a second, and it
 * would outlive a kill -9 of this supervisor. A server that ends by itself is started again with growing
 * pauses, and given up after five failures in a row.
 *
 * Life without the supervisor. kill -9 leaves no one to do anything, so the kernel does it: each child asked
 * for a signal at its parent's death, SIGINT for the server (fast shutdown: sessions are ended, everything is
 * written), SIGTERM for daemons. If the server is killed too, it recovers from its log at the next start, as
 * after a power cut. If the folder is removed under a running supervisor, it stops.
 *
 * The end. SIGINT, SIGTERM and SIGHUP ask for it, once is enough: daemons get SIGTERM and after 10 s SIGKILL;
 * then the server gets SIGINT (fast), after its limit SIGQUIT (immediate: it recovers at the next start), at
 * last SIGKILL. A second request goes on to the next step at once. An end that was asked for is a success,
 * and the exit status is 0; asked for before everything was up, it is 130. Signals that were ignored when we
 * were started (nohup, a background job of a script) stay ignored, except SIGTERM. */
#include "ops/supervisor.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/proc.h"
#include "ops/cluster_run.h"
#include "pg/pg.h"

#define SECOND_US ((int64_t)1000000)
#define TICK_US SECOND_US
#define LOOK_US (SECOND_US / 20) /* between looks at a server that is coming or going */
#define STOP_LIMIT_US (60 * SECOND_US)
#define QUIT_LIMIT_US (10 * SECOND_US)
#define KILL_LIMIT_US (5 * SECOND_US)
#define PATIENCE_US (10 * SECOND_US) /* after which a wait is mentioned */
#define REMAINS_US (30 * SECOND_US)  /* for processes of a server that was killed to notice it */
#define PROVEN_US (60 * SECOND_US)
#define SERVER_FAILURES_MAX 5
#define SCRATCH_BYTES ((size_t)4 << 20)

typedef struct server {
    pid_t pid;       /* 0: none */
    bool adopted;    /* not our child */
    int wait_status; /* of the child that ended last */
    int failures;    /* in a row */
    int64_t started_us;
    int64_t due_us; /* when to start it again */
} server;

typedef struct supervisor {
    const supervisor_options *o;
    arena *arena;   /* life of the run */
    arena *scratch; /* reset by every step of a wait */
    sigset_t signals, signals_before;
    cluster_lock lock;
    server server;
    pid_t task; /* initdb or the installer; 0: none */
    int task_status;
    children *daemons;
    int start_log;
    const char *url;
    int stop_requests;
} supervisor;

static int64_t now_us(const supervisor *s)
{
    return s->o->clock->mono_us(s->o->clock);
}

/* ---- events ---- */

static void take_signals(supervisor *s)
{
    static const int stops[] = {SIGINT, SIGHUP};
    sigemptyset(&s->signals);
    sigaddset(&s->signals, SIGCHLD);
    sigaddset(&s->signals, SIGTERM);
    for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
        struct sigaction current;
        if (sigaction(stops[i], NULL, &current) == 0 && current.sa_handler != SIG_IGN)
            sigaddset(&s->signals, stops[i]);
    }
    /* A parent that ignores SIGCHLD hands that down, and the kernel would then reap our children for us. */
    (void)signal(SIGCHLD, SIG_DFL);
    pthread_sigmask(SIG_BLOCK, &s->signals, &s->signals_before);
}

static void reap(supervisor *s)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        if (pid == s->task) {
            s->task = 0;
            s->task_status = status;
        } else if (pid == s->server.pid) {
            s->server.pid = 0;
            s->server.wait_status = status;
        } else if (s->daemons) {
            (void)children_reaped(s->daemons, pid, status);
        }
    }
}

/* The one place that waits: until `until_us`, or something happened. */
static void wait_event(supervisor *s, int64_t until_us)
{
    int64_t left_us = until_us - now_us(s);
    left_us = left_us < 0 ? 0 : left_us > TICK_US ? TICK_US : left_us;
    struct timespec left = {.tv_sec = left_us / SECOND_US, .tv_nsec = left_us % SECOND_US * 1000};
    int signum = sigtimedwait(&s->signals, NULL, &left);
    if (signum == SIGCHLD)
        reap(s);
    else if (signum > 0)
        s->stop_requests++;
    arena_reset(s->scratch);
}

static dbk_err *interrupted(void)
{
    return err_new(ERR_INTERRUPTED, "asked to stop before everything was up");
}

/* ---- the server ---- */

static dbk_err *look(supervisor *s, cluster_server *out)
{
    return cluster_inspect(s->scratch, s->o->cluster, out);
}

/* Ends a task that nobody waits for any more. */
static void end_task(supervisor *s)
{
    int64_t deadline = now_us(s) + QUIT_LIMIT_US;
    (void)kill(-s->task, SIGTERM);
    while (s->task && now_us(s) < deadline)
        wait_event(s, deadline);
    if (s->task)
        (void)kill(-s->task, SIGKILL);
    while (s->task)
        wait_event(s, now_us(s) + TICK_US);
}

/* Waits for the child in s->task. ERR_INTERRUPTED, with the child gone, when asked to stop meanwhile. */
static dbk_err *finish_task(supervisor *s)
{
    while (s->task && !s->stop_requests)
        wait_event(s, now_us(s) + TICK_US);
    if (!s->task)
        return NULL;
    end_task(s);
    return interrupted();
}

static dbk_err *make_data(supervisor *s, const cluster_binaries *b)
{
    const cluster *c = s->o->cluster;
    log_fields(s->o->log, LOG_INFO, "making the data of the private server", LOG_STR("data", c->data),
               LOG_STR("postgresql", b->version));
    cluster_init init;
    dbk_err *e = cluster_init_start(s->arena, c, b, s->start_log, &init);
    if (e)
        return e;
    s->task = init.pid;
    e = finish_task(s);
    if (e) {
        cluster_init_discard(c, &init);
        return e;
    }
    return cluster_init_finish(s->arena, c, &init, s->task_status);
}

/* A server that is going down is in nobody's way for long. */
static dbk_err *wait_for_stopping(supervisor *s, cluster_server *found)
{
    int64_t deadline = now_us(s) + s->o->stop_limit_us;
    bool said = false;
    for (;;) {
        dbk_err *e = look(s, found);
        if (e || found->state != CLUSTER_STOPPING)
            return e;
        if (!said)
            log_fields(s->o->log, LOG_INFO, "waiting for the end of the server that is there",
                       LOG_INT("pid", found->pid));
        said = true;
        if (s->stop_requests)
            return interrupted();
        if (now_us(s) >= deadline) {
            e = err_new(ERR_TIMEOUT, "the server with process number %ld is stopping and does not end",
                        (long)found->pid);
            return err_with_hint(e, "its log in %s/log says what it is waiting for", s->o->cluster->data);
        }
        wait_event(s, now_us(s) + LOOK_US);
    }
}

static dbk_err *server_did_not_start(supervisor *s)
{
    dbk_err *e = err_new(ERR_IO, "the private server did not start: postgres %s",
                         proc_status_text(s->arena, s->server.wait_status));
    err_with_detail(e, "%s", cluster_last_words(s->arena, s->o->cluster));
    return err_with_hint(e, "its settings are in %s/user.conf, its log is in %s/log", s->o->cluster->data,
                         s->o->cluster->data);
}

/* Until the server accepts connections or ends. Recovery takes as long as it takes. */
static dbk_err *wait_until_ready(supervisor *s)
{
    int64_t patience = now_us(s) + PATIENCE_US;
    for (;;) {
        cluster_server found;
        dbk_err *e = look(s, &found);
        if (e)
            return e;
        if (s->server.adopted && found.pid != s->server.pid)
            s->server.pid = 0;
        if (!s->server.pid)
            return server_did_not_start(s);
        if (found.state == CLUSTER_RUNNING && found.pid == s->server.pid)
            return NULL;
        if (s->stop_requests)
            return interrupted();
        if (now_us(s) >= patience) {
            log_fields(s->o->log, LOG_INFO, "the server is not ready yet, perhaps it recovers",
                       LOG_INT("pid", s->server.pid));
            patience = now_us(s) + PATIENCE_US;
        }
        wait_event(s, now_us(s) + LOOK_US);
    }
}

/* Starts the server of existing data. Processes of a server that was killed take a moment to notice, and a
 * new one refuses to start before they are gone; so after a start that failed at once over a stale pid file
 * it is tried again for a while. */
static dbk_err *start_child(supervisor *s, const cluster_binaries *b, bool was_killed)
{
    int64_t deadline = now_us(s) + (was_killed ? REMAINS_US : 0);
    for (;;) {
        s->server = (server){.failures = s->server.failures, .started_us = now_us(s)};
        dbk_err *e = cluster_server_start(s->arena, s->o->cluster, b, s->start_log, &s->server.pid);
        if (!e)
            e = wait_until_ready(s);
        if (!e || s->server.pid || err_code(e) == ERR_INTERRUPTED || now_us(s) >= deadline)
            return e;
        err_free(e);
        int64_t pause = now_us(s) + SECOND_US;
        while (now_us(s) < pause && !s->stop_requests)
            wait_event(s, pause);
        if (s->stop_requests)
            return interrupted();
    }
}

static dbk_err *adopt(supervisor *s, const cluster_server *found)
{
    log_fields(s->o->log, LOG_INFO, "adopting the server that is there", LOG_INT("pid", found->pid));
    s->server =
        (server){.pid = found->pid, .adopted = true, .failures = s->server.failures, .started_us = now_us(s)};
    return wait_until_ready(s);
}

static bool has_stale_pidfile(supervisor *s)
{
    char *path = arena_printf(s->scratch, "%s/postmaster.pid", s->o->cluster->data);
    return path && access(path, F_OK) == 0;
}

static dbk_err *start_server(supervisor *s)
{
    const cluster *c = s->o->cluster;
    cluster_server found;
    dbk_err *e = wait_for_stopping(s, &found);
    if (e)
        return e;
    if (found.pid)
        return adopt(s, &found);
    cluster_binaries b;
    e = cluster_find_binaries_for(s->arena, c, s->o->pg_bin, found.major, &b);
    if (!e && found.state == CLUSTER_ABSENT)
        e = make_data(s, &b);
    if (!e && s->stop_requests)
        e = interrupted();
    return e ? e : start_child(s, &b, has_stale_pidfile(s));
}

static dbk_err *prepare_server(supervisor *s)
{
    cluster_server found;
    char *url;
    dbk_err *e = look(s, &found);
    if (!e && found.state != CLUSTER_RUNNING)
        e = err_new(ERR_CONNECTION, "the private server ended as soon as it had started");
    if (!e)
        e = cluster_bootstrap(s->arena, s->o->cluster, &found);
    if (!e)
        e = cluster_server_url(s->arena, &found, CLUSTER_ROLE, CLUSTER_DATABASE, &url);
    if (!e)
        s->url = url;
    return e;
}

/* A wrong URL is better told at once than after the installer's patience. */
static dbk_err *check_given_server(const char *url)
{
    pg_conn *conn = NULL;
    dbk_err *e = pg_connect(&(pg_connect_options){.url = url, .application_name = "daybook up"}, &conn);
    pg_close(conn);
    return e;
}

/* Takes the reason. Returns it when the server is given up, and otherwise says when it is tried again. */
static dbk_err *server_failed(supervisor *s, dbk_err *e)
{
    if (now_us(s) - s->server.started_us >= PROVEN_US)
        s->server.failures = 0;
    s->server.failures++;
    s->server.due_us = now_us(s) + children_pause_us(s->server.failures);
    if (s->server.failures >= SERVER_FAILURES_MAX || s->stop_requests)
        return e;
    log_err(s->o->log, LOG_ERROR, e);
    err_free(e);
    return NULL;
}

/* Notices an end of the server and starts it again. An error means that it is given up. */
static dbk_err *keep_server(supervisor *s)
{
    if (s->server.pid && s->server.adopted) {
        cluster_server found;
        dbk_err *e = look(s, &found);
        if (e)
            return e;
        if (found.pid != s->server.pid)
            s->server.pid = 0;
    }
    if (s->server.pid)
        return NULL;
    if (s->server.due_us == 0) {
        dbk_err *e = err_new(ERR_SERVER, "the private server ended by itself");
        err_with_detail(e, "%s", cluster_last_words(s->scratch, s->o->cluster));
        e = server_failed(s, e);
        if (e)
            return e;
    }
    if (now_us(s) < s->server.due_us)
        return NULL;
    dbk_err *e = start_server(s);
    if (!e) {
        log_fields(s->o->log, LOG_INFO, "the server runs again", LOG_INT("pid", s->server.pid));
        return NULL;
    }
    return server_failed(s, e);
}

/* ---- children ---- */

/* Children find the database in their environment, where it is nobody else's to read. */
static dbk_err *child_environment(supervisor *s, const char *const **out)
{
    static const char name[] = "DAYBOOK_URL=";
    size_t count = 0;
    while (environ[count])
        count++;
    const char **env = arena_alloc(s->arena, (count + 2) * sizeof(*env));
    if (!env)
        return err_oom();
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], name, sizeof(name) - 1) != 0)
            env[n++] = environ[i];
    env[n] = arena_printf(s->arena, "%s%s", name, s->url);
    if (!env[n])
        return err_oom();
    *out = env;
    return NULL;
}

/* The code whose exit status a child of our own program ended with. */
static enum err_code code_of_exit(int exit_status)
{
    static const struct {
        enum err_code code;
        int exit_status;
    } table[] = {
#define ERR_CODE(name, exit_status, http_status, summary) {ERR_##name, exit_status},
#include "core/err_codes.def"
#undef ERR_CODE
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (table[i].exit_status == exit_status)
            return table[i].code;
    return ERR_INTERNAL;
}

static dbk_err *install(supervisor *s, const char *const *env)
{
    if (!s->o->install_argv)
        return NULL;
    dbk_err *e = proc_start(&(proc_options){.argv = s->o->install_argv,
                                            .env = env,
                                            .stdout_fd = STDERR_FILENO,
                                            .stderr_fd = STDERR_FILENO,
                                            .death_signal = SIGTERM,
                                            .own_group = true},
                            &s->task);
    if (!e)
        e = finish_task(s);
    if (e)
        return err_wrap(e, "while installing the modules");
    int status = s->task_status;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return NULL;
    return err_new(WIFEXITED(status) ? code_of_exit(WEXITSTATUS(status)) : ERR_INTERNAL,
                   "the modules could not be installed: the installer %s",
                   proc_status_text(s->arena, status));
}

static dbk_err *make_daemons(supervisor *s, const char *const *env)
{
    assert(s->o->daemon_count <= CHILDREN_MAX);
    child_spec specs[CHILDREN_MAX];
    for (size_t i = 0; i < s->o->daemon_count; i++) {
        specs[i] = s->o->daemons[i];
        specs[i].env = env;
    }
    return children_new(
        &(children_options){
            .specs = specs, .count = s->o->daemon_count, .clock = s->o->clock, .log = s->o->log},
        &s->daemons);
}

/* ---- the run ---- */

static dbk_err *bring_up(supervisor *s)
{
    const char *const *env = NULL;
    dbk_err *e = NULL;
    s->url = s->o->url;
    if (!s->url) {
        cluster_clear_environment();
        e = start_server(s);
        if (!e)
            e = prepare_server(s);
    } else {
        e = check_given_server(s->url);
    }
    if (!e)
        e = child_environment(s, &env);
    if (!e)
        e = install(s, env);
    if (!e)
        e = make_daemons(s, env);
    if (!e && s->stop_requests)
        e = interrupted();
    if (!e && s->o->on_ready)
        e = s->o->on_ready(s->o->ctx, s->url);
    return e;
}

static dbk_err *stay_up(supervisor *s)
{
    dbk_err *e = NULL;
    while (!s->stop_requests && !e) {
        if (!cluster_lock_is_in_place(s->o->cluster, &s->lock))
            return err_new(ERR_IO, "the data folder %s was removed", s->o->cluster->folder);
        if (!s->o->url)
            e = keep_server(s);
        if (e || s->stop_requests)
            break;
        children_step(s->daemons);
        if (s->o->on_tick)
            s->o->on_tick(s->o->ctx);
        wait_event(s, children_due_us(s->daemons));
    }
    if (e && err_code(e) == ERR_INTERRUPTED) {
        err_free(e);
        e = NULL;
    }
    return e;
}

static void end_daemons(supervisor *s)
{
    if (!s->daemons)
        return;
    children_stop(s->daemons);
    int handled = s->stop_requests;
    while (!children_ended(s->daemons)) {
        children_step(s->daemons);
        wait_event(s, children_due_us(s->daemons));
        if (s->stop_requests > handled)
            children_stop(s->daemons);
        handled = s->stop_requests;
    }
}

static bool server_is_gone(supervisor *s)
{
    if (!s->server.pid || !s->server.adopted)
        return !s->server.pid;
    cluster_server found;
    dbk_err *e = look(s, &found);
    bool gone = !e && found.pid != s->server.pid;
    err_free(e);
    return gone;
}

static void end_server(supervisor *s)
{
    const struct {
        int signum;
        int64_t limit_us;
        const char *what;
    } steps[] = {
        {SIGINT, s->o->stop_limit_us, "stopping the server"},
        {SIGQUIT, QUIT_LIMIT_US,
         "the server does not stop: ending it at once, it will recover at the next start"},
        {SIGKILL, KILL_LIMIT_US, "the server does not end: killing it, it will recover at the next start"}};
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && !server_is_gone(s); i++) {
        log_fields(s->o->log, i ? LOG_WARNING : LOG_INFO, steps[i].what, LOG_INT("pid", s->server.pid));
        (void)kill(s->server.pid, steps[i].signum);
        int64_t deadline = now_us(s) + steps[i].limit_us;
        int handled = s->stop_requests;
        while (!server_is_gone(s) && now_us(s) < deadline && s->stop_requests == handled)
            wait_event(s, now_us(s) + LOOK_US);
    }
    s->server.pid = 0;
    cluster_socket_dir_remove(s->scratch, s->o->cluster);
}

static dbk_err *run_locked(supervisor *s)
{
    dbk_err *e = cluster_start_log(s->o->cluster, &s->start_log);
    if (!e)
        e = bring_up(s);
    if (!e)
        e = stay_up(s);
    end_daemons(s);
    if (!s->o->url)
        end_server(s);
    return e;
}

static dbk_err *run(supervisor *s)
{
    s->arena = arena_new(0);
    s->scratch = arena_new(SCRATCH_BYTES);
    if (!s->arena || !s->scratch)
        return err_oom();
    dbk_err *e = cluster_make_folder(s->o->cluster);
    if (!e)
        e = cluster_lock_take(s->o->cluster, &s->lock);
    if (!e && !s->o->url)
        e = cluster_make_home(s->arena, s->o->cluster);
    if (e)
        return e;
    take_signals(s);
    e = run_locked(s);
    pthread_sigmask(SIG_SETMASK, &s->signals_before, NULL);
    return e;
}

dbk_err *supervisor_run(const supervisor_options *options)
{
    assert(options->cluster && options->clock && options->log);
    supervisor_options o = *options;
    if (o.stop_limit_us == 0)
        o.stop_limit_us = STOP_LIMIT_US;
    supervisor s = {.o = &o, .start_log = -1};
    dbk_err *e = run(&s);
    children_free(s.daemons);
    if (s.start_log >= 0)
        close(s.start_log);
    cluster_lock_drop(&s.lock);
    arena_free(s.scratch);
    arena_free(s.arena);
    return e;
}
