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

static void reads_objects_of_a_privilege(void **state)
{
    (void)state;
    arena *a = unit_arena();
    grants_conf g;
    unit_ok(grants_conf_parse(a, "m/grants.conf",
                              "[executor]\nexecute = t.f, t.g(uuid, text),\n    t.h()\n"
                              "[lab_reader]\nselect = t.*, t.o(a, b)\n",
                              &g));
    assert_int_equal(g.count, 6);
    assert_string_equal(g.items[0].role, "executor");
    assert_string_equal(g.items[0].kind, "function");
    assert_null(g.items[0].arguments);
    assert_string_equal(g.items[1].arguments, "uuid, text");
    assert_string_equal(g.items[2].name, "h");
    assert_string_equal(g.items[2].arguments, "");
    assert_string_equal(g.items[3].kind, "relation");
    assert_string_equal(g.items[3].schema, "t");
    assert_null(g.items[3].name);
    assert_string_equal(g.items[5].column, "b");
    arena_free(a);
}

static void reads_every_kind_of_object(void **state)
{
    (void)state;
    static const struct {
        const char *text, *kind, *schema, *name, *privilege;
    } cases[] = {
        {"[api]\ndatabase = connect\n", "database", NULL, NULL, "CONNECT"},
        {"[api]\nschema t = usage\n", "schema", "t", NULL, "USAGE"},
        {"[public]\ntype t.side = usage\n", "type", "t", "side", "USAGE"},
        {"[api]\nt.f(uuid) = execute\n", "function", "t", "f", "EXECUTE"},
        {"[row security]\nt.o = enabled\n", "relation", "t", "o", "ENABLED"},
        {"[sensitive]\ntables = t.o\n", "relation", "t", "o", "SENSITIVE"},
        {"[api]\n\"Mixed Case\".\"a \"\"b\"\"\" = select\n", "relation", "Mixed Case", "a \"b\"", "SELECT"},
        {"[api]\nschema.database = select\n", "relation", "schema", "database", "SELECT"},
        {"[api]\nlanguage plpgsql = usage\n", "language", NULL, "plpgsql", "USAGE"},
        {"[api]\nforeign data wrapper \"Far\" = usage\n", "foreign data wrapper", NULL, "Far", "USAGE"},
        {"[api]\nusage = foreign server far\n", "foreign server", NULL, "far", "USAGE"},
        {"[api]\nparameter \"app.note\" = alter system\n", "parameter", NULL, "app.note", "ALTER SYSTEM"},
        {"[api]\nalter system = parameter log_statement\n", "parameter", NULL, "log_statement",
         "ALTER SYSTEM"},
        {"[api]\nlarge object 4711 = select\n", "large object", NULL, "4711", "SELECT"},
        {"[api]\nt.o = maintain\n", "relation", "t", "o", "MAINTAIN"},
        {"[api]\nlanguage.language = select\n", "relation", "language", "language", "SELECT"},
        {"[owner revoked]\nt.o = delete\n", "relation", "t", "o", "DELETE"},
    };
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        grants_conf g;
        unit_ok(grants_conf_parse(a, "m/grants.conf", cases[i].text, &g));
        assert_int_equal(g.count, 1);
        assert_string_equal(g.items[0].kind, cases[i].kind);
        assert_string_equal(g.items[0].privilege, cases[i].privilege);
        assert_int_equal(g.items[0].schema == NULL, cases[i].schema == NULL);
        assert_int_equal(g.items[0].name == NULL, cases[i].name == NULL);
        if (cases[i].schema)
            assert_string_equal(g.items[0].schema, cases[i].schema);
        if (cases[i].name)
            assert_string_equal(g.items[0].name, cases[i].name);
    }
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
        {"[api]\nexecute = t.f, t.f\n", "given twice"},
        {"[api]\nexecute = t.*\n", "a star stands for tables and views only"},
        {"[api]\nexecute = t.f(uuid\n", "a closing parenthesis is missing"},
        {"[api]\nTrading.o = select\n", "a name is missing; one with capitals"},
        {"[api]\nt.\"o = select\n", "a quoted name does not end"},
        {"[api]\nt.\"\" = select\n", "a quoted name does not end"},
        {"[api]\nschema t = select\n", "cannot be given on such an object"},
        {"[api]\nt.o = connect\n", "cannot be given on such an object"},
        {"[api]\nt.o = enabled\n", "not a privilege"},
        {"[api]\ntables = t.o\n", "has no place in this section"},
        {"[row security]\nt.o = select\n", "not a privilege"},
        {"[owner revoked]\nt.o = update(a)\n", "an owner's rights are those on the whole table"},
        {"[api]\nlanguage sql = select\n", "cannot be given on such an object"},
        {"[api]\nparameter p = alter\n", "not a privilege"},
        {"[api]\nlarge object 1 = select(a)\n", "cannot be given on columns"},
        {"[api]\nforeign server = usage\n", "a relation is named with its schema"},
        {"[api]\nt.o(uuid) = select\n", "only a function has parameters"},
        {"[api]\na.b.c = select\n", "a relation is named with its schema"},
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
        cmocka_unit_test(reads_privileges_and_columns), cmocka_unit_test(reads_objects_of_a_privilege),
        cmocka_unit_test(reads_every_kind_of_object),   cmocka_unit_test(an_empty_file_grants_nothing),
        cmocka_unit_test(refuses_with_file_and_line),
    };
    return UNIT_RUN(tests);
}
