#include "http/http.h"

#include <signal.h>

#include "../unit.h"
#include "canned_server.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define CLOSE "Connection: close\r\n"

typedef struct asked {
    arena *arena;
    canned_server *server;
    http_client *client;
} asked;

static asked begin(const char *const *answers, size_t count, const atomic_int *interrupt)
{
    asked t = {.arena = unit_arena(), .server = canned_start(answers, count)};
    unit_ok(http_client_new(&(http_client_options){.interrupt = interrupt}, &t.client));
    return t;
}

static void end(asked *t)
{
    http_client_free(t->client);
    canned_stop(t->server);
    arena_free(t->arena);
}

static dbk_err *ask(asked *t, const char *path, http_answer *out)
{
    const http_request request = {.url = canned_url(t->server, path)};
    return http_get(t->client, t->arena, &request, out);
}

static void an_answer_comes_with_its_headers(void **state)
{
    (void)state;
    const char *answers[] = {OK "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nX-MBX-USED-WEIGHT-1M:  17 \r\n"
                                "Content-Length: 2\r\n" CLOSE "\r\n[]"};
    asked t = begin(answers, 1, NULL);
    const char *const headers[] = {"X-Asked: yes"};
    const http_request request = {
        .url = canned_url(t.server, "/api/v3/klines?symbol=A"), .headers = headers, .header_count = 1};
    http_answer a;
    unit_ok(http_get(t.client, t.arena, &request, &a));
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "[]");
    assert_int_equal(a.length, 2);
    assert_int_equal(a.date_us, 784111777LL * 1000000);
    assert_int_equal(a.retry_after_us, -1);
    assert_string_equal(http_answer_header(&a, "x-mbx-used-weight-1m"), "17");
    assert_null(http_answer_header(&a, "x-other"));
    assert_non_null(strstr(canned_request(t.server, 0), "GET /api/v3/klines?symbol=A HTTP/1.1\r\n"));
    assert_non_null(strstr(canned_request(t.server, 0), "X-Asked: yes\r\n"));
    assert_non_null(strstr(canned_request(t.server, 0), "User-Agent: daybook\r\n"));
    end(&t);
}

static void every_status_is_an_answer_and_says_how_long_to_wait(void **state)
{
    (void)state;
    const char *answers[] = {
        "HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 4\r\n" CLOSE "\r\nslow",
        "HTTP/1.1 418 Banned\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "Retry-After: Sun, 06 Nov 1994 08:51:37 GMT\r\nContent-Length: 0\r\n" CLOSE "\r\n",
        "HTTP/1.1 503 Busy\r\nRetry-After: soon\r\nContent-Length: 0\r\n" CLOSE "\r\n",
    };
    asked t = begin(answers, 3, NULL);
    http_answer a;
    unit_ok(ask(&t, "/", &a));
    assert_int_equal(a.status, 429);
    assert_int_equal(a.retry_after_us, 7000000);
    assert_string_equal(a.body, "slow");
    unit_ok(ask(&t, "/", &a));
    assert_int_equal(a.status, 418);
    assert_int_equal(a.retry_after_us, 120000000);
    unit_ok(ask(&t, "/", &a));
    assert_int_equal(a.status, 503);
    assert_int_equal(a.retry_after_us, -1);
    end(&t);
}

static void half_an_answer_is_none(void **state)
{
    (void)state;
    const char *answers[] = {OK "Content-Length: 100\r\n" CLOSE "\r\n[1, 2",
                             OK "Transfer-Encoding: chunked\r\n" CLOSE "\r\n5\r\n[1, 2\r\n", ""};
    asked t = begin(answers, 3, NULL);
    http_answer a;
    for (int i = 0; i < 3; i++)
        unit_refused(ask(&t, "/data?key=1", &a), ERR_CONNECTION, "no whole answer from http://127.0.0.1");
    end(&t);
}

