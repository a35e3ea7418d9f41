#include "../unit.h"

#include "schema/bootstrap.h"
#include "schema/grants_roles.h"

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *p = strstr(text, part); p; p = strstr(p + 1, part))
        count++;
    return count;
}

static void makes_every_role_and_the_members(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *logins[] = {"trader", "ops"};
    char *sql;
    unit_ok(schema_bootstrap_sql(
        a,
        &(bootstrap_options){
            .role_prefix = "gordon_", .database = "fleet", .logins = logins, .login_count = 2},
        &sql));
    assert_int_equal(occurrences(sql, "create role"), GRANTS_ROLE_COUNT);
    assert_non_null(strstr(sql, "'gordon_owner'"));
    assert_non_null(strstr(sql, "'gordon_api'"));
    assert_non_null(strstr(sql, "create, temporary on database %I to %I', 'fleet', 'gordon_owner'"));
    assert_int_equal(occurrences(sql, "grant %I to %I', 'gordon_migrator', 'trader'"), 1);
    assert_int_equal(occurrences(sql, "grant %I to %I', 'gordon_owner', 'gordon_migrator'"), 1);
    /* Two of migrator, two of the server's own, two logins. */
    assert_int_equal(occurrences(sql, "with inherit true, set true"), 6);
    /* All but api, and owner, which gets more. */
    assert_int_equal(occurrences(sql, "grant connect on database"), GRANTS_ROLE_COUNT - 2);
    assert_int_equal(occurrences(sql, "revoke connect, temporary on database %I from public', 'fleet'"), 1);
    arena_free(a);
}

static void means_the_database_it_is_run_in_when_none_is_named(void **state)
{
    (void)state;
    arena *a = unit_arena();
    char *sql;
    unit_ok(schema_bootstrap_sql(a, &(bootstrap_options){0}, &sql));
    assert_non_null(strstr(sql, "to %I', pg_catalog.current_database(), 'daybook_owner')"));
    assert_null(strstr(sql, "'login"));
    arena_free(a);
}

static void makes_logins_only_when_asked(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *logins[] = {"trader"};
    char *sql;
    unit_ok(schema_bootstrap_sql(
        a, &(bootstrap_options){.logins = logins, .login_count = 1, .create_logins = true}, &sql));
    assert_int_equal(occurrences(sql, "create role"), GRANTS_ROLE_COUNT + 1);
    assert_non_null(strstr(sql, "create role %I login nosuperuser"));
    arena_free(a);
}

static void keeps_hostile_names_inside_their_quotes(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *logins[] = {"x'; drop table y; --", "$do$"};
    char *sql;
    unit_ok(schema_bootstrap_sql(a, &(bootstrap_options){.logins = logins, .login_count = 2}, &sql));
    assert_non_null(strstr(sql, "'x''; drop table y; --'"));
    assert_non_null(strstr(sql, "do $do1$"));
    arena_free(a);
}

static void refuses_names_that_cannot_be(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *logins[] = {""};
    char *sql = NULL;
    unit_refused(schema_bootstrap_sql(a, &(bootstrap_options){.logins = logins, .login_count = 1}, &sql),
                 ERR_INPUT, "bootstrap");
    unit_refused(schema_bootstrap_sql(
                     a,
                     &(bootstrap_options){.role_prefix =
                                              "a23456789012345678901234567890123456789012345678901234567890"},
                     &sql),
                 ERR_INPUT, "bootstrap");
    assert_null(sql);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_every_role_and_the_members),
        cmocka_unit_test(means_the_database_it_is_run_in_when_none_is_named),
        cmocka_unit_test(makes_logins_only_when_asked),
        cmocka_unit_test(keeps_hostile_names_inside_their_quotes),
        cmocka_unit_test(refuses_names_that_cannot_be),
    };
    return UNIT_RUN(tests);
}
