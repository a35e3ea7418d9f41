#include "../unit.h"

#include "schema/grants_conf.h"

static void reads_privileges_and_columns(void **state)
{
    (void)state;
    arena *a = unit_arena();
    grants_conf g;
    unit_ok(grants_conf_parse(
        a, "m/grants.conf",
        "; why\n[api]\nt.orders = select , insert, update( a,b ,\n   c )\nt.s_seq = usage\n", &g));
    assert_int_equal(g.count, 6);
    assert_string_equal(g.path, "m/grants.conf");
    assert_string_equal(g.items[0].privilege, "SELECT");
    assert_null(g.items[1].column);
    assert_string_equal(g.items[4].object, "t.orders");
    assert_string_equal(g.items[4].privilege, "UPDATE");
    assert_string_equal(g.items[4].column, "c");
    assert_int_equal(g.items[5].line, 5);
    assert_string_equal(g.items[5].privilege, "USAGE");
    arena_free(a);
}

static void an_empty_file_grants_nothing(void **state)
{
    (void)state;
    arena *a = unit_arena();
    grants_conf g;
    unit_ok(grants_conf_parse(a, "m/grants.conf", "", &g));
    assert_int_equal(g.count, 0);
    arena_free(a);
}

static void refuses_with_file_and_line(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"[nobody]\nt.o = select\n", "m/grants.conf:2: unknown section [nobody]"},
        {"[api]\norders = select\n", "m/grants.conf:2: orders: a relation is named with its schema"},
        {"[api]\nt.o = select\nt.p = selct\n", "m/grants.conf:3: t.p: not a privilege"},
        {"[api]\nt.o =\n", "a privilege is missing"},
        {"[api]\nt.o = select,\n", "a privilege is missing"},
        {"[api]\nt.o = update()\n", "a name is missing"},
        {"[api]\nt.o = update(a\n", "a closing parenthesis is missing"},
        {"[api]\nt.o = delete(a)\n", "cannot be given on columns"},
        {"[api]\nt.o = select insert\n", "something follows"},
        {"[api]\nt.o = select, select\n", "given twice"},
        {"[api]\nt.o = update, update(a)\n", "given twice"},
    };
    arena *a = unit_arena();
    grants_conf g = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        unit_refused(grants_conf_parse(a, "m/grants.conf", cases[i][0], &g), ERR_INPUT, cases[i][1]);
    assert_int_equal(g.count, 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_privileges_and_columns),
        cmocka_unit_test(an_empty_file_grants_nothing),
        cmocka_unit_test(refuses_with_file_and_line),
    };
    return UNIT_RUN(tests);
}
