#include "../unit.h"

#include "pg/pg_wire.h"

static void check(const char *what, const char *start, const char *end, const char *expected, size_t length)
{
    if ((size_t)(end - start) != length || memcmp(start, expected, length) != 0)
        fail_msg("%s is written otherwise", what);
}

/* The bytes are those of the server's numeric_send(). */
static void numerics(void **state)
{
    static const struct {
        const char *text;
        const char *bytes;
        size_t length;
    } cases[] = {
#define CASE(text, bytes) {text, bytes, sizeof(bytes) - 1}
        CASE("0", "\0\0\0\x08\0\0\0\0\0\0\0\0"),
        CASE("1", "\0\0\0\x0a\0\1\0\0\0\0\0\0\0\1"),
        CASE("-1", "\0\0\0\x0a\0\1\0\0\x40\0\0\0\0\1"),
        CASE("10000", "\0\0\0\x0a\0\1\0\1\0\0\0\0\0\1"),
        CASE("0.0001", "\0\0\0\x0a\0\1\xff\xff\0\0\0\4\0\1"),
        CASE("12345.678", "\0\0\0\x0e\0\3\0\1\0\0\0\3\0\1\x09\x29\x1a\x7c"),
        CASE("0.000000000000000001", "\0\0\0\x0a\0\1\xff\xfb\0\0\0\x12\0\x64"),
        CASE("99999999999999999999.999999999999999999", "\0\0\0\x1c\0\x0a\0\4\0\0\0\x12\x27\x0f\x27\x0f\x27"
                                                        "\x0f\x27\x0f\x27\x0f\x27\x0f\x27\x0f\x27\x0f\x27"
                                                        "\x0f\x26\xac"),
#undef CASE
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[PG_FIELD_BYTES + PG_NUMERIC_BYTES_MAX];
        decimal v;
        unit_ok(decimal_parse(cases[i].text, strlen(cases[i].text), &v));
        check(cases[i].text, out, pg_put_numeric(out, v), cases[i].bytes, cases[i].length);
    }
}

static void arrays(void **state)
{
    static const char two[] = "\0\0\0\x2c\0\0\0\1\0\0\0\0\0\0\x02\xbd\0\0\0\2\0\0\0\1"
                              "\0\0\0\x08\x3f\xf0\0\0\0\0\0\0\0\0\0\x08\xbf\xf0\0\0\0\0\0\0";
    static const char none[] = "\0\0\0\x0c\0\0\0\0\0\0\0\0\0\0\x02\xbd";
    static const double values[] = {1, -1};
    char out[64];
    (void)state;
    check("{1,-1}", out, pg_put_float8_array(out, values, 2), two, sizeof(two) - 1);
    assert_int_equal(pg_float8_array_bytes(2), sizeof(two) - 1);
    check("{}", out, pg_put_float8_array(out, values, 0), none, sizeof(none) - 1);
}

static void other_types(void **state)
{
    static const char expected[] = "\0\6\0\0\0\1\1\0\0\0\4\xff\xff\xff\xff\0\0\0\x08\0\0\0\0\0\0\0\2"
                                   "\xff\xff\xff\xff\0\0\0\3a\0b\0\0\0\0";
    char out[64];
    char *at = pg_put_row(out, 6);
    (void)state;
    at = pg_put_bool(at, true);
    at = pg_put_int4(at, -1);
    at = pg_put_time(at, PG_EPOCH_US + 2);
    at = pg_put_null(at);
    at = pg_put_bytes(at, "a\0b", 3);
    at = pg_put_bytes(at, NULL, 0);
    check("a row", out, at, expected, sizeof(expected) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numerics),
        cmocka_unit_test(arrays),
        cmocka_unit_test(other_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
