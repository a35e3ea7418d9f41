#include "../unit.h"

#include "core/json.h"
#include "core/table.h"

static const table_column columns[] = {
    {"name", TABLE_STRING}, {"qty", TABLE_DECIMAL},     {"count", TABLE_INT},
    {"ok", TABLE_BOOL},     {"data", TABLE_JSON_VALUE},
};
enum { NAME, QTY, COUNT, OK, DATA, COLUMN_COUNT };

static table *sample(const char *title)
{
    table *t;
    unit_ok(table_new(title, columns, COLUMN_COUNT, &t));
    unit_ok(table_row(t));
    unit_ok(table_set(t, NAME, "\xe6\x97\xa5\xe6\x9c\xac"));
    unit_ok(table_set(t, QTY, "1.50"));
    unit_ok(table_setf(t, COUNT, "%d", 7));
    unit_ok(table_set(t, OK, "t"));
    unit_ok(table_set(t, DATA, "{\"a\": 1}"));
    unit_ok(table_row(t));
    unit_ok(table_set(t, NAME, "a,\"b\"\nc"));
    unit_ok(table_set(t, COUNT, "-12345"));
    unit_ok(table_set(t, OK, "false"));
    unit_ok(table_row(t));
    unit_ok(table_set(t, NAME, ""));
    return t;
}

typedef dbk_err *(*printer)(const void *what, table_format format, FILE *out);

static dbk_err *print_one(const void *what, table_format format, FILE *out)
{
    return table_print(what, format, out);
}

struct several {
    table *tables[2];
};

static dbk_err *print_several(const void *what, table_format format, FILE *out)
{
    const struct several *s = what;
    return table_print_all(s->tables, 2, format, out);
}

static void assert_prints(printer print, const void *what, table_format format, const char *expected)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    unit_ok(print(what, format, out));
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void text_is_aligned_also_when_wide(void **state)
{
    (void)state;
    table *t = sample("Things");
    assert_int_equal(table_rows(t), 3);
    assert_prints(print_one, t, TABLE_TEXT,
                  "Things\n"
                  "name       qty   count     ok  data\n"
                  "--------  ----  ------  -----  --------\n"
                  "\xe6\x97\xa5\xe6\x9c\xac      1.50       7   true  {\"a\": 1}\n"
                  "a,\"b\"\\nc        -12345  false\n"
                  "\n");
    table_free(t);
}

static void text_cannot_drive_the_terminal(void **state)
{
    (void)state;
    table *t;
    unit_ok(table_new(NULL, columns, 1, &t));
    unit_ok(table_row(t));
    unit_ok(table_set(t, 0, "\x1b[2J\xff\xc2\x9bx"));
    assert_prints(print_one, t, TABLE_TEXT, "name\n--------------------\n\\u001b[2J\\xff\\u009bx\n");
    table_free(t);
}

static void csv_quotes_what_has_to_be(void **state)
{
    (void)state;
    table *t = sample("Things");
    assert_prints(print_one, t, TABLE_CSV,
                  "name,qty,count,ok,data\n"
                  "\xe6\x97\xa5\xe6\x9c\xac,1.50,7,true,\"{\"\"a\"\": 1}\"\n"
                  "\"a,\"\"b\"\"\nc\",,-12345,false,\n"
                  "\"\",,,,\n");
    table_free(t);
}

static void json_keeps_kinds(void **state)
{
    (void)state;
    table *t = sample("Things");
    assert_prints(
        print_one, t, TABLE_JSON,
        "[{\"name\": \"\xe6\x97\xa5\xe6\x9c\xac\", \"qty\": \"1.50\", \"count\": 7, \"ok\": true, \"data\": "
        "{\"a\": 1}},\n"
        " {\"name\": \"a,\\\"b\\\"\\nc\", \"qty\": null, \"count\": -12345, \"ok\": false, \"data\": null},\n"
        " {\"name\": \"\", \"qty\": null, \"count\": null, \"ok\": null, \"data\": null}]\n");
    table_free(t);
}

