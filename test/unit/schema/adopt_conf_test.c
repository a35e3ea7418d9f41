#include "../unit.h"

#include "core/file.h"
#include "schema/adopt_conf.h"

typedef struct place {
    const char *top;
    adopt_request request;
} place;

/* A folder db/migrations with these empty files, to be taken over as the module shop. */
static place make_place(arena *a, layout from, const char *const *files)
{
    place p = {.top = unit_folder(a)};
    p.request = (adopt_request){.from = from,
                                .module = "shop",
                                .folder = arena_printf(a, "%s/db/migrations", p.top),
                                .modules_dir = arena_printf(a, "%s/team/modules", p.top)};
    unit_ok(file_make_dirs(p.request.folder, 0755));
    for (; *files; files++)
        unit_ok(file_write_atomic(arena_printf(a, "%s/%s", p.request.folder, *files), "", 0, 0644));
    return p;
}

/* What was written, without its comments and its head. */
static const char *written(arena *a, const place *p)
{
    char *path, *text;
    size_t length;
    bool made = false;
    const char *out = "";
    unit_ok(adopt_conf_write(a, &p->request, &path, &made));
    assert_true(made);
    unit_ok(file_read(a, path, 10000, &text, &length));
    for (char *line = strtok(strstr(text, "[migrations]\n") + strlen("[migrations]\n"), "\n"); line;
         line = strtok(NULL, "\n"))
        if (*line != '#')
            out = arena_printf(a, "%s%s|", out, line);
    return out;
}

static void says_where_the_folder_is_from_the_module(void **state)
{
    (void)state;
    arena *a = unit_arena();
    place p = make_place(a, LAYOUT_SQLX, (const char *const[]){NULL});
    assert_string_equal(written(a, &p), "layout = sqlx|folder = ../../../db/migrations|");
    p.request.module = "other";
    p.request.dual_write = true;
    assert_string_equal(written(a, &p), "layout = sqlx|folder = ../../../db/migrations|dual_write = true|");
    p.request.module = "inside";
    p.request.folder = arena_printf(a, "%s/team/modules/inside/old", p.top);
    unit_ok(file_make_dirs(p.request.folder, 0755));
    assert_string_equal(written(a, &p), "layout = sqlx|folder = old|dual_write = true|");
    p.request.module = "deep";
    p.request.folder = arena_printf(a, "%s/team", p.top);
    assert_string_equal(written(a, &p), "layout = sqlx|folder = ../..|dual_write = true|");
    arena_free(a);
}

static void measures_flyway_s_versions(void **state)
{
    (void)state;
    static const char *const cases[][5] = {
        {"V1__a.sql", "V20__b.sql", "R__1.2.sql", NULL, ""},
        {"V1__a.sql", "V1.2__b.sql", NULL, "version_digits = 3, 3|"},
        {"V1_2__a.sql", "V1.2.3.4__b.sql", NULL, "version_digits = 3, 3, 3|"},
        {"V1.20260131__a.sql", NULL, "version_digits = 8, 3|"},
        {"V20260131120000.1__a.sql", NULL, "version_digits = 3|"}, /* 14 + 3 + 3 digits would be too many */
        {"B1.2__a.sql", NULL, "version_digits = 3, 3|"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        arena *a = unit_arena();
        place p = make_place(a, LAYOUT_FLYWAY, cases[i]);
        size_t n = 0;
        while (cases[i][n])
            n++;
        assert_string_equal(strchr(strchr(written(a, &p), '|') + 1, '|') + 1, cases[i][n + 1]);
        arena_free(a);
    }
    arena *a = unit_arena();
    char *path;
    bool made = false;
    place p = make_place(a, LAYOUT_FLYWAY, (const char *const[]){"V20260131120000.20260131__a.sql", NULL});
    unit_refused(adopt_conf_write(a, &p.request, &path, &made), ERR_LIMIT, "V20260131120000.20260131__a.sql");
    assert_false(file_exists(path));
    arena_free(a);
}

static void counts_the_changes_of_a_plan(void **state)
{
    (void)state;
    static const char plan[] =
        "%project=x\n\na 2026-01-02T03:04:05Z A <a@b.c>\nb 2026-01-02T03:04:05Z A <a@b.c>\n";
    arena *a = unit_arena();
    char *path;
    bool made = false;
    place p = make_place(a, LAYOUT_SQITCH, (const char *const[]){NULL});
    unit_refused(adopt_conf_write(a, &p.request, &path, &made), ERR_INPUT, "there is no ");
    const char *file = arena_printf(a, "%s/sqitch.plan", p.request.folder);
    unit_ok(file_write_atomic(file, "%project=x\n", 11, 0644));
    unit_refused(adopt_conf_write(a, &p.request, &path, &made), ERR_INPUT, "has no changes");
    unit_ok(file_write_atomic(file, plan, strlen(plan), 0644));
    p.request.registry = "meta";
    assert_string_equal(written(a, &p),
                        "layout = sqitch|folder = ../../../db/migrations|changes = 2|registry = meta|");
    arena_free(a);
}

static void keeps_what_is_there_and_says_where_it_differs(void **state)
{
    (void)state;
    arena *a = unit_arena();
    char *path;
    bool made = true;
    place p = make_place(a, LAYOUT_SQLX, (const char *const[]){NULL});
    written(a, &p);
    unit_ok(adopt_conf_write(a, &p.request, &path, &made));
    assert_false(made);
    adopt_request other = p.request;
    other.from = LAYOUT_DBMATE;
    unit_refused(adopt_conf_write(a, &other, &path, &made), ERR_INPUT,
                 "says layout = sqlx, and dbmate is asked for");
    other = p.request;
    other.dual_write = true;
    unit_refused(adopt_conf_write(a, &other, &path, &made), ERR_INPUT, "says dual_write = (nothing)");
    other = p.request;
    other.folder = p.top;
    unit_refused(adopt_conf_write(a, &other, &path, &made), ERR_INPUT,
                 "says folder = ../../../db/migrations");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_where_the_folder_is_from_the_module),
        cmocka_unit_test(measures_flyway_s_versions),
        cmocka_unit_test(counts_the_changes_of_a_plan),
        cmocka_unit_test(keeps_what_is_there_and_says_where_it_differs),
    };
    return UNIT_RUN(tests);
}
