/* From libpq's answers to errors: which code, and what is kept. */
#include "../unit.h"
#include "fake_libpq.h"

#include "pg/pg_err.h"

#define STEPS(array) (array), sizeof(array) / sizeof((array)[0])

static dbk_err *query(pg_conn *c, arena *a, const fake_step *steps, size_t count, const char *sql)
{
    pg_rows *rows = NULL;
    fake_script(steps, count);
    return pg_query(c, a, sql, NULL, &rows);
}

typedef struct code_case {
    const char *sqlstate;
    enum err_code code;
} code_case;

static void sqlstate_decides_the_code(void **state)
{
    static const code_case cases[] = {
        {"08P01", ERR_CONNECTION}, {"57P01", ERR_CONNECTION}, {"57P02", ERR_CONNECTION},
        {"57P03", ERR_CONNECTION}, {"40001", ERR_RETRYABLE},  {"40P01", ERR_RETRYABLE},
        {"55P03", ERR_RETRYABLE},  {"57014", ERR_TIMEOUT},    {"42501", ERR_DENIED},
        {"28000", ERR_DENIED},     {"53100", ERR_SERVER},     {"53200", ERR_SERVER},
        {"23505", ERR_INPUT},      {"22003", ERR_INPUT},      {"TB001", ERR_INPUT},
        {"TB002", ERR_INPUT},      {"TB004", ERR_INPUT},      {"TB003", ERR_SERVER},
        {"42P01", ERR_SERVER},     {"XX000", ERR_SERVER},     {"25006", ERR_RETRYABLE},
    };
    (void)state;
    arena *a = unit_arena();
    pg_conn *c = fake_connect(NULL, 0, 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const fake_step steps[] = {{.status = PGRES_FATAL_ERROR,
                                    .severity = "ERROR",
                                    .sqlstate = cases[i].sqlstate,
                                    .message = "no"},
                                   {.kind = FAKE_END}};
        dbk_err *e = query(c, a, STEPS(steps), "select 1");
        assert_non_null(e);
        assert_string_equal(err_sqlstate(e), cases[i].sqlstate);
        if (err_code(e) != cases[i].code)
            fail_msg("%s became %s", cases[i].sqlstate, err_code_name(err_code(e)));
        err_free(e);
    }
    fake_close(c);
    arena_free(a);
}

static void keeps_all_that_the_server_says(void **state)
{
    static const fake_step steps[] = {{.status = PGRES_FATAL_ERROR,
                                       .severity = "ERROR",
                                       .sqlstate = "23505",
                                       .message = "duplicate key",
                                       .detail = "Key (a)=(1) already exists.",
                                       .hint = "choose another",
                                       .constraint = "t_pkey",
                                       .position = "10",
                                       .context = "SQL function \"f\""},
                                      {.kind = FAKE_END}};
    (void)state;
    arena *a = unit_arena();
    pg_conn *c = fake_connect(NULL, 0, 0);
    dbk_err *e = query(c, a, STEPS(steps), "select\n\xc3\xa9, wrong");
    assert_string_equal(err_message(e), "duplicate key");
    assert_string_equal(
        err_detail(e),
        "Key (a)=(1) already exists.\nat line 2, column 3 of the statement\nSQL function \"f\"");
    assert_string_equal(err_hint(e), "choose another");
    assert_string_equal(err_constraint(e), "t_pkey");
    err_free(e);
    fake_close(c);
    arena_free(a);
}

static void a_full_disk_gets_a_hint(void **state)
{
    static const fake_step steps[] = {{.status = PGRES_FATAL_ERROR,
                                       .severity = "ERROR",
                                       .sqlstate = "53100",
                                       .message = "could not extend file"},
                                      {.kind = FAKE_END}};
    (void)state;
    arena *a = unit_arena();
    pg_conn *c = fake_connect(NULL, 0, 0);
    dbk_err *e = query(c, a, STEPS(steps), "select 1");
    assert_non_null(strstr(err_hint(e), "disk is full"));
    err_free(e);
    fake_close(c);
    arena_free(a);
}

