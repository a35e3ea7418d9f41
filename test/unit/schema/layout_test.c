#include "../unit.h"

#include "schema/layout.h"

static const layout_versions whole = {{0}, 0};

static void knows_its_names(void **state)
{
    (void)state;
    layout l;
    for (int i = LAYOUT_SQLX; i <= LAYOUT_SQITCH; i++) {
        assert_true(layout_from_name(layout_name((layout)i), &l));
        assert_int_equal(l, i);
        assert_non_null(strstr(LAYOUT_NAMES, layout_name((layout)i)));
    }
    assert_false(layout_from_name("daybook", &l));
    assert_false(layout_from_name("liquibase", &l));
}

static void tells_migrations_from_what_is_beside_them(void **state)
{
    (void)state;
    static const struct {
        layout l;
        const char *name;
        layout_kind kind;
    } cases[] = {
        {LAYOUT_DAYBOOK, "readme.md", LAYOUT_MIGRATION}, /* and malformed */
        {LAYOUT_SQITCH, "013_x.sql", LAYOUT_MIGRATION},      {LAYOUT_SQLX, "001_x.sql", LAYOUT_MIGRATION},
        {LAYOUT_SQLX, "001_x.up.sql", LAYOUT_MIGRATION},     {LAYOUT_SQLX, "001_x.down.sql", LAYOUT_BESIDE},
        {LAYOUT_SQLX, "readme.md", LAYOUT_BESIDE},           {LAYOUT_DBMATE, "schema.sql", LAYOUT_BESIDE},
        {LAYOUT_DBMATE, "1x.sql", LAYOUT_MIGRATION},         {LAYOUT_GOLANG, "1_x.up.sql", LAYOUT_MIGRATION},
        {LAYOUT_GOLANG, "1_x.down.sql", LAYOUT_BESIDE},      {LAYOUT_FLYWAY, "V1__x.sql", LAYOUT_MIGRATION},
        {LAYOUT_FLYWAY, "V1_2__x.sql", LAYOUT_MIGRATION},    {LAYOUT_FLYWAY, "Views.sql", LAYOUT_BESIDE},
        {LAYOUT_FLYWAY, "U1__x.sql", LAYOUT_BESIDE},         {LAYOUT_FLYWAY, "B5__x.sql", LAYOUT_BASELINE},
        {LAYOUT_FLYWAY, "R__x.sql", LAYOUT_REPEATABLE},      {LAYOUT_FLYWAY, "R__x.conf", LAYOUT_BESIDE},
        {LAYOUT_FLYWAY, "beforeMigrate.sql", LAYOUT_BESIDE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (layout_file_kind(cases[i].l, cases[i].name) != cases[i].kind)
            fail_msg("%s %s", layout_name(cases[i].l), cases[i].name);
}

static void reads_numbers_as_strictly_as_their_tools(void **state)
{
    (void)state;
    static const struct {
        layout l;
        const char *name;
        int64_t number;
    } cases[] = {
        {LAYOUT_DAYBOOK, "012_add_funding.sql", 12},
        {LAYOUT_DAYBOOK, "012_Add.sql", -1},
        {LAYOUT_DAYBOOK, "012_.sql", -1},
        {LAYOUT_DAYBOOK, "012.sql", -1},
        {LAYOUT_DAYBOOK, "999999999999999999_x.sql", 999999999999999999},
        {LAYOUT_DAYBOOK, "1000000000000000000_x.sql", -1},
        {LAYOUT_SQITCH, "013_x.sql", 13},
        {LAYOUT_SQITCH, "x.sql", -1},
        {LAYOUT_SQLX, "0001_Add Users.sql", 1},
        {LAYOUT_SQLX, "20260131120000_x.up.sql", 20260131120000},
        {LAYOUT_SQLX, "1-x.sql", -1},
        {LAYOUT_DBMATE, "20260131120000.sql", 20260131120000},
        {LAYOUT_DBMATE, "7-x.sql", 7},
        {LAYOUT_GOLANG, "000010_x.up.sql", 10},
        {LAYOUT_GOLANG, "10_x.sql", -1},
        {LAYOUT_GOLANG, "10.up.sql", -1},
        {LAYOUT_FLYWAY, "V001__x.sql", 1},
        {LAYOUT_FLYWAY, "B12__x y.sql", 12},
        {LAYOUT_FLYWAY, "V1__.sql", 1},
        {LAYOUT_FLYWAY, "V1_x.sql", -1},
        {LAYOUT_FLYWAY, "V1.sql", -1},
        {LAYOUT_FLYWAY, "V1.2__x.sql", -1}, /* whole numbers only, unless the module says otherwise */
        {LAYOUT_FLYWAY, "V1.0__x.sql", 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t number = layout_number(cases[i].l, &whole, cases[i].name);
        if (number != cases[i].number)
            fail_msg("%s %s: %lld", layout_name(cases[i].l), cases[i].name, (long long)number);
    }
}

static void makes_versions_numbers_in_their_order(void **state)
{
    (void)state;
    static const layout_versions v = {{3, 3}, 2};
    static const struct {
        const char *version;
        int64_t number;
    } cases[] = {
        {"0", 0},
        {"0.0.1", 1},
        {"0.9", 9000},
        {"0.10", 10000},
        {"1", 1000000},
        {"1.0.0", 1000000},
        {"001.000", 1000000},
        {"1_0_1", 1000001},
        {"1.2", 1002000},
        {"1.2.3", 1002003},
        {"1_2.3", 1002003},
        {"1.2.3.0", 1002003},
        {"1.10", 1010000},
        {"1.999.999", 1999999},
        {"2", 2000000},
        {"123456789012.1", 123456789012001000},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t number = layout_version_number(&v, cases[i].version);
        if (number != cases[i].number)
            fail_msg("%s: %lld", cases[i].version, (long long)number);
    }
    static const char *const none[] = {"",
                                       "x",
                                       "1.",
                                       ".1",
                                       "1..2",
                                       "1__2",
                                       "1.2x",
                                       "1.1000",
                                       "1.2.3.4",
                                       "1.2 ",
                                       "-1",
                                       "1234567890123",
                                       "1234567890123456789"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (layout_version_number(&v, none[i]) != -1)
            fail_msg("%s: %lld", none[i], (long long)layout_version_number(&v, none[i]));
    assert_int_equal(layout_number(LAYOUT_FLYWAY, &v, "V1_2__x.sql"), 1002000);
    assert_int_equal(layout_number(LAYOUT_FLYWAY, &v, "V1.2_3__4__x.sql"), 1002003);
    assert_int_equal(layout_number(LAYOUT_FLYWAY, &v, "V1.1000__x.sql"), -1);
}

static void finds_how_wide_versions_are(void **state)
{
    (void)state;
    layout_versions v = {{0}, 0};
    assert_true(layout_versions_widen(&v, "V12__x.sql"));
    assert_int_equal(v.count, 0);
    assert_true(layout_versions_widen(&v, "V1.2__x.sql"));
    assert_int_equal(v.count, 1);
    assert_int_equal(v.digits[0], 3); /* what comes later may be longer than what is there */
    assert_true(layout_versions_widen(&v, "V1_20260131_1__x.sql"));
    assert_int_equal(v.count, 2);
    assert_int_equal(v.digits[0], 8);
    assert_int_equal(v.digits[1], 3);
    assert_int_equal(layout_number(LAYOUT_FLYWAY, &v, "V1_20260131_1__x.sql"), 120260131001);
    assert_false(layout_versions_widen(&v, "V20260131__x.sql")); /* 8 + 8 + 3 digits */
    assert_false(layout_versions_widen(&v, "V1.1.1.1.1.1.1.1__x.sql"));
    v = (layout_versions){{0}, 0};
    assert_false(layout_versions_widen(&v, "V1.1234567890123456789__x.sql"));
}

static void takes_of_dbmate_s_files_the_up_block(void **state)
{
    (void)state;
    static const char *const good[][2] = {
        {"-- migrate:up\na;\n-- migrate:down\nb;\n", "-- migrate:up\na;\n"},
        {"-- note\n\n--migrate:up transaction:false\na;\n--  migrate:down\nb;\n",
         "-- note\n\n--migrate:up transaction:false\na;\n"},
        {"-- migrate:up\n-- migrate:downhill\n  -- migrate:down\na;\n",
         "-- migrate:up\n-- migrate:downhill\n  -- migrate:down\na;\n"},
        {"-- migrate:up", "-- migrate:up"},
    };
    static const char *const bad[][2] = {
        {"a;\n", "no line"},
        {"", "no line"},
        {"-- migrate:upwards\na;\n", "no line"},
        {"select '\n -- migrate:up\n'", "no line"},
        {"-- migrate:down\nb;\n-- migrate:up\na;\n", "comes before"},
        {"a;\n-- migrate:up\nb;\n", "something before"},
    };
    size_t length = 0;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_null(layout_dbmate_up(good[i][0], &length));
        assert_int_equal(length, strlen(good[i][1]));
        assert_memory_equal(good[i][0], good[i][1], length);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const char *wrong = layout_dbmate_up(bad[i][0], &length);
        assert_non_null(wrong);
        if (!strstr(wrong, bad[i][1]))
            fail_msg("case %zu: %s", i, wrong);
    }
}

/* The checksum of nothing but the lines, whatever ends them. */
static void has_flyway_s_checksum(void **state)
{
    (void)state;
    assert_int_equal(layout_flyway_checksum(""), 0);
    assert_int_equal(layout_flyway_checksum("\n\n"), 0);
    assert_int_equal(layout_flyway_checksum("123456789"), -873187034); /* 0xcbf43926, the published vector */
    static const char *const same[] = {"1234\n56789\n", "1234\r\n56789", "1234\r56789\r",
                                       "\n1234\n\n56789\n\n"};
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        assert_int_equal(layout_flyway_checksum(same[i]), -873187034);
    assert_int_not_equal(layout_flyway_checksum("1234 56789"), -873187034);
}

static void describes_as_sqlx_does(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"001_add_users.sql", "add users"},
                                           {"20260131_add_users.up.sql", "add users"},
                                           {"1_a.up.sql.sql", "a.up.sql"},
                                           {"1_.sql", ""}};
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(layout_sqlx_description(a, cases[i][0]), cases[i][1]);
    arena_free(a);
}

static void has_sqlx_s_lock(void **state)
{
    (void)state;
    assert_true(layout_sqlx_key("postgres") == INT64_C(368907709894077238)); /* published vectors */
    assert_true(layout_sqlx_key("trading") == INT64_C(3240178890854078544));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_its_names),
        cmocka_unit_test(tells_migrations_from_what_is_beside_them),
        cmocka_unit_test(reads_numbers_as_strictly_as_their_tools),
        cmocka_unit_test(makes_versions_numbers_in_their_order),
        cmocka_unit_test(finds_how_wide_versions_are),
        cmocka_unit_test(takes_of_dbmate_s_files_the_up_block),
        cmocka_unit_test(has_flyway_s_checksum),
        cmocka_unit_test(describes_as_sqlx_does),
        cmocka_unit_test(has_sqlx_s_lock),
    };
    return UNIT_RUN(tests);
}
