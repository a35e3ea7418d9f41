/* What statements may call: canonical text of times and booleans, exact arithmetic on decimals. */
#include "../unit.h"

#include <unistd.h>

#include "sqlite/sqlite.h"

static sqlite_db *db;
static const char *folder;

static int begin(void **state)
{
    char path[300];
    arena *a = unit_arena();
    *state = a;
    folder = unit_folder(a);
    snprintf(path, sizeof path, "%s/book.db", folder);
    unit_ok(sqlite_open(&(sqlite_open_options){.path = path, .access = SQLITE_FOR_MAKING}, &db));
    return 0;
}

static int end(void **state)
{
    sqlite_close(db);
    unit_remove(folder);
    arena_free(*state);
    return 0;
}

static void check(const char *sql, const char *expected)
{
    sqlite_stmt *s;
    bool row;
    unit_ok(sqlite_statement(db, sql, &s));
    unit_ok(sqlite_step_row(s, &row));
    assert_true(row);
    if (expected)
        assert_string_equal(sqlite_text(s, 0), expected);
    else
        assert_true(sqlite_is_null(s, 0));
    sqlite_end(s);
}

static void test_values(void **state)
{
    (void)state;
    check("select iso(1709294400000000)", "2024-03-01T12:00:00Z");
    check("select iso(1709294400500000)", "2024-03-01T12:00:00.500000Z");
    check("select iso(null)", NULL);
    check("select iso6(1709294400000000)", "2024-03-01T12:00:00.000000Z");
    check("select iso6(1709294400500000)", "2024-03-01T12:00:00.500000Z");
    check("select iso6(null)", NULL);
    check("select boolean(1) || boolean(0)", "truefalse");
    check("select boolean(null)", NULL);
}

static void test_decimals_are_exact(void **state)
{
    (void)state;
    check("select decimal_add('0.1', '0.2')", "0.3");
    check("select decimal_sub('12345678901234567890.000000000000000001', '12345678901234567890')",
          "0.000000000000000001");
    check("select decimal_mul('99999999999999999999', '-0.000000000000000001')", "-99.999999999999999999");
    check("select decimal_div18('2', '3')", "0.666666666666666667");
    check("select decimal_div18('-2', '3')", "-0.666666666666666667");
    check("select decimal_div18('2', '0.0')", NULL);
    check("select decimal_add('1', null)", NULL);
    check("select decimal_cmp('10', '9') || decimal_cmp('9', '9.0') || decimal_cmp('-10', '9')", "10-1");
}

static void test_decimals_are_gathered(void **state)
{
    (void)state;
    check("select decimal_sum(x) from (select '0.1' as x union all select '0.20' union all select null)",
          "0.3");
    check("select decimal_min(x) from (select '9' as x union all select '10' union all select '-1')", "-1");
    check("select decimal_max(x) from (select '9' as x union all select '10' union all select '-1')", "10");
    check("select decimal_sum(x) from (select '1' as x) where false", NULL);
    check("select decimal_max(x) from (select null as x)", NULL);
    check("select decimal_sum(x) from (select '-0.5' as x union all select '0.5')", "0");
}

static void test_no_decimal_is_input(void **state)
{
    (void)state;
    static const char *const wrong[] = {"select decimal_add('1', 'one')", "select decimal_sum('1e5')",
                                        "select decimal_cmp('', '1')"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        sqlite_stmt *s;
        bool row;
        unit_ok(sqlite_statement(db, wrong[i], &s));
        unit_refused(sqlite_step_row(s, &row), ERR_INPUT, "book.db");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, begin, end),
        cmocka_unit_test_setup_teardown(test_decimals_are_exact, begin, end),
        cmocka_unit_test_setup_teardown(test_decimals_are_gathered, begin, end),
        cmocka_unit_test_setup_teardown(test_no_decimal_is_input, begin, end),
    };
    return UNIT_RUN(tests);
}
