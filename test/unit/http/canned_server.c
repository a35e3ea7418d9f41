#include "canned_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../unit.h"

#define REQUEST_SIZE 4096
#define ANSWERS_MAX 8

struct canned_server {
    int listener;
    int stop[2];
    int port;
    const char *const *answers;
    size_t count;
    char requests[ANSWERS_MAX][REQUEST_SIZE];
    char url[256];
    pthread_t thread;
};

/* False when the server was stopped first. */
static bool readable(canned_server *s, int fd)
{
    struct pollfd watched[] = {{.fd = fd, .events = POLLIN}, {.fd = s->stop[0], .events = POLLIN}};
    while (poll(watched, 2, -1) < 0)
        continue;
    return watched[1].revents == 0;
}

static void read_request(canned_server *s, int fd, char *request)
{
    size_t length = 0;
    while (length < REQUEST_SIZE - 1 && !strstr(request, "\r\n\r\n") && readable(s, fd)) {
        ssize_t n = read(fd, request + length, REQUEST_SIZE - 1 - length);
        if (n <= 0)
            return;
        length += (size_t)n;
    }
}

static void serve_one(canned_server *s, int fd, size_t n)
{
    read_request(s, fd, s->requests[n]);
    const char *answer = s->answers[n];
    size_t left = answer ? strlen(answer) : 0;
    while (left > 0) {
        ssize_t sent = send(fd, answer, left, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        answer += sent;
        left -= (size_t)sent;
    }
    if (!s->answers[n])
        while (readable(s, s->stop[0]))
            continue;
}

static void *serve(void *arg)
{
    canned_server *s = arg;
    for (size_t n = 0; n < s->count && readable(s, s->listener); n++) {
        int fd = accept(s->listener, NULL, NULL);
        if (fd < 0)
            continue;
        serve_one(s, fd, n);
        close(fd);
    }
    return NULL;
}

canned_server *canned_start(const char *const *answers, size_t count)
{
    assert_true(count <= ANSWERS_MAX);
    canned_server *s = calloc(1, sizeof(*s));
    assert_non_null(s);
    s->answers = answers;
    s->count = count;
    /* The test's own loopback is asked directly, whatever the environment says of proxies. */
    assert_int_equal(setenv("no_proxy", "*", 1), 0);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&at, size), 0);
    assert_int_equal(listen(s->listener, 8), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&at, &size), 0);
    s->port = ntohs(at.sin_port);
    assert_int_equal(pipe(s->stop), 0);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
    return s;
}

const char *canned_url(canned_server *s, const char *path)
{
    snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d%s", s->port, path);
    return s->url;
}

const char *canned_request(const canned_server *s, size_t n)
{
    return s->requests[n];
}

void canned_stop(canned_server *s)
{
    assert_int_equal(write(s->stop[1], "x", 1), 1);
    assert_int_equal(pthread_join(s->thread, NULL), 0);
    close(s->listener);
    close(s->stop[0]);
    close(s->stop[1]);
    free(s);
}
