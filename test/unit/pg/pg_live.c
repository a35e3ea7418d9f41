/* src/pg against a real server, run by test/program/test_pg_live.py: directly and through PgBouncer in
 * transaction mode. DAYBOOK_TEST_URL says where; DAYBOOK_TEST_POOLED that a pooler stands between. */
#include "../unit.h"

#include <pthread.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/uuid.h"
#include "pg/pg.h"
#include "pg/pg_copy.h"
#include "pg/pg_each.h"
#include "pg/pg_lock.h"
#include "pg/pg_pipeline.h"

typedef struct live {
    arena *a;
    pg_conn *c;
} live;

static bool pooled(void)
{
    return getenv("DAYBOOK_TEST_POOLED") != NULL;
}

static pg_conn *connect_live(int64_t timeout_ms)
{
    pg_conn *c = NULL;
    unit_ok(pg_connect(
        &(pg_connect_options){.url = getenv("DAYBOOK_TEST_URL"), .statement_timeout_ms = timeout_ms}, &c));
    return c;
}

static int set_up(void **state)
{
    static live l;
    l = (live){.a = unit_arena(), .c = connect_live(0)};
    *state = &l;
    return 0;
}

static int tear_down(void **state)
{
    live *l = *state;
    pg_close(l->c);
    arena_free(l->a);
    return 0;
}

static void check(dbk_err *e, enum err_code code, const char *sqlstate)
{
    assert_non_null(e);
    if (err_code(e) != code || strcmp(err_sqlstate(e), sqlstate) != 0)
        fail_msg("got %s %s: %s", err_code_name(err_code(e)), err_sqlstate(e), err_message(e));
    err_free(e);
}

static void parameters_arrive_as_they_are(void **state)
{
    static const char *const items[] = {"a,b", "q\"\\", "NULL", NULL, "{}", ""};
    static const dbk_uuid id = {{0xde, 0xad, 0xbe, 0xef}};
    live *l = *state;
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(l->a);
    pg_param_int4(p, -5);
    pg_param_int8(p, INT64_MIN);
    pg_param_float8(p, 0.1);
    pg_param_time(p, 1388534460123456);
    pg_param_text(p, "h\xc3\xa9");
    pg_param_bool(p, false);
    pg_param_bytes(p, "\0x", 2);
    pg_param_uuid(p, &id);
    pg_param_text_array(p, items, 6);
    pg_param_null(p);
    unit_ok(pg_query_one(
        l->c, l->a,
        "select $1, $2, $3, $4, $5::text, $6, $7, $8, array_to_string($9::text[], '|', '-'), $10::text", p,
        &rows));
    assert_int_equal(pg_get_int8(rows, 0, 0), -5);
    assert_true(pg_get_int8(rows, 0, 1) == INT64_MIN);
    assert_true(pg_get_float8(rows, 0, 2) == 0.1);
    assert_true(pg_get_time(rows, 0, 3) == 1388534460123456);
    assert_string_equal(pg_get_text(rows, 0, 4), "h\xc3\xa9");
    assert_false(pg_get_bool(rows, 0, 5));
    assert_string_equal(pg_get_text(rows, 0, 6), "\\x0078");
    dbk_uuid back = pg_get_uuid(rows, 0, 7);
    assert_true(uuid_equal(&back, &id));
    assert_string_equal(pg_get_text(rows, 0, 8), "a,b|q\"\\|NULL|-|{}|");
    assert_true(pg_get_is_null(rows, 0, 9));
}

static void binary_results_are_exact(void **state)
{
    live *l = *state;
    pg_rows *rows = NULL;
    unit_ok(pg_query_binary(
        l->c, l->a,
        "select 1::int2, -7::int4, 9::int8, 0.1::float8, '2021-11-28 00:00:00.000001+01'::timestamptz,"
        "       '00112233-4455-6677-8899-aabbccddeeff'::uuid, 'infinity'::timestamptz",
        NULL, &rows));
    assert_int_equal(pg_get_int8_binary(rows, 0, 0), 1);
    assert_int_equal(pg_get_int8_binary(rows, 0, 1), -7);
    assert_int_equal(pg_get_int8_binary(rows, 0, 2), 9);
    assert_true(pg_get_float8_binary(rows, 0, 3) == 0.1);
    assert_true(pg_get_time_binary(rows, 0, 4) == 1638054000000001);
    assert_int_equal(pg_get_uuid_binary(rows, 0, 5).bytes[15], 0xff);
    assert_true(pg_get_time_binary(rows, 0, 6) == INT64_MAX);
}

