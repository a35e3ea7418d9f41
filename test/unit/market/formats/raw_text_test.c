#include "../../unit.h"

#include "market/formats/raw_text.h"

static void assert_text(const char *bytes, size_t length, size_t bytes_max, const char *expected)
{
    arena *a = unit_arena();
    assert_string_equal(raw_text(a, bytes, length, bytes_max), expected);
    arena_free(a);
}

static void text_stays_and_bytes_are_escaped(void **state)
{
    (void)state;
    assert_text("1,2,\xc3\xa9", 6, 100, "1,2,\xc3\xa9");
    assert_text("a\0b\x01\xff\\", 6, 100, "a\\x00b\\x01\\xff\\\\");
    assert_text("", 0, 100, "");
}

static void long_text_is_cut_between_characters(void **state)
{
    (void)state;
    assert_text("abcdef", 6, 3, "abc\xe2\x80\xa6");
    assert_text("ab\xc3\xa9", 4, 3, "ab\xe2\x80\xa6");
    assert_text("ab\xc3\xa9", 4, 4, "ab\xc3\xa9");
    assert_text("\xff\xff\xff", 3, 2, "\\xff\\xff\xe2\x80\xa6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_stays_and_bytes_are_escaped),
        cmocka_unit_test(long_text_is_cut_between_characters),
    };
    return UNIT_RUN(tests);
}
