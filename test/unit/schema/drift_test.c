#include "../unit.h"

#include "schema/drift.h"
#include "schema/mirror_replay.h"

#define TABLE(columns, rest)                                                                                 \
    "-- daybook mirror: table s.t\n\ncreate table s.t (\n" columns "\n)" rest                                \
    ";\n\nalter table s.t owner to "                                                                         \
    "me;\n"

static mirror_item item(const char *path, const char *kind, const char *text)
{
    return (mirror_item){
        .path = path, .schema = "s", .kind = kind, .name = path, .text = text, .length = strlen(text)};
}

static drift compare(arena *a, const char *expected, const char *actual)
{
    mirror_item *items = arena_alloc(a, 2 * sizeof(*items));
    items[0] = item("s/tables/t.sql", "table", expected);
    items[1] = item("s/tables/t.sql", "table", actual);
    mirror *sides = arena_alloc(a, 2 * sizeof(*sides));
    sides[0] = (mirror){.items = &items[0], .count = 1};
    sides[1] = (mirror){.items = &items[1], .count = 1};
    drift found;
    unit_ok(drift_compare(a, &sides[0], &sides[1], &found));
    return found;
}

static void assert_row(const drift *d, size_t i, drift_kind kind, const char *part, const char *name)
{
    assert_true(i < d->count);
    assert_int_equal(d->rows[i].kind, kind);
    assert_string_equal(d->rows[i].part, part);
    assert_string_equal(d->rows[i].name, name);
}

static void equal_texts_have_no_difference(void **state)
{
    (void)state;
    arena *a = unit_arena();
    drift d = compare(a, TABLE("    a integer", ""), TABLE("    a integer", ""));
    assert_int_equal(d.count, 0);
    assert_int_equal(d.objects, 1);
    arena_free(a);
}

static void tells_type_default_and_nullability_of_a_column_apart(void **state)
{
    (void)state;
    arena *a = unit_arena();
    drift d =
        compare(a, TABLE("    a integer,\n    \"B b\" text default 'x' not null,\n    c text", ""),
                TABLE("    a bigint not null,\n    \"B b\" text default 'y' not null,\n    d text", ""));
    assert_int_equal(d.count, 5);
    assert_row(&d, 0, DRIFT_DIFFERS, "default", "\"B b\"");
    assert_row(&d, 1, DRIFT_DIFFERS, "type", "a");
    assert_row(&d, 2, DRIFT_DIFFERS, "nullability", "a");
    assert_row(&d, 3, DRIFT_MISSING, "column", "c");
    assert_row(&d, 4, DRIFT_EXTRA, "column", "d");
    assert_string_equal(d.rows[0].expected_text, "\"B b\" text default 'x' not null");
    assert_null(d.rows[4].expected_text);
    arena_free(a);
}

