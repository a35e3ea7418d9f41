#include "../unit.h"

#include "core/buf.h"
#include "core/conf.h"
#include "core/file.h"

static dbk_err *parse(arena *a, const char *text, conf **out)
{
    return conf_parse(a, "x.conf", text, strlen(text), out);
}

static void reads_sections_keys_and_comments(void **state)
{
    (void)state;
    arena *a = unit_arena();
    conf *c;
    unit_ok(parse(
        a,
        "# a comment\nroot = 1\n\n[daybook]\n; another\n  # an indented one\nurl=postgresql://u@h/db?a=b#c\n"
        "empty =\n[two words]\nkey with space =  a = b : c  \n",
        &c));
    assert_int_equal(conf_count(c), 4);
    assert_string_equal(conf_get(c, "", "root"), "1");
    assert_string_equal(conf_get(c, "daybook", "url"), "postgresql://u@h/db?a=b#c");
    assert_string_equal(conf_get(c, "daybook", "empty"), "");
    assert_string_equal(conf_get(c, "two words", "key with space"), "a = b : c");
    assert_null(conf_get(c, "daybook", "root"));
    assert_int_equal(conf_at(c, 3)->line, 10);
    assert_string_equal(conf_at(c, 0)->section, "");
    arena_free(a);
}

static void joins_indented_lines_by_one_space(void **state)
{
    (void)state;
    arena *a = unit_arena();
    conf *c;
    unit_ok(parse(a, "roles = a,\n\t b,\n    c = d\nnext =\n  late\n\n  later ; kept\n", &c));
    assert_int_equal(conf_count(c), 2);
    assert_string_equal(conf_get(c, "", "roles"), "a, b, c = d");
    assert_string_equal(conf_get(c, "", "next"), "late later ; kept");
    arena_free(a);
}

static void takes_other_line_ends_and_a_byte_order_mark(void **state)
{
    (void)state;
    arena *a = unit_arena();
    conf *c;
    unit_ok(parse(a, "\xef\xbb\xbf[s]\r\na = 1\r\nb = 2", &c));
    assert_string_equal(conf_get(c, "s", "a"), "1");
    assert_string_equal(conf_get(c, "s", "b"), "2");
    unit_ok(conf_parse(a, "x", NULL, 0, &c));
    assert_int_equal(conf_count(c), 0);
    arena_free(a);
}

static void a_section_may_be_opened_twice_but_not_a_key(void **state)
{
    (void)state;
    arena *a = unit_arena();
    conf *c;
    unit_ok(parse(a, "[s]\na=1\n[t]\na=2\n[s]\nb=3\n", &c));
    assert_string_equal(conf_get(c, "s", "b"), "3");
    unit_refused(parse(a, "[s]\na=1\n[t]\n[s]\na=3\n", &c), ERR_INPUT, "x.conf:5: this key was given before");
    arena_free(a);
}

static void refuses_lines_it_cannot_keep(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a = 1\nbare\n", "x.conf:2: neither"},
        {"key: value\n", "x.conf:1: neither"},
        {"k:y = value\n", "x.conf:1: neither"},
        {"= value\n", "x.conf:1: neither"},
        {"[open\n", "x.conf:1: a section is"},
        {"[s] text\n", "x.conf:1: a section is"},
        {"[s;t]\n", "x.conf:1: section name contains"},
        {"  a = 1\n", "x.conf:1: an indented line"},
        {"a = 1\n[s]\n  b = 2\n", "x.conf:3: an indented line"},
        {"a = 1 ; no comment\n", "x.conf:1: ';' after a space"},
    };
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        conf *c = NULL;
        unit_refused(parse(a, cases[i].text, &c), ERR_INPUT, cases[i].message);
        assert_null(c);
    }
    conf *c;
    unit_refused(conf_parse(a, "x.conf", "a = \0b\n", 7, &c), ERR_INPUT, "zero byte");
    arena_free(a);
}