static void errors_say_where_and_why(void **state)
{
    live *l = *state;
    pg_rows *rows = NULL;
    dbk_err *e = pg_query(l->c, l->a, "select 1,\n  \xc3\xa9 from\n wrong where", NULL, &rows);
    assert_non_null(strstr(err_detail(e), "line 3, column 13"));
    check(e, ERR_SERVER, "42601");
    e = pg_exec(
        l->c,
        "do $$ begin raise exception 'no' using errcode = 'TB002', hint = 'do', detail = 'why'; end $$");
    assert_non_null(strstr(err_detail(e), "why\n"));
    assert_string_equal(err_hint(e), "do");
    check(e, ERR_INPUT, "TB002");
}

static void a_late_statement_is_cancelled_and_the_connection_lives(void **state)
{
    live *l = *state;
    pg_rows *rows = NULL;
    pg_conn *c = connect_live(300);
    check(pg_exec(c, "select pg_sleep(30)"), ERR_TIMEOUT, "57014");
    /* Where the server is slow this may be late too, and is asked again. */
    dbk_err *e = pg_query_one(c, l->a, "select 1", NULL, &rows);
    while (e && err_code(e) == ERR_TIMEOUT) {
        err_free(e);
        e = pg_query_one(c, l->a, "select 1", NULL, &rows);
    }
    unit_ok(e);
    pg_close(c);
}

/* A cancellation that comes before the statement cancels nothing. */
static void *cancel_when_it_sleeps(void *c)
{
    static const char asleep[] =
        "select count(*) from pg_stat_activity where state = 'active' and query = 'select pg_sleep(31)'";
    pg_conn *watch = connect_live(0);
    arena *a = unit_arena();
    pg_rows *rows = NULL;
    do
        unit_ok(pg_query_one(watch, a, asleep, NULL, &rows));
    while (pg_get_int8(rows, 0, 0) == 0);
    dbk_err *e = pg_cancel(c);
    err_free(e);
    arena_free(a);
    pg_close(watch);
    return NULL;
}

static void another_thread_interrupts(void **state)
{
    live *l = *state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_when_it_sleeps, l->c), 0);
    check(pg_exec(l->c, "select pg_sleep(31)"), ERR_INTERRUPTED, "57014");
    pthread_join(thread, NULL);
}

static void copies_there_and_back(void **state)
{
    live *l = *state;
    pg_copy *k = NULL;
    pg_copy_out *o = NULL;
    static const dbk_uuid id = {{1, 2, 3}};
    int64_t rows = 0, count = 0;
    bool more = false;
    unit_ok(pg_begin(l->c));
    unit_ok(pg_exec(
        l->c, "create temp table k (i int, j int8, f float8, t timestamptz, u uuid, x text) on commit drop"));
    unit_ok(pg_copy_begin(l->c, "copy k from stdin (format binary)", 6, &k));
    for (int i = 0; i < 50000; i++) {
        unit_ok(pg_copy_row(k));
        pg_copy_int4(k, i);
        pg_copy_int8(k, i);
        pg_copy_float8(k, i / 2.0);
        pg_copy_time(k, i);
        pg_copy_uuid(k, &id);
        if (i % 2)
            pg_copy_null(k);
        else
            pg_copy_text(k, "hello", 5);
    }
    unit_ok(pg_copy_end(k, &rows));
    assert_int_equal(rows, 50000);
    unit_ok(pg_copy_out_begin(l->c, "copy (select * from k order by i) to stdout (format binary)", &o));
    for (;; count++) {
        unit_ok(pg_copy_out_row(o, &more));
        if (!more)
            break;
        size_t length = 0;
        const void *text = pg_copy_out_field(o, 5, &length);
        assert_true(count % 2 ? text == NULL : length == 5);
    }
    assert_int_equal(count, 50000);
    pg_copy_out_free(o);
    unit_ok(pg_commit(l->c));
}

