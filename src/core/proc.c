/* A child is made by fork and exec. Between the two only async-signal-safe calls are allowed, because the
 * parent may have threads: so the child allocates nothing and reports a failure as a step and an errno
 * through a pipe that exec closes. The parent reads that pipe to its end before it returns; nothing read
 * means that the program runs.
 *
 * Signals are blocked around the fork, so that no handler of ours runs in the child before they are reset
 * there. */
#include "core/proc.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"

#define KILL_GRACE_US INT64_C(3000000)
#define POLL_US INT64_C(20000)
#define DRAIN_READS_MAX 64
#define DESCRIPTOR_SEARCH_MAX 65536

enum step { STEP_DESCRIPTORS, STEP_GROUP, STEP_USER, STEP_DEATH_SIGNAL, STEP_FOLDER, STEP_EXEC };

static const char *const step_texts[] = {
    [STEP_DESCRIPTORS] = "could not set up input and output for",
    [STEP_GROUP] = "could not make a process group for",
    [STEP_USER] = "could not change to the user asked for to run",
    [STEP_DEATH_SIGNAL] = "could not tie to the life of its parent",
    [STEP_FOLDER] = "could not enter the folder to run",
    [STEP_EXEC] = "could not run",
};

struct failure {
    enum step step;
    int errnum;
};

/* Moves the three streams to 0, 1, 2 by way of copies above them, because a source may itself be 0, 1 or 2.
 */
static bool child_streams(const proc_options *o)
{
    int wanted[3] = {o->stdin_fd > 0 ? o->stdin_fd : -1, o->stdout_fd == 0 ? 1 : o->stdout_fd,
                     o->stderr_fd == 0 ? 2 : o->stderr_fd};
    int copies[3];
    for (int i = 0; i < 3; i++) {
        int source = wanted[i];
        if (source < 0)
            source = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (source < 0)
            return false;
        copies[i] = fcntl(source, F_DUPFD_CLOEXEC, 3);
        /* A stream the parent itself has closed becomes /dev/null rather than whatever is opened next. */
        if (copies[i] < 0 && errno == EBADF && source == i)
            copies[i] = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (copies[i] < 0)
            return false;
    }
    for (int i = 0; i < 3; i++)
        if (dup2(copies[i], i) < 0)
            return false;
    return true;
}

/* Everything above 2 is closed by exec, and not before: the failure pipe is needed until then. */
static void child_close_on_exec(void)
{
    if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
        return;
    /* Kernels before 5.11. */
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > DESCRIPTOR_SEARCH_MAX)
        limit = DESCRIPTOR_SEARCH_MAX;
    for (int fd = 3; fd < limit; fd++)
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static bool child_user(const proc_options *o)
{
    if (o->uid == 0 || (geteuid() == o->uid && getegid() == o->gid))
        return true;
    return setgroups(1, &o->gid) == 0 && setgid(o->gid) == 0 && setuid(o->uid) == 0;
}

/* The kernel forgets the death signal when the user changes, so this comes after that; and a parent that died
 * before prctl would never be noticed, so it is looked for. */
static bool child_death_signal(const proc_options *o, pid_t parent)
{
    if (o->death_signal == 0)
        return true;
    if (prctl(PR_SET_PDEATHSIG, o->death_signal) != 0)
        return false;
    if (getppid() != parent)
        _exit(1);
    return true;
}