static void names_the_part_that_differs(void **state)
{
    (void)state;
    arena *a = unit_arena();
    static const struct {
        const char *text, *part, *name;
    } cases[] = {
        {"CREATE UNIQUE INDEX \"I i\" ON s.t USING btree (a);", "index", "\"I i\""},
        {"-- index s.i is invalid: no query uses it", "index", ""},
        {"CREATE CONSTRAINT TRIGGER tr AFTER INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.f();", "trigger",
         "tr"},
        {"alter table only s.t disable trigger tr;", "trigger", "tr"},
        {"alter table only s.t add constraint fk FOREIGN KEY (a) REFERENCES s.u(a);", "constraint", "fk"},
        {"create policy p on s.t as permissive for all\n    to public\n    using (true);", "policy", "p"},
        {"alter table s.t enable row level security;", "policy", ""},
        {"grant select on s.t to x;", "grant", ""},
        {"revoke delete on s.t from me;", "grant", ""},
        {"comment on column s.t.a is 'one; two';", "comment", "column s.t.a"},
        {"alter table only s.t alter column a set default 5;", "default", "a"},
        {"alter table only s.t alter column a set storage main;", "column option", "a"},
        {"alter table only s.p attach partition s.t FOR VALUES IN (1);", "partition", ""},
        {"alter table only s.t replica identity full;", "replica identity", ""},
        {"CREATE STATISTICS s.st (ndistinct) ON a, b FROM s.t;", "statistics", "s.st"},
        {"CREATE RULE r AS\n    ON DELETE TO s.t DO INSTEAD NOTHING;", "rule", "r"},
        {"alter default privileges for role x grant select on tables to y;", "default privilege", ""},
        {"-- not written here: operator s.=(a,b)", "unwritten", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *text = arena_printf(a, "%s\n%s\n", TABLE("    a integer", ""), cases[i].text);
        drift d = compare(a, TABLE("    a integer", ""), text);
        assert_int_equal(d.count, 1);
        assert_row(&d, 0, DRIFT_EXTRA, cases[i].part, cases[i].name);
        size_t length = strlen(cases[i].text);
        length -= cases[i].text[length - 1] == ';';
        assert_string_equal(d.rows[0].actual_text, arena_strndup(a, cases[i].text, length));
    }
    arena_free(a);
}

static void counts_rights_one_by_one(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *before = TABLE("    a integer", "") "grant select, insert on s.t to x;\n";
    const char *after =
        TABLE("    a integer", "") "grant select, delete, insert on s.t to x;\n"
                                   "grant update (a, \"b, c\") on s.t to \"Y\" with grant option;\n";
    drift d = compare(a, before, after);
    assert_int_equal(d.count, 3);
    assert_string_equal(d.rows[0].actual_text, "grant delete on s.t to x");
    assert_string_equal(d.rows[1].actual_text, "grant update (\"b, c\") on s.t to \"Y\" with grant option");
    assert_string_equal(d.rows[2].actual_text, "grant update (a) on s.t to \"Y\" with grant option");
    d = compare(a, "revoke execute on function s.f(a integer, b text) from public;", "");
    assert_int_equal(d.count, 1);
    assert_row(&d, 0, DRIFT_MISSING, "grant", "");
    arena_free(a);
}

static void headers_count_only_when_nothing_else_differs(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *one = "-- daybook mirror: view s.v\n-- needs: a\n\ncreate view s.v as\n select 1;\n";
    const char *two = "-- daybook mirror: view s.v\n-- needs: b\n\ncreate view s.v as\n select 1;\n";
    drift d = compare(a, one, two);
    assert_int_equal(d.count, 1);
    assert_row(&d, 0, DRIFT_DIFFERS, "header", "");
    mirror_item left[] = {item("a", "view", one), item("b", "view", "create x;")};
    mirror_item right[] = {item("a", "view", two), item("b", "view", "create y;")};
    unit_ok(
        drift_compare(a, &(mirror){.items = left, .count = 2}, &(mirror){.items = right, .count = 2}, &d));
    assert_int_equal(d.count, 1);
    assert_row(&d, 0, DRIFT_DIFFERS, "definition", "");
    arena_free(a);
}

static void pairs_what_has_the_same_name(void **state)
{
    (void)state;
    arena *a = unit_arena();
    drift d = compare(a, TABLE("    a integer,\n    constraint c CHECK (a > 0)", ""),
                      TABLE("    a integer,\n    constraint c CHECK (a > 1)", "\nwith (fillfactor=50)"));
    assert_int_equal(d.count, 2);
    assert_row(&d, 0, DRIFT_DIFFERS, "constraint", "c");
    assert_row(&d, 1, DRIFT_DIFFERS, "storage", "");
    d = compare(a, "create view s.v as\n select 1;\nalter view s.v owner to x;\ncomment on view s.v is 'a';",
                "create view s.v as\n select 2;\nalter view s.v owner to y;\ncomment on view s.v is 'b';");
    assert_int_equal(d.count, 3);
    assert_row(&d, 0, DRIFT_DIFFERS, "comment", "view s.v");
    assert_row(&d, 1, DRIFT_DIFFERS, "definition", "");
    assert_row(&d, 2, DRIFT_DIFFERS, "owner", "");
    arena_free(a);
}

static void another_order_of_columns_is_a_difference(void **state)
{
    (void)state;
    arena *a = unit_arena();
    drift d = compare(a, TABLE("    a integer,\n    b text", ""), TABLE("    b text,\n    a integer", ""));
    assert_int_equal(d.count, 1);
    assert_row(&d, 0, DRIFT_DIFFERS, "order", "");
    arena_free(a);
}

static void merges_by_path(void **state)
{
    (void)state;
    arena *a = unit_arena();
    mirror_item left[] = {item("s/a", "table", "create a;"), item("s/b", "view", "create b;"),
                          item("s/d", "view", "create d;")};
    mirror_item right[] = {item("s/b", "view", "create b;"), item("s/c", "view", "create c;"),
                           item("s/d", "view", "create dd;")};
    drift d;
    unit_ok(
        drift_compare(a, &(mirror){.items = left, .count = 3}, &(mirror){.items = right, .count = 3}, &d));
    assert_int_equal(d.objects, 4);
    assert_int_equal(d.count, 3);
    assert_row(&d, 0, DRIFT_MISSING, "object", "");
    assert_row(&d, 1, DRIFT_EXTRA, "object", "");
    assert_row(&d, 2, DRIFT_DIFFERS, "definition", "");
    assert_null(d.rows[0].actual);
    assert_null(d.rows[1].expected);
    arena_free(a);
}

static const char *unified(arena *a, const char *left, const char *right)
{
    buf out;
    buf_init(&out, 0);
    unit_ok(drift_unified(a, "l", left, "r", right, &out));
    const char *text = arena_strdup(a, out.data);
    buf_term(&out);
    return text;
}

static void prints_what_patch_reads(void **state)
{
    (void)state;
    arena *a = unit_arena();
    assert_string_equal(unified(a, "1\n2\n", "1\n2\n"), "");
    assert_string_equal(unified(a, NULL, "1\n2\n"), "--- /dev/null\n+++ r\n@@ -0,0 +1,2 @@\n+1\n+2\n");
    assert_string_equal(unified(a, "1\n", NULL), "--- l\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-1\n");
    assert_string_equal(unified(a, "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nV\n6\n7\n8\n9\n"),
                        "--- l\n+++ r\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+V\n 6\n 7\n 8\n");
    assert_string_equal(
        unified(a, "a\n1\n2\n3\n4\n5\n6\n7\n8\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\n8\n"),
        "--- l\n+++ r\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -7,4 +7,3 @@\n 6\n 7\n 8\n-b\n");
    assert_string_equal(unified(a, "a\nb\nc", "b\nc\nd"), "--- l\n+++ r\n@@ -1,3 +1,3 @@\n-a\n b\n c\n+d\n");
    arena_free(a);
}

static void replays_what_is_needed_first(void **state)
{
    (void)state;
    arena *a = unit_arena();
    mirror_item items[] = {
        item("a/t.sql", "table", "-- daybook mirror: table a.t\n-- needs: b/u.sql\n\nx"),
        item("b/schema.sql", "schema", "-- daybook mirror: schema b\n-- role: r 1\n-- role: q\n"),
        item("b/u.sql", "table", "-- daybook mirror: table b.u\n-- needs: c/v.sql\nx\n-- needs: z"),
        item("c/v.sql", "view", "-- daybook mirror: view c.v\n"),
        item("database.sql", "database", "-- daybook mirror: database\n-- role: q\n")};
    mirror m = {.items = items, .count = 5};
    const mirror_item **order;
    unit_ok(mirror_sequence(a, &m, &order));
    const size_t expected[] = {1, 4, 3, 2, 0};
    for (size_t i = 0; i < 5; i++)
        assert_ptr_equal(order[i], &items[expected[i]]);
    const char **roles;
    size_t count;
    unit_ok(mirror_roles(a, &m, &roles, &count));
    assert_int_equal(count, 2);
    assert_string_equal(roles[0], "q");
    assert_string_equal(roles[1], "r 1");
    arena_free(a);
}

static void refuses_what_cannot_be_put_in_order(void **state)
{
    (void)state;
    arena *a = unit_arena();
    mirror_item items[] = {item("a.sql", "view", "-- daybook mirror: view a\n-- needs: b.sql\n"),
                           item("b.sql", "view", "-- daybook mirror: view b\n-- needs: a.sql\n")};
    const mirror_item **order;
    unit_refused(mirror_sequence(a, &(mirror){.items = items, .count = 2}, &order), ERR_INPUT,
                 "need each other");
    unit_refused(mirror_sequence(a, &(mirror){.items = items, .count = 1}, &order), ERR_INPUT,
                 "needs b.sql, which is not there");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_have_no_difference),
        cmocka_unit_test(tells_type_default_and_nullability_of_a_column_apart),
        cmocka_unit_test(names_the_part_that_differs),
        cmocka_unit_test(counts_rights_one_by_one),
        cmocka_unit_test(headers_count_only_when_nothing_else_differs),
        cmocka_unit_test(pairs_what_has_the_same_name),
        cmocka_unit_test(another_order_of_columns_is_a_difference),
        cmocka_unit_test(merges_by_path),
        cmocka_unit_test(prints_what_patch_reads),
        cmocka_unit_test(replays_what_is_needed_first),
        cmocka_unit_test(refuses_what_cannot_be_put_in_order),
    };
    return UNIT_RUN(tests);
}