static void a_broken_copy_leaves_the_connection_usable(void **state)
{
    live *l = *state;
    pg_copy *k = NULL;
    pg_copy_out *o = NULL;
    pg_rows *rows = NULL;
    bool more = false;
    unit_ok(pg_begin(l->c));
    unit_ok(pg_exec(l->c, "create temp table k (i int) on commit drop"));
    unit_ok(pg_copy_begin(l->c, "copy k from stdin (format binary)", 1, &k));
    unit_ok(pg_copy_row(k));
    pg_copy_int8(k, 1);
    check(pg_copy_end(k, NULL), ERR_INPUT, "22P03");
    check(pg_commit(l->c), ERR_SERVER, "25P02");
    assert_false(pg_in_transaction(l->c));

    unit_ok(pg_begin(l->c));
    unit_ok(pg_exec(l->c, "create temp table k (i int) on commit drop"));
    unit_ok(pg_copy_begin(l->c, "copy k from stdin (format binary)", 1, &k));
    pg_copy_abort(k);
    pg_rollback(l->c);
    unit_ok(
        pg_copy_out_begin(l->c, "copy (select generate_series(1, 100000000)) to stdout (format binary)", &o));
    for (int i = 0; i < 10; i++)
        unit_ok(pg_copy_out_row(o, &more));
    pg_copy_out_free(o);
    unit_refused(pg_exec(l->c, "copy (select 1) to stdout"), ERR_INPUT, "COPY");
    unit_refused(pg_exec(l->c, "create table pg_temp.x (i int); copy pg_temp.x from stdin; select 1"),
                 ERR_INPUT, "COPY");
    unit_ok(pg_query_one(l->c, l->a, "select 1", NULL, &rows));
}

/* Of a pooler's connection nobody can know who reads the answers that a dead client left behind. */
static void a_pooler_gets_one_statement_at_a_time(void **state)
{
    live *l = *state;
    size_t depth = 0;
    for (int i = 0; i < 2; i++) {
        unit_ok(pg_pipeline_depth(l->c, l->a, &depth));
        assert_int_equal(depth, pooled() ? 1 : PG_PIPELINE_MAX);
    }
}

static void pipelined_statements_are_their_own_transactions(void **state)
{
    live *l = *state;
    int failures = 0;
    unit_ok(pg_pipeline_begin(l->c));
    for (int i = 0; i < 1000; i++) {
        pg_params *p = pg_params_new(l->a);
        pg_param_int4(p, i % 10);
        unit_ok(pg_pipeline_add(l->c, "select 10 / $1", p));
    }
    for (int i = 0; i < 900; i++) {
        pg_rows *rows = NULL;
        dbk_err *failed = NULL;
        unit_ok(pg_pipeline_next(l->c, 0, l->a, &rows, &failed));
        failures += failed != NULL;
        assert_true(failed ? i % 10 == 0 : pg_get_int8(rows, 0, 0) == 10 / (i % 10));
        err_free(failed);
    }
    unit_ok(pg_pipeline_end(l->c));
    assert_int_equal(failures, 90);
    pg_rows *rows = NULL;
    unit_ok(pg_query_one(l->c, l->a, "select 1", NULL, &rows));
}

/* More than both sides' buffers hold, both ways: who only sends, or only reads, waits for ever. */
static void a_pipeline_of_long_statements_with_long_answers_flows(void **state)
{
    enum { LONG = 1 << 20, STATEMENTS = 40 };
    live *l = *state;
    char *text = arena_alloc(l->a, LONG + 1);
    memset(text, 'x', LONG);
    unit_ok(pg_pipeline_begin(l->c));
    for (int i = 0; i < STATEMENTS; i++) {
        pg_params *p = pg_params_new(l->a);
        pg_param_bytes(p, text, LONG - (size_t)i);
        unit_ok(pg_pipeline_add(l->c, "select length($1), $1", p));
    }
    for (int i = 0; i < STATEMENTS; i++) {
        pg_rows *rows = NULL;
        dbk_err *failed = NULL;
        unit_ok(pg_pipeline_next(l->c, 0, l->a, &rows, &failed));
        assert_null(failed);
        assert_int_equal(pg_get_int8(rows, 0, 0), LONG - i);
    }
    unit_ok(pg_pipeline_end(l->c));
}

