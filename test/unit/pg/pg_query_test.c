/* Statements when things go wrong on the way. */
#include "../unit.h"
#include "fake_libpq.h"

#include "pg/pg_each.h"
#include "pg/pg_int.h"
#include "pg/pg_pipeline.h"

#define STEPS(array) (array), sizeof(array) / sizeof((array)[0])

static void check(dbk_err *e, enum err_code code, const char *sqlstate)
{
    assert_non_null(e);
    if (err_code(e) != code || strcmp(err_sqlstate(e), sqlstate) != 0)
        fail_msg("got %s %s: %s", err_code_name(err_code(e)), err_sqlstate(e), err_message(e));
    err_free(e);
}

static void reads_rows(void **state)
{
    static const char *const values[] = {"1", NULL, "t", "2021-11-28 01:00:00.5+01"};
    static const fake_step steps[] = {{.status = PGRES_TUPLES_OK, .rows = 1, .columns = 4, .values = values},
                                      {.kind = FAKE_END}};
    (void)state;
    arena *a = unit_arena();
    pg_conn *c = fake_connect(STEPS(steps), 0);
    pg_rows *rows = NULL;
    fake.unsent = 3;
    unit_ok(pg_query_one(c, a, "select", NULL, &rows));
    assert_int_equal(pg_get_int8(rows, 0, 0), 1);
    assert_true(pg_get_is_null(rows, 0, 1));
    assert_null(pg_get_text(rows, 0, 1));
    assert_true(pg_get_bool(rows, 0, 2));
    assert_int_equal(pg_get_time(rows, 0, 3), 1638057600500000);
    assert_int_equal(pg_column(rows, "c3"), 3);
    assert_int_equal(pg_column(rows, "C3"), -1);
    arena_free(a);
    fake_close(c);
}

static void reads_every_kind_of_time(void **state)
{
    static const char *const values[] = {"1970-01-01 00:00:00+00",
                                         "1969-12-31 23:59:59.999999+00",
                                         "2000-02-29 12:00:00-03:30",
                                         "1900-01-01 00:00:00+00 BC",
                                         "12345-06-07 08:09:10.1+00",
                                         "infinity",
                                         "-infinity",
                                         "1883-11-18 12:00:00-04:56:02"};
    static const fake_step steps[] = {{.status = PGRES_TUPLES_OK, .rows = 8, .columns = 1, .values = values},
                                      {.kind = FAKE_END}};
    static const int64_t expected[] = {
        0,         -1,        951838200000000,  -122093827200000000, 327416976550100000,
        INT64_MAX, INT64_MIN, -2717651038000000};
    (void)state;
    arena *a = unit_arena();
    pg_conn *c = fake_connect(STEPS(steps), 0);
    pg_rows *rows = NULL;
    unit_ok(pg_query(c, a, "select", NULL, &rows));
    for (size_t i = 0; i < 8; i++)
        assert_true(pg_get_time(rows, i, 0) == expected[i]);
    arena_free(a);
    fake_close(c);
}

/* A DateStyle that somebody changed later must not turn the 3rd of April into the 4th of March. */
static void refuses_times_of_another_style(void **state)
{
    static const char *const values[] = {"04/03/2021 00:00:00 UTC"};
    static const unsigned types[] = {1184};
    static const fake_step steps[] = {
        {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .values = values, .types = types},
        {.kind = FAKE_END}};
    (void)state;
    arena *a = unit_arena();
    pg_conn *c = fake_connect(STEPS(steps), 0);
    fake.date_style = "SQL, DMY";
    pg_rows *rows = NULL;
    unit_refused(pg_query(c, a, "select", NULL, &rows), ERR_SERVER, "DateStyle");
    arena_free(a);
    fake_close(c);
}

static void asks_for_iso_dates_where_they_are_not(void **state)
{
    (void)state;
    pg_conn *c = NULL;
    fake = (fake_libpq){.date_style = "German, DMY"};
    pg_conn *first = fake_connect(NULL, 0, 0);
    fake_close(first);
    fake = (fake_libpq){.date_style = "German, DMY"};
    unit_ok(pg_connect(&(pg_connect_options){.url = "host=fake"}, &c));
    assert_string_equal(fake.last_sql, "set datestyle to 'ISO'");
    fake_close(c);
}

