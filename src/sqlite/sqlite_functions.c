/* sqlite_functions.c: what statements may call: times and booleans as canonical text, and exact arithmetic on
 * decimals, which are text in a file and which SQLite itself would make binary floating point of. */
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/wide.h"
#include "sqlite/sqlite_int.h"

static void answer_text(sqlite3_context *call, const char *text)
{
    sqlite3_result_text(call, text, -1, SQLITE_TRANSIENT);
}

/* ---- times and booleans ---- */

static void iso(sqlite3_context *call, int count, sqlite3_value **values)
{
    char text[CLOCK_ISO_SIZE];
    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return;
    clock_iso(sqlite3_value_int64(values[0]), text);
    answer_text(call, text);
}

/* With six decimals also when they are zero, so that texts sort as times do. */
static void iso6(sqlite3_context *call, int count, sqlite3_value **values)
{
    char text[CLOCK_ISO_SIZE], second[CLOCK_ISO_SIZE + 8];
    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return;
    clock_iso(sqlite3_value_int64(values[0]), text);
    bool whole = strchr(text, '.') == NULL;
    snprintf(second, sizeof(second), "%.*s%s", (int)strlen(text) - whole, text, whole ? ".000000Z" : "");
    answer_text(call, second);
}

static void boolean(sqlite3_context *call, int count, sqlite3_value **values)
{
    (void)count;
    if (sqlite3_value_type(values[0]) != SQLITE_NULL)
        answer_text(call, sqlite3_value_int64(values[0]) ? "true" : "false");
}

/* ---- decimals ---- */

/* False: null, or no decimal, of which the statement then fails as of damaged content. */
static bool read_decimal(sqlite3_context *call, sqlite3_value *value, wide *out)
{
    const char *text = (const char *)sqlite3_value_text(value);
    if (!text)
        return false;
    dbk_err *e = wide_parse(text, strlen(text), out);
    if (!e)
        return true;
    sqlite3_result_error(call, err_message(e), -1);
    sqlite3_result_error_code(call, SQLITE_MISMATCH);
    err_free(e);
    return false;
}

static void answer_decimal(sqlite3_context *call, wide value)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(value, text);
    answer_text(call, text);
}

/* A division by zero is null, as of any other value that is not there. */
static void combine(sqlite3_context *call, int count, sqlite3_value **values)
{
    (void)count;
    wide a, b;
    if (!read_decimal(call, values[0], &a) || !read_decimal(call, values[1], &b))
        return;
    const char *operation = sqlite3_user_data(call);
    if (operation[0] == '+')
        answer_decimal(call, wide_add(a, b));
    else if (operation[0] == '-')
        answer_decimal(call, wide_sub(a, b));
    else if (operation[0] == '*')
        answer_decimal(call, wide_mul(a, b));
    else if (operation[0] == '<')
        sqlite3_result_int(call, wide_compare(a, b));
    else if (!wide_is_zero(b))
        answer_decimal(call, wide_div18(a, b));
}

typedef struct total {
    bool any;
    wide value;
} total;

static void gather(sqlite3_context *call, int count, sqlite3_value **values)
{
    (void)count;
    wide value;
    total *t = sqlite3_aggregate_context(call, sizeof(*t));
    if (!t) {
        sqlite3_result_error_nomem(call);
        return;
    }
    if (!read_decimal(call, values[0], &value))
        return;
    const char *operation = sqlite3_user_data(call);
    if (!t->any)
        t->value = value;
    else if (operation[0] == '+')
        t->value = wide_add(t->value, value);
    else
        t->value = operation[0] == '<' ? wide_min(t->value, value) : wide_max(t->value, value);
    t->any = true;
}

/* Null of no values, as all aggregates. */
static void give(sqlite3_context *call)
{
    const total *t = sqlite3_aggregate_context(call, 0);
    if (t && t->any)
        answer_decimal(call, t->value);
}

/* ---- all of them ---- */

int sqlite_functions_add(sqlite3 *handle)
{
    static const struct {
        const char *name, *operation;
        int count;
        void (*scalar)(sqlite3_context *, int, sqlite3_value **);
        void (*step)(sqlite3_context *, int, sqlite3_value **);
    } functions[] = {
        {"iso", "", 1, iso, NULL},
        {"iso6", "", 1, iso6, NULL},
        {"boolean", "", 1, boolean, NULL},
        {"decimal_add", "+", 2, combine, NULL},
        {"decimal_sub", "-", 2, combine, NULL},
        {"decimal_mul", "*", 2, combine, NULL},
        {"decimal_div18", "/", 2, combine, NULL},
        {"decimal_cmp", "<", 2, combine, NULL},
        {"decimal_sum", "+", 1, NULL, gather},
        {"decimal_min", "<", 1, NULL, gather},
        {"decimal_max", ">", 1, NULL, gather},
    };
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int code = SQLITE_OK;
    for (size_t i = 0; code == SQLITE_OK && i < sizeof(functions) / sizeof(functions[0]); i++)
        code = sqlite3_create_function(handle, functions[i].name, functions[i].count, flags,
                                       (void *)(uintptr_t)functions[i].operation, functions[i].scalar,
                                       functions[i].step, functions[i].step ? give : NULL);
    return code;
}
