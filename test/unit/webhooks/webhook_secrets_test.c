#include "webhooks/webhook_secrets.h"

#include <sys/stat.h>

#include "../unit.h"
#include "core/file.h"

#define LONG_ONE "0123456789abcdef0123456789abcdef"
#define LONG_TWO "fedcba9876543210fedcba9876543210"

typedef struct kept {
    arena *arena;
    const char *folder, *path;
} kept;

static kept begin(const char *text)
{
    kept k = {.arena = unit_arena()};
    k.folder = unit_folder(k.arena);
    k.path = arena_printf(k.arena, "%s/secrets", k.folder);
    unit_ok(file_write_atomic(k.path, text, strlen(text), 0600));
    return k;
}

static void end(kept *k)
{
    unit_remove(k->folder);
    arena_free(k->arena);
}

static void refused(const char *text, enum err_code code, const char *part)
{
    kept k = begin(text);
    webhook_secrets *s = NULL;
    unit_refused(webhook_secrets_new(k.path, &s), code, part);
    assert_null(s);
    end(&k);
}

static void lines_are_names_and_values(void **state)
{
    (void)state;
    kept k = begin("# which is whose\n\n one = " LONG_ONE " \r\ntwo=" LONG_TWO "=");
    webhook_secrets *s;
    unit_ok(webhook_secrets_new(k.path, &s));
    assert_string_equal(webhook_secrets_find(s, "one"), LONG_ONE);
    assert_string_equal(webhook_secrets_find(s, "two"), LONG_TWO "=");
    assert_null(webhook_secrets_find(s, "three"));
    assert_null(webhook_secrets_find(s, "#"));
    webhook_secrets_free(s);
    end(&k);
}

static void variables_serve_where_the_file_is_silent(void **state)
{
    (void)state;
    kept k = begin("one = " LONG_ONE "\n");
    webhook_secrets *s;
    assert_int_equal(setenv("DAYBOOK_WEBHOOK_SECRET_ONE", LONG_TWO, 1), 0);
    assert_int_equal(setenv("DAYBOOK_WEBHOOK_SECRET_B_2", LONG_TWO, 1), 0);
    assert_int_equal(setenv("DAYBOOK_WEBHOOK_SECRET_SHORT", "short", 1), 0);
    unit_ok(webhook_secrets_new(k.path, &s));
    assert_string_equal(webhook_secrets_find(s, "one"), LONG_ONE);
    assert_string_equal(webhook_secrets_find(s, "b_2"), LONG_TWO);
    assert_null(webhook_secrets_find(s, "short"));
    assert_null(webhook_secrets_find(s, "B_2"));
    webhook_secrets_free(s);
    unit_ok(webhook_secrets_new(NULL, &s));
    unit_ok(webhook_secrets_refresh(s));
    assert_string_equal(webhook_secrets_find(s, "one"), LONG_TWO);
    webhook_secrets_free(s);
    end(&k);
}

static void what_is_no_secret_is_refused_without_being_shown(void **state)
{
    (void)state;
    refused("just a line\n", ERR_INPUT, ":1: not a secret");
    refused("ok = " LONG_ONE "\nUpper = " LONG_ONE "\n", ERR_INPUT, ":2: not a secret");
    refused("9 = " LONG_ONE "\n", ERR_INPUT, ":1: not a secret");
    refused(" = " LONG_ONE "\n", ERR_INPUT, ":1: not a secret");
    refused("one = short\n", ERR_INPUT, ":1: the secret one is too short");
    refused("one = " LONG_ONE "\none = " LONG_TWO "\n", ERR_INPUT, ":2: the secret one is there twice");
    webhook_secrets *s = NULL;
    dbk_err *e = webhook_secrets_new("/nonexistent/secrets", &s);
    unit_refused(e, ERR_NOT_FOUND, "could not open /nonexistent/secrets");
}

static void a_file_that_others_may_read_is_refused(void **state)
{
    (void)state;
    kept k = begin("one = " LONG_ONE "\n");
    webhook_secrets *s = NULL;
    assert_int_equal(chmod(k.path, 0640), 0);
    unit_refused(webhook_secrets_new(k.path, &s), ERR_INPUT, "may be read by others");
    unit_refused(webhook_secrets_new(k.folder, &s), ERR_INPUT, "is no file");
    end(&k);
}

static void a_changed_file_is_read_again(void **state)
{
    (void)state;
    kept k = begin("one = " LONG_ONE "\n");
    webhook_secrets *s;
    const char *next = "one = " LONG_TWO "\ntwo = " LONG_ONE "\n";
    unit_ok(webhook_secrets_new(k.path, &s));
    unit_ok(webhook_secrets_refresh(s));
    assert_string_equal(webhook_secrets_find(s, "one"), LONG_ONE);
    unit_ok(file_write_atomic(k.path, next, strlen(next), 0600));
    unit_ok(webhook_secrets_refresh(s));
    assert_string_equal(webhook_secrets_find(s, "one"), LONG_TWO);
    assert_string_equal(webhook_secrets_find(s, "two"), LONG_ONE);
    unit_ok(file_write_atomic(k.path, "bad\n", 4, 0600));
    unit_refused(webhook_secrets_refresh(s), ERR_INPUT, ":1: not a secret");
    assert_string_equal(webhook_secrets_find(s, "two"), LONG_ONE);
    assert_int_equal(remove(k.path), 0);
    unit_refused(webhook_secrets_refresh(s), ERR_NOT_FOUND, "could not open");
    assert_string_equal(webhook_secrets_find(s, "two"), LONG_ONE);
    webhook_secrets_free(s);
    end(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_names_and_values),
        cmocka_unit_test(variables_serve_where_the_file_is_silent),
        cmocka_unit_test(what_is_no_secret_is_refused_without_being_shown),
        cmocka_unit_test(a_file_that_others_may_read_is_refused),
        cmocka_unit_test(a_changed_file_is_read_again),
    };
    return UNIT_RUN(tests);
}
