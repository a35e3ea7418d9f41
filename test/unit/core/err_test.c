#include "../unit.h"

#include <errno.h>

static void carries_what_it_was_made_with(void **state)
{
    (void)state;
    dbk_err *e = err_new(ERR_INPUT, "bad %s %d", "row", 7);
    int line = __LINE__ - 1;
    e = err_with_detail(e, "column %s", "qty");
    e = err_with_hint(e, "fix %s", "it");
    e = err_with_sqlstate(e, "23505");
    e = err_with_constraint(e, "fills_pkey");
    assert_int_equal(err_code(e), ERR_INPUT);
    assert_string_equal(err_message(e), "bad row 7");
    assert_string_equal(err_detail(e), "column qty");
    assert_string_equal(err_hint(e), "fix it");
    assert_string_equal(err_sqlstate(e), "23505");
    assert_string_equal(err_constraint(e), "fills_pkey");
    assert_string_equal(err_file(e), __FILE__);
    assert_int_equal(err_line(e), line);
    assert_int_equal(err_exit_status(e), 5);
    assert_null(err_cause(e));
    err_free(e);
}

static void unknown_parts_are_empty(void **state)
{
    (void)state;
    dbk_err *e = err_new(ERR_IO, "x");
    assert_null(err_detail(e));
    assert_null(err_hint(e));
    assert_string_equal(err_sqlstate(e), "");
    assert_string_equal(err_constraint(e), "");
    e = err_with_sqlstate(e, "not a state");
    assert_string_equal(err_sqlstate(e), "");
    err_free(e);
}

static void an_annotation_replaces_the_one_before(void **state)
{
    (void)state;
    dbk_err *e = err_with_hint(err_new(ERR_IO, "x"), "first");
    e = err_with_hint(e, "second, not %s", err_hint(e));
    assert_string_equal(err_hint(e), "second, not first");
    err_free(e);
}

static void a_wrapped_error_keeps_code_and_state_and_shows_its_cause(void **state)
{
    (void)state;
    dbk_err *cause = err_with_sqlstate(err_new(ERR_RETRYABLE, "deadlock detected"), "40P01");
    cause = err_with_hint(cause, "again");
    cause = err_with_constraint(cause, "c");
    dbk_err *e = err_wrap(err_wrap(cause, "while merging"), "while ingesting %s", "a.csv");
    assert_string_equal(err_message(e), "while ingesting a.csv");
    assert_int_equal(err_code(e), ERR_RETRYABLE);
    assert_string_equal(err_sqlstate(e), "40P01");
    assert_string_equal(err_hint(e), "again");
    assert_string_equal(err_constraint(e), "c");
    assert_string_equal(err_message(err_cause(e)), "while merging");
    assert_ptr_equal(err_cause(err_cause(e)), cause);
    err_free(e);
}

static void out_of_memory_stays_what_it_is(void **state)
{
    (void)state;
    dbk_err *e = err_oom();
    assert_ptr_equal(err_with_detail(e, "x"), e);
    assert_ptr_equal(err_with_hint(e, "x"), e);
    assert_ptr_equal(err_with_sqlstate(e, "53200"), e);
    assert_ptr_equal(err_with_constraint(e, "x"), e);
    assert_ptr_equal(err_wrap(e, "while x"), e);
    assert_int_equal(err_code(e), ERR_MEMORY);
    assert_string_equal(err_message(e), "out of memory");
    assert_null(err_hint(e));
    assert_string_equal(err_sqlstate(e), "");
    err_free(e);
    err_free(e);
}

static void short_memory_loses_the_least(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= 2; n++) {
        mem_test_fail_after(n);
        dbk_err *e = err_new(ERR_INPUT, "x");
        mem_test_fail_after(0);
        assert_ptr_equal(e, err_oom());
        err_free(e);
    }
    dbk_err *e = err_new(ERR_INPUT, "kept");
    for (int64_t n = 1; n <= 2; n++) {
        mem_test_fail_after(n);
        e = err_with_hint(err_with_detail(err_wrap(e, "while x"), "detail"), "hint");
        e = err_with_constraint(e, "c");
        mem_test_fail_after(0);
    }
    const dbk_err *innermost = e;
    while (err_cause(innermost))
        innermost = err_cause(innermost);
    assert_string_equal(err_message(innermost), "kept");
    err_free(e);
}

static void errno_decides_code_and_hint(void **state)
{
    (void)state;
    static const struct {
        int errnum;
        enum err_code code;
        bool hint;
    } cases[] = {{ENOENT, ERR_NOT_FOUND, true}, {EACCES, ERR_DENIED, true}, {EPERM, ERR_DENIED, false},
                 {ENOSPC, ERR_IO, true},        {EDQUOT, ERR_IO, true},     {EFBIG, ERR_IO, true},
                 {EIO, ERR_IO, false},          {ENOMEM, ERR_MEMORY, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dbk_err *e = err_errno(cases[i].errnum, "could not open %s", "a");
        assert_int_equal(err_code(e), cases[i].code);
        assert_int_equal(err_hint(e) != NULL, cases[i].hint);
        err_free(e);
    }
    unit_refused(err_errno(EIO, "could not read %s", "a"), ERR_IO, "could not read a: Input/output error");
}

static void every_code_has_name_and_exit_status(void **state)
{
    (void)state;
    for (int code = ERR_NONE + 1; code < ERR_CODE_COUNT; code++) {
        dbk_err *e = err_new((enum err_code)code, "x");
        assert_true(*err_code_name((enum err_code)code));
        assert_true(*err_code_summary((enum err_code)code));
        assert_true(err_exit_status(e) >= 2);
        err_free(e);
    }
    assert_int_equal(err_exit_status(NULL), 0);
    assert_int_equal(err_code(NULL), ERR_NONE);
    assert_string_equal(err_code_name(ERR_HISTORY_HALF), "HISTORY_HALF");
}

static void a_very_long_message_is_cut(void **state)
{
    (void)state;
    char *text = mem_alloc(100001);
    assert_non_null(text);
    memset(text, 'x', 100000);
    dbk_err *e = err_new(ERR_SERVER, "%s", text);
    assert_true(strlen(err_message(e)) < 20000);
    assert_true(strlen(err_message(e)) > 1000);
    err_free(e);
    mem_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(carries_what_it_was_made_with),
        cmocka_unit_test(unknown_parts_are_empty),
        cmocka_unit_test(an_annotation_replaces_the_one_before),
        cmocka_unit_test(a_wrapped_error_keeps_code_and_state_and_shows_its_cause),
        cmocka_unit_test(out_of_memory_stays_what_it_is),
        cmocka_unit_test(short_memory_loses_the_least),
        cmocka_unit_test(errno_decides_code_and_hint),
        cmocka_unit_test(every_code_has_name_and_exit_status),
        cmocka_unit_test(a_very_long_message_is_cut),
    };
    return UNIT_RUN(tests);
}
