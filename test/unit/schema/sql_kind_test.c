#include "../unit.h"

#include "schema/sql_kind.h"

static sql_statement first(const char *text)
{
    sql_scan scan;
    sql_statement s;
    sql_scan_init(&scan, text);
    assert_true(sql_scan_next(&scan, &s));
    return s;
}

static void expect_alone(const char *text, bool alone)
{
    sql_statement s = first(text);
    if (sql_statement_runs_alone(&s) != alone)
        fail_msg("%s: taken for %s", text, alone ? "ordinary" : "one that runs alone");
}

static void knows_what_cannot_be_part_of_a_transaction(void **state)
{
    (void)state;
    static const char *const alone[] = {
        "create index concurrently i on t (a)",
        "CREATE /* x */ UNIQUE INDEX\nCONCURRENTLY if not exists i on t (a)",
        "create index concurrently on t (a)",
        "drop index concurrently i",
        "drop index concurrently if exists s.i, s.k",
        "reindex table concurrently t",
        "reindex (verbose, concurrently) index i",
        "reindex (tablespace \"x(\", concurrently true) table t",
        "reindex index concurrently i",
        "reindex schema s",
        "reindex (verbose) database d",
        "reindex system d",
        "vacuum",
        "vacuum (analyze) t",
        "cluster",
        "cluster verbose",
        "cluster (verbose)",
        "discard all",
        "create database d",
        "drop database if exists d",
        "alter database d set tablespace x",
        "create tablespace x location '/x'",
        "drop tablespace x",
        "create subscription s connection '' publication p",
        "drop subscription s",
        "alter system set work_mem = '1MB'",
        "alter table t detach partition p concurrently",
        "alter table if exists only a.b detach partition c.d concurrently;",
    };
    static const char *const ordinary[] = {
        "create index i on t (a)",
        "create index \"concurrently\" on t (a)",
        "create unique index i on t (a)",
        "create table concurrently (a int)",
        "drop index i",
        "drop index \"concurrently\"",
        "reindex table t",
        "reindex (verbose) index i",
        "reindex table \"concurrently\"",
        "cluster t",
        "cluster verbose t using i",
        "cluster (verbose) t",
        "discard temp",
        "alter database d set work_mem = '1MB'",
        "alter table t detach partition p",
        "alter table t detach partition p finalize",
        "alter table t alter concurrently type int",
        "select 'vacuum'",
        "analyze t",
        "create function database() returns int language sql as 'select 1'",
    };
    for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
        expect_alone(alone[i], true);
    for (size_t i = 0; i < sizeof(ordinary) / sizeof(ordinary[0]); i++)
        expect_alone(ordinary[i], false);
}

static void knows_what_may_commit_by_itself(void **state)
{
    (void)state;
    static const char *const may[] = {"call p()", "CALL s.p(1, 'x')", "do $$ begin commit; end $$"};
    static const char *const may_not[] = {"select p()", "(select 1)",
                                          "create procedure call() begin atomic end",
                                          "insert into t values ('do')"};
    for (size_t i = 0; i < sizeof(may) / sizeof(may[0]); i++) {
        sql_statement s = first(may[i]);
        assert_true(sql_statement_may_commit(&s));
    }
    for (size_t i = 0; i < sizeof(may_not) / sizeof(may_not[0]); i++) {
        sql_statement s = first(may_not[i]);
        assert_false(sql_statement_may_commit(&s));
    }
}

static void says_whether_it_may_run_twice(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        sql_repeat repeat;
    } cases[] = {
        {"create index concurrently i on t (a)", SQL_REPEAT_CREATE_INDEX},
        {"create unique index concurrently if not exists i on t (a)", SQL_REPEAT_CREATE_INDEX},
        {"drop index concurrently if exists i", SQL_REPEAT_DROP_INDEX},
        {"vacuum t", SQL_REPEAT_AGAIN},
        {"reindex table concurrently t", SQL_REPEAT_AGAIN},
        {"cluster", SQL_REPEAT_AGAIN},
        {"discard all", SQL_REPEAT_AGAIN},
        {"alter system set work_mem = '1MB'", SQL_REPEAT_AGAIN},
        {"alter table t detach partition p concurrently", SQL_REPEAT_ASK},
        {"create database d", SQL_REPEAT_ASK},
        {"call p()", SQL_REPEAT_ASK},
        {"do $$ begin commit; end $$", SQL_REPEAT_ASK},
        {"drop tablespace x", SQL_REPEAT_ASK},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sql_statement s = first(cases[i].text);
        if (sql_statement_repeat(&s) != cases[i].repeat)
            fail_msg("%s: %d", cases[i].text, (int)sql_statement_repeat(&s));
    }
}

static void finds_the_index_and_its_table_as_written(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name, *relation;
        bool conditional;
    } cases[] = {
        {"create index concurrently i on t (a)", "i", "t", false},
        {"create unique index concurrently if not exists \"I x\" on only s.\"T\" using btree (a)", "\"I x\"",
         "s.\"T\"", true},
        {"create index concurrently on a.b.c (d)", NULL, "a.b.c", false},
        {"create index concurrently \"on\" on t (a)", "\"on\"", "t", false},
        {"drop index concurrently i", "i", NULL, false},
        {"drop index concurrently if exists s . i", "s . i", NULL, true},
    };
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sql_statement s = first(cases[i].text);
        sql_index index;
        assert_true(sql_statement_index(a, &s, &index));
        assert_int_equal(index.conditional, cases[i].conditional);
        assert_int_equal(index.name != NULL, cases[i].name != NULL);
        assert_int_equal(index.relation != NULL, cases[i].relation != NULL);
        if (index.name)
            assert_string_equal(index.name, cases[i].name);
        if (index.relation)
            assert_string_equal(index.relation, cases[i].relation);
    }
    arena_free(a);
}

static void finds_no_index_where_there_is_none(void **state)
{
    (void)state;
    static const char *const others[] = {"create index i on t (a)",
                                         "drop index i",
                                         "vacuum",
                                         "create index concurrently i",
                                         "create index concurrently i on",
                                         "drop index concurrently",
                                         "reindex index concurrently i"};
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        sql_statement s = first(others[i]);
        sql_index index;
        if (sql_statement_index(a, &s, &index))
            fail_msg("%s: %s on %s", others[i], index.name ? index.name : "",
                     index.relation ? index.relation : "");
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_cannot_be_part_of_a_transaction),
        cmocka_unit_test(knows_what_may_commit_by_itself),
        cmocka_unit_test(says_whether_it_may_run_twice),
        cmocka_unit_test(finds_the_index_and_its_table_as_written),
        cmocka_unit_test(finds_no_index_where_there_is_none),
    };
    return UNIT_RUN(tests);
}
