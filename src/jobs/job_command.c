#include "jobs/job_command.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/proc.h"
#include "core/utf8.h"

#define GRACE_US INT64_C(3000000)
#define LOOK_US INT64_C(20000)
#define READS_MAX 64

typedef struct run {
    const job_command *c;
    pid_t pid;
    int in;  /* -1 once everything is written, or nobody reads */
    int out; /* -1 once everybody has closed it */
    size_t written;
    char *tail; /* the last tail_max bytes, as a ring */
    size_t printed;
} run;

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* ---- what it prints ---- */

static void keep(run *r, const char *bytes, size_t length)
{
    size_t max = r->c->tail_max;
    for (size_t i = length > max ? length - max : 0; i < length; i++)
        r->tail[(r->printed + i) % max] = bytes[i];
    r->printed += length;
}

/* Never waits, and comes back to look at the clock when the program writes faster than we read. */
static void drain(run *r)
{
    char chunk[8192];
    for (int i = 0; i < READS_MAX && r->out >= 0; i++) {
        ssize_t n = read(r->out, chunk, sizeof(chunk));
        if (n > 0)
            keep(r, chunk, (size_t)n);
        else if (n == 0 || (errno != EINTR && errno != EAGAIN))
            close_fd(&r->out);
        else if (errno == EAGAIN)
            return;
    }
}

/* What a database takes as text: a character cut in two, bytes that are none and U+0000 become '?'. */
static dbk_err *tail_text(arena *a, const run *r, const char **out)
{
    size_t max = r->c->tail_max;
    size_t length = r->printed < max ? r->printed : max;
    size_t start = r->printed < max ? 0 : r->printed % max;
    char *text = arena_alloc(a, length + 1);
    if (!text)
        return err_oom();
    for (size_t i = 0; i < length; i++)
        text[i] = r->tail[(start + i) % max];
    utf8_mend(text, length);
    *out = text;
    return NULL;
}

/* ---- what it reads ---- */

/* A program that reads nothing is no failure. */
static void feed(run *r)
{
    while (r->in >= 0) {
        size_t left = r->c->input_length - r->written;
        ssize_t n = left ? write(r->in, r->c->input + r->written, left) : 0;
        if (n > 0)
            r->written += (size_t)n;
        if (left == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
            close_fd(&r->in);
        else if (n < 0 && errno == EAGAIN)
            return;
    }
}

/* ---- its life ---- */

/* Leaves the dead program unreaped, so that its group's number cannot become anybody else's yet. */
static bool has_ended(pid_t pid)
{
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid;
}

static bool is_stopped(const run *r)
{
    return r->c->stop && atomic_load(r->c->stop) != 0;
}

/* True when it has ended; false when the time came (deadline_us 0: never) or, if asked, it is to stop. */
static bool wait_until(run *r, int64_t deadline_us, bool heed_stop)
{
    for (;;) {
        bool ended = has_ended(r->pid);
        feed(r);
        drain(r);
        if (ended)
            return true;
        if (heed_stop && is_stopped(r))
            return false;
        if (deadline_us && r->c->clock->mono_us(r->c->clock) >= deadline_us)
            return false;
        struct pollfd fds[2] = {{.fd = r->out, .events = POLLIN}, {.fd = r->in, .events = POLLOUT}};
        (void)poll(fds, 2, LOOK_US / 1000);
    }
}

static void end_group(run *r)
{
    (void)kill(-r->pid, SIGTERM);
    (void)wait_until(r, r->c->clock->mono_us(r->c->clock) + GRACE_US, false);
    (void)kill(-r->pid, SIGKILL);
    (void)wait_until(r, 0, false);
}

static dbk_err *pipe_to(int ends[2], int ours)
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(errno, "could not make a pipe");
    (void)fcntl(ends[ours], F_SETFL, O_NONBLOCK);
    return NULL;
}

static dbk_err *start(run *r)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    dbk_err *e = pipe_to(in, 1);
    if (!e)
        e = pipe_to(out, 0);
    if (!e)
        e = proc_start(&(proc_options){.argv = r->c->argv,
                                       .env = r->c->env,
                                       .stdin_fd = in[0],
                                       .stdout_fd = out[1],
                                       .stderr_fd = out[1],
                                       .death_signal = SIGKILL,
                                       .own_group = true},
                       &r->pid);
    close_fd(&in[0]);
    close_fd(&out[1]);
    r->in = in[1];
    r->out = out[0];
    return e;
}

static dbk_err *run_program(arena *a, run *r, job_command_end *out)
{
    const job_command *c = r->c;
    dbk_err *e = start(r);
    if (e)
        return e;
    job_command_end end = {.how = JOB_COMMAND_ENDED};
    if (!wait_until(r, c->timeout_us ? c->clock->mono_us(c->clock) + c->timeout_us : 0, true)) {
        end.how = is_stopped(r) ? JOB_COMMAND_STOPPED : JOB_COMMAND_OVERDUE;
        end_group(r);
    }
    /* What it started and did not wait for. */
    (void)kill(-r->pid, SIGKILL);
    while (waitpid(r->pid, &end.status, 0) < 0 && errno == EINTR)
        ;
    e = tail_text(a, r, &end.tail);
    if (!e)
        *out = end;
    return e;
}

dbk_err *job_command_run(arena *a, const job_command *c, job_command_end *out)
{
    assert(c->argv && c->argv[0] && c->env);
    assert(c->clock && c->tail_max > 0);
    assert(c->input || c->input_length == 0);
    run r = {.c = c, .in = -1, .out = -1, .tail = arena_alloc(a, c->tail_max)};
    if (!r.tail)
        return err_oom();
    dbk_err *e = run_program(a, &r, out);
    close_fd(&r.in);
    close_fd(&r.out);
    return e;
}

dbk_err *job_command_environment(arena *a, const char *const *keep_names, size_t keep_count,
                                 const char *const *add, size_t add_count, const char *const **out)
{
    static const char *const usual[] = {"PATH", "HOME",   "USER", "LOGNAME", "SHELL",
                                        "LANG", "LC_ALL", "TZ",   "TMPDIR"};
    const size_t usual_count = sizeof(usual) / sizeof(usual[0]);
    const char **env = arena_alloc(a, (usual_count + keep_count + add_count + 1) * sizeof(*env));
    if (!env)
        return err_oom();
    size_t n = 0;
    for (size_t i = 0; i < usual_count + keep_count; i++) {
        const char *name = i < usual_count ? usual[i] : keep_names[i - usual_count];
        const char *value = getenv(name);
        if (value && !(env[n++] = arena_printf(a, "%s=%s", name, value)))
            return err_oom();
    }
    for (size_t i = 0; i < add_count; i++)
        env[n++] = add[i];
    *out = env;
    return NULL;
}