static void lengths_end_in_errors_not_in_cuts(void **state)
{
    (void)state;
    arena *a = unit_arena();
    conf *c;
    char line[256], name[64];
    memset(line, 'x', sizeof line);
    memcpy(line, "k=", 2);
    unit_ok(conf_parse(a, "x", line, 198, &c));
    assert_int_equal(strlen(conf_get(c, "", "k")), 196);
    unit_refused(conf_parse(a, "x", line, 199, &c), ERR_INPUT, "x:1: line is longer than 198 bytes");
    memset(name, 'n', 49);
    name[49] = '\0';
    unit_ok(parse(a, arena_printf(a, "[%s]\n%s = 1\n  2\n", name, name), &c));
    assert_string_equal(conf_get(c, name, name), "1 2");
    unit_refused(parse(a, arena_printf(a, "[%sn]\n", name), &c), ERR_INPUT, "section name is longer");
    unit_refused(parse(a, arena_printf(a, "%sn = 1\n", name), &c), ERR_INPUT, "key is longer");
    unit_refused(conf_parse(a, "x", line, ((size_t)1 << 20) + 1, &c), ERR_LIMIT, "longer than the limit");
    arena_free(a);
}

static void the_number_of_entries_is_limited(void **state)
{
    (void)state;
    arena *a = unit_arena();
    buf text;
    buf_init(&text, 0);
    for (int i = 0; i < 10001; i++)
        buf_printf(&text, "k%d=\n", i);
    conf *c;
    unit_refused(conf_parse(a, "x", text.data, text.length, &c), ERR_INPUT,
                 "x:10001: the file has more than 10000 entries");
    buf_term(&text);
    arena_free(a);
}

static void reads_a_file_and_says_which_is_missing(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *folder = unit_folder(a);
    const char *path = arena_printf(a, "%s/daybook.conf", folder);
    conf *c;
    unit_refused(conf_read(a, path, &c), ERR_NOT_FOUND, path);
    unit_ok(file_write_atomic(path, "[a]\nb=c\n", 8, 0600));
    unit_ok(conf_read(a, path, &c));
    assert_string_equal(conf_get(c, "a", "b"), "c");
    unit_remove(folder);
    arena_free(a);
}

static void splits_lists(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char **items;
    size_t count;
    unit_ok(conf_split(a, " a, b c\t,,d ", &items, &count));
    assert_int_equal(count, 4);
    assert_string_equal(items[0], "a");
    assert_string_equal(items[2], "c");
    assert_string_equal(items[3], "d");
    unit_ok(conf_split(a, " , ", &items, &count));
    assert_int_equal(count, 0);
    arena_free(a);
}

static dbk_err *parse_much(void *ctx)
{
    (void)ctx;
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    buf text;
    buf_init(&text, 0);
    for (int i = 0; i < 300; i++)
        buf_printf(&text, "key_%d = value %d\n  continued\n", i, i);
    conf *c;
    const char **items;
    size_t count;
    dbk_err *e = buf_error(&text);
    if (!e)
        e = conf_parse(a, "x", text.data, text.length, &c);
    if (!e)
        e = conf_split(a, text.data, &items, &count);
    buf_term(&text);
    arena_free(a);
    return e;
}

static void short_memory_is_reported(void **state)
{
    (void)state;
    assert_true(unit_each_allocation_fails(parse_much, NULL) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_sections_keys_and_comments),
        cmocka_unit_test(joins_indented_lines_by_one_space),
        cmocka_unit_test(takes_other_line_ends_and_a_byte_order_mark),
        cmocka_unit_test(a_section_may_be_opened_twice_but_not_a_key),
        cmocka_unit_test(refuses_lines_it_cannot_keep),
        cmocka_unit_test(lengths_end_in_errors_not_in_cuts),
        cmocka_unit_test(the_number_of_entries_is_limited),
        cmocka_unit_test(reads_a_file_and_says_which_is_missing),
        cmocka_unit_test(splits_lists),
        cmocka_unit_test(short_memory_is_reported),
    };
    return UNIT_RUN(tests);
}
