#include "../../unit.h"

#include "core/buf.h"
#include "market/formats/json_reader.h"

/* A source in memory that gives `step` bytes at a time. */
typedef struct memory {
    const char *text;
    size_t length, used, step;
} memory;

static dbk_err *memory_read(void *context, void *p, size_t size, size_t *got)
{
    memory *m = context;
    size_t n = m->length - m->used;
    n = n < m->step ? n : m->step;
    n = n < size ? n : size;
    memcpy(p, m->text + m->used, n);
    m->used += n;
    *got = n;
    return NULL;
}

/* What comes out, as one line an item: "value 3@17 prefix|text". */
static dbk_err *describe(const char *text, size_t length, size_t step, buf *out)
{
    static const char *const names[] = {"value", "empty", "text", "fault", "end"};
    memory m = {text, length, 0, step};
    json_reader *r;
    dbk_err *e = json_reader_new(memory_read, &m, &r);
    json_reader_item item = {.event = JSON_READER_VALUE};
    buf_clear(out);
    while (!e && item.event != JSON_READER_END) {
        e = json_reader_next(r, &item);
        if (e || item.event == JSON_READER_END)
            break;
        buf_printf(out, "%s%s %lld@%lld %.*s|%.*s\n", names[item.event], item.in_array ? "*" : "",
                   (long long)item.line, (long long)item.byte_offset, (int)item.prefix_length, item.prefix,
                   item.length > 60 ? 60 : (int)item.length, item.text);
    }
    json_reader_free(r);
    return e;
}

/* The same whatever the pieces are in which the text arrives. */
static void assert_items(const char *text, const char *expected)
{
    static const size_t steps[] = {1, 2, 7, SIZE_MAX};
    buf out;
    buf_init(&out, 0);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        unit_ok(describe(text, strlen(text), steps[i], &out));
        assert_string_equal(out.data, expected);
    }
    buf_term(&out);
}

static void assert_refused(const char *text, const char *message)
{
    buf out;
    buf_init(&out, 0);
    unit_refused(describe(text, strlen(text), 3, &out), ERR_INPUT, message);
    buf_term(&out);
}

static void an_array_of_rows_is_entered(void **state)
{
    (void)state;
    assert_items("[[1,2],[3,4]]", "value* 1@1 |[1,2]\nvalue* 1@7 |[3,4]\n");
    assert_items("\xef\xbb\xbf[\n {\"a\":1} ,\n {\"a\":\n2}\n]\n",
                 "value* 2@6 |{\"a\":1}\nvalue* 3@17 |{\"a\":\n2}\n");
    assert_items("[[1],null,5]", "value* 1@1 |[1]\nvalue* 1@5 |null\nvalue* 1@10 |5\n");
}

static void an_array_of_values_is_a_row_itself(void **state)
{
    (void)state;
    assert_items("[1,\"a\"]\n[ 2,[3]]\n", "value 1@0 |[1,\"a\"]\nvalue 2@8 |[ 2,[3]]\n");
}

static void pages_follow_one_another(void **state)
{
    (void)state;
    assert_items("[[1]][][ ][[2],[3]]", "value* 1@1 |[1]\nempty 1@5 |[]\nempty 1@7 |[ ]\nvalue* 1@11 |[2]\n"
                                        "value* 1@15 |[3]\n");
}

static void documents_follow_one_another(void **state)
{
    (void)state;
    assert_items("{\"a\":1}\n{\"a\":2}{\"a\":[[3]]}\r\n\n null\n",
                 "value 1@0 |{\"a\":1}\nvalue 2@8 |{\"a\":2}\n"
                 "value 2@15 |{\"a\":[[3]]}\nvalue 4@30 |null\n");
}

static void what_stands_before_the_json_goes_with_it(void **state)
{
    (void)state;
    assert_items("wss://x/stream?a@b <-> 12.5\n13.25: {\"a\":1}\nhttps://x/y -> 14: [{\"b\":2},{\"b\":3}]\n",
                 "text 1@0 |wss://x/stream?a@b <-> 12.5\nvalue 2@35 13.25|{\"a\":1}\n"
                 "value* 3@63 https://x/y -> 14|{\"b\":2}\nvalue* 3@71 https://x/y -> 14|{\"b\":3}\n");
}

