#include "../unit.h"

#include "pg/pg.h"
#include "pg/pg_err.h"

typedef struct sanitize_case {
    const char *url, *shown;
} sanitize_case;

static void check_sanitized(const sanitize_case *cases, size_t count)
{
    arena *a = unit_arena();
    for (size_t i = 0; i < count; i++)
        assert_string_equal(pg_url_sanitize(a, cases[i].url), cases[i].shown);
    arena_free(a);
}
#define CHECK_SANITIZED(cases) check_sanitized(cases, sizeof(cases) / sizeof((cases)[0]))

static void hides_passwords_of_urls(void **state)
{
    static const sanitize_case cases[] = {
        {NULL, ""},
        {"", ""},
        {"postgresql://", "postgresql://"},
        {"postgresql://host/db", "postgresql://host/db"},
        {"postgresql://user@host:5432/db?sslmode=require", "postgresql://user@host:5432/db?sslmode=require"},
        {"postgres://user:secret@host/db", "postgres://user:***@host/db"},
        {"POSTGRESQL://user:secret@h1:1,h2:2/db", "POSTGRESQL://user:***@h1:1,h2:2/db"},
        {"postgresql://user:s%40cret@host/db", "postgresql://user:***@host/db"},
        {"postgresql://user:@host/db", "postgresql://user:***@host/db"},
        {"postgresql://host/db?password=secret&user=u", "postgresql://host/db?password=***&user=u"},
        {"postgresql://host/db?user=u&sslpassword=secret", "postgresql://host/db?user=u&sslpassword=***"},
        {"postgresql://host/db?pass%77ord=secret", "postgresql://host/db?pass%77ord=***"},
        {"postgresql://host/db?PASSWORD=secret", "postgresql://host/db?PASSWORD=***"},
        {"postgresql:///db?host=/tmp/a%20b&user=x", "postgresql:///db?host=/tmp/a%20b&user=x"},
    };
    (void)state;
    CHECK_SANITIZED(cases);
}

static void hides_passwords_nobody_escaped(void **state)
{
    static const sanitize_case cases[] = {
        {"postgresql://user:pa/ss@host/db", "postgresql://user:***@host/db"},
        {"postgresql://user:pa@ss@host/db", "postgresql://user:***@host/db"},
        {"postgresql://user:pa?ss@host/db", "postgresql://user:***@host/db"},
        {"postgresql://user:pa?ss@host/db?password=secret", "postgresql://user:***@host/db?password=***"},
        {"postgresql://host/db?secret", "postgresql://host/db?***"},
    };
    (void)state;
    CHECK_SANITIZED(cases);
}

static void hides_passwords_of_conninfo(void **state)
{
    static const sanitize_case cases[] = {
        {"host=h dbname=d", "host=h dbname=d"},
        {"host=h password=secret user=u", "host=h password=*** user=u"},
        {"password = secret", "password=***"},
        {"password='se cr\\'et' host='a b'", "password=*** host='a b'"},
        {"sslpassword=secret host=h", "sslpassword=*** host=h"},
        {"password=se\\ cret host=h", "password=*** host=h"},
        {"host=h password='never closed", "host=h password=***"},
        {"host=h user='never closed secret", "host=h user=***"},
        {"host=h secret", "host=h ***"},
        {"secret", "***"},
        {"host=h dbname=postgresql://u:secret@h/d", "host=h dbname=***"},
    };
    (void)state;
    CHECK_SANITIZED(cases);
}

static void checks_the_syntax(void **state)
{
    static const char *const good[] = {NULL, "", "postgresql://u@h:5432/d", "host=a,b port=1,2",
                                       "postgresql:///d?host=/tmp"};
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        unit_ok(pg_url_check(good[i]));
    unit_refused(pg_url_check("hose=h"), ERR_USAGE, "hose");
    unit_refused(pg_url_check("postgresql://h/d?no_such=1"), ERR_USAGE, "no_such");
}

/* libpq quotes what it could not read, and that may be the password. */
static void refusals_show_no_secret(void **state)
{
    static const char *const bad[] = {"postgresql://u:s%zzecret@h/d", "host=h password='secret",
                                      "host=h secret", "postgresql://h/d?secret", "secret"};
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        dbk_err *e = pg_url_check(bad[i]);
        assert_non_null(e);
        assert_null(strstr(err_message(e), "ecret"));
        assert_int_equal(err_code(e), ERR_USAGE);
        err_free(e);
    }
}

static void scrubs_messages_of_libpq(void **state)
{
    (void)state;
    char port[] = "invalid integer value \"pa\" for connection option \"port\"";
    pg_url_scrub(port, "postgresql://user:pa/ss@host/db");
    assert_string_equal(port, "invalid integer value \"**\" for connection option \"port\"");
    char echo[] = "no such thing as top secret here";
    pg_url_scrub(echo, "password='top secret' host=h");
    assert_string_equal(echo, "no such thing as *** here");
    char harmless[] = "connection to server at \"host\", port 5432 failed";
    pg_url_scrub(harmless, "postgresql://user:x@host/db");
    assert_string_equal(harmless, "connection to server at \"host\", port 5432 failed");
}

/* A refused connection is tried for real; nothing listens on port 1. */
static void failed_connections_show_no_secret(void **state)
{
    pg_conn *c = NULL;
    (void)state;
    dbk_err *e =
        pg_connect(&(pg_connect_options){.url = "postgresql://user:secret@127.0.0.1:1/db?sslpassword=hidden",
                                         .connect_timeout_s = 2},
                   &c);
    assert_non_null(e);
    assert_int_equal(err_code(e), ERR_CONNECTION);
    assert_string_equal(err_sqlstate(e), "08001");
    assert_non_null(strstr(err_detail(e), "127.0.0.1"));
    assert_non_null(err_hint(e));
    assert_null(strstr(err_detail(e), "secret"));
    err_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hides_passwords_of_urls),           cmocka_unit_test(hides_passwords_nobody_escaped),
        cmocka_unit_test(hides_passwords_of_conninfo),       cmocka_unit_test(checks_the_syntax),
        cmocka_unit_test(refusals_show_no_secret),           cmocka_unit_test(scrubs_messages_of_libpq),
        cmocka_unit_test(failed_connections_show_no_secret),
    };
    return UNIT_RUN(tests);
}
