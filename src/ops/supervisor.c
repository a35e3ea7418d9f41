/* The supervisor.
 *
 * Processes. `daybook up` is the parent of everything: of the private server (postgres itself, not pg_ctl, so
 * that its end is seen at once), of short tasks (initdb, the installer) and of the daemons, which are this
 * same program. Each child has its own process group, so a Ctrl-C at the terminal reaches the supervisor
 * alone and it decides the order: first the daemons, which still want to finish what they began, then the
 * server.
 *
 * One thread, one place to wait. All signals of interest are blocked and taken by sigtimedwait() in
 * supervisor_wait(); there are no handlers. Whatever takes long is a child, never a call, so a request to
 * stop is answered at any moment, also in the middle of initdb or of the installation. (Exceptions, short
 * ones: cluster_bootstrap(), a few statements over a local socket, and the first look at a server given by
 * URL.)
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
#include "ops/supervisor_int.h"
#include "pg/pg.h"

#define TICK_US SUPERVISOR_SECOND_US
#define STOP_LIMIT_US (60 * SUPERVISOR_SECOND_US)
#define TASK_LIMIT_US (10 * SUPERVISOR_SECOND_US)
#define SCRATCH_BYTES ((size_t)4 << 20)

int64_t supervisor_now_us(const supervisor *s)
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

void supervisor_wait(supervisor *s, int64_t until_us)
{
    int64_t left_us = until_us - supervisor_now_us(s);
    left_us = left_us < 0 ? 0 : left_us > TICK_US ? TICK_US : left_us;
    struct timespec left = {.tv_sec = left_us / SUPERVISOR_SECOND_US,
                            .tv_nsec = left_us % SUPERVISOR_SECOND_US * 1000};
    int signum = sigtimedwait(&s->signals, NULL, &left);
    if (signum == SIGCHLD)
        reap(s);
    else if (signum > 0)
        s->stop_requests++;
    arena_reset(s->scratch);
}

dbk_err *supervisor_interrupted(void)
{
    return err_new(ERR_INTERRUPTED, "asked to stop before everything was up");
}

/* Ends a task that nobody waits for any more. */
static void end_task(supervisor *s)
{
    int64_t deadline = supervisor_now_us(s) + TASK_LIMIT_US;
    (void)kill(-s->task, SIGTERM);
    while (s->task && supervisor_now_us(s) < deadline)
        supervisor_wait(s, deadline);
    if (s->task)
        (void)kill(-s->task, SIGKILL);
    while (s->task)
        supervisor_wait(s, supervisor_now_us(s) + TICK_US);
}

dbk_err *supervisor_finish_task(supervisor *s)
{
    while (s->task && !s->stop_requests)
        supervisor_wait(s, supervisor_now_us(s) + TICK_US);
    if (!s->task)
        return NULL;
    end_task(s);
    return supervisor_interrupted();
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
        e = supervisor_finish_task(s);
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
        if (!specs[i].env)
            specs[i].env = env;
    }
    return children_new(
        &(children_options){
            .specs = specs, .count = s->o->daemon_count, .clock = s->o->clock, .log = s->o->log},
        &s->daemons);
}

/* A wrong URL is better told at once than after the installer's patience. */
static dbk_err *check_given_server(const char *url)
{
    pg_conn *conn = NULL;
    dbk_err *e = pg_connect(&(pg_connect_options){.url = url, .application_name = "daybook up"}, &conn);
    pg_close(conn);
    return e;
}

/* ---- the run ---- */

static dbk_err *bring_up(supervisor *s)
{
    const char *const *env = NULL;
    dbk_err *e = NULL;
    s->url = s->o->url;
    if (!s->url) {
        e = supervisor_server_up(s);
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
        e = supervisor_interrupted();
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
            e = supervisor_server_keep(s);
        if (e || s->stop_requests)
            break;
        children_step(s->daemons);
        if (s->o->on_tick)
            s->o->on_tick(s->o->ctx);
        supervisor_wait(s, children_due_us(s->daemons));
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
        supervisor_wait(s, children_due_us(s->daemons));
        if (s->stop_requests > handled)
            children_stop(s->daemons);
        handled = s->stop_requests;
    }
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
        supervisor_server_end(s);
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
