#include "../unit.h"

#include "ops/cluster_int.h"

static void memory_is_modest_and_bounded(void **state)
{
    (void)state;
    static const struct {
        int64_t machine_mb, shared_mb, cache_mb, maintenance_mb;
    } cases[] = {{0, 32, 128, 64},        {512, 64, 256, 64},       {2048, 256, 1024, 64},
                 {8192, 1024, 4096, 256}, {16384, 1024, 8192, 512}, {1 << 20, 1024, 65536, 512}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cluster_memory m = cluster_memory_for(cases[i].machine_mb);
        assert_int_equal(m.shared_buffers_mb, cases[i].shared_mb);
        assert_int_equal(m.effective_cache_size_mb, cases[i].cache_mb);
        assert_int_equal(m.maintenance_work_mem_mb, cases[i].maintenance_mb);
    }
}

static void durability_is_never_traded(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *text = cluster_conf_daybook(a, cluster_memory_for(8192));
    static const char *const lines[] = {"\nfsync = on\n",
                                        "\nsynchronous_commit = on\n",
                                        "\nfull_page_writes = on\n",
                                        "\nwal_level = replica\n",
                                        "\nlisten_addresses = ''\n",
                                        "\nshared_buffers = 1024MB\n",
                                        "\ntimezone = 'UTC'\n",
                                        "\nlog_filename = 'postgresql-%a.log'\n",
                                        "'%m [%p] %q%u@%d %a '\n"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_non_null(strstr(text, lines[i]));
    arena_free(a);
}

static void the_user_has_the_last_word(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *text = cluster_conf_main(a);
    const char *ours = strstr(text, "\ninclude = 'daybook.conf'\n");
    assert_non_null(ours);
    assert_non_null(strstr(ours, "\ninclude_if_exists = 'user.conf'\n"));
    for (const char *line = cluster_conf_user(a); *line; line = strchr(line, '\n') + 1)
        assert_true(*line == '#');
    arena_free(a);
}

static void only_the_map_lets_anybody_in(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *text = cluster_conf_hba(a);
    size_t rules = 0;
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        if (*line != '#') {
            rules++;
            assert_memory_equal(line, "local all all peer map=daybook\n", 31);
        }
    assert_int_equal(rules, 1);
    arena_free(a);
}

static void names_of_users_are_quoted(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *text = cluster_conf_ident(a, "ann \"the\" bot", "postgres");
    assert_non_null(strstr(text, "\ndaybook \"ann \"\"the\"\" bot\" daybook\n"));
    assert_non_null(strstr(text, "\ndaybook \"ann \"\"the\"\" bot\" postgres\n"));
    assert_non_null(strstr(text, "\ndaybook \"postgres\" postgres\n"));
    assert_null(strstr(text, "\"postgres\" daybook"));
    text = cluster_conf_ident(a, "bob", "bob");
    assert_null(strstr(strstr(text, "\"bob\" postgres\n") + 1, "\"bob\""));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_modest_and_bounded), cmocka_unit_test(durability_is_never_traded),
        cmocka_unit_test(the_user_has_the_last_word),   cmocka_unit_test(only_the_map_lets_anybody_in),
        cmocka_unit_test(names_of_users_are_quoted),
    };
    return UNIT_RUN(tests);
}
