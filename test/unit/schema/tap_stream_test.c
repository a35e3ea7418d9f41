#include "../unit.h"

#include "schema/tap_int.h"

static tap_stream stream_of(arena *a, const char *text)
{
    tap_stream s;
    tap_stream_init(&s, a);
    unit_ok(tap_stream_take(&s, text, 3));
    return s;
}

static void points_have_verdict_text_and_diagnostics(void **state)
{
    (void)state;
    arena *a = unit_arena();
    tap_stream s = stream_of(a, "1..4\nok 1 - one\nnot ok 2 - two\n# Failed\n#     have: 1\nok 3 # skip no\n"
                                "not ok 4 - four # TODO later\nnoise\n# of nobody");
    unit_ok(tap_stream_end(&s));
    const tap_point *p = s.first;
    assert_int_equal(p->verdict, TAP_PASSED);
    assert_string_equal(p->description, "one");
    assert_int_equal(p->line, 3);
    p = p->next;
    assert_int_equal(p->verdict, TAP_FAILED);
    assert_string_equal(p->diagnostics, "Failed\n    have: 1");
    p = p->next;
    assert_int_equal(p->verdict, TAP_SKIPPED);
    assert_string_equal(p->reason, "no");
    assert_string_equal(p->description, "");
    p = p->next;
    assert_int_equal(p->verdict, TAP_TODO);
    assert_string_equal(p->description, "four");
    assert_string_equal(p->reason, "later");
    assert_null(p->diagnostics);
    assert_null(p->next);
    arena_free(a);
}

/* The point that the end adds, NULL when the stream is whole. */
static const tap_point *complaint(arena *a, const char *text)
{
    tap_stream s = stream_of(a, text);
    const tap_point *last = s.last;
    unit_ok(tap_stream_end(&s));
    return s.last == last ? NULL : s.last;
}

static void the_plan_is_kept_or_broken(void **state)
{
    (void)state;
    static const struct {
        const char *text, *complaint;
    } cases[] = {
        {"1..1\nok 1", NULL},
        {"ok 1\n1..1", NULL}, /* as no_plan() does */
        {"ok\nok\n1..2", NULL},
        {"ok 1", "the file has no plan"},
        {"", "the file has no plan"},
        {"1..2\nok 1", "planned 2 assertions, 1 ran"},
        {"1..1\nok 1\nok 2", "planned 1 assertions, 2 ran"},
        {"1..0", "the whole file"},
        {"1..2\nok 1\nok 3", "the numbers of the points are not 1, 2, 3 ..."},
        {"1..1\nok 1\n1..1", "there are two plans"},
        {"1..99999999999\nok 1", "the plan is no plausible number"},
        {"1..1\nok 1\nBail out! no disk", "the file bailed out"},
        {"1..1\nokay\nnot okay\n    ok 1 - of a subtest\nok 1", NULL},
    };
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const tap_point *p = complaint(a, cases[i].text);
        if (!cases[i].complaint)
            assert_null(p);
        else
            assert_string_equal(p ? p->description : "", cases[i].complaint);
    }
    assert_int_equal(complaint(a, "1..0 # SKIP nothing here")->verdict, TAP_SKIPPED);
    assert_string_equal(complaint(a, "1..0 # SKIP nothing here")->reason, "nothing here");
    arena_free(a);
}

static void calls_of_pgtap_are_found(void **state)
{
    (void)state;
    assert_true(tap_needs_pgtap("begin; select plan(3);"));
    assert_true(tap_needs_pgtap("select * from no_plan ( );"));
    assert_false(tap_needs_pgtap("select '1..1'; select 'ok 1 - the plan holds';"));
    assert_false(tap_needs_pgtap("select my_plan(1);"));
}

static dbk_err *take_text(void *ctx)
{
    (void)ctx;
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    tap_stream s;
    tap_stream_init(&s, a);
    dbk_err *e = tap_stream_take(&s, "1..2\nok 1 - a # SKIP b\nnot ok 2\n# c\n# d", 1);
    if (!e)
        e = tap_stream_end(&s);
    arena_free(a);
    return e;
}

static void short_memory_is_an_error(void **state)
{
    (void)state;
    assert_true(unit_each_allocation_fails(take_text, NULL) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_have_verdict_text_and_diagnostics),
        cmocka_unit_test(the_plan_is_kept_or_broken),
        cmocka_unit_test(calls_of_pgtap_are_found),
        cmocka_unit_test(short_memory_is_an_error),
    };
    return UNIT_RUN(tests);
}
