#include "../unit.h"

#include "schema/sql_scan.h"

/* The statements of text, joined by '|'. */
static const char *split(arena *a, const char *text)
{
    sql_scan scan;
    sql_statement s;
    const char *out = "";
    sql_scan_init(&scan, text);
    while (sql_scan_next(&scan, &s))
        out = arena_printf(a, "%s%s%.*s", out, *out ? "|" : "", (int)s.length, s.text);
    return out;
}

static void cuts_at_semicolons_outside_of_everything(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"select 1; select 2", "select 1|select 2"},
        {"  ;; -- only ; comments\n /* ; /* ; */ ; */ ;", ""},
        {"select ';' ; select 'it''s;'", "select ';'|select 'it''s;'"},
        {"select E'\\';' ; select 2", "select E'\\';'|select 2"},
        {"select E'a'\n '\\';' ; select 2", "select E'a'\n '\\';'|select 2"},
        {"select e 'x\\'; select 2", "select e 'x\\'|select 2"},
        {"select \"a;\"\"b\" ; select 2", "select \"a;\"\"b\"|select 2"},
        {"do $$ begin ; end $$; select 2", "do $$ begin ; end $$|select 2"},
        {"do $a$ $b$ ; $b$ $$ ; $a$; select 2", "do $a$ $b$ ; $b$ $$ ; $a$|select 2"},
        {"select $1; select a$b$; select 3", "select $1|select a$b$|select 3"},
        {"create rule r as on insert to t do (select 1; select 2); select 3",
         "create rule r as on insert to t do (select 1; select 2)|select 3"},
        {"create function f() returns int begin atomic select case when true then 1 end; select 2; end; "
         "select 3",
         "create function f() returns int begin atomic select case when true then 1 end; select 2; "
         "end|select 3"},
        {"create or replace procedure p() begin atomic select 1; end; select 3",
         "create or replace procedure p() begin atomic select 1; end|select 3"},
        {"select 1 --; x\n+ 2; select /*;*/ 3", "select 1 --; x\n+ 2|select /*;*/ 3"},
        {"select 'never closed; select 2", "select 'never closed; select 2"},
        {"select 5--/*\n; select 2 */* x */ 3", "select 5|select 2 */* x */ 3"},
    };
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(split(a, cases[i][0]), cases[i][1]);
    arena_free(a);
}

static void knows_the_first_words(void **state)
{
    (void)state;
    sql_scan scan;
    sql_statement s;
    sql_scan_init(&scan, "\n/* c */ CREATE /* x */ Unique INDEX concurrently i on t(a);(select 1)");
    assert_true(sql_scan_next(&scan, &s));
    assert_int_equal(s.word_count, 4);
    assert_string_equal(s.words[0], "create");
    assert_string_equal(s.words[3], "concurrently");
    assert_int_equal(s.offset, 9);
    assert_true(sql_scan_next(&scan, &s));
    assert_int_equal(s.word_count, 0);
    assert_false(sql_scan_next(&scan, &s));
}

static void refuses_what_is_not_a_module_s_to_say(void **state)
{
    (void)state;
    static const char *const forbidden[] = {"begin",
                                            "COMMIT",
                                            "end;",
                                            "rollback to x",
                                            "abort",
                                            "start transaction",
                                            "prepare transaction 'x'",
                                            "set role x",
                                            "set local role x",
                                            "set session authorization x",
                                            "reset role",
                                            "\\i file"};
    static const char *const allowed[] = {
        "set local work_mem = '1MB'", "prepare p as select 1",     "select 'begin'", "start_x()",
        "reset search_path",          "do $$ begin commit; end $$"};
    sql_scan scan;
    sql_statement s;
    const char *why = NULL;
    for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
        sql_scan_init(&scan, forbidden[i]);
        assert_true(sql_scan_next(&scan, &s));
        assert_true(sql_statement_is_forbidden(&s, &why));
        assert_non_null(why);
    }
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
        sql_scan_init(&scan, allowed[i]);
        assert_true(sql_scan_next(&scan, &s));
        assert_false(sql_statement_is_forbidden(&s, &why));
    }
}

static void counts_lines_and_characters(void **state)
{
    (void)state;
    static const char text[] = "a\n\xc3\xa4\xe2\x82\xac x\nend";
    sql_place place = sql_place_of(text, 0);
    assert_int_equal(place.line, 1);
    assert_int_equal(place.column, 1);
    place = sql_place_of(text, 8); /* x, after two characters of five bytes and a blank */
    assert_int_equal(place.line, 2);
    assert_int_equal(place.column, 4);
    assert_int_equal(place.line_length, 7);
    place = sql_place_of(text, 1000);
    assert_int_equal(place.line, 3);
    assert_int_equal(sql_char_offset(text, 1), 0);
    assert_int_equal(sql_char_offset(text, 4), 4);
    assert_int_equal(sql_char_offset(text, 1000), sizeof(text) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_at_semicolons_outside_of_everything),
        cmocka_unit_test(knows_the_first_words),
        cmocka_unit_test(refuses_what_is_not_a_module_s_to_say),
        cmocka_unit_test(counts_lines_and_characters),
    };
    return UNIT_RUN(tests);
}
