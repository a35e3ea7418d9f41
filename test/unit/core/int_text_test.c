#include "core/int_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../unit.h"

static void numbers_are_what_printf_makes_of_them(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0, 1, -1, 9, 10, -10, 99, 100, 1234567890123, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        char text[INT_TEXT_SIZE], wanted[32];
        snprintf(wanted, sizeof(wanted), "%" PRId64, numbers[i]);
        assert_int_equal(int_text(numbers[i], text), strlen(wanted));
        assert_string_equal(text, wanted);
    }
}

static void zeros_fill_up_what_is_short(void **state)
{
    (void)state;
    char text[INT_TEXT_SIZE];
    assert_int_equal(int_text_padded(7, 2, text), 2);
    assert_string_equal(text, "07");
    assert_int_equal(int_text_padded(0, 6, text), 6);
    assert_string_equal(text, "000000");
    assert_int_equal(int_text_padded(12345, 4, text), 5);
    assert_string_equal(text, "12345");
    assert_int_equal(int_text_padded(-5, 4, text), 5);
    assert_string_equal(text, "-0005");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_what_printf_makes_of_them),
        cmocka_unit_test(zeros_fill_up_what_is_short),
    };
    return UNIT_RUN(tests);
}