/* The statement is cancelled, and the ones behind it have deadlines of their own. */
static void a_pipelined_statement_has_its_own_deadline(void **state)
{
    live *l = *state;
    const char *const sql[] = {"select 1", "select pg_sleep(1000)", "select 3"};
    unit_ok(pg_pipeline_begin(l->c));
    for (int i = 0; i < 3; i++)
        unit_ok(pg_pipeline_add(l->c, sql[i], NULL));
    for (int i = 0; i < 3; i++) {
        pg_rows *rows = NULL;
        dbk_err *failed = NULL;
        unit_ok(pg_pipeline_next(l->c, i == 1 ? 50 : 0, l->a, &rows, &failed));
        if (i == 1 || pg_pipeline_met_cancel(l->c))
            check(failed, ERR_TIMEOUT, "57014");
        else
            assert_int_equal(pg_get_int8(rows, 0, 0), i + 1);
    }
    unit_ok(pg_pipeline_end(l->c));
}

/* Cancelling itself stands for a signal that comes late. */
static void the_cancel_of_another_statement_is_told(void **state)
{
    live *l = *state;
    const char *const late = "select pg_cancel_backend(pg_backend_pid()), pg_sleep(1000)";
    for (int others = 0; others < 2; others++) {
        unit_ok(pg_pipeline_begin(l->c));
        if (others)
            unit_ok(pg_pipeline_add(l->c, "select pg_sleep(1000)", NULL));
        unit_ok(pg_pipeline_add(l->c, late, NULL));
        for (int i = 0; i <= others; i++) {
            pg_rows *rows = NULL;
            dbk_err *failed = NULL;
            unit_ok(pg_pipeline_next(l->c, i < others ? 50 : 0, l->a, &rows, &failed));
            check(failed, ERR_TIMEOUT, "57014");
            assert_int_equal(pg_pipeline_met_cancel(l->c), i == 1);
        }
        unit_ok(pg_pipeline_end(l->c));
    }
}

static int64_t count_last(live *l)
{
    pg_rows *rows = NULL;
    unit_ok(pg_query_one(l->c, l->a, "select count(*) from last", NULL, &rows));
    return pg_get_int8(rows, 0, 0);
}

/* A transaction that ends with n rows, the last of which may be there already. */
static dbk_err *commit_rows(live *l, int32_t from, size_t n)
{
    pg_statement last[3];
    unit_ok(pg_begin(l->c));
    unit_ok(pg_exec(l->c, "insert into last values (0 - (select count(*) from last))"));
    for (size_t i = 0; i < n; i++) {
        pg_params *p = pg_params_new(l->a);
        pg_param_int4(p, from + (int32_t)i);
        last[i] = (pg_statement){.sql = "insert into last values ($1)", .params = p};
    }
    return pg_commit_after(l->c, last, n);
}

static void the_last_statements_commit_or_nothing_does(void **state)
{
    live *l = *state;
    unit_ok(pg_exec(l->c, "drop table if exists last; create table last (i int primary key)"));
    unit_ok(commit_rows(l, 10, 3));
    assert_false(pg_in_transaction(l->c));
    assert_int_equal(count_last(l), 4);
    check(commit_rows(l, 8, 3), ERR_INPUT, "23505");
    assert_true(pg_in_transaction(l->c));
    pg_rollback(l->c);
    assert_int_equal(count_last(l), 4);
    unit_ok(pg_exec(
        l->c, "alter table last drop constraint last_pkey, add unique (i) deferrable initially deferred"));
    check(commit_rows(l, 8, 3), ERR_INPUT, "23505");
    assert_false(pg_in_transaction(l->c));
    unit_ok(commit_rows(l, 13, 0));
    assert_int_equal(count_last(l), 5);
    unit_ok(pg_exec(l->c, "drop table last"));
}

/* Rows with the numbers from `from` on, by one statement. */
static dbk_err *insert_each(live *l, int32_t from, pg_each *each, size_t n, int64_t timeout_ms)
{
    for (size_t i = 0; i < n; i++) {
        pg_params *p = pg_params_new(l->a);
        pg_param_int4(p, from + (int32_t)i);
        each[i] = (pg_each){.params = p, .arena = l->a};
    }
    return pg_query_each(l->c, "insert into last values ($1) returning -i, pg_sleep(i / 1000)", timeout_ms,
                         each, n);
}

