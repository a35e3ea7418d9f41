/* A child that ran for a minute has proved that it can: its next end is treated as a first one. Without that,
 * a daemon that loses its server once a day would after a week be started again only every 30 s. */
#include "ops/children.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "core/arena.h"
#include "core/mem.h"
#include "core/proc.h"

#define SECOND_US ((int64_t)1000000)
#define PAUSE_MAX_US (30 * SECOND_US)
#define PROVEN_US (60 * SECOND_US)
#define STOP_LIMIT_US (10 * SECOND_US)

typedef enum child_state {
    CHILD_PAUSING,  /* to be started at due_us */
    CHILD_RUNNING,  /* a process */
    CHILD_STOPPING, /* a process that was sent SIGTERM, to be killed at due_us */
    CHILD_ENDED     /* no process, and none wanted any more */
} child_state;

typedef struct child {
    child_spec spec;
    child_state state;
    pid_t pid;
    int failures; /* ends in a row */
    int64_t started_us;
    int64_t due_us;
} child;

struct children {
    const dbk_clock *clock;
    dbk_log *log;
    int64_t stop_limit_us;
    bool stopping;
    size_t count;
    child items[CHILDREN_MAX];
};

int64_t children_pause_us(int failures)
{
    int64_t pause_us = SECOND_US;
    for (int i = 1; i < failures && pause_us < PAUSE_MAX_US; i++)
        pause_us *= 2;
    return pause_us < PAUSE_MAX_US ? pause_us : PAUSE_MAX_US;
}

static int64_t now_us(const children *c)
{
    return c->clock->mono_us(c->clock);
}

dbk_err *children_new(const children_options *options, children **out)
{
    assert(options->count <= CHILDREN_MAX);
    children *c = mem_alloc(sizeof(*c));
    if (!c)
        return err_oom();
    c->clock = options->clock;
    c->log = options->log;
    c->stop_limit_us = options->stop_limit_us ? options->stop_limit_us : STOP_LIMIT_US;
    c->count = options->count;
    for (size_t i = 0; i < c->count; i++)
        c->items[i] = (child){.spec = options->specs[i], .state = CHILD_PAUSING, .due_us = now_us(c)};
    *out = c;
    return NULL;
}

static bool has_process(const child *one)
{
    return one->state == CHILD_RUNNING || one->state == CHILD_STOPPING;
}

/* To the whole group: a daemon may have started helpers. */
static void signal_child(const child *one, int signum)
{
    assert(one->pid > 0);
    if (kill(-one->pid, signum) != 0)
        (void)kill(one->pid, signum);
}

void children_free(children *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++) {
        if (!has_process(&c->items[i]))
            continue;
        signal_child(&c->items[i], SIGKILL);
        (void)waitpid(c->items[i].pid, NULL, 0);
    }
    mem_free(c);
}

static void pause_child(children *c, child *one)
{
    one->failures++;
    one->state = c->stopping ? CHILD_ENDED : CHILD_PAUSING;
    one->pid = 0;
    one->due_us = now_us(c) + children_pause_us(one->failures);
}

static void start_child(children *c, child *one)
{
    pid_t pid;
    dbk_err *e = proc_start(&(proc_options){.argv = one->spec.argv,
                                            .env = one->spec.env,
                                            .uid = one->spec.uid,
                                            .gid = one->spec.gid,
                                            .death_signal = SIGTERM,
                                            .own_group = true},
                            &pid);
    if (e) {
        log_err(c->log, LOG_ERROR, e);
        err_free(e);
        pause_child(c, one);
        return;
    }
    one->state = CHILD_RUNNING;
    one->pid = pid;
    one->started_us = now_us(c);
    log_fields(c->log, LOG_DEBUG, "started", LOG_STR("daemon", one->spec.name), LOG_INT("pid", pid));
}

void children_step(children *c)
{
    int64_t now = now_us(c);
    for (size_t i = 0; i < c->count; i++) {
        child *one = &c->items[i];
        if (one->due_us > now)
            continue;
        if (one->state == CHILD_PAUSING) {
            start_child(c, one);
        } else if (one->state == CHILD_STOPPING) {
            log_fields(c->log, LOG_WARNING, "killed, since it did not stop in time",
                       LOG_STR("daemon", one->spec.name), LOG_INT("pid", one->pid));
            signal_child(one, SIGKILL);
            one->due_us = INT64_MAX;
        }
    }
}

int64_t children_due_us(const children *c)
{
    int64_t due_us = INT64_MAX;
    for (size_t i = 0; i < c->count; i++) {
        const child *one = &c->items[i];
        if ((one->state == CHILD_PAUSING || one->state == CHILD_STOPPING) && one->due_us < due_us)
            due_us = one->due_us;
    }
    return due_us;
}

static void report_end(const children *c, const child *one, int status)
{
    arena *scratch = arena_new(4096);
    const char *how = scratch ? proc_status_text(scratch, status) : "ended";
    if (c->stopping)
        log_fields(c->log, LOG_DEBUG, "stopped", LOG_STR("daemon", one->spec.name), LOG_STR("how", how));
    else
        log_fields(c->log, LOG_WARNING, "ended and will be started again", LOG_STR("daemon", one->spec.name),
                   LOG_STR("how", how), LOG_INT("pause_ms", children_pause_us(one->failures + 1) / 1000));
    arena_free(scratch);
}

static void ask_to_end(children *c, child *one, int signum)
{
    signal_child(one, signum);
    one->state = CHILD_STOPPING;
    one->due_us = now_us(c) + c->stop_limit_us;
}

/* Once nothing runs that needs them. */
static void end_the_last(children *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (has_process(&c->items[i]) && !c->items[i].spec.ends_last)
            return;
    for (size_t i = 0; i < c->count; i++)
        if (c->items[i].state == CHILD_RUNNING)
            ask_to_end(c, &c->items[i], SIGTERM);
}

bool children_reaped(children *c, pid_t pid, int status)
{
    for (size_t i = 0; i < c->count; i++) {
        child *one = &c->items[i];
        if (!has_process(one) || one->pid != pid)
            continue;
        if (now_us(c) - one->started_us >= PROVEN_US)
            one->failures = 0;
        report_end(c, one, status);
        pause_child(c, one);
        if (c->stopping)
            end_the_last(c);
        return true;
    }
    return false;
}

void children_stop(children *c)
{
    bool again = c->stopping;
    c->stopping = true;
    for (size_t i = 0; i < c->count; i++) {
        child *one = &c->items[i];
        if (!has_process(one))
            one->state = CHILD_ENDED;
        else if (again || !one->spec.ends_last)
            ask_to_end(c, one, again ? SIGKILL : SIGTERM);
    }
    end_the_last(c);
}

bool children_ended(const children *c)
{
    return children_running(c) == 0;
}

size_t children_running(const children *c)
{
    size_t running = 0;
    for (size_t i = 0; i < c->count; i++)
        running += has_process(&c->items[i]);
    return running;
}
