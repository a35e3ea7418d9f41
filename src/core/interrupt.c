#include "core/interrupt.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "core/mem.h"

#define AGAIN_NS (500 * 1000 * 1000L)

struct interrupt {
    pthread_t thread;
    sigset_t watched;
    sigset_t before;
    atomic_int signal_number;
    atomic_bool over;
    void (*on_signal)(void *ctx);
    void *ctx;
};

/* As if nothing had been watched: the default action, at once. */
static void end_process(const interrupt *i, int signal_number)
{
    signal(signal_number, SIG_DFL);
    raise(signal_number);
    pthread_sigmask(SIG_UNBLOCK, &i->watched, NULL);
}

static void *watch(void *arg)
{
    interrupt *i = arg;
    const struct timespec again = {.tv_nsec = AGAIN_NS};
    for (;;) {
        bool asked = atomic_load(&i->signal_number) != 0;
        int got = asked ? sigtimedwait(&i->watched, NULL, &again) : sigwaitinfo(&i->watched, NULL);
        if (atomic_load(&i->over))
            return NULL;
        if (got < 0 && errno == EINTR)
            continue;
        if (got > 0 && asked)
            end_process(i, got);
        if (got > 0)
            atomic_store(&i->signal_number, got);
        if (i->on_signal)
            i->on_signal(i->ctx);
    }
}

dbk_err *interrupt_watch(void (*on_signal)(void *ctx), void *ctx, interrupt **out)
{
    interrupt *i = mem_alloc(sizeof(*i));
    if (!i)
        return err_oom();
    i->on_signal = on_signal;
    i->ctx = ctx;
    atomic_init(&i->signal_number, 0);
    atomic_init(&i->over, false);
    sigemptyset(&i->watched);
    sigaddset(&i->watched, SIGINT);
    sigaddset(&i->watched, SIGTERM);
    /* Blocked here, and so in every thread made later: only the watcher takes them. */
    int rc = pthread_sigmask(SIG_BLOCK, &i->watched, &i->before);
    assert(rc == 0);
    rc = pthread_create(&i->thread, NULL, watch, i);
    if (rc != 0) {
        pthread_sigmask(SIG_SETMASK, &i->before, NULL);
        mem_free(i);
        return err_errno(rc, "could not start a thread that watches for signals");
    }
    *out = i;
    return NULL;
}

const atomic_int *interrupt_flag(const interrupt *i)
{
    return &i->signal_number;
}

dbk_err *interrupt_check(const atomic_int *flag)
{
    switch (flag ? atomic_load(flag) : 0) {
    case 0:
        return NULL;
    case SIGTERM:
        return err_new(ERR_TERMINATED, "terminated");
    default:
        return err_new(ERR_INTERRUPTED, "interrupted");
    }
}

void interrupt_end(interrupt *i)
{
    if (!i)
        return;
    atomic_store(&i->over, true);
    /* Wakes the watcher: a signal to this thread alone, which it takes instead of acting on it. */
    pthread_kill(i->thread, SIGINT);
    pthread_join(i->thread, NULL);
    pthread_sigmask(SIG_SETMASK, &i->before, NULL);
    mem_free(i);
}
