#include "../unit.h"

#include "core/json.h"

static dbk_err *parse(const char *text, json_t **out)
{
    return json_parse(text, strlen(text), "answer", out);
}

static void reads_one_document(void **state)
{
    (void)state;
    json_t *value;
    unit_ok(parse(" {\"price\": \"1.10\", \"n\": [1, null, true]} ", &value));
    assert_string_equal(json_string_value(json_object_get(value, "price")), "1.10");
    assert_int_equal(json_array_size(json_object_get(value, "n")), 3);
    json_decref(value);
    unit_ok(parse("\"bare\"", &value));
    assert_string_equal(json_string_value(value), "bare");
    json_decref(value);
}

static void refuses_and_says_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "answer is not valid JSON: line 1"},
        {"{\"a\":\n 1,}", "line 2"},
        {"{} {}", "line 1"},
        {"{\"a\":1,\"a\":2}", "duplicate object key"},
        {"[NaN]", "line 1"},
        {"\"\xff\"", "line 1"},
        {"\"a\\u0000b\"", "line 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *value = NULL;
        unit_refused(parse(cases[i].text, &value), ERR_INPUT, cases[i].message);
        assert_null(value);
    }
}

static void depth_is_limited(void **state)
{
    (void)state;
    char text[10001];
    memset(text, '[', sizeof text);
    json_t *value;
    unit_refused(json_parse(text, sizeof text, "answer", &value), ERR_INPUT, "depth");
}

static void reads_only_the_bytes_it_was_given(void **state)
{
    (void)state;
    json_t *value;
    unit_ok(json_parse("[1]]]", 3, "answer", &value));
    json_decref(value);
    unit_refused(json_parse(NULL, 0, "answer", &value), ERR_INPUT, "answer");
}

static void assert_quoted(const char *s, const char *expected)
{
    buf b;
    buf_init(&b, 0);
    json_append_string(&b, s);
    assert_string_equal(b.data, expected);
    if (s) {
        json_t *value;
        unit_ok(json_parse(b.data, b.length, "own output", &value));
        json_decref(value);
    }
    buf_term(&b);
}

static void writes_strings_that_parse_again(void **state)
{
    (void)state;
    assert_quoted(NULL, "null");
    assert_quoted("", "\"\"");
    assert_quoted("a\"b\\c/", "\"a\\\"b\\\\c/\"");
    assert_quoted("\b\f\n\r\t\x01\x7f", "\"\\b\\f\\n\\r\\t\\u0001\\u007f\"");
    assert_quoted("\xe2\x82\xac \xf0\x9f\x98\x80", "\"\xe2\x82\xac \xf0\x9f\x98\x80\"");
    assert_quoted("x\xffy\xc3", "\"x\xef\xbf\xbdy\xef\xbf\xbd\"");
    assert_quoted("\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_one_document),
        cmocka_unit_test(refuses_and_says_where),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(reads_only_the_bytes_it_was_given),
        cmocka_unit_test(writes_strings_that_parse_again),
    };
    return UNIT_RUN(tests);
}
