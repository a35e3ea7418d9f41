#include "pg/pg_notify.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/mem.h"
#include "pg/pg_int.h"

#define ANSWER_MS 5000
#define CONNECT_S 3
/* A server that takes no connection is asked this often. */
#define RETRY_US ((int64_t)1000000)

struct pg_notify {
    pg_conn *conn;
    const char *channels[PG_NOTIFY_CHANNELS_MAX];
    size_t count;
    int wake_fd;
    bool listens;
    int64_t retry_at_us;
    int64_t losses;
};

static int64_t now_us(void)
{
    const dbk_clock *clock = clock_system();
    return clock->mono_us(clock);
}

dbk_err *pg_notify_new(const pg_conn *like, const char *application_name, const char *const *channels,
                       pg_notify **out)
{
    pg_notify *n = mem_alloc(sizeof(*n));
    if (!n)
        return err_oom();
    n->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    for (; channels[n->count]; n->count++) {
        assert(n->count < PG_NOTIFY_CHANNELS_MAX);
        n->channels[n->count] = channels[n->count];
    }
    dbk_err *e = n->wake_fd < 0 ? err_errno(errno, "could not make an event descriptor") : NULL;
    if (!e)
        e = pg_connect_later_like(like,
                                  &(pg_connect_options){.application_name = application_name,
                                                        .connect_timeout_s = CONNECT_S,
                                                        .statement_timeout_ms = ANSWER_MS,
                                                        .read_write = true,
                                                        .watchful = true},
                                  &n->conn);
    if (e) {
        pg_notify_free(n);
        return e;
    }
    *out = n;
    return NULL;
}

void pg_notify_free(pg_notify *n)
{
    if (!n)
        return;
    pg_close(n->conn);
    if (n->wake_fd >= 0)
        close(n->wake_fd);
    mem_free(n);
}

void pg_notify_wake(pg_notify *n)
{
    int saved = errno;
    uint64_t one = 1;
    /* Full means that it was woken before and nobody has looked yet. */
    if (write(n->wake_fd, &one, sizeof(one)) < 0)
        assert(errno == EAGAIN || errno == EINTR);
    errno = saved;
}

static void lost(pg_notify *n)
{
    n->listens = false;
    n->losses++;
    n->retry_at_us = now_us() + RETRY_US;
    pg_lose(n->conn);
}

bool pg_notify_listen(pg_notify *n)
{
    if (n->listens && pg_is_lost(n->conn))
        lost(n);
    if (n->listens || n->count == 0 || now_us() < n->retry_at_us)
        return n->listens;
    dbk_err *e = pg_reconnect(n->conn);
    for (size_t i = 0; i < n->count && !e; i++) {
        char sql[80];
        int length = snprintf(sql, sizeof(sql), "listen %s", n->channels[i]);
        assert(length > 0 && (size_t)length < sizeof(sql));
        e = pg_exec(n->conn, sql);
    }
    n->listens = !e;
    if (e)
        lost(n);
    err_free(e);
    return n->listens;
}

/* Takes what has come. False: the connection is gone. */
static bool drain(pg_notify *n, bool *heard)
{
    if (!PQconsumeInput(n->conn->pq))
        return false;
    for (PGnotify *one; (one = PQnotifies(n->conn->pq)); *heard = true)
        PQfreemem(one);
    return PQstatus(n->conn->pq) == CONNECTION_OK;
}

static bool take_wake(pg_notify *n)
{
    uint64_t count;
    return read(n->wake_fd, &count, sizeof(count)) == (ssize_t)sizeof(count);
}

/* One sleep, until something happens or until_us. */
static void sleep_until(const pg_notify *n, int64_t until_us)
{
    int64_t left_us = until_us - now_us();
    struct pollfd p[] = {{.fd = n->wake_fd, .events = POLLIN},
                         {.fd = n->listens ? PQsocket(n->conn->pq) : -1, .events = POLLIN}};
    if (left_us > 0)
        (void)poll(p, 2, (int)((left_us + 999) / 1000));
}

pg_notify_end pg_notify_wait(pg_notify *n, int64_t limit_us)
{
    int64_t end_us = now_us() + limit_us;
    bool listened = n->listens;
    for (;;) {
        bool heard = false;
        if (take_wake(n))
            return PG_NOTIFY_WOKEN;
        /* Listening anew: whatever was said meanwhile was said to nobody. */
        if (pg_notify_listen(n) && !listened)
            return PG_NOTIFY_HEARD;
        if (n->listens && !drain(n, &heard))
            lost(n);
        listened = n->listens;
        if (heard)
            return PG_NOTIFY_HEARD;
        if (now_us() >= end_us)
            return PG_NOTIFY_TIME_UP;
        sleep_until(n, n->count > 0 && !n->listens && n->retry_at_us < end_us ? n->retry_at_us : end_us);
    }
}

bool pg_notify_listens(const pg_notify *n)
{
    return n->listens;
}

int pg_notify_socket(const pg_notify *n)
{
    return n->listens ? PQsocket(n->conn->pq) : -1;
}

int64_t pg_notify_losses(const pg_notify *n)
{
    return n->losses;
}
