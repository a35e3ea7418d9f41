#include "../unit.h"

#include "schema/quote.h"

static void quotes_identifiers_whatever_they_hold(void **state)
{
    (void)state;
    arena *a = unit_arena();
    char *out;
    unit_ok(quote_ident(a, "daybook_owner", &out));
    assert_string_equal(out, "\"daybook_owner\"");
    unit_ok(quote_ident(a, "Mein \"Name\"; drop table x", &out));
    assert_string_equal(out, "\"Mein \"\"Name\"\"; drop table x\"");
    arena_free(a);
}

static void refuses_identifiers_that_would_be_cut(void **state)
{
    (void)state;
    arena *a = unit_arena();
    char *out = NULL;
    unit_refused(quote_ident(a, "", &out), ERR_INPUT, "empty");
    unit_refused(quote_ident(a, "a234567890123456789012345678901234567890123456789012345678901234", &out),
                 ERR_INPUT, "longer than 63");
    assert_null(out);
    unit_ok(quote_ident(a, "a23456789012345678901234567890123456789012345678901234567890123", &out));
    arena_free(a);
}

static void quotes_literals_with_and_without_backslashes(void **state)
{
    (void)state;
    arena *a = unit_arena();
    char *out;
    unit_ok(quote_literal(a, "it's", &out));
    assert_string_equal(out, "'it''s'");
    unit_ok(quote_literal(a, "a\\'b", &out));
    assert_string_equal(out, "E'a\\\\''b'");
    unit_ok(quote_literal(a, "", &out));
    assert_string_equal(out, "''");
    arena_free(a);
}

static void finds_a_dollar_tag_that_the_text_lacks(void **state)
{
    (void)state;
    arena *a = unit_arena();
    char *out;
    unit_ok(quote_dollar(a, "x", &out));
    assert_string_equal(out, "$do$x$do$");
    unit_ok(quote_dollar(a, "$do$ and $do1$", &out));
    assert_string_equal(out, "$do2$$do$ and $do1$$do2$");
    arena_free(a);
}

static dbk_err *quote_all(void *ctx)
{
    (void)ctx;
    char *out;
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    dbk_err *e = quote_ident(a, "x", &out);
    if (!e)
        e = quote_literal(a, "x", &out);
    if (!e)
        e = quote_dollar(a, "x", &out);
    arena_free(a);
    return e;
}

static void says_when_memory_is_short(void **state)
{
    (void)state;
    assert_true(unit_each_allocation_fails(quote_all, NULL) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_identifiers_whatever_they_hold),
        cmocka_unit_test(refuses_identifiers_that_would_be_cut),
        cmocka_unit_test(quotes_literals_with_and_without_backslashes),
        cmocka_unit_test(finds_a_dollar_tag_that_the_text_lacks),
        cmocka_unit_test(says_when_memory_is_short),
    };
    return UNIT_RUN(tests);
}
