/* The command tree as a whole: every option documented, every name found, near misses suggested. */

#include "../unit.h"

#include <string.h>

#include "cmd/commands.h"

static void every_option_and_command_is_documented(void **state)
{
    (void)state;
    arena *a = unit_arena();
    opt_command *tree;
    size_t count;
    unit_ok(commands_tree(a, &tree, &count));
    assert_true(count > 10);
    unit_ok(opt_check(tree, count));
    arena_free(a);
}

static const cmd_spec *find(int argc, const char *const *words, int *used)
{
    char *argv[4] = {(char[]){"daybook"}};
    for (int i = 0; i < argc; i++)
        argv[i + 1] = (char *)(uintptr_t)words[i];
    return commands_find(argc + 1, argv, used);
}

static void a_command_is_found_by_all_its_words(void **state)
{
    (void)state;
    size_t count;
    const cmd_spec *const *all = commands_all(&count);
    for (size_t i = 0; i < count; i++) {
        char name[64];
        const char *words[3];
        int given = 0, used = 0;
        assert_true(strlen(all[i]->help.name) < sizeof(name));
        strncpy(name, all[i]->help.name, sizeof(name) - 1);
        name[sizeof(name) - 1] = '\0';
        char *rest = name;
        for (char *word; (word = strsep(&rest, " ")) && given < 3;)
            words[given++] = word;
        assert_ptr_equal(find(given, words, &used), all[i]);
        assert_int_equal(used, given);
    }
}

static void half_a_name_is_no_command(void **state)
{
    (void)state;
    int used = 0;
    assert_null(find(1, (const char *const[]){"migrate"}, &used));
    assert_null(find(1, (const char *const[]){"repor"}, &used));
    assert_null(find(2, (const char *const[]){"migrate", "appl"}, &used));
    assert_true(commands_is_group("migrate"));
    assert_false(commands_is_group("migrat"));
    assert_false(commands_is_group("report"));
}

static void a_near_miss_is_suggested(void **state)
{
    (void)state;
    assert_string_equal(commands_nearest("reprot"), "report");
    assert_null(commands_nearest("xyzzy"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_and_command_is_documented),
        cmocka_unit_test(a_command_is_found_by_all_its_words),
        cmocka_unit_test(half_a_name_is_no_command),
        cmocka_unit_test(a_near_miss_is_suggested),
    };
    return UNIT_RUN(tests);
}