static void messages_show_no_secrets(void **state)
{
    (void)state;
    const char *answers[] = {""};
    asked t = begin(answers, 1, NULL);
    char url[128];
    snprintf(url, sizeof url, "http://me:secret@%s", canned_url(t.server, "/data?key=secret") + 7);
    http_answer a;
    dbk_err *e = http_get(t.client, t.arena, &(http_request){.url = url}, &a);
    assert_non_null(e);
    assert_null(strstr(err_message(e), "secret"));
    assert_non_null(strstr(err_message(e), "/data"));
    err_free(e);
    end(&t);
}

static void an_answer_has_a_limit(void **state)
{
    (void)state;
    const char *answers[] = {OK CLOSE "\r\n0123456789", OK CLOSE "\r\n0123456789"};
    asked t = begin(answers, 2, NULL);
    http_answer a;
    http_request request = {.url = canned_url(t.server, "/"), .body_bytes_max = 9};
    unit_refused(http_get(t.client, t.arena, &request, &a), ERR_LIMIT, "longer than 9 bytes");
    request.body_bytes_max = 10;
    unit_ok(http_get(t.client, t.arena, &request, &a));
    assert_int_equal(a.length, 10);
    end(&t);
}

static void redirects_are_followed_and_only_the_last_head_counts(void **state)
{
    (void)state;
    const char *answers[] = {
        "HTTP/1.1 302 Found\r\nLocation: /there\r\nX-First: 1\r\nContent-Length: 0\r\n" CLOSE "\r\n",
        OK "Content-Length: 1\r\n" CLOSE "\r\nx"};
    asked t = begin(answers, 2, NULL);
    http_answer a;
    unit_ok(ask(&t, "/here", &a));
    assert_int_equal(a.status, 200);
    assert_null(http_answer_header(&a, "x-first"));
    assert_non_null(strstr(canned_request(t.server, 1), "GET /there "));
    end(&t);
}

static void a_compressed_body_arrives_as_it_was(void **state)
{
    (void)state;
    /* zlib.compress(b"[" + b"1," * 11 + b"2]", 1): the shortest such array without a zero byte in it. */
    const char *answers[] = {OK "Content-Encoding: deflate\r\nContent-Length: 14\r\n" CLOSE "\r\n"
                                "\x78\x01\x8b\x36\xd4\xc1\x06\x8d\x62\x01\x3f\xcb\x04\xea"};
    asked t = begin(answers, 1, NULL);
    http_answer a;
    const http_request request = {.url = canned_url(t.server, "/"), .compressed = true};
    unit_ok(http_get(t.client, t.arena, &request, &a));
    assert_non_null(strstr(canned_request(t.server, 0), "Accept-Encoding: deflate"));
    assert_string_equal(a.body, "[1,1,1,1,1,1,1,1,1,1,1,2]");
    end(&t);
}

static void silence_ends_at_the_limit(void **state)
{
    (void)state;
    const char *answers[] = {NULL};
    asked t = begin(answers, 1, NULL);
    http_answer a;
    const http_request request = {.url = canned_url(t.server, "/"), .timeout_ms = 50};
    unit_refused(http_get(t.client, t.arena, &request, &a), ERR_TIMEOUT, "did not answer in time");
    end(&t);
}

static void an_interrupt_ends_the_wait(void **state)
{
    (void)state;
    const char *answers[] = {NULL};
    atomic_int flag = SIGTERM;
    asked t = begin(answers, 1, &flag);
    http_answer a;
    unit_refused(ask(&t, "/", &a), ERR_TERMINATED, "terminated");
    end(&t);
}

