#include "http/http.h"

#include "../unit.h"
#include "canned_server.h"
#include "core/file.h"

#define CLOSE "Connection: close\r\n"
#define WHOLE "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"v1\"\r\n" CLOSE "\r\n0123456789"
#define CUT "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"v1\"\r\n" CLOSE "\r\n0123"

typedef struct fetched {
    arena *arena;
    canned_server *server;
    http_client *client;
    const char *folder;
    const char *path;
} fetched;

static fetched begin(const char *const *answers, size_t count)
{
    fetched t = {.arena = unit_arena(), .server = canned_start(answers, count)};
    t.folder = unit_folder(t.arena);
    t.path = arena_printf(t.arena, "%s/file", t.folder);
    unit_ok(http_client_new(&(http_client_options){.user_agent = NULL}, &t.client));
    return t;
}

static void end(fetched *t)
{
    http_client_free(t->client);
    canned_stop(t->server);
    unit_remove(t->folder);
    arena_free(t->arena);
}

static dbk_err *fetch(fetched *t, int64_t size_bytes_max, http_downloaded *out)
{
    const http_download d = {
        .url = canned_url(t->server, "/f"), .path = t->path, .size_bytes_max = size_bytes_max};
    return http_download_file(t->client, t->arena, &d, out);
}

static void expect_file(fetched *t, const char *suffix, const char *expected)
{
    char *data;
    size_t length;
    const char *path = arena_printf(t->arena, "%s%s", t->path, suffix);
    unit_ok(file_read(t->arena, path, 1000, &data, &length));
    assert_string_equal(data, expected);
}

static bool there(fetched *t, const char *suffix)
{
    return file_exists(arena_printf(t->arena, "%s%s", t->path, suffix));
}

/* The whole file, with nothing beside it. */
static void expect_whole(fetched *t, const char *expected)
{
    expect_file(t, "", expected);
    assert_false(there(t, ".part"));
    assert_false(there(t, ".part.tag"));
}