static void a_statement_is_done_for_each_or_for_none(void **state)
{
    live *l = *state;
    static pg_each each[PG_EACH_MAX];
    pg_rows *rows = NULL;
    unit_ok(pg_exec(l->c, "drop table if exists last; create table last (i int primary key)"));
    unit_ok(insert_each(l, 0, each, 900, 0));
    for (int i = 0; i < 900; i++)
        assert_int_equal(pg_get_int8(each[i].rows, 0, 0), -i);
    assert_false(pg_in_transaction(l->c));
    unit_ok(pg_query_one(l->c, l->a, "select count(distinct xmin::text) from last", NULL, &rows));
    assert_int_equal(pg_get_int8(rows, 0, 0), 1);
    check(insert_each(l, -5, each, 10, 0), ERR_INPUT, "23505");
    check(insert_each(l, 999, each, 10, 100), ERR_TIMEOUT, "57014");
    assert_false(pg_in_transaction(l->c));
    assert_int_equal(count_last(l), 900);
    unit_ok(pg_exec(
        l->c, "alter table last drop constraint last_pkey, add unique (i) deferrable initially deferred"));
    check(insert_each(l, 899, each, 2, 0), ERR_INPUT, "23505");
    assert_int_equal(count_last(l), 900);
    unit_ok(insert_each(l, 900, each, 1, 0));
    assert_int_equal(count_last(l), 901);
    unit_ok(pg_exec(l->c, "drop table last"));
}

static void keep_holder(void *ctx, const char *holder)
{
    snprintf(ctx, 100, "%s", holder);
}

/* A watcher's verdict ends the statement and is what the caller gets; no verdict leaves it alone. */
typedef struct watcher {
    int looks;
    int looks_max;
} watcher;

static dbk_err *look(void *ctx)
{
    watcher *w = ctx;
    return ++w->looks < w->looks_max ? NULL : err_new(ERR_BUSY, "seen enough");
}

static void a_statement_can_be_watched(void **state)
{
    live *l = *state;
    watcher w = {.looks_max = 3};
    size_t error_at;
    pg_on_wait(l->c, 20000, look, &w);
    dbk_err *e = pg_exec_alone(l->c, "select pg_sleep(20)", &error_at);
    assert_string_equal(err_message(e), "seen enough");
    err_free(e);
    assert_int_equal(w.looks, 3);
    w = (watcher){.looks_max = 1000};
    unit_ok(pg_exec(l->c, "select pg_sleep(0.2)"));
    assert_true(w.looks > 2);
    pg_on_wait(l->c, 0, NULL, NULL);
    unit_ok(pg_exec(l->c, "select pg_sleep(0.05)"));
}

static void a_lock_names_its_holder(void **state)
{
    live *l = *state;
    pg_conn *other = connect_live(0);
    bool held = false;
    unit_ok(pg_begin(l->c));
    unit_ok(pg_lock_try(l->c, PG_LOCK_MIGRATE, -7, &held));
    assert_true(held);
    char told[100] = "";
    dbk_err *e = pg_lock_wait(other, l->a, clock_system(), PG_LOCK_MIGRATE, -7, 200, keep_holder, told);
    assert_non_null(strstr(err_detail(e), "daybook"));
    assert_non_null(strstr(told, "daybook"));
    check(e, ERR_BUSY, "");
    assert_false(pg_in_transaction(other));
    pg_rollback(l->c);
    unit_ok(pg_lock_wait(other, l->a, clock_system(), PG_LOCK_MIGRATE, -7, 200, NULL, NULL));
    assert_true(pg_in_transaction(other));
    pg_rollback(other);
    pg_close(other);
}

static void a_terminated_backend_leaves_commit_unknown(void **state)
{
    live *l = *state;
    pg_rows *rows = NULL;
    pg_conn *other = connect_live(0);
    unit_ok(pg_begin(l->c));
    unit_ok(pg_query_one(l->c, l->a, "select pg_backend_pid()", NULL, &rows));
    pg_params *p = pg_params_new(l->a);
    pg_param_int4(p, (int32_t)pg_get_int8(rows, 0, 0));
    assert_true(pg_is_quiet(l->c));
    unit_ok(pg_query_one(other, l->a, "select pg_terminate_backend($1)", p, &rows));
    while (pg_is_quiet(l->c))
        usleep(10000);
    check(pg_commit(l->c), ERR_CONNECTION, "08007");
    assert_true(pg_is_lost(l->c));
    check(pg_exec(l->c, "select 1"), ERR_CONNECTION, "08003");
    unit_ok(pg_reconnect(l->c));
    unit_ok(pg_exec(l->c, "select 1"));
    pg_close(other);
}

