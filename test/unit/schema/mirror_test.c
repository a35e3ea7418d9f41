#include "../unit.h"

#include "schema/mirror_int.h"

static void encodes_names_so_that_no_file_system_confuses_them(void **state)
{
    (void)state;
    arena *a = unit_arena();
    char *out;
    unit_ok(mirror_path_encode(a, "fn_record-2", &out));
    assert_string_equal(out, "fn_record-2");
    unit_ok(mirror_path_encode(a, "../Etc.d/%x", &out));
    assert_string_equal(out, "%2E%2E%2F%45tc%2Ed%2F%25x");
    unit_ok(mirror_path_encode(a, "\xc3\xbc\n", &out));
    assert_string_equal(out, "%C3%BC%0A");
    arena_free(a);
}

static mirror_file file_of(char object_class, int64_t oid, const char *kind, const char *schema,
                           const char *name, const char *arguments)
{
    return (mirror_file){.object_class = object_class,
                         .oid = oid,
                         .kind = kind,
                         .schema = schema,
                         .name = name,
                         .identity = name,
                         .arguments = arguments,
                         .head = "create;"};
}

static void add(mirror_set *s, mirror_file f)
{
    unit_ok(mirror_set_add(s, &f));
}

static void gives_each_object_a_path_and_finds_it_again(void **state)
{
    (void)state;
    arena *a = unit_arena();
    mirror_set s = {.arena = a};
    add(&s, file_of('p', 3, "function", "b", "over", "a integer"));
    add(&s, file_of('p', 4, "procedure", "b", "over", "b text"));
    add(&s, file_of('p', 5, "function", "b", "once", ""));
    add(&s, file_of('n', 3, "schema", "b", "b", NULL));
    add(&s, file_of('d', 0, "database", "", "", NULL));
    add(&s, file_of('c', 3, "foreign table", "A b", "T", NULL));
    unit_ok(mirror_set_index(&s));
    const char *const paths[] = {
        "%41%20b/foreign_tables/%54.sql",    "b/functions/once.sql", "b/functions/over.8ea6dde4d0ed.sql",
        "b/functions/over.f46a7bdbdf35.sql", "b/schema.sql",         "database.sql"};
    assert_int_equal(s.count, 6);
    for (size_t i = 0; i < 6; i++)
        if (strstr(paths[i], "over") == NULL)
            assert_string_equal(s.files[i].path, paths[i]);
    assert_string_not_equal(s.files[2].path, s.files[3].path);
    assert_int_equal(strlen(s.files[2].path), strlen(paths[2]));
    size_t at;
    assert_true(mirror_set_find(&s, 'c', 3, &at));
    assert_int_equal(at, 0);
    assert_true(mirror_set_find(&s, 'n', 3, &at));
    assert_int_equal(at, 4);
    assert_false(mirror_set_find(&s, 't', 3, &at));
    arena_free(a);
}

/* Tables t0 … t(n-1) in schema s; paths sort as the numbers do. */
static void add_tables(mirror_set *s, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        add(s, file_of('c', i, "table", "s", arena_printf(s->arena, "t%d", (int)i), NULL));
    unit_ok(mirror_set_index(s));
}

static void need(mirror_set *s, size_t file, size_t needs, bool soft)
{
    mirror_need n = {.file = file, .needs = needs, .soft = soft};
    unit_ok(mirror_set_add_need(s, &n));
}

static void opens_a_circle_where_a_default_or_a_check_closes_it(void **state)
{
    (void)state;
    arena *a = unit_arena();
    mirror_set s = {.arena = a};
    size_t circle;
    add_tables(&s, 6);
    /* 0 -> 1 -> 2 ~> 0 is a circle; 3 needs it and is needed by 4; 5 ~> 4 is soft and in none. */
    need(&s, 0, 1, false);
    need(&s, 1, 2, false);
    need(&s, 2, 0, true);
    need(&s, 3, 0, false);
    need(&s, 4, 3, false);
    need(&s, 5, 4, true);
    mirror_set_sort(&s);
    unit_ok(mirror_order_break(&s, &circle));
    assert_int_equal(circle, SIZE_MAX);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(s.files[i].deferred, i == 2);
    arena_free(a);
}

static void says_which_circle_it_cannot_open(void **state)
{
    (void)state;
    arena *a = unit_arena();
    mirror_set s = {.arena = a};
    size_t circle;
    add_tables(&s, 3);
    need(&s, 1, 2, false);
    need(&s, 2, 1, false);
    mirror_set_sort(&s);
    unit_ok(mirror_order_break(&s, &circle));
    assert_int_equal(circle, 1);
    arena_free(a);
}

static void piece(mirror_set *s, size_t file, int section, const char *sort, const char *sql,
                  const char *bare, const char *later)
{
    mirror_piece p = {
        .file = file, .section = section, .sort = sort, .sql = sql, .bare = bare, .later = later};
    unit_ok(mirror_set_add_piece(s, &p));
}

static const char *text_of(mirror_set *s, size_t file)
{
    buf out;
    buf_init(&out, 0);
    mirror_text_append(&out, s, &s->files[file]);
    unit_ok(buf_error(&out));
    const char *text = arena_strdup(s->arena, out.data);
    buf_term(&out);
    return text;
}