static void child_signals(void)
{
    /* Handlers go with exec, but what a daemon ignores would stay ignored. */
    for (int n = 1; n < NSIG; n++)
        (void)signal(n, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static enum step child_prepare(const proc_options *o, pid_t parent)
{
    if (!child_streams(o))
        return STEP_DESCRIPTORS;
    child_close_on_exec();
    if (o->own_group && setpgid(0, 0) != 0)
        return STEP_GROUP;
    if (!child_user(o))
        return STEP_USER;
    if (!child_death_signal(o, parent))
        return STEP_DEATH_SIGNAL;
    if (o->cwd && chdir(o->cwd) != 0)
        return STEP_FOLDER;
    return STEP_EXEC;
}

static _Noreturn void child_run(const proc_options *o, pid_t parent, int failure_fd)
{
    child_signals();
    struct failure f = {.step = child_prepare(o, parent)};
    if (f.step == STEP_EXEC) {
        /* execvpe takes neither const array: it has never written to them. */
        char *const *argv = (char *const *)(uintptr_t)o->argv;
        char *const *env = o->env ? (char *const *)(uintptr_t)o->env : environ;
        execvpe(argv[0], argv, env);
    }
    f.errnum = errno;
    ssize_t written = write(failure_fd, &f, sizeof f);
    (void)written;
    _exit(127);
}

static dbk_err *wait_for_exec(const proc_options *o, pid_t pid, int failure_fd)
{
    struct failure f;
    ssize_t n;
    do
        n = read(failure_fd, &f, sizeof f);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof f)
        return NULL;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (f.step == STEP_FOLDER)
        return err_errno(f.errnum, "%s %s: %s", step_texts[f.step], o->argv[0], o->cwd);
    dbk_err *e = err_errno(f.errnum, "%s %s", step_texts[f.step], o->argv[0]);
    if (f.step == STEP_EXEC && f.errnum == ENOENT)
        e = err_with_hint(e, "install it, or check PATH and spelling");
    return e;
}

dbk_err *proc_start(const proc_options *options, pid_t *pid)
{
    assert(options && options->argv && options->argv[0]);
    assert(options->uid == 0 || options->gid != 0);
    assert(pid);
    int failure_pipe[2];
    if (pipe2(failure_pipe, O_CLOEXEC) != 0)
        return err_errno(errno, "could not make a pipe");
    pid_t parent = getpid();
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    int fork_errno = errno;
    if (child == 0)
        child_run(options, parent, failure_pipe[1]);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(failure_pipe[1]);
    dbk_err *e = NULL;
    if (child < 0)
        e = err_errno(fork_errno, "could not make a process for %s", options->argv[0]);
    else
        e = wait_for_exec(options, child, failure_pipe[0]);
    close(failure_pipe[0]);
    if (!e)
        *pid = child;
    return e;
}

struct run {
    const dbk_clock *clock;
    pid_t pid;
    int fd; /* -1 once everything that writes to it has closed it */
    buf output;
    size_t output_max;
    size_t dropped;
};

/* Reads what is there; never waits, and comes back to look at the deadline when the child writes faster than
 * we read. */
static void drain(struct run *r)
{
    char chunk[8192];
    for (int i = 0; i < DRAIN_READS_MAX && r->fd >= 0; i++) {
        ssize_t n = read(r->fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0) {
            close(r->fd);
            r->fd = -1;
            return;
        }
        size_t room = r->output_max - r->output.length;
        size_t kept = (size_t)n < room ? (size_t)n : room;
        if (r->output.state == BUF_OK)
            buf_append(&r->output, chunk, kept);
        r->dropped += (size_t)n - kept;
    }
}

/* Has it ended? Leaves the dead child unreaped, so that its process group cannot be given to anybody else
 * yet. */
static bool has_ended(pid_t pid)
{
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid;
}

/* Waits until the child ends or the time comes; deadline_us 0: none. A grandchild that holds the pipe open
 * does not count, so the end of the pipe alone is not waited for. */
static bool wait_until(struct run *r, int64_t deadline_us)
{
    for (;;) {
        bool ended = has_ended(r->pid);
        drain(r);
        if (ended)
            return true;
        int64_t wait_us = POLL_US;
        if (deadline_us) {
            int64_t left_us = deadline_us - r->clock->mono_us(r->clock);
            if (left_us <= 0)
                return false;
            wait_us = left_us < wait_us ? left_us : wait_us;
        }
        struct pollfd p = {.fd = r->fd, .events = POLLIN};
        (void)poll(&p, 1, (int)((wait_us + 999) / 1000));
    }
}

static void stop_group(struct run *r)
{
    (void)kill(-r->pid, SIGTERM);
    (void)wait_until(r, r->clock->mono_us(r->clock) + KILL_GRACE_US);
    /* Also when the leader has ended: members of its group may not have. */
    (void)kill(-r->pid, SIGKILL);
    (void)wait_until(r, 0);
}

static dbk_err *collect(arena *a, struct run *r, char **output)
{
    dbk_err *e = buf_error(&r->output);
    if (e)
        return e;
    *output = r->dropped ? arena_printf(a, "%s\n[%zu more bytes of output were dropped]\n", r->output.data,
                                        r->dropped)
                         : arena_strndup(a, r->output.data, r->output.length);
    return *output ? NULL : err_oom();
}

static dbk_err *start_with_pipe(const proc_options *options, struct run *r)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(errno, "could not make a pipe");
    proc_options o = *options;
    o.stdout_fd = ends[1];
    o.stderr_fd = ends[1];
    /* A group of its own, because the whole of it is ended when time is up; and as the terminal's Ctrl-C then
     * no longer reaches it, it ends with us. */
    o.own_group = true;
    if (o.death_signal == 0)
        o.death_signal = SIGTERM;
    dbk_err *e = proc_start(&o, &r->pid);
    close(ends[1]);
    if (e) {
        close(ends[0]);
        return e;
    }
    r->fd = ends[0];
    (void)fcntl(r->fd, F_SETFL, O_NONBLOCK);
    return NULL;
}

dbk_err *proc_run(arena *a, const proc_options *options, int64_t timeout_us, size_t output_max, int *status,
                  char **output)
{
    assert(a && options);
    assert(status && output);
    assert(timeout_us >= 0 && output_max < SIZE_MAX);
    struct run r = {.clock = clock_system(), .fd = -1, .output_max = output_max};
    buf_init(&r.output, output_max + 1);
    dbk_err *e = start_with_pipe(options, &r);
    if (e) {
        buf_term(&r.output);
        return e;
    }
    bool ended = wait_until(&r, timeout_us ? r.clock->mono_us(r.clock) + timeout_us : 0);
    if (!ended)
        stop_group(&r);
    int wait_status = 0;
    while (waitpid(r.pid, &wait_status, 0) < 0 && errno == EINTR)
        ;
    if (r.fd >= 0)
        close(r.fd);
    char *text = NULL;
    e = collect(a, &r, &text);
    if (!e && !ended) {
        e = err_new(ERR_TIMEOUT, "%s did not end within %lld ms", options->argv[0],
                    (long long)(timeout_us / 1000));
        if (*text)
            e = err_with_detail(e, "%s", text);
    }
    if (!e) {
        *status = wait_status;
        *output = text;
    }
    buf_term(&r.output);
    return e;
}

static const char *signal_text(int number)
{
    const char *text = sigdescr_np(number);
    return text ? text : "real-time signal";
}

const char *proc_status_text(arena *a, int status)
{
    const char *text = NULL;
    if (WIFEXITED(status))
        text = arena_printf(a, "exited with status %d", WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        text = arena_printf(a, "killed by signal %d (%s)", WTERMSIG(status), signal_text(WTERMSIG(status)));
    else
        text = arena_printf(a, "ended with wait status %d", status);
    return text ? text : "ended";
}
