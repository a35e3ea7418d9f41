#include "../unit.h"

#include "schema/tap_report.h"

static tap_point skipped = {.verdict = TAP_SKIPPED, .description = "c", .reason = "none here"};
static tap_point failed = {.verdict = TAP_FAILED,
                           .line = 7,
                           .description = "b # 2 <&>",
                           .diagnostics = "have: \"1\"\nwant: 2\x01",
                           .next = &skipped};
static tap_point passed = {.verdict = TAP_PASSED, .description = "a", .next = &failed};
static const tap_result result = {.path = "core/tests/x.sql",
                                  .label = "one role",
                                  .points = &passed,
                                  .passed = 1,
                                  .failed = 1,
                                  .skipped = 1,
                                  .duration_us = 1500};

static void one_stream_with_one_plan(void **state)
{
    (void)state;
    char *text;
    size_t length;
    tap_report r = {.out = open_memstream(&text, &length), .labels = true};
    assert_non_null(r.out);
    unit_ok(tap_report_take(&r, &result));
    r.labels = false;
    unit_ok(tap_report_take(&r, &result));
    unit_ok(tap_report_end(&r));
    fclose(r.out);
    assert_string_equal(text, "ok 1 - core/tests/x.sql (one role): a\n"
                              "not ok 2 - core/tests/x.sql (one role): b \\# 2 <&>\n"
                              "# at core/tests/x.sql line 7\n# have: \"1\"\n# want: 2\x01\n"
                              "ok 3 - core/tests/x.sql (one role): c # SKIP none here\n"
                              "ok 4 - core/tests/x.sql: a\n"
                              "not ok 5 - core/tests/x.sql: b \\# 2 <&>\n"
                              "# at core/tests/x.sql line 7\n# have: \"1\"\n# want: 2\x01\n"
                              "ok 6 - core/tests/x.sql: c # SKIP none here\n"
                              "1..6\n# 2 passed, 2 failed, 2 skipped\n");
    free(text);
}

static void junit_is_well_formed(void **state)
{
    (void)state;
    buf suites, document;
    buf_init(&suites, 0);
    buf_init(&document, 0);
    tap_report r = {.out = fopen("/dev/null", "w"), .junit = &suites};
    unit_ok(tap_report_take(&r, &result));
    unit_ok(tap_report_junit(&r, &document));
    assert_string_equal(
        document.data,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"daybook test\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\">\n"
        "  <testsuite name=\"core/tests/x.sql\" package=\"one role\" tests=\"3\" failures=\"1\" errors=\"0\" "
        "skipped=\"1\" time=\"0.002\">\n"
        "    <testcase classname=\"core/tests/x.sql\" name=\"a\"/>\n"
        "    <testcase classname=\"core/tests/x.sql\" name=\"b # 2 &lt;&amp;&gt;\">\n"
        "      <failure message=\"b # 2 &lt;&amp;&gt;\">line 7&#10;have: &quot;1&quot;&#10;want: "
        "2?</failure>\n    </testcase>\n"
        "    <testcase classname=\"core/tests/x.sql\" name=\"c\">\n"
        "      <skipped message=\"none here\"></skipped>\n    </testcase>\n"
        "  </testsuite>\n</testsuites>\n");
    fclose(r.out);
    buf_term(&suites);
    buf_term(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_stream_with_one_plan),
        cmocka_unit_test(junit_is_well_formed),
    };
    return UNIT_RUN(tests);
}
