#include "../unit.h"

#include "schema/history.h"

/* A file or a row is written "number name hash"; NULL ends a list. */
typedef struct scene {
    const char *files[8];
    const char *rows[8];
    enum err_code fault; /* ERR_NONE: none */
    const char *says;
} scene;

static void read_entry(arena *a, const char *text, int64_t *number, const char **name, char hash[65])
{
    char word[32], digest[8];
    long long n = 0;
    assert_int_equal(sscanf(text, "%lld %31s %7s", &n, word, digest), 3);
    *number = n;
    *name = arena_strdup(a, word);
    assert_non_null(*name);
    snprintf(hash, 65, "%s", digest);
}

static dbk_err *check(arena *a, const scene *s, history *h)
{
    module_file files[8] = {0};
    ledger_migration rows[8] = {0};
    module m = {.name = "m", .migrations = {.items = files}};
    ledger l = {.owner = "o", .migrations = rows};
    for (; s->files[m.migrations.count]; m.migrations.count++) {
        module_file *f = &files[m.migrations.count];
        read_entry(a, s->files[m.migrations.count], &f->number, &f->name, f->sha256);
        f->path = arena_printf(a, "m/migrations/%s", f->name);
    }
    for (; s->rows[l.migration_count]; l.migration_count++) {
        ledger_migration *r = &rows[l.migration_count];
        char hash[65];
        read_entry(a, s->rows[l.migration_count], &r->number, &r->name, hash);
        r->sha256 = arena_strdup(a, hash);
        r->module = "m";
        r->applied_at = "2026-01-01T00:00:00Z";
    }
    unit_ok(history_compare(a, &m, &l, NULL, h));
    return history_fault(&m, h, false);
}

static void each_fault_has_its_code(void **state)
{
    (void)state;
    static const scene scenes[] = {
        {{"1 1_a x", "2 2_b y"}, {"1 1_a x"}, ERR_NONE, ""},
        {{"9 9_a x", "10 10_b y"}, {"9 9_a x"}, ERR_NONE, ""},
        {{"1 1_a z"}, {"1 1_a x"}, ERR_HISTORY_EDITED, "m/migrations/1_a was edited"},
        {{"1 1_new x"}, {"1 1_a x"}, ERR_HISTORY_EDITED, "was applied under the name 1_a"},
        {{"2 2_b y"}, {"1 1_a x", "2 2_b y"}, ERR_HISTORY_DELETED, "m/migrations/1_a was applied"},
        {{"1 1_a x"}, {"1 1_a x", "2 2_b y"}, ERR_HISTORY_AHEAD, "newer than the files"},
        {{NULL}, {"1 1_a x"}, ERR_HISTORY_AHEAD, "newer than the files"},
        {{"1 1_a x", "2 2_b y", "3 3_c z"},
         {"1 1_a x", "3 3_c z"},
         ERR_HISTORY_ORDER,
         "m/migrations/2_b comes before"},
        {{"1 1_a x", "1 1_b y"}, {NULL}, ERR_HISTORY_DUPLICATE, "m/migrations/1_b"},
        {{"-1 bad x", "1 1_a x"}, {NULL}, ERR_HISTORY_NAME, "m/migrations/bad is not a name"},
    };
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        history h;
        dbk_err *e = check(a, &scenes[i], &h);
        if (scenes[i].fault == ERR_NONE)
            unit_ok(e);
        else
            unit_refused(e, scenes[i].fault, scenes[i].says);
    }
    arena_free(a);
}

static void lists_by_number_whatever_side_it_is_on(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const scene s = {{"2 2_b y", "4 4_d x"}, {"1 1_a x", "2 2_b y", "3 3_c z"}, ERR_NONE, ""};
    history h;
    dbk_err *e = check(a, &s, &h);
    assert_int_equal(h.count, 4);
    assert_int_equal(h.items[0].verdict, HISTORY_DELETED);
    assert_int_equal(h.items[1].verdict, HISTORY_APPLIED);
    assert_int_equal(h.items[2].verdict, HISTORY_DELETED);
    assert_int_equal(h.items[3].verdict, HISTORY_PENDING);
    assert_string_equal(err_detail(e), "and 1 more in the module \"m\"; see `daybook migrate status`");
    err_free(e);
    arena_free(a);
}

static void a_function_is_applied_again_when_anything_changed(void **state)
{
    (void)state;
    module_file file = {.name = "f.sql", .sha256 = "x"};
    ledger_routine row = {.sha256 = "x", .migration = 3};
    assert_int_equal(history_routine_state(&file, NULL, 3), SCHEMA_PENDING);
    assert_int_equal(history_routine_state(&file, &row, 3), SCHEMA_APPLIED);
    assert_int_equal(history_routine_state(&file, &row, 4), SCHEMA_PENDING);
    row.sha256 = "y";
    assert_int_equal(history_routine_state(&file, &row, 3), SCHEMA_CHANGED);
    row = (ledger_routine){.sha256 = "x", .migration = 3, .run_as_owner = true};
    assert_int_equal(history_routine_state(&file, &row, 3), SCHEMA_CHANGED);
}

static void a_module_without_files_is_missed(void **state)
{
    (void)state;
    module m = {.name = "core"};
    const module_set set = {&m, 1};
    const char *names[] = {"core", "own"};
    ledger l = {.modules = {names, 1}};
    unit_ok(history_missing_module(&set, &l));
    l.modules.count = 2;
    unit_refused(history_missing_module(&set, &l), ERR_HISTORY_DELETED, "the module \"own\" is installed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_has_its_code),
        cmocka_unit_test(lists_by_number_whatever_side_it_is_on),
        cmocka_unit_test(a_function_is_applied_again_when_anything_changed),
        cmocka_unit_test(a_module_without_files_is_missed),
    };
    return UNIT_RUN(tests);
}