static void what_is_no_url_is_refused(void **state)
{
    (void)state;
    asked t = begin(NULL, 0, NULL);
    http_answer a;
    const char *const wrong[] = {"file:///etc/passwd", "ftp://127.0.0.1/x", "http://", "::"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        unit_refused(http_get(t.client, t.arena, &(http_request){.url = wrong[i]}, &a), ERR_USAGE,
                     "cannot ask");
    end(&t);
}

static void nobody_there_is_a_failed_connection(void **state)
{
    (void)state;
    asked t = begin(NULL, 0, NULL);
    http_answer a;
    /* Port 1 of loopback: nothing listens there in a test environment, and a listener would not speak HTTP.
     */
    const http_request request = {.url = "http://127.0.0.1:1/"};
    unit_refused(http_get(t.client, t.arena, &request, &a), ERR_CONNECTION, "no whole answer");
    end(&t);
}

static void a_post_sends_its_body_and_follows_nothing(void **state)
{
    (void)state;
    const char *answers[] = {"HTTP/1.1 307 There\r\nLocation: /there\r\nContent-Length: 0\r\n" CLOSE "\r\n",
                             OK "Content-Length: 0\r\n" CLOSE "\r\n"};
    asked t = begin(answers, 2, NULL);
    const char *const headers[] = {"Content-Type: application/json"};
    http_request request = {.url = canned_url(t.server, "/hook"),
                            .headers = headers,
                            .header_count = 1,
                            .body = "{\"a\":1}",
                            .body_length = 7};
    http_answer a;
    unit_ok(http_post(t.client, t.arena, &request, &a));
    assert_int_equal(a.status, 307);
    assert_string_equal(http_answer_header(&a, "location"), "/there");
    const char *got = canned_request(t.server, 0);
    assert_non_null(strstr(got, "POST /hook HTTP/1.1\r\n"));
    assert_non_null(strstr(got, "Content-Length: 7\r\n"));
    assert_non_null(strstr(got, "Content-Type: application/json\r\n"));
    assert_null(strstr(got, "Expect"));
    request.body = NULL;
    request.body_length = 0;
    unit_ok(http_post(t.client, t.arena, &request, &a));
    assert_non_null(strstr(canned_request(t.server, 1), "Content-Length: 0\r\n"));
    end(&t);
}

static void a_body_can_be_cut_instead_of_refused(void **state)
{
    (void)state;
    const char *answers[] = {OK CLOSE "\r\n0123456789", OK CLOSE "\r\n0123456789"};
    asked t = begin(answers, 2, NULL);
    http_answer a;
    http_request request = {.url = canned_url(t.server, "/"), .body_bytes_max = 4, .cut_body = true};
    unit_ok(http_get(t.client, t.arena, &request, &a));
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "0123");
    assert_true(a.is_cut);
    request.body_bytes_max = 10;
    unit_ok(http_get(t.client, t.arena, &request, &a));
    assert_string_equal(a.body, "0123456789");
    assert_false(a.is_cut);
    end(&t);
}

static void only_public_addresses_when_asked(void **state)
{
    (void)state;
    const char *answers[] = {OK "Content-Length: 0\r\n\r\n"};
    asked t = begin(answers, 1, NULL);
    http_answer a;
    http_request request = {.url = canned_url(t.server, "/"), .public_only = true};
    unit_refused(http_get(t.client, t.arena, &request, &a), ERR_DENIED,
                 "127.0.0.1, which is no public address");
    assert_string_equal(canned_request(t.server, 0), "");
    char url[64];
    snprintf(url, sizeof url, "http://localhost%s", strrchr(canned_url(t.server, "/"), ':'));
    request.url = url;
    unit_refused(http_get(t.client, t.arena, &request, &a), ERR_DENIED, "which is no public address");
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_comes_with_its_headers),
        cmocka_unit_test(every_status_is_an_answer_and_says_how_long_to_wait),
        cmocka_unit_test(half_an_answer_is_none),
        cmocka_unit_test(messages_show_no_secrets),
        cmocka_unit_test(an_answer_has_a_limit),
        cmocka_unit_test(redirects_are_followed_and_only_the_last_head_counts),
        cmocka_unit_test(a_compressed_body_arrives_as_it_was),
        cmocka_unit_test(silence_ends_at_the_limit),
        cmocka_unit_test(an_interrupt_ends_the_wait),
        cmocka_unit_test(what_is_no_url_is_refused),
        cmocka_unit_test(a_post_sends_its_body_and_follows_nothing),
        cmocka_unit_test(a_body_can_be_cut_instead_of_refused),
        cmocka_unit_test(only_public_addresses_when_asked),
        cmocka_unit_test(nobody_there_is_a_failed_connection),
    };
    return UNIT_RUN(tests);
}
