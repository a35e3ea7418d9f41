#include "../unit.h"

#include "core/json.h"
#include "pgquery/pgquery.h"

static void parses_what_the_server_would(void **state)
{
    (void)state;
    arena *a = unit_arena();
    pgquery *p;
    pgquery_answer answer;
    json_t *tree;
    unit_ok(pgquery_start(a, &p));
    unit_ok(pgquery_parse(p, PGQUERY_SQL, "select 1; update a.b set c = 'é'", &answer));
    assert_null(answer.error);
    unit_ok(json_parse(answer.json, answer.length, "answer", &tree));
    assert_int_equal(json_array_size(json_object_get(tree, "stmts")), 2);
    json_decref(tree);
    unit_ok(pgquery_parse(p, PGQUERY_PLPGSQL,
                          "create function f() returns int language plpgsql as $$ begin return 1; end $$",
                          &answer));
    assert_null(answer.error);
    assert_non_null(strstr(answer.json, "PLpgSQL_stmt_return"));
    arena_free(a);
}

static void says_where_a_text_is_wrong(void **state)
{
    (void)state;
    arena *a = unit_arena();
    pgquery *p;
    pgquery_answer answer;
    unit_ok(pgquery_start(a, &p));
    unit_ok(pgquery_parse(p, PGQUERY_SQL, "select 'é' frm x y", &answer));
    assert_null(answer.json);
    assert_string_equal(answer.error, "syntax error at or near \"x\"");
    assert_int_equal(answer.error_char, 16);
    arena_free(a);
}

/* The assertion inside the library that a body is a string ends the child, not the caller. */
static void survives_the_end_of_the_parser(void **state)
{
    (void)state;
    arena *a = unit_arena();
    pgquery *p;
    pgquery_answer answer;
    unit_ok(pgquery_start(a, &p));
    for (int i = 0; i < 2; i++) {
        unit_ok(pgquery_parse(p, PGQUERY_PLPGSQL, "create function f() returns int language sql return 1",
                              &answer));
        assert_null(answer.json);
        assert_non_null(strstr(answer.error, "the parser was ended by signal 6"));
    }
    unit_ok(pgquery_parse(p, PGQUERY_SQL, "select 1", &answer));
    assert_non_null(answer.json);
    arena_free(a);
}

static void refuses_what_is_too_long(void **state)
{
    (void)state;
    arena *a = unit_arena();
    pgquery *p;
    pgquery_answer answer;
    char *text = mem_alloc(PGQUERY_TEXT_MAX + 2);
    assert_non_null(text);
    memset(text, ' ', PGQUERY_TEXT_MAX + 1);
    unit_ok(pgquery_start(a, &p));
    unit_refused(pgquery_parse(p, PGQUERY_SQL, text, &answer), ERR_LIMIT, "too long");
    mem_free(text);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_what_the_server_would),
        cmocka_unit_test(says_where_a_text_is_wrong),
        cmocka_unit_test(survives_the_end_of_the_parser),
        cmocka_unit_test(refuses_what_is_too_long),
    };
    return UNIT_RUN(tests);
}
