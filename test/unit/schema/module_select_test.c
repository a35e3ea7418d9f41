#include "../unit.h"

#include "schema/module.h"

#define NAMES(...)                                                                                           \
    {                                                                                                        \
        (const char *[]){__VA_ARGS__}, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)                \
    }

/* a stands alone and is always there; c needs b and a; own is a team's; x and y need each other; z needs what
 * is not there. */
static module modules[] = {
    {.name = "a", .built_in = true, .always = true},
    {.name = "b", .built_in = true, .requires = NAMES("a")},
    {.name = "c", .built_in = true, .requires = NAMES("b", "a")},
    {.name = "market", .built_in = true, .requires = NAMES("a")},
    {.name = "own", .requires = NAMES("b")},
};
static const module_set usual = {modules, sizeof(modules) / sizeof(modules[0])};

static const char *order(arena *a, const module_set *set, const schema_choice *choice,
                         const module_names *remembered)
{
    module_order found;
    const char *text = "";
    unit_ok(module_select(a, set, choice, remembered ? remembered : &(module_names){0}, &found));
    for (size_t i = 0; i < found.count; i++)
        text =
            arena_printf(a, "%s%s%s%s", text, i ? " " : "", found.items[i]->name, found.chosen[i] ? "!" : "");
    return text;
}

static void brings_requirements_first(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *const c[] = {"c"};
    assert_string_equal(order(a, &usual, &(schema_choice){.modules = c, .module_count = 1}, NULL), "a b c!");
    assert_string_equal(order(a, &usual, &(schema_choice){.profile = "research"}, NULL), "a market!");
    assert_string_equal(order(a, &usual, &(schema_choice){.profile = "full"}, NULL), "a! b! c! market! own!");
    arena_free(a);
}

static void goes_on_with_what_is_remembered(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const module_names remembered = NAMES("a", "market");
    const char *const b[] = {"b"};
    assert_string_equal(order(a, &usual, &(schema_choice){0}, NULL), "a! b! c! market! own!");
    assert_string_equal(order(a, &usual, &(schema_choice){0}, &remembered), "a b market own!");
    assert_string_equal(order(a, &usual, &(schema_choice){.modules = b, .module_count = 1}, &remembered),
                        "a b! market");
    arena_free(a);
}

static void refuses_unknown_names_and_says_what_is_known(void **state)
{
    (void)state;
    arena *a = unit_arena();
    module_order found;
    const module_names none = {0};
    const char *const bad[] = {"tradign"};
    dbk_err *e = module_select(a, &usual, &(schema_choice){.modules = bad, .module_count = 1}, &none, &found);
    assert_non_null(e);
    assert_string_equal(err_hint(e), "known modules: a, b, c, market, own");
    unit_refused(e, ERR_USAGE, "there is no module \"tradign\"");
    unit_refused(module_select(a, &usual, &(schema_choice){.profile = "robot"}, &none, &found), ERR_USAGE,
                 "profile \"robot\"");
    unit_refused(module_select(a, &usual, &(schema_choice){.profile = "bot"}, &none, &found), ERR_USAGE,
                 "the profile \"bot\" needs the module \"trading\"");
    arena_free(a);
}

static void refuses_circles_and_holes(void **state)
{
    (void)state;
    arena *a = unit_arena();
    module_order found;
    const module_names none = {0};
    module circle[] = {{.name = "w", .requires = NAMES("x")},
                       {.name = "x", .requires = NAMES("y")},
                       {.name = "y", .requires = NAMES("x")}};
    module hole[] = {{.name = "z", .requires = NAMES("missing")}};
    unit_refused(module_select(a, &(module_set){circle, 3}, &(schema_choice){0}, &none, &found), ERR_INPUT,
                 "w -> x -> y -> x");
    unit_refused(module_select(a, &(module_set){hole, 1}, &(schema_choice){0}, &none, &found), ERR_INPUT,
                 "requires \"missing\", which does not exist");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brings_requirements_first),
        cmocka_unit_test(goes_on_with_what_is_remembered),
        cmocka_unit_test(refuses_unknown_names_and_says_what_is_known),
        cmocka_unit_test(refuses_circles_and_holes),
    };
    return UNIT_RUN(tests);
}