static void a_lost_commit_is_unknown(void **state)
{
    static const fake_step closes[] = {{.kind = FAKE_LOSE}};
    static const fake_step shuts_down[] = {
        {.status = PGRES_FATAL_ERROR, .severity = "FATAL", .sqlstate = "57P01", .message = "terminating"}};
    (void)state;
    pg_conn *c = fake_connect(STEPS(closes), 0);
    fake.transaction = PQTRANS_INTRANS;
    check(pg_commit(c), ERR_CONNECTION, "08007");
    assert_true(pg_is_lost(c));
    fake_close(c);
    c = fake_connect(STEPS(shuts_down), 0);
    fake.transaction = PQTRANS_INTRANS;
    check(pg_commit(c), ERR_CONNECTION, "08007");
    fake_close(c);
}

static void a_commit_that_rolled_back_is_told(void **state)
{
    static const fake_step steps[] = {{.status = PGRES_COMMAND_OK, .command = "ROLLBACK"},
                                      {.kind = FAKE_END}};
    static const fake_step good[] = {{.status = PGRES_COMMAND_OK, .command = "COMMIT"}, {.kind = FAKE_END}};
    (void)state;
    pg_conn *c = fake_connect(STEPS(steps), 0);
    check(pg_commit(c), ERR_SERVER, "25P02");
    fake_script(STEPS(good));
    unit_ok(pg_commit(c));
    fake_close(c);
}

static void a_lost_statement_is_unknown_only_outside_a_transaction(void **state)
{
    static const fake_step steps[] = {{.kind = FAKE_LOSE}};
    (void)state;
    arena *a = unit_arena();
    pg_rows *rows = NULL;
    pg_conn *c = fake_connect(STEPS(steps), 0);
    check(pg_query(c, a, "select f()", NULL, &rows), ERR_CONNECTION, "08007");
    fake_close(c);
    c = fake_connect(STEPS(steps), 0);
    fake.transaction = PQTRANS_INTRANS;
    check(pg_query(c, a, "select f()", NULL, &rows), ERR_CONNECTION, "08006");
    fake_close(c);
    c = fake_connect(STEPS(steps), 0);
    check(pg_begin(c), ERR_CONNECTION, "08006");
    fake_close(c);
    arena_free(a);
}

static void a_late_statement_is_cancelled(void **state)
{
    static const fake_step steps[] = {{.kind = FAKE_SILENCE, .obeys_cancel = true},
                                      {.status = PGRES_FATAL_ERROR,
                                       .severity = "ERROR",
                                       .sqlstate = "57014",
                                       .message = "canceling statement"},
                                      {.kind = FAKE_END}};
    (void)state;
    arena *a = unit_arena();
    pg_rows *rows = NULL;
    pg_conn *c = fake_connect(STEPS(steps), 20);
    dbk_err *e = pg_query(c, a, "select", NULL, &rows);
    assert_non_null(strstr(err_message(e), "longer than 20 ms"));
    check(e, ERR_TIMEOUT, "57014");
    assert_int_equal(fake.cancels, 1);
    assert_false(pg_is_lost(c));
    fake_close(c);
    arena_free(a);
}

static void a_dead_server_is_given_up(void **state)
{
    static const fake_step steps[] = {{.kind = FAKE_SILENCE}};
    (void)state;
    arena *a = unit_arena();
    pg_rows *rows = NULL;
    pg_conn *c = fake_connect(STEPS(steps), 20);
    c->cancel_grace_us = 20000;
    check(pg_query(c, a, "select", NULL, &rows), ERR_CONNECTION, "08007");
    assert_int_equal(fake.cancels, 1);
    assert_true(pg_is_lost(c));
    fake_close(c);
    arena_free(a);
}

static void our_own_cancel_is_an_interruption(void **state)
{
    static const fake_step steps[] = {{.status = PGRES_FATAL_ERROR,
                                       .severity = "ERROR",
                                       .sqlstate = "57014",
                                       .message = "canceling statement"},
                                      {.kind = FAKE_END}};
    (void)state;
    pg_conn *c = fake_connect(STEPS(steps), 0);
    int64_t deadline = 0;
    unit_ok(pg_statement_begin(c, true, &deadline));
    unit_ok(pg_cancel(c));
    check(pg_finish_statement(c, NULL, &deadline, NULL), ERR_INTERRUPTED, "57014");
    fake_close(c);
}

static void the_first_error_of_a_script_is_kept(void **state)
{
    static const fake_step steps[] = {
        {.status = PGRES_COMMAND_OK},
        {.status = PGRES_FATAL_ERROR, .severity = "ERROR", .sqlstate = "42601", .message = "first"},
        {.status = PGRES_FATAL_ERROR, .severity = "ERROR", .sqlstate = "25P02", .message = "second"},
        {.kind = FAKE_END}};
    (void)state;
    pg_conn *c = fake_connect(STEPS(steps), 0);
    unit_refused(pg_exec(c, "a; b; c"), ERR_SERVER, "first");
    fake_close(c);
}

