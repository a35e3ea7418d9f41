#include "simulate/simulate.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pg/pg.h"
#include "simulate/history.h"
#include "simulate/market.h"
#include "simulate_sql.h"

typedef struct job {
    pid_t pid;
    int socket; /* -1: done */
} job;

typedef struct run {
    const simulate_options *options;
    simulate_result *result;
    job jobs[SIMULATE_JOBS_MAX];
    size_t job_count;
    uint64_t given; /* seeds */
    worker_result latest;
} run;

static dbk_err *check_database(const char *url)
{
    pg_conn *c = NULL;
    pg_rows *rows;
    arena *a = arena_new(0);
    dbk_err *e = a ? pg_connect(&(pg_connect_options){.url = url, .application_name = "daybook simulate"}, &c)
                   : err_oom();
    if (!e) {
        pg_params *p = pg_params_new(a);
        pg_param_text(p, MARKET_VENUE);
        e = pg_query_one(c, a, simulate_known_accounts, p, &rows);
    }
    if (!e && pg_get_int8(rows, 0, 0) > 0) {
        e = err_new(ERR_INPUT, "the database has accounts of an earlier simulation");
        err_with_hint(e, "their histories would be repeated; simulate in a database that is thrown away");
    }
    pg_close(c);
    arena_free(a);
    return e;
}

static dbk_err *start_job(run *r)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return err_errno(errno, "could not make a socket");
    pid_t pid = fork();
    if (pid < 0) {
        close(ends[0]);
        close(ends[1]);
        return err_errno(errno, "could not start a worker");
    }
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
        close(ends[0]);
        for (size_t i = 0; i < r->job_count; i++)
            close(r->jobs[i].socket);
        worker_run(&r->options->worker, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    r->jobs[r->job_count++] = (job){.pid = pid, .socket = ends[0]};
    return NULL;
}

static void end_job(job *j)
{
    if (j->socket >= 0)
        close(j->socket);
    j->socket = -1;
}

/* The next seed, or the end. */
static dbk_err *give(run *r, job *j)
{
    if (r->given == r->options->seeds) {
        end_job(j);
        return NULL;
    }
    uint64_t seed = r->options->seed + r->given++;
    if (send(j->socket, &seed, sizeof(seed), MSG_NOSIGNAL) != (ssize_t)sizeof(seed))
        return err_errno(errno, "could not give seed %llu to a worker", (unsigned long long)seed);
    return NULL;
}

static void count(run *r)
{
    const uint64_t *f = r->latest.faults;
    simulate_result *sum = r->result;
    sum->seeds++;
    sum->desks += r->options->worker.stores & 1U << STORE_SERVER && history_has_desk(r->latest.seed);
    sum->operations += r->options->worker.operations;
    sum->differences += r->latest.result == PLAYER_DIFFERS;
    sum->connections_cut += f[FAULT_CUT_BEFORE] + f[FAULT_CUT_AFTER];
    sum->clients_killed += f[FAULT_CLIENT_BEFORE] + f[FAULT_CLIENT_AFTER];
    sum->servers_killed += f[FAULT_SERVER_BEFORE] + f[FAULT_SERVER_DURING] + f[FAULT_SERVER_AFTER];
    sum->outages += r->latest.outages;
    sum->faults = sum->connections_cut + sum->clients_killed + sum->servers_killed + sum->outages;
}

static dbk_err *take(run *r, job *j)
{
    ssize_t got = recv(j->socket, &r->latest, sizeof(r->latest), 0);
    if (got != (ssize_t)sizeof(r->latest))
        return err_new(ERR_UNKNOWN, "a worker has ended before its work");
    if (r->latest.result == PLAYER_FAILED)
        return err_new(ERR_UNKNOWN, "seed %llu could not be played: %s", (unsigned long long)r->latest.seed,
                       r->latest.report);
    count(r);
    if (r->options->on_seed)
        r->options->on_seed(r->options->ctx, &r->latest);
    return give(r, j);
}

static dbk_err *attend(run *r)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < r->job_count; i++)
        e = give(r, &r->jobs[i]);
    while (!e && r->result->seeds < r->options->seeds) {
        struct pollfd polled[SIMULATE_JOBS_MAX];
        for (size_t i = 0; i < r->job_count; i++)
            polled[i] = (struct pollfd){.fd = r->jobs[i].socket, .events = POLLIN};
        if (poll(polled, r->job_count, -1) < 0 && errno != EINTR)
            return err_errno(errno, "could not wait for the workers");
        for (size_t i = 0; !e && i < r->job_count; i++)
            if (r->jobs[i].socket >= 0 && polled[i].revents)
                e = take(r, &r->jobs[i]);
    }
    return e;
}

dbk_err *simulate_run(const simulate_options *options, simulate_result *out)
{
    run r = {.options = options, .result = out};
    assert(options->jobs > 0);
    assert(options->jobs <= SIMULATE_JOBS_MAX);
    *out = (simulate_result){0};
    dbk_err *e = options->worker.url ? check_database(options->worker.url) : NULL;
    for (size_t i = 0; !e && i < options->jobs && i < options->seeds; i++)
        e = start_job(&r);
    if (!e)
        e = attend(&r);
    for (size_t i = 0; i < r.job_count; i++) {
        end_job(&r.jobs[i]);
        if (e)
            (void)kill(r.jobs[i].pid, SIGTERM);
        while (waitpid(r.jobs[i].pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    return e;
}
