#include "../unit.h"

#include "schema/tap_matrix.h"

static const char conf[] = "[api]\nx.\"o'dd\" = select, update(a)\n[public]\nexecute = x.fn(uuid)\n"
                           "[sensitive]\ntables = x.t\n";

static dbk_err *make(arena *a, const char *prefix, tap_source *out)
{
    static const char *schemas[] = {"x"};
    module m = {.name = "mine", .schemas = {schemas, 1}};
    dbk_err *e = grants_conf_parse(a, "mine/grants.conf", conf, &m.grants);
    return e ? e : tap_matrix_source(a, &m, prefix, out);
}

static void every_line_of_a_role_is_a_row(void **state)
{
    (void)state;
    arena *a = unit_arena();
    tap_source s;
    unit_ok(make(a, "p_", &s));
    assert_string_equal(s.path, "mine/grants.conf");
    assert_non_null(strstr(s.text, "insert into our_schema values ('x');"));
    assert_non_null(strstr(s.text, "insert into our_role values ('p_api', 'api');"));
    assert_non_null(strstr(s.text, "('p_api', 'relation', 'x', 'o''dd', null, 'UPDATE', 'a');"));
    assert_non_null(strstr(s.text, "('', 'function', 'x', 'fn', 'uuid', 'EXECUTE', null);"));
    assert_null(strstr(s.text, "sensitive"));
    unit_ok(make(a, NULL, &s));
    assert_non_null(strstr(s.text, "'daybook_api'"));
    assert_false(tap_needs_pgtap(s.text));
    arena_free(a);
}

static dbk_err *make_once(void *ctx)
{
    (void)ctx;
    tap_source s;
    arena *a = arena_new(0);
    dbk_err *e = a ? make(a, NULL, &s) : err_oom();
    arena_free(a);
    return e;
}

static void short_memory_is_an_error(void **state)
{
    (void)state;
    assert_true(unit_each_allocation_fails(make_once, NULL) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_of_a_role_is_a_row),
        cmocka_unit_test(short_memory_is_an_error),
    };
    return UNIT_RUN(tests);
}
