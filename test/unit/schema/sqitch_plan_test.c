#include "../unit.h"

#include "schema/sqitch_plan.h"

/* The ids below are those that `sqitch plan --format 'format:%h %n'` prints of this plan. */
static const char plan_text[] =
    "%syntax-version=1.0.0\n"
    "%project=shop\n"
    "%uri=HTTPS://GitHub.com:443\n"
    "\n"
    "# a comment\n"
    "appschema 2026-01-02T03:04:05Z Ann Lee <ann@example.org> # the schema\n"
    "users [appschema] 2026-01-02T03:05:05Z Ann Lee  <ann@example.org> # two\\nlines \\\\ and \xc3\xbcmlaut  "
    "\n"
    "@v1.0 2026-01-02T03:06:00Z Ann Lee <ann@example.org> # first release\n"
    "@v1.1 2026-01-02T03:06:30Z Ann Lee <ann@example.org>\n"
    "\n"
    "+ flips/one [shop:users appschema other:base@v2 !widgets !other:gadgets] 2026-01-03T00:00:00Z Bob "
    "<bob@example.org>\n"
    "users [users@v1.0] 2026-01-04T00:00:00Z Bob <bob@example.org> # reworked\n"
    "@v2 2026-01-05T00:00:00Z Bob <bob@example.org>\n"
    "orders 2026-01-06T00:00:00Z Bob <bob@example.org>\n";

static const char *const ids[] = {
    "3cd7f795e9b6ecdbc12e9ce77a274b76d80e9d9b", "a1a51f219c7921ea41da0f88394b95a3a9113341",
    "5a7119ea306fffe7cf63ff5f3edb6d65eb6d9986", "116c903490b42d0869c3c8c1bb0a7df970ce9467",
    "f2669c783e1e805af16461b7ceee78c439911f98"};

static void expect_ids(const sqitch_plan *plan)
{
    assert_int_equal(plan->count, sizeof(ids) / sizeof(ids[0]));
    for (size_t i = 0; i < plan->count; i++)
        assert_string_equal(plan->changes[i].id, ids[i]);
}

static void has_the_ids_that_sqitch_has(void **state)
{
    (void)state;
    arena *a = unit_arena();
    sqitch_plan plan;
    unit_ok(sqitch_plan_parse(a, "sqitch.plan", plan_text, &plan));
    assert_string_equal(plan.project, "shop");
    assert_string_equal(plan.changes[2].name, "flips/one");
    assert_int_equal(plan.changes[2].line, 11);
    expect_ids(&plan);
    arena_free(a);
}

static void line_ends_and_blanks_change_nothing(void **state)
{
    (void)state;
    arena *a = unit_arena();
    sqitch_plan plan;
    char *text = arena_alloc(a, 2 * sizeof(plan_text));
    size_t used = 0;
    for (const char *p = plan_text; *p; p++) {
        if (*p == '\n')
            text[used++] = '\r';
        text[used++] = *p;
    }
    unit_ok(sqitch_plan_parse(a, "sqitch.plan", text, &plan));
    expect_ids(&plan);
    arena_free(a);
}

static void an_edit_changes_all_ids_from_there_on(void **state)
{
    (void)state;
    arena *a = unit_arena();
    sqitch_plan plan;
    char *text = arena_strdup(a, plan_text);
    *strstr(text, "Bob <bob") = 'R';
    unit_ok(sqitch_plan_parse(a, "sqitch.plan", text, &plan));
    for (size_t i = 0; i < plan.count; i++)
        assert_int_equal(strcmp(plan.changes[i].id, ids[i]) == 0, i < 2);
    arena_free(a);
}

static void knows_where_the_scripts_are(void **state)
{
    (void)state;
    arena *a = unit_arena();
    sqitch_plan plan;
    unit_ok(sqitch_plan_parse(a, "sqitch.plan", plan_text, &plan));
    assert_false(plan.changes[0].reworked);
    assert_string_equal(plan.changes[0].scripts[0], "appschema.sql");
    assert_string_equal(plan.changes[2].scripts[0], "flips/one.sql");
    assert_true(plan.changes[1].reworked);
    assert_int_equal(plan.changes[1].script_count, 2);
    assert_string_equal(plan.changes[1].scripts[0], "users@v1.0.sql");
    assert_string_equal(plan.changes[1].scripts[1], "users@v1.1.sql");
    assert_false(plan.changes[3].reworked);
    assert_string_equal(plan.changes[3].scripts[0], "users.sql");
    arena_free(a);
}

/* As URI->canonical of Perl gives them; the id is that of the one change of such a plan. */
static void takes_an_uri_as_sqitch_does(void **state)
{
    (void)state;
    static const char *const same[][2] = {{"HTTP://x.ORG:80", "http://x.org/"},
                                          {"https://u:P@Ex.org", "https://u:P@ex.org/"},
                                          {"http://Example.org:8080/A?B", "http://example.org:8080/A?B"},
                                          {"https://X.org?q", "https://x.org?q"}};
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        sqitch_plan plans[2];
        for (size_t k = 0; k < 2; k++)
            unit_ok(sqitch_plan_parse(
                a, "p",
                arena_printf(a, "%%project=x\n%%uri=%s\n\nc 2026-01-02T03:04:05Z A <a@b.c>\n", same[i][k]),
                &plans[k]));
        assert_string_equal(plans[0].changes[0].id, plans[1].changes[0].id);
    }
    arena_free(a);
}

static void refuses_what_sqitch_cannot_read(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "no %project"},
        {"%syntax-version=1.0.0\n\nc 2026-01-02T03:04:05Z A <a@b.c>\n", "no %project"},
        {"%project=x\nc 2026-01-02T03:04:05Z A <a@b.c>\n", "p:2: the lines before"},
        {"%project=x\n\nc\n", "p:3: a name and the time"},
        {"%project=x\n\nc 2026-01-02 A <a@b.c>\n", "a name and the time"},
        {"%project=x\n\nc [d 2026-01-02T03:04:05Z A <a@b.c>\n", "not closed"},
        {"%project=x\n\nc 2026-01-02T03:04:05Z\n", "who planned it"},
        {"%project=x\n\nc 2026-01-02T03:04:05Z A a@b.c\n", "who planned it"},
        {"%project=x\n\n@t 2026-01-02T03:04:05Z A <a@b.c>\n", "a tag comes behind"},
        {"%project=x\n\n-c 2026-01-02T03:04:05Z A <a@b.c>\n", "reverts"},
        {"%project=x\n\nc 2026-01-02T03:04:05Z A <a@b.c>\nc 2026-01-02T03:04:05Z A <a@b.c>\n",
         "p:4: this change is in the plan before"},
    };
    arena *a = unit_arena();
    sqitch_plan plan;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        unit_refused(sqitch_plan_parse(a, "p", cases[i][0], &plan), ERR_INPUT, cases[i][1]);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_ids_that_sqitch_has),
        cmocka_unit_test(line_ends_and_blanks_change_nothing),
        cmocka_unit_test(an_edit_changes_all_ids_from_there_on),
        cmocka_unit_test(knows_where_the_scripts_are),
        cmocka_unit_test(takes_an_uri_as_sqitch_does),
        cmocka_unit_test(refuses_what_sqitch_cannot_read),
    };
    return UNIT_RUN(tests);
}
