#include "../unit.h"

#include "core/file.h"
#include "schema/module_int.h"

#define CONF "[module]\nname = m\nsummary = s\nschemas = m\n"

static dbk_err *parse(arena *a, const char *conf_text, const char *const *more, module *out)
{
    module_source_file files[8] = {{"module.conf", conf_text, strlen(conf_text)}};
    module_source source = {.name = "m", .folder = "built in", .built_in = true, .files = files, .count = 1};
    for (; more && more[0]; more += 2)
        files[source.count++] = (module_source_file){more[0], more[1], strlen(more[1])};
    return module_parse(a, &source, out);
}

static void reads_everything_a_module_says(void **state)
{
    (void)state;
    arena *a = unit_arena();
    module m;
    const char *const more[] = {"functions/m_fn_a.sql",
                                "a",
                                "functions/m__b.sql",
                                "b",
                                "migrations/10_later.sql",
                                "x",
                                "migrations/002_first.sql",
                                "y",
                                "views/v.sql",
                                "v",
                                "tests/any thing",
                                "",
                                NULL};
    unit_ok(parse(a,
                  CONF "requires = core, bus\nalways = true\n[functions]\nrun_as_owner = fn_a, _b\n"
                       "[install]\nafter = m.fn_a(), m._b()\n"
                       "[table m.t]\nretention = forever\npartitioning = none\nbackup = book\n",
                  more, &m));
    assert_int_equal(m.requires.count, 2);
    assert_true(m.always);
    assert_int_equal(m.after.count, 2);
    assert_string_equal(m.after.items[1], "m._b()");
    assert_int_equal(m.table_count, 1);
    assert_string_equal(m.tables[0].name, "m.t");
    assert_int_equal(m.migrations.count, 2);
    assert_int_equal(m.migrations.items[0].number, 2); /* numbers, not text: 10 comes after 2 */
    assert_string_equal(m.migrations.items[1].path, "m/migrations/10_later.sql");
    assert_true(m.functions.items[0].run_as_owner);
    assert_true(m.functions.items[1].run_as_owner);
    assert_false(m.views.items[0].run_as_owner);
    arena_free(a);
}

/* Whether the error or one of its causes says so. */
static bool says(const dbk_err *e, const char *part)
{
    for (; e; e = err_cause(e))
        if (strstr(err_message(e), part))
            return true;
    return false;
}

static void refuses_what_it_does_not_know(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {CONF "retnetion = x\n", "m/module.conf:5: [module] retnetion: unknown key"},
        {CONF "always = yes\n", "neither true nor false"},
        {CONF "requires = Core\n", "lower-case"},
        {CONF "[functions]\nrun_as_onwer = a\n", "m/module.conf:6: [functions] run_as_onwer: unknown key"},
        {CONF "[function]\na = b\n", "unknown section"},
        {CONF "[install]\nafter = drop table x\n", "schema.function()"},
        {CONF "[table m.t]\nretention = forever\n", "[table m.t] is incomplete"},
        {CONF "[table m.t]\nbackup = maybe\n", "not a kind of backup"},
        {CONF "[functions]\nrun_as_owner = fn_a\n", "no file for \"fn_a\""},
        {"[module]\nname = n\nsummary = s\nschemas = m\n", "named as its folder"},
        {"[module]\nname = m\nschemas = m\n", "summary is missing"},
        {"[module]\nname = m\nsummary = s\n", "schemas is missing"},
        {"[module]\nname = m\nsummary = s\nschemas = daybook\n", "cannot belong to a module"},
        {"no section\n", "module.conf:1"},
    };
    arena *a = unit_arena();
    module m;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        dbk_err *e = parse(a, cases[i][0], NULL, &m);
        assert_non_null(e);
        assert_int_equal(err_code(e), ERR_INPUT);
        if (!says(e, cases[i][1]))
            fail_msg("case %zu: %s", i, err_message(e));
        err_free(e);
    }
    arena_free(a);
}

static void the_hash_does_not_depend_on_line_ends(void **state)
{
    (void)state;
    arena *a = unit_arena();
    module x, y;
    const char *const lf[] = {"migrations/1_a.sql", "select 1;\nselect 2;\n", NULL};
    const char *const crlf[] = {"migrations/1_a.sql", "\xef\xbb\xbfselect 1;\r\nselect 2;\r\n", NULL};
    unit_ok(parse(a, CONF, lf, &x));
    unit_ok(parse(a, CONF, crlf, &y));
    assert_string_equal(x.migrations.items[0].sha256, y.migrations.items[0].sha256);
    assert_string_equal(x.migrations.items[0].text, y.migrations.items[0].text);
    arena_free(a);
}

static void marks_malformed_names_for_the_history_check(void **state)
{
    (void)state;
    static const char *const names[] = {"migrations/x.sql",
                                        "migrations/1-a.sql",
                                        "migrations/1_A.sql",
                                        "migrations/1_.sql",
                                        "migrations/_a.sql",
                                        "migrations/1_a.txt",
                                        "migrations/1234567890123456789_a.sql"};
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        module m;
        const char *const more[] = {names[i], "", NULL};
        unit_ok(parse(a, CONF, more, &m));
        assert_int_equal(m.migrations.items[0].number, -1);
    }
    arena_free(a);
}