static void writes_a_table_and_what_belongs_to_it_in_one_order(void **state)
{
    (void)state;
    arena *a = unit_arena();
    mirror_set s = {.arena = a};
    size_t circle;
    add_tables(&s, 2);
    s.files[0].head = "create table s.t0 (";
    s.files[0].tail = ");";
    s.files[0].owner_sql = "alter table s.t0 owner to x;";
    piece(&s, 0, 88, "p", "create policy p;", NULL, NULL);
    piece(&s, 0, 60, "", "comment;", NULL, NULL);
    piece(&s, 0, 12, "4c", "constraint c check (f())", "", "alter add c;");
    piece(&s, 0, 40, "i", "CREATE INDEX i;", NULL, NULL);
    piece(&s, 0, 11, "00002", "b text", NULL, NULL);
    piece(&s, 0, 11, "00001", "a integer default f()", "a integer", "alter a set default f();");
    mirror_set_sort(&s);
    unit_ok(mirror_order_break(&s, &circle));
    assert_string_equal(text_of(&s, 0), "-- daybook mirror: table t0\n"
                                        "\n"
                                        "create table s.t0 (\n"
                                        "    a integer default f(),\n"
                                        "    b text,\n"
                                        "    constraint c check (f())\n"
                                        ");\n"
                                        "\n"
                                        "alter table s.t0 owner to x;\n"
                                        "\n"
                                        "CREATE INDEX i;\n"
                                        "\n"
                                        "comment;\n"
                                        "\n"
                                        "-- Once everything else exists:\n"
                                        "\n"
                                        "create policy p;\n");
    s.files[0].deferred = true;
    const char *text = text_of(&s, 0);
    assert_non_null(strstr(text, "(\n    a integer,\n    b text\n);"));
    assert_non_null(strstr(text, "exists:\nalter a set default f();\nalter add c;\n\ncreate policy p;\n"));
    arena_free(a);
}

static void tells_what_a_file_needs_and_which_roles_a_schema_names(void **state)
{
    (void)state;
    arena *a = unit_arena();
    mirror_set s = {.arena = a};
    size_t circle;
    add(&s, file_of('n', 9, "schema", "s", "s", NULL));
    add_tables(&s, 2);
    size_t schema, first, second;
    assert_true(mirror_set_find(&s, 'n', 9, &schema));
    assert_true(mirror_set_find(&s, 'c', 0, &first));
    assert_true(mirror_set_find(&s, 'c', 1, &second));
    need(&s, second, first, false);
    const char *const roles[] = {"writer", "reader", "writer"};
    for (size_t i = 0; i < 3; i++)
        unit_ok(mirror_set_add_role(&s, "s", roles[i]));
    unit_ok(mirror_set_add_role(&s, "other", "stranger"));
    mirror_set_sort(&s);
    unit_ok(mirror_order_break(&s, &circle));
    assert_string_equal(text_of(&s, schema),
                        "-- daybook mirror: schema s\n-- role: reader\n-- role: writer\n\ncreate;\n");
    assert_string_equal(text_of(&s, second),
                        "-- daybook mirror: table t1\n-- needs: s/tables/t0.sql\n\ncreate;\n");
    arena_free(a);
}

static void a_name_with_a_line_end_stays_in_the_comment(void **state)
{
    (void)state;
    arena *a = unit_arena();
    mirror_set s = {.arena = a};
    size_t circle;
    add(&s, file_of('c', 1, "table", "s", "x\ndrop table y;", NULL));
    unit_ok(mirror_set_index(&s));
    mirror_set_sort(&s);
    unit_ok(mirror_order_break(&s, &circle));
    assert_string_equal(text_of(&s, 0), "-- daybook mirror: table x drop table y;\n\ncreate;\n");
    arena_free(a);
}

static dbk_err *collect(void *ctx)
{
    (void)ctx;
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    mirror_set s = {.arena = a};
    mirror_file f = file_of('c', 1, "table", "s", "t", NULL);
    mirror_piece p = {.section = 60, .sort = "", .sql = "comment;"};
    size_t circle;
    dbk_err *e = mirror_set_add(&s, &f);
    if (!e)
        e = mirror_set_index(&s);
    if (!e)
        e = mirror_set_add_piece(&s, &p);
    if (!e) {
        mirror_set_sort(&s);
        e = mirror_order_break(&s, &circle);
    }
    arena_free(a);
    return e;
}

static void runs_out_of_memory_in_order(void **state)
{
    (void)state;
    assert_true(unit_each_allocation_fails(collect, NULL) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_names_so_that_no_file_system_confuses_them),
        cmocka_unit_test(gives_each_object_a_path_and_finds_it_again),
        cmocka_unit_test(opens_a_circle_where_a_default_or_a_check_closes_it),
        cmocka_unit_test(says_which_circle_it_cannot_open),
        cmocka_unit_test(writes_a_table_and_what_belongs_to_it_in_one_order),
        cmocka_unit_test(tells_what_a_file_needs_and_which_roles_a_schema_names),
        cmocka_unit_test(a_name_with_a_line_end_stays_in_the_comment),
        cmocka_unit_test(runs_out_of_memory_in_order),
    };
    return UNIT_RUN(tests);
}
