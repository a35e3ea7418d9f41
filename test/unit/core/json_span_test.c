#include "../unit.h"

#include "core/json_span.h"

typedef struct fixture {
    json_spans spans;
    json_span_end outcome;
    size_t end;
} fixture;

static int setup(void **state)
{
    fixture *f = mem_alloc(sizeof(*f));
    json_spans_init(&f->spans, 1000);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    json_spans_term(&f->spans);
    mem_free(f);
    return 0;
}

static void begin(fixture *f, const char *text, bool last)
{
    unit_ok(json_spans_begin(&f->spans, text, strlen(text), last, &f->outcome, &f->end));
}

static void assert_text(const json_span *v, json_span_kind kind, const char *text)
{
    assert_non_null(v);
    assert_int_equal(v->kind, kind);
    assert_int_equal(v->length, strlen(text));
    assert_memory_equal(v->text, text, v->length);
}

static void values_stay_as_they_are_written(void **state)
{
    fixture *f = *state;
    const char *text = " {\"a\" : [1.50, -0e+10, \"x\\\"y\", null], \"b\":{\"c\":true,\"a\":false}} ";
    unit_ok(json_spans_parse(&f->spans, text, strlen(text), "it"));
    const json_spans *s = &f->spans;
    const json_span *root = s->values;
    assert_int_equal(root->kind, JSON_SPAN_OBJECT);
    assert_int_equal(root->count, 2);
    const json_span *a = json_span_get(s, root, "a");
    assert_text(a, JSON_SPAN_ARRAY, "[1.50, -0e+10, \"x\\\"y\", null]");
    assert_int_equal(a->count, 4);
    assert_text(json_span_at(s, a, 0), JSON_SPAN_NUMBER, "1.50");
    assert_text(json_span_at(s, a, 1), JSON_SPAN_NUMBER, "-0e+10");
    assert_text(json_span_at(s, a, 2), JSON_SPAN_STRING, "x\\\"y");
    assert_true(json_span_at(s, a, 2)->escaped);
    assert_text(json_span_at(s, a, 3), JSON_SPAN_NULL, "null");
    assert_null(json_span_at(s, a, 4));
    const json_span *b = json_span_get(s, root, "b");
    assert_text(json_span_get(s, b, "c"), JSON_SPAN_TRUE, "true");
    assert_text(json_span_get(s, b, "a"), JSON_SPAN_FALSE, "false");
    assert_null(json_span_get(s, root, "c"));
    assert_null(json_span_get(s, a, "a"));
    assert_ptr_equal(json_span_member(s, root, "a.b", 1), a);
    assert_null(json_span_member(s, root, "a.b", 2));
    assert_null(json_span_at(s, b, 0));
}

static void of_a_name_given_twice_the_first_counts(void **state)
{
    fixture *f = *state;
    begin(f, "{\"a\":1,\"a\":2}", true);
    assert_int_equal(f->outcome, JSON_SPAN_WHOLE);
    assert_text(json_span_get(&f->spans, f->spans.values, "a"), JSON_SPAN_NUMBER, "1");
}

static void empty_containers_hold_nothing(void **state)
{
    fixture *f = *state;
    begin(f, "[[],{},[[]]]", true);
    assert_int_equal(f->outcome, JSON_SPAN_WHOLE);
    const json_span *root = f->spans.values;
    assert_int_equal(root->count, 3);
    assert_null(json_span_first(&f->spans, json_span_at(&f->spans, root, 0)));
    assert_null(json_span_first(&f->spans, json_span_at(&f->spans, root, 1)));
    assert_int_equal(json_span_at(&f->spans, root, 2)->count, 1);
}

static void a_value_ends_where_the_next_begins(void **state)
{
    fixture *f = *state;
    begin(f, "{\"a\":1}{\"b\":2}", false);
    assert_int_equal(f->outcome, JSON_SPAN_WHOLE);
    assert_int_equal(f->end, 7);
    begin(f, "12,", false);
    assert_int_equal(f->outcome, JSON_SPAN_WHOLE);
    assert_int_equal(f->end, 2);
}

/* Every beginning of a document is cut, none is invalid; a number may go on. */
static void every_beginning_is_cut(void **state)
{
    fixture *f = *state;
    const char *text = "{\"k\\u00e9\":[1.5e+3,\"\xc3\xa9\",true,false,null,{}],\"b\":-0.25}";
    for (size_t i = 0; i < strlen(text); i++) {
        unit_ok(json_spans_begin(&f->spans, text, i, false, &f->outcome, &f->end));
        assert_int_equal(f->outcome, JSON_SPAN_CUT);
        unit_ok(json_spans_begin(&f->spans, text, i, true, &f->outcome, &f->end));
        assert_int_not_equal(f->outcome, JSON_SPAN_WHOLE);
    }
    begin(f, text, false);
    assert_int_equal(f->outcome, JSON_SPAN_WHOLE);
    begin(f, "12", false);
    assert_int_equal(f->outcome, JSON_SPAN_CUT);
    begin(f, "12", true);
    assert_int_equal(f->outcome, JSON_SPAN_WHOLE);
}

