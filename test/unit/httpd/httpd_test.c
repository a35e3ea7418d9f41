#include "httpd/httpd.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../unit.h"

/* What the server answers to these bytes, until it closes. */
static void ask(const httpd *h, const char *request, char *answer, size_t size)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(httpd_port(h)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t n = 0;
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
    for (ssize_t got; n < size - 1 && (got = recv(fd, answer + n, size - 1 - n, 0)) > 0;)
        n += (size_t)got;
    answer[n] = '\0';
    close(fd);
}

static void begins(const char *answer, const char *with)
{
    if (strncmp(answer, with, strlen(with)) != 0)
        fail_msg("not \"%s\": %s", with, answer);
}

static void a_daemon_answers_with_its_numbers_and_its_health(void **state)
{
    (void)state;
    char answer[4096];
    metrics *m;
    health *h;
    httpd *server;
    unit_ok(metrics_new("daybook_test_", &m));
    unit_ok(health_new(clock_system(), INT64_MAX, &h));
    unit_ok(httpd_start_daemon(NULL, 0, m, h, &server));
    metric_add(metrics_counter(m, "events_total", "Events.", NULL, NULL), 3);
    ask(server, "GET /metrics HTTP/1.0\r\n\r\n", answer, sizeof(answer));
    begins(answer, "HTTP/1.1 200 ");
    assert_non_null(strstr(answer, "\ndaybook_test_events_total 3\n"));
    health_part *part = health_add(h, "part");
    ask(server, "GET /health HTTP/1.0\r\n\r\n", answer, sizeof(answer));
    begins(answer, "HTTP/1.1 503 ");
    assert_non_null(strstr(answer, "it has not begun"));
    health_fine(part);
    ask(server, "GET /health HTTP/1.0\r\n\r\n", answer, sizeof(answer));
    begins(answer, "HTTP/1.1 200 ");
    ask(server, "HEAD /health HTTP/1.0\r\n\r\n", answer, sizeof(answer));
    begins(answer, "HTTP/1.1 200 ");
    assert_null(strstr(answer, "healthy"));
    ask(server, "GET /other HTTP/1.0\r\n\r\n", answer, sizeof(answer));
    begins(answer, "HTTP/1.1 404 ");
    ask(server, "POST /metrics HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", answer, sizeof(answer));
    begins(answer, "HTTP/1.1 405 ");
    httpd_stop(server);
    health_free(h);
    metrics_free(m);
}

static void a_port_in_use_and_an_address_that_is_none_are_refused(void **state)
{
    (void)state;
    httpd *server, *second;
    unit_ok(httpd_start(NULL, 0, NULL, 0, &server));
    unit_refused(httpd_start(NULL, httpd_port(server), NULL, 0, &second), ERR_IO, "could not listen");
    unit_refused(httpd_start("nowhere", 0, NULL, 0, &second), ERR_USAGE, "no address");
    httpd_stop(server);
    httpd_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_daemon_answers_with_its_numbers_and_its_health),
        cmocka_unit_test(a_port_in_use_and_an_address_that_is_none_are_refused),
    };
    return UNIT_RUN(tests);
}
