#include "../unit.h"

#include <pthread.h>
#include <unistd.h>

#include "core/json.h"
#include "core/log.h"

/* 2021-11-28T00:00:00.25Z */
#define NOW_US INT64_C(1638057600250000)

struct fixture {
    clock_fake clock;
    char *text;
    size_t length;
    FILE *stream;
    dbk_log *log;
};

static void open_log(struct fixture *f, log_options options)
{
    clock_fake_init(&f->clock, NOW_US);
    f->stream = open_memstream(&f->text, &f->length);
    options.stream = f->stream;
    options.clock = &f->clock.clock;
    unit_ok(log_new(&options, &f->log));
}

static void close_log(struct fixture *f)
{
    log_free(f->log);
    fclose(f->stream);
    free(f->text);
}

static void text_is_short_at_a_terminal(void **state)
{
    (void)state;
    struct fixture f;
    open_log(&f, (log_options){.level = LOG_INFO});
    log_printf(f.log, LOG_INFO, "ready after %d ms", 12);
    log_fields(f.log, LOG_WARNING, "slow", LOG_STR("file", "a b.csv"), LOG_INT("ms", 1500),
               LOG_STR("x", NULL), LOG_STR("plain", "abc"), LOG_STR("empty", ""));
    log_printf(f.log, LOG_DEBUG, "not shown");
    assert_string_equal(f.text,
                        "daybook: ready after 12 ms\n"
                        "daybook: warning: slow file=\"a b.csv\" ms=1500 x=null plain=abc empty=\"\"\n");
    assert_true(log_enabled(f.log, LOG_INFO));
    assert_false(log_enabled(f.log, LOG_DEBUG));
    close_log(&f);
}

static void text_has_time_and_level_in_a_daemon(void **state)
{
    (void)state;
    struct fixture f;
    open_log(&f, (log_options){.level = LOG_DEBUG, .timestamps = true, .program = "relay"});
    log_printf(f.log, LOG_INFO, "ready");
    log_printf(f.log, LOG_DEBUG, "detail");
    assert_string_equal(f.text, "2021-11-28T00:00:00.250000Z relay: info: ready\n"
                                "2021-11-28T00:00:00.250000Z relay: debug: detail\n");
    close_log(&f);
}

static dbk_err *sample_error(void)
{
    dbk_err *e = err_with_sqlstate(err_new(ERR_SERVER, "duplicate key"), "23505");
    e = err_with_constraint(err_with_detail(e, "Key (id)=(1)\nexists"), "orders_pkey");
    return err_wrap(err_with_hint(e, "look it up"), "while submitting");
}

static void text_tells_an_error_with_its_chain(void **state)
{
    (void)state;
    struct fixture f;
    open_log(&f, (log_options){.level = LOG_ERROR});
    dbk_err *e = sample_error();
    log_err(f.log, LOG_ERROR, e);
    log_err(f.log, LOG_WARNING, e);
    assert_string_equal(f.text, "daybook: error: while submitting: duplicate key (SQLSTATE 23505)\n"
                                "  detail: Key (id)=(1)\n  exists\n"
                                "  hint: look it up\n");
    err_free(e);
    close_log(&f);
}

static void text_cannot_forge_lines_or_drive_the_terminal(void **state)
{
    (void)state;
    struct fixture f;
    open_log(&f, (log_options){.level = LOG_INFO});
    log_printf(f.log, LOG_INFO, "%s", "a\ndaybook: error: forged\x1b[2J\r\xff\xc2\x9b\xe2\x82\xac\n");
    log_fields(f.log, LOG_INFO, "f", LOG_STR("k", "v\ndaybook: x"));
    assert_string_equal(f.text, "daybook: a\n  daybook: error: forged\\x1b[2J\\x0d\\xff\\u009b\xe2\x82\xac\n"
                                "daybook: f k=\"v\\ndaybook: x\"\n");
    close_log(&f);
}