#define ADOPTED "[module]\nname = m\nsummary = s\n[migrations]\nfolder = db\nlayout = "

/* The names of the files, in their order. */
static const char *names_of(arena *a, const module_files *files)
{
    const char *out = "";
    for (size_t i = 0; i < files->count; i++)
        out = arena_printf(a, "%s%s%s", out, *out ? " " : "", files->items[i].name);
    return out;
}

static void takes_of_flyway_s_baselines_the_one_that_counts(void **state)
{
    (void)state;
    static const char *const cases[][7] = {
        /* files, then what is left of them */
        {"V1__a.sql", "V2__b.sql", "B2__all.sql", NULL, "V1__a.sql V2__b.sql"},
        {"B2__all.sql", "V2__b.sql", "V3__c.sql", NULL, "V2__b.sql V3__c.sql"},
        {"B1__a.sql", "B2__b.sql", "V3__c.sql", NULL, "B2__b.sql V3__c.sql"},
        {"B1__a.sql", "V2__b.sql", "B2__b.sql", "B9__x.sql", NULL, "B1__a.sql V2__b.sql"},
        {"B1__a.sql", "B2__b.sql", NULL, "B2__b.sql"},
        {"B1.x.sql", "B2__b.sql", NULL, "B1.x.sql B2__b.sql"}, /* malformed is for the history check to say */
    };
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *more[14] = {NULL};
        module m;
        size_t n = 0;
        for (; cases[i][n]; n++) {
            more[2 * n] = arena_printf(a, "migrations/%s", cases[i][n]);
            more[2 * n + 1] = "";
        }
        unit_ok(parse(a, ADOPTED "flyway\n", more, &m));
        assert_string_equal(names_of(a, &m.migrations), cases[i][n + 1]);
    }
    arena_free(a);
}

static void sorts_flyway_s_files_by_version_and_keeps_repeatables_apart(void **state)
{
    (void)state;
    arena *a = unit_arena();
    module m;
    const char *const more[] = {"migrations/V1.10__b.sql",
                                "",
                                "migrations/V1_9__a.sql",
                                "",
                                "migrations/R__views.sql",
                                "",
                                "migrations/U1.9__undo.sql",
                                "",
                                "migrations/V2__c.sql",
                                "",
                                "migrations/afterMigrate.sql",
                                "",
                                NULL};
    unit_ok(parse(a, ADOPTED "flyway\nversion_digits = 2, 4\n", more, &m));
    assert_string_equal(names_of(a, &m.migrations), "V1_9__a.sql V1.10__b.sql V2__c.sql");
    assert_string_equal(names_of(a, &m.repeatables), "R__views.sql");
    assert_int_equal(m.migrations.items[0].number, 1090000);
    arena_free(a);
}

#define PLAN                                                                                                 \
    "%project=x\n\na 2026-01-02T03:04:05Z A <a@b.c>\n@t 2026-01-02T03:04:05Z A <a@b.c>\n"                    \
    "a 2026-01-02T03:04:06Z A <a@b.c>\nsub/b 2026-01-02T03:04:05Z A <a@b.c>\n"

static void numbers_a_plan_and_goes_on_with_numbered_files(void **state)
{
    (void)state;
    arena *a = unit_arena();
    module m;
    const char *const more[] = {"sqitch.plan",
                                PLAN,
                                "deploy/sub/b.sql",
                                "",
                                "deploy/a.sql",
                                "x",
                                "deploy/a@t.sql",
                                "",
                                "verify/a.sql",
                                "",
                                "verify/a@t.sql",
                                "",
                                "migrations/4_more.sql",
                                "",
                                NULL};
    unit_ok(parse(a, ADOPTED "sqitch\nchanges = 3\n", more, &m));
    assert_string_equal(names_of(a, &m.migrations), "a@t.sql a.sql sub/b.sql 4_more.sql");
    assert_string_equal(names_of(a, &m.verify), "a.sql"); /* a@t was replaced by a */
    assert_string_equal(m.migrations.items[1].path, "m/deploy/a.sql");
    assert_string_equal(m.migrations.items[1].sha1, "11f6ad8ec52a2984abaafd7c3b516503785c2072"); /* of "x" */
    assert_string_equal(m.registry, "sqitch");
    arena_free(a);
}

