#include "http/http_pool.h"

#include <dlfcn.h>
#include <netdb.h>
#include <stdatomic.h>

#include "../unit.h"
#include "canned_server.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define CLOSE "Connection: close\r\n"
#define DONE OK "Content-Length: 2\r\n" CLOSE "\r\nok"

/* Stands before the C library's, for curl too: a name that is public to whoever asks a second time. */
#define NAME "changes.test"
static atomic_int resolutions;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
    union {
        void *found;
        int (*call)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    } next = {.found = dlsym(RTLD_NEXT, "getaddrinfo")};
    assert_non_null(next.found);
    if (node && strcmp(node, NAME) == 0)
        node = atomic_fetch_add(&resolutions, 1) == 0 ? "127.0.0.1" : "192.88.98.1";
    return next.call(node, service, hints, out);
}

static http_pool *begin(size_t at_once_max)
{
    http_pool *p;
    unit_ok(http_pool_new(&(http_pool_options){.at_once_max = at_once_max}, &p));
    return p;
}

static void post(http_pool *p, canned_server *s, int64_t timeout_ms, void *ctx)
{
    char body[] = "{}";
    const char *headers[] = {"Content-Type: application/json"};
    const http_request request = {.url = canned_url(s, "/hook"),
                                  .headers = headers,
                                  .header_count = 1,
                                  .timeout_ms = timeout_ms,
                                  .body = body,
                                  .body_length = 2};
    unit_ok(http_pool_post(p, &request, ctx));
    memset(body, 'x', sizeof(body)); /* what was passed is not needed any more */
}

static http_ended next(http_pool *p)
{
    http_ended ended;
    bool any = false;
    for (;;) {
        unit_ok(http_pool_next(p, &ended, &any));
        if (any)
            return ended;
        unit_ok(http_pool_wait(p, -1, 10000000));
    }
}

static void one_that_is_silent_holds_up_no_other(void **state)
{
    (void)state;
    const char *silence[] = {NULL};
    const char *answers[] = {DONE, DONE, DONE};
    canned_server *silent = canned_start(silence, 1);
    canned_server *good = canned_start(answers, 3);
    http_pool *p = begin(2);
    int marks[4];
    post(p, silent, 60000, &marks[0]);
    for (int i = 1; i < 4; i++) {
        post(p, good, 60000, &marks[i]);
        assert_int_equal(http_pool_room(p), 0);
        http_ended ended = next(p);
        assert_ptr_equal(ended.ctx, &marks[i]);
        assert_null(ended.error);
        assert_int_equal(ended.answer.status, 200);
        assert_string_equal(ended.answer.body, "ok");
        http_ended none;
        bool any;
        unit_ok(http_pool_next(p, &none, &any));
        assert_false(any);
        assert_int_equal(http_pool_room(p), 1);
    }
    assert_non_null(strstr(canned_request(good, 2), "\r\n\r\n{}"));
    http_pool_free(p); /* with one on the way */
    canned_stop(good);
    canned_stop(silent);
}

static void each_ends_by_itself(void **state)
{
    (void)state;
    const char *silence[] = {NULL};
    canned_server *silent = canned_start(silence, 1);
    http_pool *p = begin(1);
    int mark;
    post(p, silent, 50, &mark);
    http_ended ended = next(p);
    assert_ptr_equal(ended.ctx, &mark);
    unit_refused(ended.error, ERR_TIMEOUT, "did not answer in time");
    http_pool_free(p);
    canned_stop(silent);
}

static void waking_ends_the_wait(void **state)
{
    (void)state;
    http_pool *p = begin(1);
    http_pool_wake(p);
    unit_ok(http_pool_wait(p, -1, INT64_MAX / 2));
    http_pool_free(p);
}

static void what_is_no_url_fails_by_itself(void **state)
{
    (void)state;
    http_pool *p = begin(1);
    unit_ok(http_pool_post(p, &(http_request){.url = "gopher://x/"}, NULL));
    unit_refused(next(p).error, ERR_USAGE, "cannot ask");
    http_pool_free(p);
}

/* Between a check and the connection nothing is asked again. */
static void the_address_that_is_connected_to_is_the_one_that_is_judged(void **state)
{
    (void)state;
    const char *answers[] = {DONE};
    canned_server *inside = canned_start(answers, 1);
    const char *port = strrchr(canned_url(inside, ""), ':');
    char url[64];
    snprintf(url, sizeof(url), "http://" NAME "%s/", port);
    for (int public_only = 1; public_only >= 0; public_only--) {
        http_pool *p = begin(1);
        atomic_store(&resolutions, 0);
        unit_ok(http_pool_post(p, &(http_request){.url = url, .public_only = public_only == 1}, NULL));
        http_ended ended = next(p);
        assert_int_equal(resolutions, 1);
        if (public_only)
            unit_refused(ended.error, ERR_DENIED, "is at 127.0.0.1, which is no public address");
        else
            assert_int_equal(ended.answer.status, 200);
        http_pool_free(p);
    }
    canned_stop(inside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_is_silent_holds_up_no_other),
        cmocka_unit_test(each_ends_by_itself),
        cmocka_unit_test(waking_ends_the_wait),
        cmocka_unit_test(what_is_no_url_fails_by_itself),
        cmocka_unit_test(the_address_that_is_connected_to_is_the_one_that_is_judged),
    };
    return UNIT_RUN(tests);
}