/* A capture that was cut in the middle of a line and went on later. */
static void a_damaged_line_costs_itself(void **state)
{
    (void)state;
    assert_items(
        "1: {\"a\":1}\n2: {\"a\":{\"b\":\n3: {\"a\":3}\nxyz\n{\"a\":\"cut\n{\"a\":4}\n{\"a\":",
        "value 1@3 1|{\"a\":1}\nfault 2@14 2|{\"a\":{\"b\":\nvalue 3@28 3|{\"a\":3}\ntext 4@36 |xyz\n"
        "fault 5@40 |{\"a\":\"cut\nvalue 6@50 |{\"a\":4}\nfault 7@58 |{\"a\":\n");
}

static void within_an_array_damage_is_refused(void **state)
{
    (void)state;
    assert_refused("[[1],\n[2,,3]]", "damaged JSON in line 2, at byte 9: this is not JSON");
    assert_refused("[[1] [2]]",
                   "damaged JSON in line 1, at byte 5: a comma or the end of the array is missing");
    assert_refused("[[1],[2]", "damaged JSON in line 1, at byte 8: the JSON ends in the middle");
    assert_refused("[[1],]", "damaged JSON in line 1, at byte 5: this is not JSON");
    assert_refused("[[1],[2", "damaged JSON in line 1, at byte 7: the JSON ends in the middle");
}

static void nothing_is_nothing(void **state)
{
    (void)state;
    assert_items("", "");
    assert_items(" \n\n", "");
}

/* [["xxx…"],…]: values around the limit, and a buffer that ends within them. */
static void values_have_a_longest(void **state)
{
    (void)state;
    size_t length = 3 * JSON_READER_VALUE_MAX;
    char *text = mem_alloc(length + 1);
    assert_non_null(text);
    buf out;
    buf_init(&out, 0);
    memset(text, 'x', length);
    memcpy(text, "[\"", 2);
    memcpy(text + JSON_READER_VALUE_MAX - 2, "\"]\n[\"", 5);
    memcpy(text + length - 7, "\"]\n[5]\n", 7);
    unit_ok(describe(text, length, 100000, &out));
    const char *second = strchr(out.data, '\n') + 1;
    assert_memory_equal(out.data, "value 1@0 |[\"xxx", 16);
    assert_memory_equal(second, "fault 2@1048577 |[\"xxx", 22);
    assert_string_equal(strchr(second, '\n') + 1, "value 3@3145724 |[5]\n");

    memset(text, 'x', length);
    memcpy(text, "[[\"", 3);
    unit_refused(describe(text, length, 100000, &out), ERR_INPUT, "the value is longer than a megabyte");
    buf_term(&out);
    mem_free(text);
}

static dbk_err *read_a_value(void *context)
{
    memory m = {"{\"a\":1}", 7, 0, 7};
    json_reader_item item;
    json_reader *r = NULL;
    (void)context;
    dbk_err *e = json_reader_new(memory_read, &m, &r);
    if (!e)
        e = json_reader_next(r, &item);
    json_reader_free(r);
    return e;
}

static void short_memory_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(unit_each_allocation_fails(read_a_value, NULL), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array_of_rows_is_entered),
        cmocka_unit_test(an_array_of_values_is_a_row_itself),
        cmocka_unit_test(pages_follow_one_another),
        cmocka_unit_test(documents_follow_one_another),
        cmocka_unit_test(what_stands_before_the_json_goes_with_it),
        cmocka_unit_test(a_damaged_line_costs_itself),
        cmocka_unit_test(within_an_array_damage_is_refused),
        cmocka_unit_test(nothing_is_nothing),
        cmocka_unit_test(values_have_a_longest),
        cmocka_unit_test(short_memory_is_an_error),
    };
    return UNIT_RUN(tests);
}