static void a_fatal_error_loses_the_connection(void **state)
{
    static const fake_step steps[] = {{.status = PGRES_FATAL_ERROR,
                                       .severity = "FATAL",
                                       .sqlstate = "25P03",
                                       .message = "idle in transaction"}};
    (void)state;
    arena *a = unit_arena();
    pg_conn *c = fake_connect(NULL, 0, 0);
    unit_refused(query(c, a, STEPS(steps), "select 1"), ERR_CONNECTION, "idle in transaction");
    assert_true(pg_is_lost(c));
    dbk_err *e = query(c, a, STEPS(steps), "select 1");
    assert_string_equal(err_sqlstate(e), "08003");
    err_free(e);
    assert_int_equal(fake.sends, 1);
    unit_ok(pg_reconnect(c));
    assert_false(pg_is_lost(c));
    fake_close(c);
    arena_free(a);
}

static void an_error_of_libpq_itself_is_short_memory(void **state)
{
    static const fake_step steps[] = {
        {.status = PGRES_FATAL_ERROR, .message = "out of memory for query result\n"}, {.kind = FAKE_END}};
    (void)state;
    arena *a = unit_arena();
    pg_conn *c = fake_connect(NULL, 0, 0);
    unit_refused(query(c, a, STEPS(steps), "select 1"), ERR_MEMORY, "out of memory for query result");
    fake.fail_send = true;
    unit_refused(query(c, a, STEPS(steps), "select 1"), ERR_INTERNAL, "libpq refused");
    fake_close(c);
    arena_free(a);
}

typedef struct connect_case {
    const char *message;
    size_t hosts;
    const char *sqlstate;
} connect_case;

static void finds_the_sqlstate_of_a_refused_connection(void **state)
{
    static const connect_case cases[] = {
        {"connection to server at \"a\", port 1 failed: Connection refused\n", 1, "08001"},
        {"… failed: FATAL:  28P01: password authentication failed\nLOCATION:  auth_failed, auth.c:335\n", 1,
         "28P01"},
        {"… failed: FATAL:  28P01: no\n… failed: Connection refused\n", 2, "08001"},
        {"… failed: FATAL:  57P03: starting up\n… failed: FATAL:  28P01: no\n", 2, "57P03"},
        {"… failed: FATAL:  3D000: no such database\n… failed: FATAL:  3D000: no such database\n", 2,
         "3D000"},
        {"", 1, "08001"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char sqlstate[6];
        pg_connect_sqlstate(cases[i].message, cases[i].hosts, sqlstate);
        assert_string_equal(sqlstate, cases[i].sqlstate);
    }
}

static void cleans_verbose_messages(void **state)
{
    (void)state;
    char text[] = "to a failed: FATAL:  28P01: no entry\nLOCATION:  auth_failed, auth.c:335\nto b failed: "
                  "FATAL:  3D000: none\n"
                  "ORT:  InitPostgres, postinit.c:1000\n";
    pg_connect_message_clean(text);
    assert_string_equal(text, "to a failed: FATAL: no entry\nto b failed: FATAL: none\n");
}

static void a_refused_connection_is_told_with_its_cause(void **state)
{
    (void)state;
    pg_conn *c = NULL;
    fake = (fake_libpq){.fail_connect = true, .connect_message = "… failed: FATAL:  28P01: wrong password\n"};
    dbk_err *e = pg_connect(&(pg_connect_options){.url = "host=fake password=geheim"}, &c);
    assert_int_equal(err_code(e), ERR_CONNECTION);
    assert_string_equal(err_sqlstate(e), "28P01");
    assert_string_equal(err_detail(e), "… failed: FATAL: wrong password");
    assert_non_null(strstr(err_hint(e), ".pgpass"));
    err_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqlstate_decides_the_code),
        cmocka_unit_test(keeps_all_that_the_server_says),
        cmocka_unit_test(a_full_disk_gets_a_hint),
        cmocka_unit_test(a_fatal_error_loses_the_connection),
        cmocka_unit_test(an_error_of_libpq_itself_is_short_memory),
        cmocka_unit_test(finds_the_sqlstate_of_a_refused_connection),
        cmocka_unit_test(cleans_verbose_messages),
        cmocka_unit_test(a_refused_connection_is_told_with_its_cause),
    };
    return UNIT_RUN(tests);
}
