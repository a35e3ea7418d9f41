#include "../unit.h"

#include <stdalign.h>

static void gives_zeroed_aligned_memory_also_after_reset(void **state)
{
    (void)state;
    arena *a = unit_arena();
    for (int round = 0; round < 3; round++) {
        for (size_t size = 0; size < 5000; size += 37) {
            unsigned char *p = arena_alloc(a, size);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xff, size);
        }
        arena_reset(a);
        assert_int_equal(arena_used_bytes(a), 0);
    }
    arena_free(a);
    arena_free(NULL);
}

static void keeps_small_and_big_pieces_apart(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    arena *a = unit_arena();
    unsigned char *pieces[COUNT];
    size_t sizes[COUNT], total = 0;
    for (size_t i = 0; i < COUNT; i++) {
        sizes[i] = i % 9 == 0 ? 300000 + i : i % 5 == 0 ? 9000 : i + 1;
        pieces[i] = arena_alloc(a, sizes[i]);
        assert_non_null(pieces[i]);
        memset(pieces[i], (int)i, sizes[i]);
        total += sizes[i];
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < sizes[i]; j += 97)
            assert_int_equal(pieces[i][j], (unsigned char)i);
    assert_int_equal(arena_used_bytes(a), total);
    arena_free(a);
}

static void stops_at_its_maximum(void **state)
{
    (void)state;
    arena *a = arena_new(1000);
    assert_non_null(arena_alloc(a, 600));
    assert_null(arena_alloc(a, 401));
    assert_non_null(arena_alloc(a, 400));
    assert_null(arena_alloc(a, 1));
    assert_null(arena_alloc(a, SIZE_MAX));
    arena_reset(a);
    assert_non_null(arena_alloc(a, 1000));
    arena_free(a);
}

static void copies_strings_and_bytes(void **state)
{
    (void)state;
    arena *a = unit_arena();
    assert_string_equal(arena_strdup(a, ""), "");
    assert_string_equal(arena_strdup(a, "silver"), "silver");
    assert_string_equal(arena_strndup(a, "silver", 3), "sil");
    assert_string_equal(arena_strndup(a, NULL, 0), "");
    assert_memory_equal(arena_memdup(a, "a\0b", 3), "a\0b", 3);
    assert_string_equal(arena_printf(a, "%s-%05d", "x", 42), "x-00042");
    assert_null(arena_strndup(a, "x", SIZE_MAX));
    arena_free(a);
}

struct note {
    char *at;
    char letter;
};

static void write_note(void *arg)
{
    struct note *n = arg;
    size_t length = strlen(n->at);
    n->at[length] = n->letter;
}

static void runs_deferred_functions_newest_first_and_once(void **state)
{
    (void)state;
    arena *a = unit_arena();
    char log[8] = "";
    struct note notes[] = {{log, 'a'}, {log, 'b'}, {log, 'c'}};
    assert_true(arena_defer(a, write_note, &notes[0]));
    assert_true(arena_defer(a, write_note, &notes[1]));
    arena_reset(a);
    assert_string_equal(log, "ba");
    assert_true(arena_defer(a, write_note, &notes[2]));
    arena_free(a);
    assert_string_equal(log, "bac");
}

static void what_cannot_be_deferred_happens_at_once(void **state)
{
    (void)state;
    arena *a = arena_new(4);
    char log[8] = "";
    struct note n = {log, 'x'};
    assert_false(arena_defer(a, write_note, &n));
    assert_string_equal(log, "x");
    arena_free(a);
    assert_string_equal(log, "x");
}

static void short_memory_is_null(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= 2; n++) {
        mem_test_fail_after(n);
        arena *a = arena_new(0);
        mem_test_fail_after(0);
        assert_null(a);
    }
    arena *a = unit_arena();
    mem_test_fail_after(1);
    void *inside = arena_alloc(a, 100), *beyond = arena_alloc(a, 100000);
    char *text = arena_printf(a, "%*s", 50000, "");
    mem_test_fail_after(0);
    assert_non_null(inside);
    assert_null(beyond);
    assert_null(text);
    assert_non_null(arena_alloc(a, 100000));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_zeroed_aligned_memory_also_after_reset),
        cmocka_unit_test(keeps_small_and_big_pieces_apart),
        cmocka_unit_test(stops_at_its_maximum),
        cmocka_unit_test(copies_strings_and_bytes),
        cmocka_unit_test(runs_deferred_functions_newest_first_and_once),
        cmocka_unit_test(what_cannot_be_deferred_happens_at_once),
        cmocka_unit_test(short_memory_is_null),
    };
    return UNIT_RUN(tests);
}
