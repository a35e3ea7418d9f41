#include "../unit.h"

#include "core/json_tree.h"

static const json_tree *read_tree(arena *a, const char *text)
{
    const json_tree *tree = NULL;
    unit_ok(json_tree_parse(a, text, strlen(text), "state", &tree));
    return tree;
}

/* What a server's jsonb prints of the same. */
static void prints_canonical_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {"null", "null"},
        {" [ true , false ] ", "[true, false]"},
        {"{}", "{}"},
        {"[]", "[]"},
        {"{\"bb\":1,\"a\":2,\"c\":{\"x\":[]}}", "{\"a\": 2, \"c\": {\"x\": []}, \"bb\": 1}"},
        {"{\"a\":1,\"a\":2}", "{\"a\": 2}"},
        {"[1.50, -0.0, -0, 1e2, 1.5e1, 1.50e1, 15E-1, 1e-3, 0e5, -12.5e-3]",
         "[1.50, 0.0, 0, 100, 15, 15.0, 1.5, 0.001, 0, -0.0125]"},
        {"123456789012345678901234567890.5", "123456789012345678901234567890.5"},
        {"\"a\\u00e9\\ud83d\\ude00\\/\\n\\u0001\\\"\\\\\"",
         "\"a\xc3\xa9\xf0\x9f\x98\x80/\\n\\u0001\\\"\\\\\""},
        {"\"\x7f\"", "\"\x7f\""},
    };
    arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        buf text;
        buf_init(&text, 0);
        json_tree_append(&text, read_tree(a, cases[i].text));
        assert_string_equal(text.data, cases[i].canonical);
        buf_term(&text);
    }
    arena_free(a);
}

static void refuses_and_says_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "state is not valid JSON: line 1, column 1: a value is missing"},
        {"{\"a\":\n 1,}", "line 2, column 4: a name is missing"},
        {"{} {}", "something follows"},
        {"[1 2]", "a comma or the end is missing"},
        {"[NaN]", "neither a value nor a number"},
        {"01", "neither a value nor a number"},
        {"1.", "ends with its point"},
        {"1e", "an exponent without digits"},
        {"1e99999999999", "of that size"},
        {"\"a", "has no end"},
        {"\"\\x\"", "an unknown escape"},
        {"\"\\u00g0\"", "four hexadecimal digits"},
        {"\"\\ud800\"", "surrogate"},
        {"\"\\u0000\"", "cannot hold"},
        {"\"\xff\"", "not UTF-8"},
        {"\"\n\"", "a control character"},
        {"{\"a\" 1}", "a colon is missing"},
    };
    arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const json_tree *tree = NULL;
        unit_refused(json_tree_parse(a, cases[i].text, strlen(cases[i].text), "state", &tree), ERR_INPUT,
                     cases[i].message);
        assert_null(tree);
    }
    arena_free(a);
}

static void nests_so_deep_and_no_deeper(void **state)
{
    (void)state;
    char text[512];
    const json_tree *tree = NULL;
    arena *a = arena_new(0);
    memset(text, '[', 200);
    memset(text + 200, ']', 200);
    unit_ok(json_tree_parse(a, text, 400, "state", &tree));
    memset(text, '[', 201);
    memset(text + 201, ']', 201);
    unit_refused(json_tree_parse(a, text, 402, "state", &tree), ERR_INPUT, "nested too deep");
    arena_free(a);
}

static void finds_and_leaves_out(void **state)
{
    (void)state;
    arena *a = arena_new(0);
    const json_tree *tree = read_tree(a, "{\"as_of\": \"now\", \"qty\": 1.10}");
    assert_string_equal(json_tree_get(tree, "qty")->text, "1.10");
    assert_null(json_tree_get(tree, "none"));
    assert_null(json_tree_get(json_tree_get(tree, "qty"), "none"));
    const json_tree *rest = json_tree_without(a, tree, "as_of");
    assert_int_equal(rest->count, 1);
    assert_null(json_tree_get(rest, "as_of"));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_canonical_text),
        cmocka_unit_test(refuses_and_says_where),
        cmocka_unit_test(nests_so_deep_and_no_deeper),
        cmocka_unit_test(finds_and_leaves_out),
    };
    return UNIT_RUN(tests);
}
