#include "../unit.h"

#include "pg/pg_int.h"

static const char *array_of(arena *a, const char *const *items, size_t count)
{
    pg_params *p = pg_params_new(a);
    pg_param_text_array(p, items, count);
    assert_int_equal(p->count, 1);
    assert_int_equal(p->formats[0], 0);
    return p->values[0];
}

static void quotes_every_item_of_an_array(void **state)
{
    static const char *const items[] = {"plain", "a,b", "{x}",  "NULL", NULL,
                                        "",      " ",   "q\"q", "b\\b", "\xc3\xa9\n"};
    (void)state;
    arena *a = unit_arena();
    assert_string_equal(array_of(a, NULL, 0), "{}");
    assert_string_equal(array_of(a, items, 10),
                        "{\"plain\",\"a,b\",\"{x}\",\"NULL\",NULL,\"\",\" \",\"q\\\"q\",\"b\\\\b\","
                        "\"\xc3\xa9\n\"}");
    arena_free(a);
}

static void check_binary(const pg_params *p, int i, unsigned type, const void *wire, size_t length)
{
    assert_int_equal(p->types[i], type);
    assert_int_equal(p->formats[i], 1);
    assert_int_equal(p->lengths[i], length);
    assert_memory_equal(p->values[i], wire, length);
}

static void sends_exact_types_in_binary(void **state)
{
    static const dbk_uuid id = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
    (void)state;
    arena *a = unit_arena();
    pg_params *p = pg_params_new(a);
    pg_param_bool(p, true);
    pg_param_int4(p, -2);
    pg_param_int8(p, 0x0102030405060708);
    pg_param_float8(p, 1.0);
    pg_param_uuid(p, &id);
    pg_param_time(p, PG_EPOCH_US + 1);
    pg_param_bytes(p, "\0a", 2);
    check_binary(p, 0, 16, "\1", 1);
    check_binary(p, 1, 23, "\xff\xff\xff\xfe", 4);
    check_binary(p, 2, 20, "\1\2\3\4\5\6\7\10", 8);
    check_binary(p, 3, 701, "\x3f\xf0\0\0\0\0\0\0", 8);
    check_binary(p, 4, 2950, id.bytes, 16);
    check_binary(p, 5, 1184, "\0\0\0\0\0\0\0\1", 8);
    check_binary(p, 6, 17, "\0a", 2);
    arena_free(a);
}

static void nulls_stay_null(void **state)
{
    (void)state;
    arena *a = unit_arena();
    pg_params *p = pg_params_new(a);
    pg_param_null(p);
    pg_param_text(p, NULL);
    pg_param_uuid(p, NULL);
    pg_param_bytes(p, NULL, 3);
    for (int i = 0; i < 4; i++)
        assert_null(p->values[i]);
    pg_param_text(p, "");
    assert_non_null(p->values[4]);
    arena_free(a);
}

static void keeps_its_own_copies_and_grows(void **state)
{
    (void)state;
    arena *a = unit_arena();
    pg_params *p = pg_params_new(a);
    char text[16];
    for (int i = 0; i < 60; i++) {
        snprintf(text, sizeof(text), "%d", i);
        pg_param_text(p, text);
    }
    assert_int_equal(p->count, 60);
    assert_string_equal(p->values[0], "0");
    assert_string_equal(p->values[59], "59");
    arena_free(a);
}

static void times_cross_to_the_servers_epoch(void **state)
{
    (void)state;
    assert_int_equal(pg_time_to_wire(0), -PG_EPOCH_US);
    assert_int_equal(pg_time_from_wire(pg_time_to_wire(1388534460123456)), 1388534460123456);
    assert_true(pg_time_to_wire(INT64_MAX) == INT64_MAX);
    assert_true(pg_time_to_wire(INT64_MIN) == INT64_MIN);
    assert_true(pg_time_from_wire(INT64_MIN) == INT64_MIN);
}

static void short_memory_is_told_by_the_query(void **state)
{
    (void)state;
    arena *a = arena_new((size_t)1 << 16);
    pg_params *p = pg_params_new(a);
    char *large = mem_alloc((size_t)1 << 17);
    memset(large, 'x', ((size_t)1 << 17) - 1);
    pg_param_text(p, large);
    pg_param_int4(p, 1);
    unit_refused(pg_params_check(p), ERR_MEMORY, "memory");
    const char *items[] = {large};
    p = pg_params_new(a);
    pg_param_text_array(p, items, 1);
    unit_refused(pg_params_check(p), ERR_MEMORY, "memory");
    unit_ok(pg_params_check(NULL));
    pg_param_int4(NULL, 1);
    mem_free(large);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_every_item_of_an_array),
        cmocka_unit_test(sends_exact_types_in_binary),
        cmocka_unit_test(nulls_stay_null),
        cmocka_unit_test(keeps_its_own_copies_and_grows),
        cmocka_unit_test(times_cross_to_the_servers_epoch),
        cmocka_unit_test(short_memory_is_told_by_the_query),
    };
    return UNIT_RUN(tests);
}
