#include "../unit.h"

static void allocates_zeroed_memory(void **state)
{
    (void)state;
    unsigned char *p = mem_alloc(64);
    assert_non_null(p);
    for (int i = 0; i < 64; i++)
        assert_int_equal(p[i], 0);
    p = mem_realloc(p, 128);
    assert_non_null(p);
    mem_free(p);
    mem_free(NULL);
}

static void allocates_nothing_as_something(void **state)
{
    (void)state;
    void *p = mem_alloc(0);
    assert_non_null(p);
    p = mem_realloc(p, 0);
    assert_non_null(p);
    mem_free(p);
}

static void copies_a_string(void **state)
{
    (void)state;
    char *s = mem_strdup("gold");
    assert_string_equal(s, "gold");
    mem_free(s);
}

static void fails_from_the_nth_allocation_on(void **state)
{
    (void)state;
    mem_test_fail_after(2);
    void *first = mem_alloc(1), *second = mem_alloc(1), *third = mem_realloc(NULL, 1);
    char *copy = mem_strdup("x");
    mem_test_fail_after(0);
    assert_non_null(first);
    assert_null(second);
    assert_null(third);
    assert_null(copy);
    mem_free(first);
    void *again = mem_alloc(1);
    assert_non_null(again);
    mem_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocates_zeroed_memory),
        cmocka_unit_test(allocates_nothing_as_something),
        cmocka_unit_test(copies_a_string),
        cmocka_unit_test(fails_from_the_nth_allocation_on),
    };
    return UNIT_RUN(tests);
}
