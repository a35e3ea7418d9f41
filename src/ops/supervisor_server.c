/* The private server in the supervisor's hands; its life is told at the top of supervisor.c. */
#include <signal.h>
#include <unistd.h>

#include "core/proc.h"
#include "ops/supervisor_int.h"

#define LOOK_US (SUPERVISOR_SECOND_US / 20) /* between looks at a server that is coming or going */
#define QUIT_LIMIT_US (10 * SUPERVISOR_SECOND_US)
#define KILL_LIMIT_US (5 * SUPERVISOR_SECOND_US)
#define PATIENCE_US (10 * SUPERVISOR_SECOND_US) /* after which a wait is mentioned */
#define REMAINS_US (30 * SUPERVISOR_SECOND_US)  /* for processes of a server that was killed to notice it */
#define PROVEN_US (60 * SUPERVISOR_SECOND_US)
#define SERVER_FAILURES_MAX 5

static dbk_err *look(supervisor *s, cluster_server *out)
{
    return cluster_inspect(s->scratch, s->o->cluster, out);
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
    e = supervisor_finish_task(s);
    if (e) {
        cluster_init_discard(c, &init);
        return e;
    }
    return cluster_init_finish(s->arena, c, &init, s->task_status);
}

/* A server that is going down is in nobody's way for long. */
static dbk_err *wait_for_stopping(supervisor *s, cluster_server *found)
{
    int64_t deadline = supervisor_now_us(s) + s->o->stop_limit_us;
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
            return supervisor_interrupted();
        if (supervisor_now_us(s) >= deadline) {
            e = err_new(ERR_TIMEOUT, "the server with process number %ld is stopping and does not end",
                        (long)found->pid);
            return err_with_hint(e, "its log in %s/log says what it is waiting for", s->o->cluster->data);
        }
        supervisor_wait(s, supervisor_now_us(s) + LOOK_US);
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
    int64_t patience = supervisor_now_us(s) + PATIENCE_US;
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
            return supervisor_interrupted();
        if (supervisor_now_us(s) >= patience) {
            log_fields(s->o->log, LOG_INFO, "the server is not ready yet, perhaps it recovers",
                       LOG_INT("pid", s->server.pid));
            patience = supervisor_now_us(s) + PATIENCE_US;
        }
        supervisor_wait(s, supervisor_now_us(s) + LOOK_US);
    }
}

/* Starts the server of existing data. Processes of a server that was killed take a moment to notice, and a
 * new one refuses to start before they are gone; so after a start that failed at once over a stale pid file
 * it is tried again for a while. */
static dbk_err *start_child(supervisor *s, const cluster_binaries *b, bool was_killed)
{
    int64_t deadline = supervisor_now_us(s) + (was_killed ? REMAINS_US : 0);
    for (;;) {
        s->server = (supervisor_server){.failures = s->server.failures, .started_us = supervisor_now_us(s)};
        dbk_err *e = cluster_server_start(s->arena, s->o->cluster, b, s->start_log, &s->server.pid);
        if (!e)
            e = wait_until_ready(s);
        if (!e || s->server.pid || err_code(e) == ERR_INTERRUPTED || supervisor_now_us(s) >= deadline)
            return e;
        err_free(e);
        int64_t pause = supervisor_now_us(s) + SUPERVISOR_SECOND_US;
        while (supervisor_now_us(s) < pause && !s->stop_requests)
            supervisor_wait(s, pause);
        if (s->stop_requests)
            return supervisor_interrupted();
    }
}

static dbk_err *adopt(supervisor *s, const cluster_server *found)
{
    log_fields(s->o->log, LOG_INFO, "adopting the server that is there", LOG_INT("pid", found->pid));
    s->server = (supervisor_server){.pid = found->pid,
                                    .adopted = true,
                                    .failures = s->server.failures,
                                    .started_us = supervisor_now_us(s)};
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
        e = supervisor_interrupted();
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

dbk_err *supervisor_server_up(supervisor *s)
{
    cluster_clear_environment();
    dbk_err *e = start_server(s);
    return e ? e : prepare_server(s);
}

/* Takes the reason. Returns it when the server is given up, and otherwise says when it is tried again. */
static dbk_err *server_failed(supervisor *s, dbk_err *e)
{
    if (supervisor_now_us(s) - s->server.started_us >= PROVEN_US)
        s->server.failures = 0;
    s->server.failures++;
    s->server.due_us = supervisor_now_us(s) + children_pause_us(s->server.failures);
    if (s->server.failures >= SERVER_FAILURES_MAX || s->stop_requests)
        return e;
    log_err(s->o->log, LOG_ERROR, e);
    err_free(e);
    return NULL;
}

dbk_err *supervisor_server_keep(supervisor *s)
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
    if (supervisor_now_us(s) < s->server.due_us)
        return NULL;
    dbk_err *e = start_server(s);
    if (!e) {
        log_fields(s->o->log, LOG_INFO, "the server runs again", LOG_INT("pid", s->server.pid));
        return NULL;
    }
    return server_failed(s, e);
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

void supervisor_server_end(supervisor *s)
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
        int64_t deadline = supervisor_now_us(s) + steps[i].limit_us;
        int handled = s->stop_requests;
        while (!server_is_gone(s) && supervisor_now_us(s) < deadline && s->stop_requests == handled)
            supervisor_wait(s, supervisor_now_us(s) + LOOK_US);
    }
    s->server.pid = 0;
    cluster_socket_dir_remove(s->scratch, s->o->cluster);
}
