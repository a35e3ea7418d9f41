/* unit.h: what every unit test needs around cmocka: includes in cmocka's order, errors, failing memory,
 * folders.
 *
 *     static void adds_two_amounts(void **state) { (void)state; … }
 *     int main(void)
 *     {
 *         const struct CMUnitTest tests[] = {cmocka_unit_test(adds_two_amounts)};
 *         return UNIT_RUN(tests);
 *     }
 *
 * A test that hangs is ended by the runner's time limit. */
#ifndef DAYBOOK_TEST_UNIT_H
#define DAYBOOK_TEST_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/mem.h"

/* cmocka_run_group_tests_name wants the array itself, so this is a macro. */
#define UNIT_RUN(tests)                                                                                      \
    (cmocka_set_message_output(CM_OUTPUT_TAP), cmocka_run_group_tests_name(__FILE__, tests, NULL, NULL))

/* Fails the test with the error's text when there is one. */
static inline void unit_ok_at(dbk_err *e, const char *file, int line)
{
    if (!e)
        return;
    char text[512];
    snprintf(text, sizeof text, "%s:%d: unexpected error %s: %s\n", file, line, err_code_name(err_code(e)),
             err_message(e));
    err_free(e);
    print_error("%s", text);
    _fail(file, line);
}
#define unit_ok(e) unit_ok_at(e, __FILE__, __LINE__)

/* Fails the test unless the error has this code and its message contains `part`; frees the error. */
static inline void unit_refused_at(dbk_err *e, enum err_code code, const char *part, const char *file,
                                   int line)
{
    bool expected = err_code(e) == code && e && strstr(err_message(e), part);
    if (!expected)
        print_error("%s:%d: expected %s \"%s\", got %s \"%s\"\n", file, line, err_code_name(code), part,
                    err_code_name(err_code(e)), e ? err_message(e) : "");
    err_free(e);
    if (!expected)
        _fail(file, line);
}
#define unit_refused(e, code, part) unit_refused_at(e, code, part, __FILE__, __LINE__)

/* Calls fn again and again while its first, its first two, … allocations succeed, until it succeeds. Every
 * failure before must be out of memory; leaks are the sanitizer's to find. Returns how many allocations fn
 * needs. fn runs with memory failing, so it must not assert about anything but itself. */
static inline int64_t unit_each_allocation_fails(dbk_err *(*fn)(void *ctx), void *ctx)
{
    for (int64_t n = 1; n < 10000; n++) {
        mem_test_fail_after(n);
        dbk_err *e = fn(ctx);
        mem_test_fail_after(0);
        if (!e)
            return n - 1;
        enum err_code code = err_code(e);
        err_free(e);
        assert_int_equal(code, ERR_MEMORY);
    }
    fail_msg("still failing with 10000 allocations");
    return 0;
}

/* A new empty folder; its name lives in the arena. unit_remove() takes it away with all that is in it. */
static inline const char *unit_folder(arena *a)
{
    const char *parent = getenv("TMPDIR"); /* test/run says where */
    char *path = arena_printf(a, "%s/dbk-unit-XXXXXX", parent ? parent : "/tmp");
    assert_non_null(path);
    assert_non_null(mkdtemp(path));
    return path;
}

static inline void unit_remove(const char *folder)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf -- '%s'", folder);
    assert_int_equal(system(command), 0);
}

static inline arena *unit_arena(void)
{
    arena *a = arena_new(0);
    assert_non_null(a);
    return a;
}

#endif