static void one_row_means_one(void **state)
{
    static const fake_step steps[] = {{.status = PGRES_TUPLES_OK, .rows = 0, .columns = 1},
                                      {.kind = FAKE_END}};
    (void)state;
    arena *a = unit_arena();
    pg_rows *rows = NULL;
    pg_conn *c = fake_connect(STEPS(steps), 0);
    unit_refused(pg_query_one(c, a, "select 1 where false", NULL, &rows), ERR_INTERNAL,
                 "expected one row, got 0");
    fake_close(c);
    arena_free(a);
}

static void pipelined_statements_fail_alone(void **state)
{
    static const char *const values[] = {"1"};
    static const fake_step steps[] = {{.status = PGRES_FATAL_ERROR,
                                       .severity = "ERROR",
                                       .sqlstate = "22012",
                                       .message = "division by zero"},
                                      {.kind = FAKE_END},
                                      {.status = PGRES_PIPELINE_SYNC},
                                      {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .values = values},
                                      {.kind = FAKE_END},
                                      {.status = PGRES_PIPELINE_SYNC},
                                      {.kind = FAKE_LOSE}};
    (void)state;
    arena *a = unit_arena();
    pg_rows *rows = NULL;
    dbk_err *failed = NULL;
    pg_conn *c = fake_connect(STEPS(steps), 0);
    unit_ok(pg_pipeline_begin(c));
    for (int i = 0; i < 3; i++)
        unit_ok(pg_pipeline_add(c, "select", NULL));
    unit_ok(pg_pipeline_next(c, 0, a, &rows, &failed));
    unit_refused(failed, ERR_INPUT, "division");
    unit_ok(pg_pipeline_next(c, 0, a, &rows, &failed));
    assert_null(failed);
    assert_int_equal(pg_get_int8(rows, 0, 0), 1);
    check(pg_pipeline_next(c, 0, a, &rows, &failed), ERR_CONNECTION, "08007");
    unit_ok(pg_pipeline_end(c));
    arena_free(a);
    fake_close(c);
}

/* As through a pooler that gave the answer to somebody else, or somebody else's to us. */
static void an_answer_too_few_or_too_many_loses_the_connection(void **state)
{
    static const char *const values[] = {"1"};
    static const fake_step none[] = {{.status = PGRES_PIPELINE_SYNC}};
    static const fake_step two[] = {{.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .values = values},
                                    {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .values = values},
                                    {.kind = FAKE_END},
                                    {.status = PGRES_PIPELINE_SYNC}};
    const struct {
        const fake_step *steps;
        size_t count;
    } cases[] = {{STEPS(none)}, {STEPS(two)}};
    (void)state;
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        pg_rows *rows = NULL;
        dbk_err *failed = NULL;
        pg_conn *c = fake_connect(cases[i].steps, cases[i].count, 0);
        unit_ok(pg_pipeline_begin(c));
        unit_ok(pg_pipeline_add(c, "select", NULL));
        check(pg_pipeline_next(c, 0, a, &rows, &failed), ERR_CONNECTION, "08P01");
        assert_null(failed);
        assert_true(pg_is_lost(c));
        fake_close(c);
    }
    arena_free(a);
}

static void a_pipeline_has_a_limit(void **state)
{
    (void)state;
    pg_conn *c = fake_connect(NULL, 0, 0);
    unit_ok(pg_pipeline_begin(c));
    for (int i = 0; i < PG_PIPELINE_MAX; i++)
        unit_ok(pg_pipeline_add(c, "select", NULL));
    unit_refused(pg_pipeline_add(c, "select", NULL), ERR_LIMIT, "1024");
    fake_close(c);
}