static void keep_notice(void *ctx, const char *severity, const char *message)
{
    snprintf(ctx, 100, "%s:%s", severity, message);
}

static void notices_go_where_they_are_wanted(void **state)
{
    live *l = *state;
    char text[100] = "";
    unit_ok(pg_exec(l->c, "do $$ begin raise notice 'lost'; end $$"));
    pg_on_notice(l->c, keep_notice, text);
    unit_ok(pg_exec(l->c, "do $$ begin raise warning 'kept'; end $$"));
    assert_string_equal(text, "WARNING:kept");
}

/* The server's default is DMY here, see test_pg_live.py: the 3rd of April stays the 3rd of April. */
static void times_are_read_right_under_a_foreign_default(void **state)
{
    live *l = *state;
    pg_rows *rows = NULL;
    unit_ok(pg_query_one(l->c, l->a, "select '2021-04-03 00:00:00+00'::timestamptz", NULL, &rows));
    assert_true(pg_get_time(rows, 0, 0) == 1617408000000000);
}

static void logins_are_refused_with_their_sqlstate(void **state)
{
    (void)state;
    pg_conn *c = NULL;
    char url[512];
    snprintf(url, sizeof(url), "%s&dbname=no_such_database&password=geheim", getenv("DAYBOOK_TEST_URL"));
    dbk_err *e = pg_connect(&(pg_connect_options){.url = url}, &c);
    assert_null(strstr(err_detail(e), "geheim"));
    assert_null(strstr(err_detail(e), ".c:"));
    check(e, ERR_CONNECTION, pooled() ? "08P01" : "3D000");
}

/* A host that takes connections and never says anything (the test's listener) is left for the next one;
 * alone, it is an error in time. */
static void a_silent_host_is_left(void **state)
{
    (void)state;
    const char *silent = getenv("DAYBOOK_TEST_SILENT");
    if (!silent)
        return; /* said to a pooler it would say nothing new */
    pg_conn *c = NULL;
    char url[1024];
    snprintf(url, sizeof(url), "postgresql:///x?host=%s&connect_timeout=2", silent);
    dbk_err *e = pg_connect(&(pg_connect_options){.url = url}, &c);
    assert_non_null(strstr(err_detail(e), "no answer in time"));
    check(e, ERR_CONNECTION, "08001");
    snprintf(url, sizeof(url), "%s&host=%s,%s&connect_timeout=2", getenv("DAYBOOK_TEST_URL"), silent,
             getenv("DAYBOOK_TEST_HOST"));
    unit_ok(pg_connect(&(pg_connect_options){.url = url}, &c));
    unit_ok(pg_exec(c, "select 1"));
    pg_close(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define LIVE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        LIVE(parameters_arrive_as_they_are),
        LIVE(binary_results_are_exact),
        LIVE(errors_say_where_and_why),
        LIVE(a_late_statement_is_cancelled_and_the_connection_lives),
        LIVE(another_thread_interrupts),
        LIVE(copies_there_and_back),
        LIVE(a_broken_copy_leaves_the_connection_usable),
        LIVE(a_pooler_gets_one_statement_at_a_time),
        LIVE(pipelined_statements_are_their_own_transactions),
        LIVE(a_pipeline_of_long_statements_with_long_answers_flows),
        LIVE(a_pipelined_statement_has_its_own_deadline),
        LIVE(the_cancel_of_another_statement_is_told),
        LIVE(the_last_statements_commit_or_nothing_does),
        LIVE(a_statement_is_done_for_each_or_for_none),
        LIVE(a_statement_can_be_watched),
        LIVE(a_lock_names_its_holder),
        LIVE(a_terminated_backend_leaves_commit_unknown),
        LIVE(notices_go_where_they_are_wanted),
        LIVE(times_are_read_right_under_a_foreign_default),
        LIVE(logins_are_refused_with_their_sqlstate),
        LIVE(a_silent_host_is_left),
#undef LIVE
    };
    return UNIT_RUN(tests);
}
