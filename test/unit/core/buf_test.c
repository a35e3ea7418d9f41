#include "../unit.h"

#include "core/buf.h"

static void appends_in_every_way(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 0);
    assert_string_equal(b.data, "");
    buf_append_str(&b, "ab");
    buf_append_char(&b, 'c');
    buf_append(&b, "def", 2);
    buf_append(&b, NULL, 0);
    buf_printf(&b, "-%d", 7);
    assert_string_equal(b.data, "abcde-7");
    assert_int_equal(b.length, 7);
    unit_ok(buf_error(&b));
    buf_term(&b);
    assert_string_equal(b.data, "");
}

static void grows_beyond_its_first_size(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 100000);
    for (int i = 0; i < 10000; i++)
        buf_printf(&b, "%04d,", i % 10000);
    unit_ok(buf_error(&b));
    assert_int_equal(b.length, 50000);
    assert_memory_equal(b.data + 49995, "9999,", 6);
    buf_term(&b);
}

static void holds_exactly_its_maximum(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 5);
    buf_append_str(&b, "12345");
    unit_ok(buf_error(&b));
    buf_append_char(&b, '6');
    assert_int_equal(b.length, 0);
    assert_string_equal(b.data, "");
    assert_null(buf_take(&b));
    assert_null(buf_reserve(&b, 1));
    buf_append_str(&b, "x");
    unit_refused(buf_error(&b), ERR_LIMIT, "5 bytes");
    buf_clear(&b);
    buf_append_str(&b, "x");
    unit_ok(buf_error(&b));
    assert_string_equal(b.data, "x");
    buf_term(&b);
}

static void short_memory_breaks_it(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 100000);
    buf_append_str(&b, "kept until now");
    mem_test_fail_after(1);
    buf_printf(&b, "%*s", 5000, "");
    mem_test_fail_after(0);
    assert_string_equal(b.data, "");
    unit_refused(buf_error(&b), ERR_MEMORY, "out of memory");
    buf_term(&b);
}

static void consumes_from_the_front(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 100);
    buf_consume(&b, 0);
    buf_append_str(&b, "line one\nline two");
    buf_consume(&b, 9);
    assert_string_equal(b.data, "line two");
    buf_consume(&b, 8);
    assert_string_equal(b.data, "");
    assert_int_equal(b.length, 0);
    buf_term(&b);
}

static void reserves_and_counts_what_was_added(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 1000);
    char *to = buf_reserve(&b, 1000);
    assert_non_null(to);
    memset(to, 'x', 1000);
    buf_added(&b, 3);
    assert_string_equal(b.data, "xxx");
    buf_added(&b, 0);
    assert_int_equal(b.length, 3);
    buf_term(&b);
}

static void hands_over_its_content(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 100);
    char *empty = buf_take(&b);
    assert_string_equal(empty, "");
    mem_free(empty);
    buf_append_str(&b, "mine");
    char *text = buf_take(&b);
    assert_string_equal(text, "mine");
    assert_int_equal(b.length, 0);
    buf_append_str(&b, "next");
    assert_string_equal(b.data, "next");
    mem_free(text);
    buf_term(&b);
}

static void ends_in_an_arena(void **state)
{
    (void)state;
    buf b;
    arena *a = arena_new(0);
    const char *text = "before";
    buf_init(&b, 4);
    buf_append_str(&b, "12345");
    unit_refused(buf_to_arena(&b, a, &text), ERR_LIMIT, "limit");
    assert_string_equal(text, "before");
    buf_init(&b, 4);
    buf_append_str(&b, "1234");
    unit_ok(buf_to_arena(&b, a, &text));
    assert_string_equal(text, "1234");
    arena_free(a);
}

static void a_broken_part_breaks_the_whole(void **state)
{
    (void)state;
    buf whole, part;
    buf_init(&whole, 0);
    buf_init(&part, 2);
    buf_append_str(&whole, "text");
    buf_break_if(&whole, &part);
    assert_string_equal(whole.data, "text");
    buf_append_str(&part, "123");
    buf_break_if(&whole, &part);
    assert_string_equal(whole.data, "");
    unit_refused(buf_error(&whole), ERR_LIMIT, "limit");
    buf_term(&whole);
    buf_term(&part);
}

static void a_zeroed_buffer_can_be_ended(void **state)
{
    (void)state;
    buf b = {.data = NULL};
    buf_term(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_in_every_way),         cmocka_unit_test(grows_beyond_its_first_size),
        cmocka_unit_test(holds_exactly_its_maximum),    cmocka_unit_test(short_memory_breaks_it),
        cmocka_unit_test(consumes_from_the_front),      cmocka_unit_test(reserves_and_counts_what_was_added),
        cmocka_unit_test(hands_over_its_content),       cmocka_unit_test(a_broken_part_breaks_the_whole),
        cmocka_unit_test(a_zeroed_buffer_can_be_ended), cmocka_unit_test(ends_in_an_arena),
    };
    return UNIT_RUN(tests);
}