/* The statements, their commit, or the connection fails; a failure leaves the commit undone. */
static void the_last_statements_go_with_their_commit(void **state)
{
    static const fake_step good[] = {{.status = PGRES_COMMAND_OK, .command = "INSERT 0 1"},
                                     {.kind = FAKE_END},
                                     {.status = PGRES_COMMAND_OK, .command = "COMMIT"},
                                     {.kind = FAKE_END},
                                     {.status = PGRES_PIPELINE_SYNC}};
    static const fake_step refused[] = {
        {.status = PGRES_FATAL_ERROR, .severity = "ERROR", .sqlstate = "23505", .message = "duplicate"},
        {.kind = FAKE_END},
        {.status = PGRES_PIPELINE_ABORTED},
        {.kind = FAKE_END},
        {.status = PGRES_PIPELINE_SYNC}};
    static const fake_step rolled_back[] = {{.status = PGRES_COMMAND_OK, .command = "INSERT 0 1"},
                                            {.kind = FAKE_END},
                                            {.status = PGRES_COMMAND_OK, .command = "ROLLBACK"},
                                            {.kind = FAKE_END},
                                            {.status = PGRES_PIPELINE_SYNC}};
    static const fake_step lost[] = {
        {.status = PGRES_COMMAND_OK, .command = "INSERT 0 1"}, {.kind = FAKE_END}, {.kind = FAKE_LOSE}};
    static const pg_statement insert = {.sql = "insert"};
    (void)state;
    pg_conn *c = fake_connect(STEPS(good), 0);
    unit_ok(pg_commit_after(c, &insert, 1));
    assert_int_equal(fake.sends, 2);
    assert_string_equal(fake.last_sql, "commit");
    fake_script(STEPS(refused));
    check(pg_commit_after(c, &insert, 1), ERR_INPUT, "23505");
    assert_false(pg_is_lost(c));
    fake_script(STEPS(rolled_back));
    check(pg_commit_after(c, &insert, 1), ERR_SERVER, "25P02");
    fake_script(STEPS(lost));
    check(pg_commit_after(c, &insert, 1), ERR_CONNECTION, "08007");
    assert_true(pg_is_lost(c));
    fake_close(c);
}

#define TAKEN_APART                                                                                          \
    {.status = PGRES_COMMAND_OK, .command = "PREPARE"},                                                      \
    {                                                                                                        \
        .kind = FAKE_END                                                                                     \
    }
#define ONE_ROW                                                                                              \
    {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .values = one_value},                               \
    {                                                                                                        \
        .kind = FAKE_END                                                                                     \
    }

static const char *const one_value[] = {"7"};

/* The same statement twice. */
static dbk_err *query_twice(pg_conn *c, arena *a, pg_each each[2])
{
    each[0] = each[1] = (pg_each){.params = pg_params_new(a), .arena = a};
    return pg_query_each(c, "select $1", 0, each, 2);
}

static void each_is_answered_when_all_are_committed(void **state)
{
    static const fake_step good[] = {TAKEN_APART, ONE_ROW, ONE_ROW, {.status = PGRES_PIPELINE_SYNC}};
    static const fake_step refused[] = {
        TAKEN_APART,
        ONE_ROW,
        {.status = PGRES_FATAL_ERROR, .severity = "ERROR", .sqlstate = "23505", .message = "duplicate"},
        {.kind = FAKE_END},
        {.status = PGRES_PIPELINE_SYNC}};
    static const fake_step refused_at_its_commit[] = {
        TAKEN_APART,
        ONE_ROW,
        ONE_ROW,
        {.status = PGRES_FATAL_ERROR, .severity = "ERROR", .sqlstate = "40001", .message = "again"},
        {.kind = FAKE_END},
        {.status = PGRES_PIPELINE_SYNC}};
    (void)state;
    arena *a = unit_arena();
    pg_each each[2];
    pg_conn *c = fake_connect(STEPS(good), 0);
    unit_ok(query_twice(c, a, each));
    assert_int_equal(fake.sends, 3);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pg_get_int8(each[i].rows, 0, 0), 7);
    fake_script(STEPS(refused));
    check(query_twice(c, a, each), ERR_INPUT, "23505");
    assert_false(pg_is_lost(c));
    fake_script(STEPS(refused_at_its_commit));
    check(query_twice(c, a, each), ERR_RETRYABLE, "40001");
    assert_false(pg_is_lost(c));
    fake_close(c);
    arena_free(a);
}

static void the_sooner_deadline_is_that_of_all(void **state)
{
    static const fake_step late[] = {
        TAKEN_APART,
        ONE_ROW,
        {.kind = FAKE_SILENCE, .obeys_cancel = true},
        {.status = PGRES_FATAL_ERROR, .severity = "ERROR", .sqlstate = "57014", .message = "canceling"},
        {.kind = FAKE_END},
        {.status = PGRES_PIPELINE_SYNC}};
    static const int64_t limits[][2] = {{20, 0}, {20, 600000}, {600000, 20}, {0, 20}};
    (void)state;
    arena *a = unit_arena();
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        pg_conn *c = fake_connect(STEPS(late), limits[i][0]);
        pg_each each[2];
        each[0] = each[1] = (pg_each){.params = pg_params_new(a), .arena = a};
        check(pg_query_each(c, "select $1", limits[i][1], each, 2), ERR_TIMEOUT, "57014");
        assert_int_equal(fake.cancels, 1);
        fake_close(c);
    }
    arena_free(a);
}

