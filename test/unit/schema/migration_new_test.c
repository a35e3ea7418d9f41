#include "../unit.h"

#include "core/file.h"
#include "schema/migration_new.h"

#define NOW_US (INT64_C(1769860800) * 1000000) /* 2026-01-31T12:00:00Z */

/* A module of that layout with these files in db/ beside it; its modules folder is returned. */
static const char *make_module(arena *a, const char *layout, const char *more, const char *const *files)
{
    const char *top = unit_folder(a);
    const char *dir = arena_printf(a, "%s/modules", top);
    const char *conf = arena_printf(a,
                                    "[module]\nname = shop\nsummary = s\n[migrations]\nlayout = %s\n"
                                    "folder = ../../db\n%s",
                                    layout, more);
    unit_ok(file_make_dirs(arena_printf(a, "%s/shop", dir), 0755));
    unit_ok(file_make_dirs(arena_printf(a, "%s/db/deploy", top), 0755));
    unit_ok(file_write_atomic(arena_printf(a, "%s/shop/module.conf", dir), conf, strlen(conf), 0644));
    for (; *files; files += 2)
        unit_ok(
            file_write_atomic(arena_printf(a, "%s/db/%s", top, files[0]), files[1], strlen(files[1]), 0644));
    return dir;
}

static const char *name_of_new(arena *a, const char *dir)
{
    clock_fake fake;
    char *path, *text;
    size_t length;
    clock_fake_init(&fake, NOW_US);
    unit_ok(migration_new(a, &fake.clock, dir, "shop", "Add funding", &path));
    unit_ok(file_read(a, path, 1000, &text, &length));
    return arena_printf(a, "%s|%s", strstr(path, "/modules/") + strlen("/modules/"), text);
}

static void follows_the_tool_of_the_folder(void **state)
{
    (void)state;
    static const struct {
        const char *layout, *more, *file, *text, *expected;
    } cases[] = {
        {"sqlx", "", "0009_x.sql", "", "shop/../../db/0010_add_funding.sql|-- add_funding\n"},
        {"sqlx", "", "1_x.up.sql", "", "shop/../../db/2_add_funding.up.sql|-- add_funding\n"},
        {"sqlx", "", "20260130120000_x.sql", "",
         "shop/../../db/20260131120000_add_funding.sql|-- add_funding\n"},
        {"sqlx", "", "20260230120000_x.sql", "",
         "shop/../../db/20260230120001_add_funding.sql|-- add_funding\n"},
        {"sqlx", "", "readme.md", "", "shop/../../db/001_add_funding.sql|-- add_funding\n"},
        {"dbmate", "", "7_x.sql", "-- migrate:up\n",
         "shop/../../db/8_add_funding.sql|-- migrate:up\n\n\n-- migrate:down\n\n"},
        {"golang-migrate", "", "000099_x.up.sql", "",
         "shop/../../db/000100_add_funding.up.sql|-- add_funding\n"},
        {"flyway", "", "V9__x.sql", "", "shop/../../db/V10__add_funding.sql|-- add_funding\n"},
        {"flyway", "", "V009__x.sql", "", "shop/../../db/V010__add_funding.sql|-- add_funding\n"},
        {"flyway", "", "R__x.sql", "", "shop/../../db/V1__add_funding.sql|-- add_funding\n"},
        {"flyway", "", "B3__x.sql", "", "shop/../../db/V4__add_funding.sql|-- add_funding\n"},
        {"flyway", "version_digits = 3, 3\n", "V1.2_9__x__y.sql", "",
         "shop/../../db/V1.2_10__add_funding.sql|-- add_funding\n"},
        {"flyway", "", "V20260130120000__x.sql", "",
         "shop/../../db/V20260131120000__add_funding.sql|-- add_funding\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        arena *a = unit_arena();
        const char *const files[] = {cases[i].file, cases[i].text, NULL};
        assert_string_equal(name_of_new(a, make_module(a, cases[i].layout, cases[i].more, files)),
                            cases[i].expected);
        arena_free(a);
    }
}

static void a_plan_that_has_ended_goes_on_in_the_module(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *const files[] = {"sqitch.plan",
                                 "%project=shop\n\na 2026-01-02T03:04:05Z A <a@b.c>\n"
                                 "b 2026-01-02T03:04:05Z A <a@b.c>\n",
                                 "deploy/a.sql",
                                 "",
                                 "deploy/b.sql",
                                 "",
                                 NULL};
    const char *dir = make_module(a, "sqitch", "changes = 2\n", files);
    assert_string_equal(name_of_new(a, dir), "shop/migrations/003_add_funding.sql|-- add_funding\n");
    assert_string_equal(name_of_new(a, dir), "shop/migrations/004_add_funding.sql|-- add_funding\n");
    arena_free(a);
}

static void says_when_a_version_cannot_count_on(void **state)
{
    (void)state;
    arena *a = unit_arena();
    clock_fake fake;
    char *path;
    const char *const files[] = {"V1.999__x.sql", "", NULL};
    const char *dir = make_module(a, "flyway", "version_digits = 3\n", files);
    clock_fake_init(&fake, NOW_US);
    unit_refused(migration_new(a, &fake.clock, dir, "shop", "x", &path), ERR_LIMIT, "V1.999__x.sql");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_tool_of_the_folder),
        cmocka_unit_test(a_plan_that_has_ended_goes_on_in_the_module),
        cmocka_unit_test(says_when_a_version_cannot_count_on),
    };
    return UNIT_RUN(tests);
}