static void what_is_no_json_is_found_where_it_is(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *text;
        size_t at;
    } cases[] = {{"[1,,2]", 3},     {"[1,]", 3},       {"{\"a\" 1}", 5}, {"{\"a\":1,}", 7},
                 {"{1:2}", 1},      {"[1}", 2},        {"{\"a\":1]", 6}, {"[01]", 2},
                 {"[+1]", 1},       {"[1.]", 3},       {"[.5]", 1},      {"[1e]", 3},
                 {"[NaN]", 1},      {"[nul]", 4},      {"[\"\\x\"]", 3}, {"[\"\\u12g4\"]", 6},
                 {"[\"a\nb\"]", 3}, {"[\"\xff\"]", 2}, {"]", 0},         {"{\"a\":{\"b\":1\n1", 12},
                 {"[1 2]", 3},      {"'a'", 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin(f, cases[i].text, true);
        assert_int_equal(f->outcome, JSON_SPAN_INVALID);
        assert_int_equal(f->end, cases[i].at);
    }
}

static void a_document_stands_alone(void **state)
{
    fixture *f = *state;
    unit_refused(json_spans_parse(&f->spans, "[1]\n [2]", 8, "the answer"), ERR_INPUT,
                 "the answer is not valid JSON: line 2, column 2: something follows the document");
    unit_refused(json_spans_parse(&f->spans, "[1", 2, "the answer"), ERR_INPUT,
                 "the answer is not valid JSON: line 1, column 3: it ends before its end");
    unit_refused(json_spans_parse(&f->spans, "", 0, "the answer"), ERR_INPUT,
                 "the answer is not valid JSON: line 1, column 1: it ends before its end");
    unit_refused(json_spans_parse(&f->spans, "[\0]", 3, "the answer"), ERR_INPUT,
                 "the answer is not valid JSON: line 1, column 2: this cannot stand here");
}

static void depth_and_number_of_values_have_a_limit(void **state)
{
    fixture *f = *state;
    char deep[2 * JSON_SPAN_DEPTH_MAX + 3] = "";
    memset(deep, '[', JSON_SPAN_DEPTH_MAX);
    memset(deep + JSON_SPAN_DEPTH_MAX, ']', JSON_SPAN_DEPTH_MAX);
    begin(f, deep, true);
    assert_int_equal(f->outcome, JSON_SPAN_WHOLE);
    memset(deep, '[', JSON_SPAN_DEPTH_MAX + 1);
    begin(f, deep, true);
    assert_int_equal(f->outcome, JSON_SPAN_INVALID);
    assert_int_equal(f->end, JSON_SPAN_DEPTH_MAX);

    json_spans few;
    json_spans_init(&few, 3);
    unit_ok(json_spans_parse(&few, "[1,2]", 5, "it"));
    unit_refused(json_spans_parse(&few, "[1,2,3]", 7, "it"), ERR_LIMIT, "while reading it");
    json_spans_term(&few);
}

static void strings_are_copied_as_they_were_meant(void **state)
{
    fixture *f = *state;
    char out[32];
    begin(f, "\"XRP\\/ETH \\u00e9\\ud83d\\ude00\\n\"", true);
    assert_true(json_span_copy(f->spans.values, out, sizeof(out)));
    assert_string_equal(out, "XRP/ETH \xc3\xa9\xf0\x9f\x98\x80\n");
    assert_true(json_span_copy(f->spans.values, out, 16));
    assert_false(json_span_copy(f->spans.values, out, 15));
    assert_false(json_span_is(f->spans.values, "XRP/ETH"));
    static const char *const bad[] = {"\"\\u0000\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"",
                                      "12"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        begin(f, bad[i], true);
        assert_int_equal(f->outcome, JSON_SPAN_WHOLE);
        assert_false(json_span_copy(f->spans.values, out, sizeof(out)));
    }
}

static dbk_err *parse_many_values(void *context)
{
    (void)context;
    char text[401] = "[";
    for (size_t i = 1; i + 2 < sizeof(text); i += 2)
        memcpy(text + i, "1,", 3);
    text[399] = ']';
    text[398] = '1';
    json_spans s;
    json_spans_init(&s, 1000);
    dbk_err *e = json_spans_parse(&s, text, strlen(text), "it");
    json_spans_term(&s);
    return e;
}

static void short_memory_is_an_error(void **state)
{
    (void)state;
    assert_true(unit_each_allocation_fails(parse_many_values, NULL) > 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(values_stay_as_they_are_written),
        T(of_a_name_given_twice_the_first_counts),
        T(empty_containers_hold_nothing),
        T(a_value_ends_where_the_next_begins),
        T(every_beginning_is_cut),
        T(what_is_no_json_is_found_where_it_is),
        T(a_document_stands_alone),
        T(depth_and_number_of_values_have_a_limit),
        T(strings_are_copied_as_they_were_meant),
        T(short_memory_is_an_error),
    };
#undef T
    return UNIT_RUN(tests);
}