static void of_what_is_lost_on_the_way_nothing_is_known(void **state)
{
    static const fake_step lost[] = {TAKEN_APART, ONE_ROW, ONE_ROW, {.kind = FAKE_LOSE}};
    static const fake_step one_too_few[] = {TAKEN_APART, ONE_ROW, {.status = PGRES_PIPELINE_SYNC}};
    static const fake_step one_too_many[] = {
        TAKEN_APART, ONE_ROW, ONE_ROW, ONE_ROW, {.status = PGRES_PIPELINE_SYNC}};
    (void)state;
    arena *a = unit_arena();
    pg_each each[2];
    pg_conn *c = fake_connect(STEPS(lost), 0);
    check(query_twice(c, a, each), ERR_CONNECTION, "08007");
    assert_true(pg_is_lost(c));
    check(query_twice(c, a, each), ERR_CONNECTION, "08003");
    fake_close(c);
    c = fake_connect(STEPS(one_too_few), 0);
    check(query_twice(c, a, each), ERR_CONNECTION, "08007");
    fake_close(c);
    c = fake_connect(STEPS(one_too_many), 0);
    check(query_twice(c, a, each), ERR_CONNECTION, "08007");
    fake_close(c);
    c = fake_connect(NULL, 0, 0);
    fake.fail_send = true;
    check(query_twice(c, a, each), ERR_CONNECTION, "08007");
    fake_close(c);
    arena_free(a);
}

static void what_cannot_be_sent_with_its_commit_is_unknown(void **state)
{
    (void)state;
    pg_conn *c = fake_connect(NULL, 0, 0);
    fake.fail_send = true;
    check(pg_commit_after(c, &(pg_statement){.sql = "insert"}, 1), ERR_CONNECTION, "08007");
    assert_true(pg_is_lost(c));
    check(pg_commit_after(c, &(pg_statement){.sql = "insert"}, 1), ERR_CONNECTION, "08003");
    fake_close(c);
}

static dbk_err *connect_and_query(void *ctx)
{
    static const char *const values[] = {"1"};
    static const fake_step steps[] = {{.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .values = values},
                                      {.kind = FAKE_END}};
    (void)ctx;
    pg_conn *c = NULL;
    pg_rows *rows = NULL;
    arena *a = arena_new(0);
    dbk_err *e = a ? pg_connect(&(pg_connect_options){.url = "host=fake"}, &c) : err_oom();
    if (!e) {
        pg_params *p = pg_params_new(a);
        pg_param_text(p, "x");
        fake_script(STEPS(steps));
        e = p ? pg_query(c, a, "select $1", p, &rows) : err_oom();
    }
    arena_free(a);
    pg_close(c);
    return e;
}

static void short_memory_is_an_error_everywhere(void **state)
{
    (void)state;
    fake_close(fake_connect(NULL, 0, 0));
    assert_true(unit_each_allocation_fails(connect_and_query, NULL) > 3);
    fake_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_rows),
        cmocka_unit_test(reads_every_kind_of_time),
        cmocka_unit_test(refuses_times_of_another_style),
        cmocka_unit_test(asks_for_iso_dates_where_they_are_not),
        cmocka_unit_test(a_lost_commit_is_unknown),
        cmocka_unit_test(a_commit_that_rolled_back_is_told),
        cmocka_unit_test(a_lost_statement_is_unknown_only_outside_a_transaction),
        cmocka_unit_test(a_late_statement_is_cancelled),
        cmocka_unit_test(a_dead_server_is_given_up),
        cmocka_unit_test(our_own_cancel_is_an_interruption),
        cmocka_unit_test(the_first_error_of_a_script_is_kept),
        cmocka_unit_test(one_row_means_one),
        cmocka_unit_test(pipelined_statements_fail_alone),
        cmocka_unit_test(an_answer_too_few_or_too_many_loses_the_connection),
        cmocka_unit_test(a_pipeline_has_a_limit),
        cmocka_unit_test(the_last_statements_go_with_their_commit),
        cmocka_unit_test(each_is_answered_when_all_are_committed),
        cmocka_unit_test(the_sooner_deadline_is_that_of_all),
        cmocka_unit_test(of_what_is_lost_on_the_way_nothing_is_known),
        cmocka_unit_test(what_cannot_be_sent_with_its_commit_is_unknown),
        cmocka_unit_test(short_memory_is_an_error_everywhere),
    };
    return UNIT_RUN(tests);
}