static json_t *parse_line(const char *text)
{
    json_t *line = NULL;
    assert_non_null(strchr(text, '\n'));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    unit_ok(json_parse(text, strlen(text), "log", &line));
    return line;
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void json_is_one_object_a_line(void **state)
{
    (void)state;
    struct fixture f;
    open_log(&f, (log_options){.level = LOG_INFO, .format = LOG_JSON});
    log_fields(f.log, LOG_WARNING, "a \"quoted\"\nmessage\xff", LOG_STR("level", "mine"),
               LOG_INT("n", INT64_MIN), LOG_STR("none", NULL));
    json_t *line = parse_line(f.text), *fields = json_object_get(line, "fields");
    assert_string_equal(text_of(line, "time"), "2021-11-28T00:00:00.250000Z");
    assert_string_equal(text_of(line, "level"), "warning");
    assert_string_equal(text_of(line, "program"), "daybook");
    assert_string_equal(text_of(line, "message"), "a \"quoted\"\nmessage\xef\xbf\xbd");
    assert_int_equal(json_integer_value(json_object_get(line, "pid")), getpid());
    assert_string_equal(text_of(fields, "level"), "mine");
    assert_true(json_integer_value(json_object_get(fields, "n")) == INT64_MIN);
    assert_true(json_is_null(json_object_get(fields, "none")));
    json_decref(line);
    close_log(&f);
}

static void json_tells_an_error_with_its_chain(void **state)
{
    (void)state;
    struct fixture f;
    open_log(&f, (log_options){.level = LOG_ERROR, .format = LOG_JSON});
    dbk_err *e = sample_error();
    log_err(f.log, LOG_ERROR, e);
    err_free(e);
    json_t *line = parse_line(f.text), *error = json_object_get(line, "error"),
           *chain = json_object_get(error, "chain");
    assert_string_equal(text_of(line, "message"), "while submitting");
    assert_string_equal(text_of(error, "code"), "SERVER");
    assert_string_equal(text_of(error, "sqlstate"), "23505");
    assert_string_equal(text_of(error, "constraint"), "orders_pkey");
    assert_string_equal(text_of(error, "hint"), "look it up");
    assert_int_equal(json_array_size(chain), 2);
    assert_string_equal(text_of(json_array_get(chain, 1), "message"), "duplicate key");
    assert_string_equal(text_of(json_array_get(chain, 1), "file"), __FILE__);
    json_decref(line);
    close_log(&f);
}

static void short_memory_still_leaves_a_trace(void **state)
{
    (void)state;
    struct fixture f;
    for (int format = LOG_TEXT; format <= LOG_JSON; format++) {
        open_log(&f, (log_options){.level = LOG_ERROR, .format = (log_format)format});
        dbk_err *e = err_oom();
        mem_test_fail_after(1);
        log_err(f.log, LOG_ERROR, e);
        mem_test_fail_after(0);
        assert_non_null(strstr(f.text, "a message was lost"));
        close_log(&f);
    }
}

static dbk_err *make_and_free(void *ctx)
{
    (void)ctx;
    dbk_log *l = NULL;
    dbk_err *e = log_new(NULL, &l);
    log_free(l);
    return e;
}

static void short_memory_is_reported(void **state)
{
    (void)state;
    assert_int_equal(unit_each_allocation_fails(make_and_free, NULL), 2);
}

static void *write_many(void *arg)
{
    for (int i = 0; i < 200; i++)
        log_fields(arg, LOG_INFO, "one whole line", LOG_STR("k", "v"));
    return NULL;
}

static void threads_do_not_mix_lines(void **state)
{
    (void)state;
    struct fixture f;
    open_log(&f, (log_options){.level = LOG_INFO});
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, f.log), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    static const char line[] = "daybook: one whole line k=v\n";
    assert_int_equal(f.length, 800 * (sizeof line - 1));
    for (size_t at = 0; at < f.length; at += sizeof line - 1)
        assert_memory_equal(f.text + at, line, sizeof line - 1);
    close_log(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_short_at_a_terminal),
        cmocka_unit_test(text_has_time_and_level_in_a_daemon),
        cmocka_unit_test(text_tells_an_error_with_its_chain),
        cmocka_unit_test(text_cannot_forge_lines_or_drive_the_terminal),
        cmocka_unit_test(json_is_one_object_a_line),
        cmocka_unit_test(json_tells_an_error_with_its_chain),
        cmocka_unit_test(short_memory_still_leaves_a_trace),
        cmocka_unit_test(short_memory_is_reported),
        cmocka_unit_test(threads_do_not_mix_lines),
    };
    return UNIT_RUN(tests);
}
