#include "simulate/wire.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PAIRS_MAX 8
#define CHUNK_BYTES ((size_t)64 << 10)
#define READY_BYTES 6 /* ReadyForQuery: its letter, a length of five, the state of the transaction */

/* One connection of the player and its continuation to the server. */
typedef struct pair {
    int client, server; /* -1: the pair is free */
    fault swallow;      /* the answer under way is lost; FAULT_NONE: it is passed on */
    char tail[READY_BYTES];
} pair;

struct wire {
    wire_options options;
    int listener;
    struct sockaddr_un server;
    pair pairs[PAIRS_MAX];
    char chunk[CHUNK_BYTES];
};

static dbk_err *address(const char *folder, int port, struct sockaddr_un *out)
{
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    int length = snprintf(out->sun_path, sizeof(out->sun_path), "%s/.s.PGSQL.%d", folder, port);
    if (length < 0 || (size_t)length >= sizeof(out->sun_path))
        return err_new(ERR_INPUT, "the name of the folder is too long for a socket: %s", folder);
    return NULL;
}

static void drop(pair *p)
{
    if (p->client >= 0)
        close(p->client);
    if (p->server >= 0)
        close(p->server);
    *p = (pair){.client = -1, .server = -1};
}

static void drop_all(wire *l)
{
    for (size_t i = 0; i < PAIRS_MAX; i++)
        drop(&l->pairs[i]);
}

static void close_wire(void *arg)
{
    wire *l = arg;
    drop_all(l);
    if (l->listener >= 0)
        close(l->listener);
}

dbk_err *wire_open(arena *a, const wire_options *options, wire **out)
{
    struct sockaddr_un own;
    wire *l = arena_alloc(a, sizeof(*l));
    if (!l)
        return err_oom();
    l->options = *options;
    l->listener = -1;
    for (size_t i = 0; i < PAIRS_MAX; i++)
        l->pairs[i] = (pair){.client = -1, .server = -1};
    if (!arena_defer(a, close_wire, l))
        return err_oom();
    dbk_err *e = address(options->folder, options->server_port, &l->server);
    if (!e)
        e = address(options->folder, WIRE_PORT, &own);
    if (e)
        return e;
    l->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (l->listener < 0 || bind(l->listener, (struct sockaddr *)&own, sizeof(own)) != 0 ||
        listen(l->listener, PAIRS_MAX) != 0)
        return err_errno(errno, "could not listen on %s", own.sun_path);
    *out = l;
    return NULL;
}

/* A server that is away is a connection that fails, which the player has to bear. */
static void welcome(wire *l)
{
    int client = accept4(l->listener, NULL, NULL, SOCK_CLOEXEC);
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pair new_pair = {.client = client, .server = server};
    size_t place = 0;
    while (place < PAIRS_MAX && l->pairs[place].client >= 0)
        place++;
    if (client < 0 || server < 0 || place == PAIRS_MAX || atomic_load(l->options.away) ||
        connect(server, (struct sockaddr *)&l->server, sizeof(l->server)) != 0)
        drop(&new_pair);
    else
        l->pairs[place] = new_pair;
}

static bool pass(int to, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(to, data, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        data += sent;
        length -= (size_t)sent;
    }
    return true;
}

static dbk_err *crash(wire *l)
{
    drop_all(l);
    return l->options.crash(l->options.ctx);
}

/* Something for the server: a statement, if a fault is armed. */
static dbk_err *from_client(wire *l, pair *p)
{
    ssize_t got = recv(p->client, l->chunk, sizeof(l->chunk), 0);
    if (got < 0 && errno == EINTR)
        return NULL;
    fault f = got > 0 ? (fault)atomic_exchange(l->options.armed, FAULT_NONE) : FAULT_NONE;
    if (got <= 0 || f == FAULT_CUT_BEFORE || atomic_load(l->options.away)) {
        drop(p);
        return NULL;
    }
    if (f == FAULT_SERVER_BEFORE)
        return crash(l);
    if (faults_is_lost_answer(f)) {
        p->swallow = f;
        memset(p->tail, 0, sizeof(p->tail));
    }
    if (!pass(p->server, l->chunk, (size_t)got))
        drop(p);
    return f == FAULT_SERVER_DURING ? crash(l) : NULL;
}

/* The last bytes of all that came: the server commits before it says that it is ready. */
static bool is_ready(pair *p, const char *data, size_t length)
{
    for (size_t i = length > READY_BYTES ? length - READY_BYTES : 0; i < length; i++) {
        memmove(p->tail, p->tail + 1, READY_BYTES - 1);
        p->tail[READY_BYTES - 1] = data[i];
    }
    return memcmp(p->tail, "Z\0\0\0\5", READY_BYTES - 1) == 0;
}

static dbk_err *from_server(wire *l, pair *p)
{
    ssize_t got = recv(p->server, l->chunk, sizeof(l->chunk), 0);
    if (got < 0 && errno == EINTR)
        return NULL;
    if (got <= 0) {
        drop(p);
        return NULL;
    }
    if (p->swallow == FAULT_NONE) {
        if (!pass(p->client, l->chunk, (size_t)got))
            drop(p);
        return NULL;
    }
    if (!is_ready(p, l->chunk, (size_t)got))
        return NULL;
    if (p->swallow == FAULT_SERVER_AFTER)
        return crash(l);
    drop(p);
    return NULL;
}

static dbk_err *serve_ready(wire *l, const struct pollfd *polled)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < PAIRS_MAX; i++) {
        pair *p = &l->pairs[i];
        if (polled[2 * i].revents && p->client == polled[2 * i].fd && p->client >= 0)
            e = from_client(l, p);
        if (!e && polled[2 * i + 1].revents && p->server == polled[2 * i + 1].fd && p->server >= 0)
            e = from_server(l, p);
    }
    return e;
}

dbk_err *wire_serve(wire *l, int life)
{
    enum { LISTENER = 2 * PAIRS_MAX, LIFE, POLLED };
    struct pollfd polled[POLLED];
    dbk_err *e = NULL;
    bool alive = true;
    while (!e && alive) {
        for (size_t i = 0; i < PAIRS_MAX; i++) {
            polled[2 * i] = (struct pollfd){.fd = l->pairs[i].client, .events = POLLIN};
            polled[2 * i + 1] = (struct pollfd){.fd = l->pairs[i].server, .events = POLLIN};
        }
        polled[LISTENER] = (struct pollfd){.fd = l->listener, .events = POLLIN};
        polled[LIFE] = (struct pollfd){.fd = life, .events = POLLIN};
        if (poll(polled, POLLED, -1) < 0) {
            if (errno != EINTR)
                e = err_errno(errno, "could not wait for the player");
            continue;
        }
        e = serve_ready(l, polled);
        if (polled[LISTENER].revents)
            welcome(l);
        alive = !polled[LIFE].revents;
    }
    drop_all(l);
    return e;
}