static void json_quotes_what_is_no_number(void **state)
{
    (void)state;
    static const char *const bare[] = {"0", "-0", "12", "1.5", "1e9", "-1.5E-3", "1E+2"};
    static const char *const quoted[] = {"",   "NaN", "Infinity", "01", "1.", ".5",
                                         "+1", "1e",  "0x1",      "-",  "1 "};
    for (size_t i = 0; i < sizeof bare / sizeof bare[0] + sizeof quoted / sizeof quoted[0]; i++) {
        bool is_bare = i < sizeof bare / sizeof bare[0];
        const char *value = is_bare ? bare[i] : quoted[i - sizeof bare / sizeof bare[0]];
        table *t;
        char expected[64];
        unit_ok(table_new(NULL, (table_column[]){{"v", TABLE_FLOAT}}, 1, &t));
        unit_ok(table_row(t));
        unit_ok(table_set(t, 0, value));
        const char *quote = is_bare ? "" : "\"";
        snprintf(expected, sizeof expected, "[{\"v\": %s%s%s}]\n", quote, value, quote);
        assert_prints(print_one, t, TABLE_JSON, expected);
        table_free(t);
    }
}

static void json_that_does_not_parse_is_a_string(void **state)
{
    (void)state;
    table *t;
    unit_ok(table_new(NULL, (table_column[]){{"v", TABLE_JSON_VALUE}, {"b", TABLE_BOOL}}, 2, &t));
    unit_ok(table_row(t));
    unit_ok(table_set(t, 0, "{broken"));
    unit_ok(table_set(t, 1, "maybe"));
    assert_prints(print_one, t, TABLE_JSON, "[{\"v\": \"{broken\", \"b\": \"maybe\"}]\n");
    table_free(t);
}

static void no_rows_are_said(void **state)
{
    (void)state;
    table *t;
    unit_ok(table_new("Gaps", columns, 2, &t));
    assert_prints(print_one, t, TABLE_TEXT, "Gaps\n(none)\n");
    assert_prints(print_one, t, TABLE_CSV, "name,qty\n");
    assert_prints(print_one, t, TABLE_JSON, "[]\n");
    table_free(t);
}

static void several_tables_are_one_document(void **state)
{
    (void)state;
    struct several s;
    for (size_t i = 0; i < 2; i++) {
        unit_ok(table_new(i ? "b\"2" : "a1", columns, 1, &s.tables[i]));
        unit_ok(table_row(s.tables[i]));
        unit_ok(table_set(s.tables[i], 0, "x"));
    }
    assert_prints(print_several, &s, TABLE_TEXT, "a1\nname\n----\nx\n\nb\"2\nname\n----\nx\n");
    assert_prints(print_several, &s, TABLE_CSV, "# a1\nname\nx\n# b\"2\nname\nx\n");
    assert_prints(print_several, &s, TABLE_JSON,
                  "{\"a1\":\n [{\"name\": \"x\"}],\n\"b\\\"2\":\n [{\"name\": \"x\"}]}\n");
    table_free(s.tables[0]);
    table_free(s.tables[1]);
    table_free(NULL);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    table *t = sample("Things");
    for (int format = TABLE_TEXT; format <= TABLE_JSON; format++) {
        FILE *full = fopen("/dev/full", "w");
        assert_non_null(full);
        unit_refused(table_print(t, (table_format)format, full), ERR_IO, "could not write the result");
        fclose(full);
    }
    table_free(t);
}

static dbk_err *make_and_print(void *ctx)
{
    table *t = NULL;
    dbk_err *e = table_new("t", columns, COLUMN_COUNT, &t);
    for (int i = 0; i < 300 && !e; i++) {
        e = table_row(t);
        if (!e)
            e = table_setf(t, NAME, "row %0100d", i);
        if (!e)
            e = table_set(t, COUNT, "1");
    }
    for (int format = TABLE_TEXT; format <= TABLE_JSON && !e; format++)
        e = table_print(t, (table_format)format, ctx);
    table_free(t);
    return e;
}

static void short_memory_is_reported(void **state)
{
    (void)state;
    FILE *nowhere = fopen("/dev/null", "w");
    assert_true(unit_each_allocation_fails(make_and_print, nowhere) >= 5);
    fclose(nowhere);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_aligned_also_when_wide),
        cmocka_unit_test(text_cannot_drive_the_terminal),
        cmocka_unit_test(csv_quotes_what_has_to_be),
        cmocka_unit_test(json_keeps_kinds),
        cmocka_unit_test(json_quotes_what_is_no_number),
        cmocka_unit_test(json_that_does_not_parse_is_a_string),
        cmocka_unit_test(no_rows_are_said),
        cmocka_unit_test(several_tables_are_one_document),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(short_memory_is_reported),
    };
    return UNIT_RUN(tests);
}
