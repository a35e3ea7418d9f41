#include "bus/sinks.h"

#include "../unit.h"

static void means(const char *text, const sink_ops *kind, const char *name, const char *address)
{
    arena *a = unit_arena();
    const sink_ops *found;
    const char *found_name, *found_address;
    unit_ok(sinks_parse(a, text, &found, &found_name, &found_address));
    assert_ptr_equal(found, kind);
    assert_string_equal(found_name, name);
    assert_string_equal(found_address, address);
    arena_free(a);
}

static void an_address_says_the_kind_and_perhaps_a_name(void **state)
{
    (void)state;
    means("stdout", &sink_stdout, "stdout", "");
    means("file:/a/b=c", &sink_file, "file", "/a/b=c");
    means("archive.1=file:events", &sink_file, "archive.1", "events");
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "files",
        "=file:x",
        "A=file:x",
        "a b=file:x",
        "a=b=file:x",
        "a123456789b123456789c123456789d123456789e123456789f123456789g123=file:x"};
    arena *a = unit_arena();
    const sink_ops *ops;
    const char *name, *address;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        unit_refused(sinks_parse(a, wrong[i], &ops, &name, &address), ERR_USAGE, "no kind of sink");
    arena_free(a);
}

static void the_last_setting_of_a_key_counts(void **state)
{
    (void)state;
    const sink_options o = {.settings =
                                (const char *const[]){"file.keep=3", "file.mib=x", "file.keep=4", NULL}};
    const sink_options none = {.settings = NULL};
    int64_t number = 0;
    unit_ok(sinks_setting(&o, "file.keep", 9, 1, 10, &number));
    assert_int_equal(number, 4);
    unit_ok(sinks_setting(&o, "file", 9, 1, 10, &number));
    assert_int_equal(number, 9);
    unit_ok(sinks_setting(&none, "file.keep", 8, 1, 10, &number));
    assert_int_equal(number, 8);
    unit_refused(sinks_setting(&o, "file.keep", 9, 5, 10, &number), ERR_USAGE, "file.keep");
    unit_refused(sinks_setting(&o, "file.mib", 9, 5, 10, &number), ERR_USAGE, "file.mib");
    assert_null(sinks_setting_text(&o, "nats.stream"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_says_the_kind_and_perhaps_a_name),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(the_last_setting_of_a_key_counts),
    };
    return UNIT_RUN(tests);
}