static void refuses_an_adopted_folder_that_is_not_what_it_was(void **state)
{
    (void)state;
    static const struct {
        const char *conf;
        enum err_code code;
        const char *says;
    } cases[] = {
        {ADOPTED "sqitch\n", ERR_INPUT, "changes says how many"},
        {ADOPTED "sqlx\nchanges = 3\n", ERR_INPUT, "changes says how many"},
        {ADOPTED "sqlx\nregistry = x\n", ERR_INPUT, "for sqitch"},
        {ADOPTED "sqlx\nversion_digits = 3\n", ERR_INPUT, "for flyway"},
        {ADOPTED "flyway\nversion_digits = 0\n", ERR_INPUT, "how many digits"},
        {ADOPTED "flyway\nversion_digits = 1,1,1,1,1,1,1\n", ERR_INPUT, "too many parts"},
        {ADOPTED "flyway\ndual_write = true\n", ERR_INPUT, "for sqlx and dbmate"},
        {ADOPTED "sqitch\nchanges = many\n", ERR_INPUT, "not a number of changes"},
        {ADOPTED "liquibase\n", ERR_INPUT, "no layout"},
        {ADOPTED "sqitch\nchanges = 2\n", ERR_INPUT, "m/sqitch.plan:6: the change \"sub/b\" was added"},
        {ADOPTED "sqitch\nchanges = 4\n", ERR_HISTORY_DELETED, "has 3 changes, and 4 were taken over"},
        {ADOPTED "sqitch\nchanges = 3\n", ERR_HISTORY_DELETED, "m/deploy/a@t.sql is missing"},
        {ADOPTED "dbmate\n", ERR_INPUT, "m/migrations/1_x.sql is no migration of dbmate"},
    };
    arena *a = unit_arena();
    module m;
    const char *const more[] = {"sqitch.plan", PLAN, "migrations/1_x.sql", "select 1;\n", NULL};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        dbk_err *e = parse(a, cases[i].conf, more, &m);
        assert_non_null(e);
        if (err_code(e) != cases[i].code || !says(e, cases[i].says))
            fail_msg("case %zu: %s", i, err_message(err_cause(e) ? err_cause(e) : e));
        err_free(e);
    }
    arena_free(a);
}

static void write_module(arena *a, const char *top, const char *name, const char *conf_text)
{
    const char *folder = arena_printf(a, "%s/%s/migrations", top, name);
    unit_ok(file_make_dirs(folder, 0755));
    unit_ok(file_write_atomic(arena_printf(a, "%s/%s/module.conf", top, name), conf_text, strlen(conf_text),
                              0644));
    unit_ok(file_write_atomic(arena_printf(a, "%s/001_x.sql", folder), "select 1", 8, 0644));
    unit_ok(file_write_atomic(arena_printf(a, "%s/.hidden", folder), "", 0, 0644));
}

static void a_team_s_folder_adds_modules_and_replaces_none(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *top = unit_folder(a);
    module_set *set;
    unit_refused(module_set_load(a, top, &set), ERR_INPUT, "no module in");
    write_module(a, top, "desk_pnl",
                 "[module]\nname = desk_pnl\nsummary = s\nschemas = desk_pnl\nrequires = core\n");
    unit_ok(module_set_load(a, top, &set));
    assert_non_null(module_find(set, "core"));
    assert_true(module_find(set, "core")->built_in);
    assert_int_equal(module_find(set, "desk_pnl")->migrations.count, 1);
    write_module(a, top, "thief", "[module]\nname = thief\nsummary = s\nschemas = audit\n");
    unit_refused(module_set_load(a, top, &set), ERR_INPUT, "the schema \"audit\" is claimed by two modules");
    write_module(a, top, "thief", "[module]\nname = thief\nsummary = s\nschemas = thief\n");
    write_module(a, top, "core", "[module]\nname = core\nsummary = s\nschemas = core2\n");
    unit_refused(module_set_load(a, top, &set), ERR_INPUT, "the module \"core\" exists twice");
    unit_refused(module_set_load(a, "/nowhere", &set), ERR_INPUT, "there is no folder");
    unit_remove(top);
    arena_free(a);
}

static dbk_err *load_built_in(void *ctx)
{
    (void)ctx;
    module_set *set;
    arena *a = arena_new((size_t)256 << 20);
    if (!a)
        return err_oom();
    dbk_err *e = module_set_load(a, NULL, &set);
    arena_free(a);
    return e;
}

static void says_when_memory_is_short(void **state)
{
    (void)state;
    assert_true(unit_each_allocation_fails(load_built_in, NULL) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_everything_a_module_says),
        cmocka_unit_test(refuses_what_it_does_not_know),
        cmocka_unit_test(the_hash_does_not_depend_on_line_ends),
        cmocka_unit_test(marks_malformed_names_for_the_history_check),
        cmocka_unit_test(takes_of_flyway_s_baselines_the_one_that_counts),
        cmocka_unit_test(sorts_flyway_s_files_by_version_and_keeps_repeatables_apart),
        cmocka_unit_test(numbers_a_plan_and_goes_on_with_numbered_files),
        cmocka_unit_test(refuses_an_adopted_folder_that_is_not_what_it_was),
        cmocka_unit_test(a_team_s_folder_adds_modules_and_replaces_none),
        cmocka_unit_test(says_when_memory_is_short),
    };
    return UNIT_RUN(tests);
}
