#include "../unit.h"

#include "core/utf8.h"

static void assert_decodes(const char *bytes, size_t length, size_t taken, uint32_t expected)
{
    uint32_t code_point;
    assert_int_equal(utf8_decode(bytes, length, &code_point), taken);
    assert_int_equal(code_point, expected);
}

static void decodes_each_length(void **state)
{
    (void)state;
    assert_decodes("a", 1, 1, 'a');
    assert_decodes("\xc3\xa9", 2, 2, 0xe9);
    assert_decodes("\xe2\x82\xac", 3, 3, 0x20ac);
    assert_decodes("\xf0\x9f\x98\x80", 4, 4, 0x1f600);
    assert_decodes("\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff);
    assert_decodes("\0", 1, 1, 0);
}

static void broken_sequences_cost_one_byte(void **state)
{
    (void)state;
    assert_decodes("\x80", 1, 1, UTF8_INVALID);
    assert_decodes("\xff", 1, 1, UTF8_INVALID);
    assert_decodes("\xc3", 1, 1, UTF8_INVALID);
    assert_decodes("\xc3\xa9", 1, 1, UTF8_INVALID);
    assert_decodes("\xe2\x82", 2, 1, UTF8_INVALID);
    assert_decodes("\xe2\x41\x41", 3, 1, UTF8_INVALID);
    assert_decodes("\xc0\x80", 2, 1, UTF8_INVALID);
    assert_decodes("\xe0\x80\x80", 3, 1, UTF8_INVALID);
    assert_decodes("\xed\xa0\x80", 3, 1, UTF8_INVALID);
    assert_decodes("\xf4\x90\x80\x80", 4, 1, UTF8_INVALID);
}

static size_t width(const char *s)
{
    return utf8_width(s, strlen(s));
}

static void knows_how_wide_text_is(void **state)
{
    (void)state;
    assert_int_equal(width(""), 0);
    assert_int_equal(width("abc"), 3);
    assert_int_equal(width("\xc3\xa9t\xc3\xa9"), 3);
    assert_int_equal(width("e\xcc\x81"), 1);
    assert_int_equal(width("\xe6\x97\xa5\xe6\x9c\xac"), 4);
    assert_int_equal(width("\xf0\x9f\x98\x80"), 2);
    assert_int_equal(width("\xff"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_each_length),
        cmocka_unit_test(broken_sequences_cost_one_byte),
        cmocka_unit_test(knows_how_wide_text_is),
    };
    return UNIT_RUN(tests);
}