static void a_file_appears_whole(void **state)
{
    (void)state;
    const char *answers[] = {WHOLE, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" CLOSE "\r\n"};
    fetched t = begin(answers, 2);
    http_downloaded got;
    unit_ok(fetch(&t, 10, &got));
    assert_int_equal(got.answer.status, 200);
    assert_int_equal(got.size_bytes, 10);
    assert_int_equal(got.resumed_at, 0);
    expect_whole(&t, "0123456789");
    assert_null(strstr(canned_request(t.server, 0), "Range"));
    unit_ok(fetch(&t, 0, &got));
    expect_whole(&t, "");
    end(&t);
}

static void a_cut_download_goes_on_where_it_ended(void **state)
{
    (void)state;
    const char *answers[] = {CUT,
                             "HTTP/1.1 206 Partial\r\nContent-Length: 6\r\nContent-Range: bytes 4-9/10\r\n"
                             "ETag: \"v1\"\r\n" CLOSE "\r\n456789"};
    fetched t = begin(answers, 2);
    http_downloaded got;
    unit_refused(fetch(&t, 0, &got), ERR_CONNECTION, "no whole answer");
    assert_false(there(&t, ""));
    expect_file(&t, ".part", "0123");
    expect_file(&t, ".part.tag", "\"v1\"");
    unit_ok(fetch(&t, 0, &got));
    assert_int_equal(got.resumed_at, 4);
    assert_int_equal(got.size_bytes, 10);
    expect_whole(&t, "0123456789");
    assert_non_null(strstr(canned_request(t.server, 1), "Range: bytes=4-\r\n"));
    assert_non_null(strstr(canned_request(t.server, 1), "If-Range: \"v1\"\r\n"));
    end(&t);
}

static void another_version_is_fetched_anew(void **state)
{
    (void)state;
    const char *answers[] = {CUT, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nETag: \"v2\"\r\n" CLOSE "\r\nabc"};
    fetched t = begin(answers, 2);
    http_downloaded got;
    unit_refused(fetch(&t, 0, &got), ERR_CONNECTION, "no whole answer");
    unit_ok(fetch(&t, 0, &got));
    assert_int_equal(got.resumed_at, 0);
    expect_whole(&t, "abc");
    end(&t);
}

static void a_part_of_no_known_version_is_not_continued(void **state)
{
    (void)state;
    const char *answers[] = {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: W/\"weak\"\r\n" CLOSE "\r\n0123",
                             WHOLE};
    fetched t = begin(answers, 2);
    http_downloaded got;
    unit_refused(fetch(&t, 0, &got), ERR_CONNECTION, "no whole answer");
    assert_false(there(&t, ".part.tag"));
    unit_ok(fetch(&t, 0, &got));
    assert_null(strstr(canned_request(t.server, 1), "Range"));
    expect_whole(&t, "0123456789");
    end(&t);
}

static void bytes_of_another_place_are_refused(void **state)
{
    (void)state;
    const char *answers[] = {CUT,
                             "HTTP/1.1 206 Partial\r\nContent-Length: 5\r\nContent-Range: bytes 5-9/10\r\n"
                             "ETag: \"v1\"\r\n" CLOSE "\r\n56789"};
    fetched t = begin(answers, 2);
    http_downloaded got;
    unit_refused(fetch(&t, 0, &got), ERR_CONNECTION, "no whole answer");
    unit_refused(fetch(&t, 0, &got), ERR_CONNECTION, "answered with others: bytes 5-9/10");
    expect_file(&t, ".part", "0123");
    end(&t);
}

static void a_part_that_was_whole_gets_its_name(void **state)
{
    (void)state;
    const char *answers[] = {"HTTP/1.1 416 No\r\nContent-Range: bytes */10\r\nContent-Length: 0\r\n" CLOSE
                             "\r\n"};
    fetched t = begin(answers, 1);
    unit_ok(file_write_atomic(arena_printf(t.arena, "%s.part", t.path), "0123456789", 10, 0644));
    unit_ok(file_write_atomic(arena_printf(t.arena, "%s.part.tag", t.path), "\"v1\"", 4, 0644));
    http_downloaded got;
    unit_ok(fetch(&t, 0, &got));
    assert_int_equal(got.answer.status, 206);
    assert_int_equal(got.resumed_at, 10);
    expect_whole(&t, "0123456789");
    end(&t);
}

static void a_part_longer_than_the_file_is_fetched_anew(void **state)
{
    (void)state;
    const char *answers[] = {
        "HTTP/1.1 416 No\r\nContent-Range: bytes */10\r\nContent-Length: 0\r\n" CLOSE "\r\n", WHOLE};
    fetched t = begin(answers, 2);
    unit_ok(file_write_atomic(arena_printf(t.arena, "%s.part", t.path), "0123456789ab", 12, 0644));
    unit_ok(file_write_atomic(arena_printf(t.arena, "%s.part.tag", t.path), "\"v1\"", 4, 0644));
    http_downloaded got;
    unit_ok(fetch(&t, 0, &got));
    expect_whole(&t, "0123456789");
    end(&t);
}

static void what_is_not_there_leaves_no_file(void **state)
{
    (void)state;
    const char *answers[] = {"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n" CLOSE "\r\nnope"};
    fetched t = begin(answers, 1);
    http_downloaded got;
    unit_ok(fetch(&t, 0, &got));
    assert_int_equal(got.answer.status, 404);
    assert_false(there(&t, ""));
    assert_false(there(&t, ".part"));
    end(&t);
}

static void a_file_has_a_limit(void **state)
{
    (void)state;
    const char *answers[] = {WHOLE, "HTTP/1.1 200 OK\r\n" CLOSE "\r\n0123456789"};
    fetched t = begin(answers, 2);
    http_downloaded got;
    unit_refused(fetch(&t, 9, &got), ERR_LIMIT, "has 10 bytes, allowed are 9");
    unit_refused(fetch(&t, 9, &got), ERR_LIMIT, "more than the allowed 9 bytes");
    assert_false(there(&t, ""));
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_appears_whole),
        cmocka_unit_test(a_cut_download_goes_on_where_it_ended),
        cmocka_unit_test(another_version_is_fetched_anew),
        cmocka_unit_test(a_part_of_no_known_version_is_not_continued),
        cmocka_unit_test(bytes_of_another_place_are_refused),
        cmocka_unit_test(a_part_that_was_whole_gets_its_name),
        cmocka_unit_test(a_part_longer_than_the_file_is_fetched_anew),
        cmocka_unit_test(what_is_not_there_leaves_no_file),
        cmocka_unit_test(a_file_has_a_limit),
    };
    return UNIT_RUN(tests);
}
