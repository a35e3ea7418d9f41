/* The public functions against a scripted libpq: what they refuse, what they answer, and what they do about a
 * lost answer. */
#include "../pg/fake_libpq.h"
#include "../unit.h"

#include "core/uuid.h"
#include "daybook.h"

#define STEPS(array) (array), sizeof(array) / sizeof((array)[0])

static const dbk_uuid id = {{1}};
static const char *const session_values[] = {"created"};
static const fake_step session_steps[] = {
    {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .values = session_values}, {.kind = FAKE_END}};

static dbk_book *open_book(void)
{
    dbk_book *book = NULL;
    fake_close(fake_connect(NULL, 0, 0));
    fake_script(STEPS(session_steps));
    unit_ok(dbk_open(&(dbk_open_options){.size = sizeof(dbk_open_options), .url = "host=fake"}, &book));
    return book;
}

static void close_book(dbk_book *book)
{
    fake_script(STEPS(session_steps));
    dbk_close(book);
    fake_close(NULL);
}

/* A program that was built when the options ended before the spool. */
static void takes_the_first_options(void **state)
{
    (void)state;
    dbk_book *book = NULL;
    dbk_open_options options = {.size = offsetof(dbk_open_options, spool),
                                .url = "host=fake",
                                .spool = "/nonexistent/never looked at"};
    fake_close(fake_connect(NULL, 0, 0));
    fake_script(STEPS(session_steps));
    unit_ok(dbk_open(&options, &book));
    dbk_spool_state spool = {.size = sizeof(spool)};
    unit_ok(dbk_spool_drain(book, 1000, &spool));
    assert_int_equal(spool.waiting, 0);
    unit_refused(dbk_spool_drain(book, -1, &spool), ERR_USAGE, "limit_ms");
    close_book(book);
    options = (dbk_open_options){.size = sizeof(options), .url = "sqlite:x", .spool = "y"};
    unit_refused(dbk_open(&options, &book), ERR_USAGE, "has no spool");
    options = (dbk_open_options){.size = sizeof(options), .intent_ttl_ms = -1};
    unit_refused(dbk_open(&options, &book), ERR_USAGE, "intent_ttl_ms");
}

static dbk_order an_order(void)
{
    return (dbk_order){.size = sizeof(dbk_order),
                       .account_id = id,
                       .order_id = id,
                       .instrument_id = id,
                       .side = "buy",
                       .type = "market",
                       .qty = "1"};
}

static dbk_fill a_fill(void)
{
    return (dbk_fill){.size = sizeof(dbk_fill), .side = "buy", .qty = "1", .price = "1", .filled_us = 1};
}

static bool never(void *ctx, const dbk_position *position)
{
    (void)position;
    *(int *)ctx += 1;
    return true;
}

static void refuses_wrong_arguments(void **state)
{
    (void)state;
    dbk_book *book = NULL;
    dbk_answer answer;
    dbk_order_answer order_answer;
    dbk_fill_answer fill_answer;
    dbk_equity equity;
    size_t count;
    unit_refused(dbk_open(NULL, &book), ERR_USAGE, "options");
    unit_refused(dbk_open(&(dbk_open_options){0}, &book), ERR_USAGE, "size");
    unit_refused(
        dbk_open(&(dbk_open_options){.size = sizeof(dbk_open_options), .call_timeout_ms = -1}, &book),
        ERR_USAGE, "call_timeout_ms");
    unit_refused(dbk_open(&(dbk_open_options){.size = sizeof(dbk_open_options), .actor = ""}, &book),
                 ERR_USAGE, "actor");
    assert_null(book);
    book = open_book();
    int sends = fake.sends;
    dbk_order order = an_order();
    order.qty = NULL;
    unit_refused(dbk_order_submit(book, &order, &order_answer), ERR_USAGE, "qty");
    order = an_order();
    order.size = 8;
    unit_refused(dbk_order_submit(book, &order, &order_answer), ERR_USAGE, "size");
    unit_refused(dbk_order_submit(NULL, &order, &order_answer), ERR_USAGE, "book");
    dbk_order_event event = {.size = sizeof(event), .kind = (dbk_order_event_kind)99};
    unit_refused(dbk_order_record(book, &event, &order_answer), ERR_USAGE, "kind");
    dbk_fill fill = a_fill();
    fill.filled_us = 0;
    unit_refused(dbk_fill_record(book, &fill, &fill_answer), ERR_USAGE, "filled_us");
    unit_refused(dbk_fills_record(book, &fill, DBK_FILLS_MAX + 1, &fill_answer), ERR_USAGE, "DBK_FILLS_MAX");
    unit_ok(dbk_fills_record(book, NULL, 0, NULL));
    unit_refused(dbk_account_open(book, &(dbk_account){.size = sizeof(dbk_account)}, &answer), ERR_USAGE,
                 "NULL");
    unit_refused(dbk_run_start(book, &(dbk_run){.size = sizeof(dbk_run)}, &answer), ERR_USAGE,
                 "kind or strategy");
    unit_refused(dbk_run_finish(book, &id, &id, NULL, &answer), ERR_USAGE, "NULL");
    dbk_equity_point point = {.size = sizeof(point), .as_of_us = 1, .mark_count = 1};
    unit_refused(dbk_equity_record(book, &point, &equity), ERR_USAGE, "marks");
    unit_refused(dbk_state_save(book, &id, &id, NULL, 1, "{}", &answer), ERR_USAGE, "NULL");
    unit_refused(dbk_state_load(book, &id, NULL, NULL, NULL), ERR_USAGE, "NULL");
    unit_refused(dbk_instruments(book, NULL, NULL, NULL, NULL), ERR_USAGE, "fn");
    unit_refused(dbk_positions(book, &id, true, NULL, NULL), ERR_USAGE, "fn");
    unit_refused(dbk_candles_open(book, &id, 0, 0, NULL), ERR_USAGE, "NULL");
    unit_refused(dbk_candles_next(NULL, NULL, 0, &count), ERR_USAGE, "NULL");
    assert_int_equal(fake.sends, sends);
    close_book(book);
}

/* A program built against a later header passes longer structs; what it does not use is zero. */
static void accepts_longer_structs_as_long_as_the_rest_is_zero(void **state)
{
    static const char *const values[] = {"created", NULL, NULL, NULL, NULL, "submitted", "1"};
    static const fake_step steps[] = {{.status = PGRES_TUPLES_OK, .rows = 1, .columns = 7, .values = values},
                                      {.kind = FAKE_END}};
    struct {
        dbk_order order;
        uint64_t unknown;
    } later = {.order = an_order()};
    (void)state;
    dbk_book *book = open_book();
    dbk_order_answer answer;
    later.order.size = sizeof(later);
    fake_script(STEPS(steps));
    unit_ok(dbk_order_submit(book, &later.order, &answer));
    later.unknown = 1;
    unit_refused(dbk_order_submit(book, &later.order, &answer), ERR_USAGE, "size");
    close_book(book);
}

/* A program built against the first header has no terms of a replace in its event: all of it that there is
 * counts. */
static void accepts_an_order_event_that_ends_before_the_terms(void **state)
{
    static const char *const values[] = {"created", NULL, NULL, NULL, NULL, "accepted", "2"};
    static const fake_step steps[] = {{.status = PGRES_TUPLES_OK, .rows = 1, .columns = 7, .values = values},
                                      {.kind = FAKE_END}};
    (void)state;
    dbk_book *book = open_book();
    dbk_order_answer answer;
    dbk_order_event event = {.size = offsetof(dbk_order_event, qty), .kind = DBK_CANCEL};
    fake_script(STEPS(steps));
    unit_ok(dbk_order_record(book, &event, &answer));
    assert_string_equal(answer.status, "accepted");
    event.size += 1;
    unit_refused(dbk_order_record(book, &event, &answer), ERR_USAGE, "size");
    event.size = offsetof(dbk_order_event, qty) - 1;
    unit_refused(dbk_order_record(book, &event, &answer), ERR_USAGE, "size");
    unit_refused(dbk_order_record(book, NULL, &answer), ERR_USAGE, "NULL");
    close_book(book);
}

typedef struct outcome_case {
    const char *const values[7];
    dbk_outcome outcome;
} outcome_case;

static void tells_each_outcome(void **state)
{
    static const char text[] = "01000000-0000-0000-0000-000000000000";
    static const outcome_case cases[] = {
        {{"created", text, NULL, NULL, NULL, "submitted", "1"}, DBK_CREATED},
        {{"replayed", text, NULL, NULL, NULL, "filled", "5"}, DBK_REPLAYED},
        {{"conflict", text, "qty", NULL, NULL, "submitted", "1"}, DBK_CONFLICT},
        {{"refused", text, NULL, "lot_size", "not a multiple", "denied", "1"}, DBK_REFUSED},
    };
    (void)state;
    dbk_book *book = open_book();
    dbk_order order = an_order();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const fake_step steps[] = {
            {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 7, .values = cases[i].values},
            {.kind = FAKE_END}};
        dbk_order_answer answer;
        fake_script(STEPS(steps));
        unit_ok(dbk_order_submit(book, &order, &answer));
        assert_int_equal(answer.answer.outcome, cases[i].outcome);
        assert_string_equal(dbk_outcome_name(answer.answer.outcome), cases[i].values[0]);
        assert_true(uuid_equal(&answer.answer.id, &id));
        assert_string_equal(answer.status, cases[i].values[5]);
        if (cases[i].outcome == DBK_CONFLICT)
            assert_string_equal(answer.answer.conflict_field, "qty");
        else
            assert_null(answer.answer.conflict_field);
        if (cases[i].outcome == DBK_REFUSED)
            assert_string_equal(answer.answer.refusal_code, "lot_size");
        else
            assert_null(answer.answer.refusal_code);
    }
    close_book(book);
}

static void an_unknown_outcome_is_an_error(void **state)
{
    static const char *const values[] = {"perhaps", NULL, NULL, NULL, NULL, "submitted", "1"};
    static const fake_step steps[] = {{.status = PGRES_TUPLES_OK, .rows = 1, .columns = 7, .values = values},
                                      {.kind = FAKE_END}};
    (void)state;
    dbk_book *book = open_book();
    dbk_order order = an_order();
    dbk_order_answer answer;
    fake_script(STEPS(steps));
    unit_refused(dbk_order_submit(book, &order, &answer), ERR_SERVER, "perhaps");
    close_book(book);
}

static void a_serialisation_failure_is_tried_again(void **state)
{
    static const char *const values[] = {"created", NULL, NULL, NULL, NULL, "submitted", "1"};
    static const fake_step steps[] = {
        {.status = PGRES_FATAL_ERROR, .severity = "ERROR", .sqlstate = "40P01", .message = "deadlock"},
        {.kind = FAKE_END},
        {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 7, .values = values},
        {.kind = FAKE_END}};
    (void)state;
    dbk_book *book = open_book();
    dbk_order order = an_order();
    dbk_order_answer answer;
    fake_script(STEPS(steps));
    int sends = fake.sends;
    unit_ok(dbk_order_submit(book, &order, &answer));
    assert_int_equal(fake.sends - sends, 2);
    close_book(book);
}

/* The server shuts the connection down after it got the statement: nobody knows what became of it, so it is
 * asked again on a new connection, and the book says that it was done. */
static void a_lost_answer_is_asked_again(void **state)
{
    static const char *const values[] = {"replayed", NULL, NULL, NULL, NULL, "submitted", "1"};
    static const fake_step steps[] = {
        {.status = PGRES_FATAL_ERROR, .severity = "FATAL", .sqlstate = "57P01", .message = "terminating"},
        {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 7, .values = values},
        {.kind = FAKE_END}};
    (void)state;
    dbk_book *book = open_book();
    dbk_order order = an_order();
    dbk_order_answer answer;
    fake_script(STEPS(steps));
    int connects = fake.connects;
    unit_ok(dbk_order_submit(book, &order, &answer));
    assert_int_equal(answer.answer.outcome, DBK_REPLAYED);
    assert_int_equal(fake.connects - connects, 1);
    close_book(book);
}

static void an_error_of_the_book_keeps_what_it_says(void **state)
{
    static const fake_step steps[] = {{.status = PGRES_FATAL_ERROR,
                                       .severity = "ERROR",
                                       .sqlstate = "TB001",
                                       .message = "argument p_qty is 0",
                                       .detail = "why",
                                       .hint = "more"},
                                      {.kind = FAKE_END}};
    (void)state;
    dbk_book *book = open_book();
    dbk_order order = an_order();
    dbk_order_answer answer;
    fake_script(STEPS(steps));
    dbk_err *e = dbk_order_submit(book, &order, &answer);
    assert_string_equal(dbk_err_message(e), "dbk_order_submit: argument p_qty is 0");
    assert_string_equal(dbk_err_sqlstate(e), "TB001");
    assert_string_equal(dbk_err_detail(e), "why");
    assert_string_equal(dbk_err_hint(e), "more");
    assert_false(dbk_err_retryable(e));
    dbk_err_free(e);
    close_book(book);
}

static void fills_of_two_accounts_do_not_mix(void **state)
{
    (void)state;
    dbk_book *book = open_book();
    dbk_fill fills[2] = {a_fill(), a_fill()};
    dbk_fill_answer answers[2];
    fills[1].account_id = id;
    unit_refused(dbk_fills_record(book, fills, 2, answers), ERR_USAGE, "fill 1: another account");
    fills[1] = a_fill();
    fills[1].price = NULL;
    unit_refused(dbk_fills_record(book, fills, 2, answers), ERR_USAGE, "fill 1: side");
    close_book(book);
}

static void answers_of_a_batch_come_in_order(void **state)
{
    static const char *const values[] = {"created",  "01000000-0000-0000-0000-000000000000",
                                         NULL,       NULL,
                                         NULL,       "partially_filled",
                                         "1",        NULL,
                                         "1",        "2",
                                         "0",        "",
                                         "replayed", "02000000-0000-0000-0000-000000000000",
                                         NULL,       NULL,
                                         NULL,       "filled",
                                         "2",        NULL,
                                         "2",        "2",
                                         "0",        "late,overfill"};
    static const fake_step steps[] = {{.status = PGRES_TUPLES_OK, .rows = 2, .columns = 12, .values = values},
                                      {.kind = FAKE_END}};
    static const fake_step short_steps[] = {
        {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 12, .values = values}, {.kind = FAKE_END}};
    (void)state;
    dbk_book *book = open_book();
    dbk_fill fills[2] = {a_fill(), a_fill()};
    dbk_fill_answer answers[2];
    fake_script(STEPS(steps));
    unit_ok(dbk_fills_record(book, fills, 2, answers));
    assert_int_equal(answers[0].answer.id.bytes[0], 1);
    assert_string_equal(answers[0].flags, "");
    assert_int_equal(answers[1].answer.outcome, DBK_REPLAYED);
    assert_string_equal(answers[1].flags, "late,overfill");
    fake_script(STEPS(short_steps));
    unit_refused(dbk_fills_record(book, fills, 2, answers), ERR_INTERNAL, "2 fills, 1 answers");
    close_book(book);
}

static void a_group_is_of_books_with_one_url(void **state)
{
    (void)state;
    dbk_group *group = NULL;
    dbk_book *book = open_book();
    unit_refused(dbk_group_new(NULL), ERR_USAGE, "out");
    unit_ok(dbk_group_new(&group));
    unit_refused(dbk_group_join(NULL, group), ERR_USAGE, "book");
    unit_ok(dbk_group_join(book, group));
    unit_ok(dbk_group_join(book, group));
    unit_ok(dbk_group_join(book, NULL));
    unit_ok(dbk_group_join(book, NULL));
    unit_ok(dbk_group_join(book, group));
    close_book(book);
    dbk_open_options elsewhere = {.size = sizeof(elsewhere), .url = "host=elsewhere"};
    fake_close(fake_connect(NULL, 0, 0));
    fake_script(STEPS(session_steps));
    unit_ok(dbk_open(&elsewhere, &book));
    unit_refused(dbk_group_join(book, group), ERR_USAGE, "another URL");
    dbk_group_free(group);
    dbk_group_free(NULL);
    close_book(book);
}

static void a_group_is_on_a_server_and_without_a_spool(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *folder = unit_folder(a);
    const char *url = arena_printf(a, "sqlite:%s/book.db", folder);
    const char *spool = arena_printf(a, "%s/spool", folder);
    dbk_group *group = NULL;
    dbk_book *book = NULL;
    unit_ok(dbk_group_new(&group));
    unit_ok(dbk_open(&(dbk_open_options){.size = sizeof(dbk_open_options), .url = url}, &book));
    unit_refused(dbk_group_join(book, group), ERR_INPUT, "one writer at a time");
    unit_ok(dbk_group_join(book, NULL));
    dbk_close(book);
    fake_close(fake_connect(NULL, 0, 0));
    fake_script(STEPS(session_steps));
    unit_ok(dbk_open(
        &(dbk_open_options){.size = sizeof(dbk_open_options), .url = "host=fake", .spool = spool}, &book));
    unit_refused(dbk_group_join(book, group), ERR_INPUT, "with a spool");
    dbk_group_free(group);
    close_book(book);
    unit_remove(folder);
    arena_free(a);
}

/* The transaction of one that went wrong, then the call by itself. */
static void a_fill_that_fails_in_its_group_is_recorded_by_itself(void **state)
{
    static const char *const values[] = {"created", "01000000-0000-0000-0000-000000000000",
                                         NULL,      NULL,
                                         NULL,      "filled",
                                         "1",       NULL,
                                         "1",       "2",
                                         "0",       "late"};
    static const fake_step together[] = {
        {.status = PGRES_COMMAND_OK, .command = "PREPARE"},
        {.kind = FAKE_END},
        {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 12, .values = values},
        {.kind = FAKE_END},
        {.status = PGRES_PIPELINE_SYNC}};
    static const fake_step first_in_vain[] = {
        {.status = PGRES_COMMAND_OK, .command = "PREPARE"},
        {.kind = FAKE_END},
        {.status = PGRES_FATAL_ERROR, .severity = "ERROR", .sqlstate = "40P01", .message = "deadlock"},
        {.kind = FAKE_END},
        {.status = PGRES_PIPELINE_SYNC},
        {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 12, .values = values},
        {.kind = FAKE_END}};
    static const fake_step no_row[] = {
        {.status = PGRES_COMMAND_OK, .command = "PREPARE"},
        {.kind = FAKE_END},
        {.status = PGRES_TUPLES_OK, .rows = 0, .columns = 12, .values = values},
        {.kind = FAKE_END},
        {.status = PGRES_PIPELINE_SYNC}};
    (void)state;
    dbk_group *group = NULL;
    dbk_book *book = open_book();
    dbk_fill fill = a_fill();
    dbk_fill_answer answer;
    unit_ok(dbk_group_new(&group));
    unit_ok(dbk_group_join(book, group));
    dbk_group_free(group);
    fake_script(STEPS(together));
    unit_ok(dbk_fill_record(book, &fill, &answer));
    assert_string_equal(answer.flags, "late");
    fake_script(STEPS(first_in_vain));
    unit_ok(dbk_fill_record(book, &fill, &answer));
    assert_int_equal(answer.answer.id.bytes[0], 1);
    assert_string_equal(answer.order_status, "filled");
    fake_script(STEPS(no_row));
    unit_refused(dbk_fill_record(book, &fill, &answer), ERR_INTERNAL, "expected one row, got 0");
    fill.qty = NULL;
    unit_refused(dbk_fill_record(book, &fill, &answer), ERR_USAGE, "qty");
    close_book(book);
}

static dbk_call a_call(const dbk_order *order, dbk_order_answer *answer)
{
    return (dbk_call){.size = sizeof(dbk_call),
                      .kind = DBK_CALL_ORDER_SUBMIT,
                      .request.order_submit = order,
                      .answer.order = answer};
}

static void a_run_refuses_what_it_cannot_read(void **state)
{
    (void)state;
    dbk_book *book = open_book();
    dbk_order order = an_order();
    dbk_order_answer answer;
    dbk_call calls[3] = {a_call(&order, &answer), a_call(&order, &answer), a_call(NULL, &answer)};
    int sends = fake.sends;
    unit_ok(dbk_calls_run(book, NULL, 0));
    unit_refused(dbk_calls_run(NULL, calls, 1), ERR_USAGE, "book");
    unit_refused(dbk_calls_run(book, NULL, 1), ERR_USAGE, "calls");
    unit_refused(dbk_calls_run(book, calls, DBK_CALLS_MAX + 1), ERR_USAGE, "DBK_CALLS_MAX");
    calls[1].size = 8;
    unit_refused(dbk_calls_run(book, calls, 2), ERR_USAGE, "call 1: size");
    calls[1].size = sizeof(dbk_call);

    order.qty = NULL;
    calls[1].kind = (dbk_call_kind)99;
    unit_ok(dbk_calls_run(book, calls, 3));
    unit_refused(calls[0].error, ERR_USAGE, "dbk_order_submit: side");
    unit_refused(calls[1].error, ERR_USAGE, "call 1: kind");
    unit_refused(calls[2].error, ERR_USAGE, "request");
    order = an_order();
    calls[0].timeout_ms = -1;
    unit_ok(dbk_calls_run(book, calls, 1));
    unit_refused(calls[0].error, ERR_USAGE, "timeout_ms");
    assert_int_equal(fake.sends, sends);
    close_book(book);
}

/* A run asks each connection first who it is, to know a pooler. */
static const char *const pid_values[] = {"4711"};
#define ASKED_WHO                                                                                            \
    {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .values = pid_values},                              \
    {                                                                                                        \
        .kind = FAKE_END                                                                                     \
    }

/* The first is answered, the second is malformed, the third meets a deadlock, and the connection is lost
 * under the fourth: these two are made again, in order. */
static void a_run_repeats_what_has_no_answer_and_nothing_else(void **state)
{
    static const char *const created[] = {"created", NULL, NULL, NULL, NULL, "submitted", "1"};
    static const char *const replayed[] = {"replayed", NULL, NULL, NULL, NULL, "submitted", "1"};
    static const fake_step steps[] = {
        ASKED_WHO,
        {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 7, .values = created},
        {.kind = FAKE_END},
        {.status = PGRES_PIPELINE_SYNC},
        {.status = PGRES_FATAL_ERROR, .severity = "ERROR", .sqlstate = "TB001", .message = "p_qty is 0"},
        {.kind = FAKE_END},
        {.status = PGRES_PIPELINE_SYNC},
        {.status = PGRES_FATAL_ERROR, .severity = "ERROR", .sqlstate = "40P01", .message = "deadlock"},
        {.kind = FAKE_END},
        {.status = PGRES_PIPELINE_SYNC},
        {.status = PGRES_FATAL_ERROR, .severity = "FATAL", .sqlstate = "57P01", .message = "terminating"},
        ASKED_WHO,
        {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 7, .values = created},
        {.kind = FAKE_END},
        {.status = PGRES_PIPELINE_SYNC},
        {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 7, .values = replayed},
        {.kind = FAKE_END},
        {.status = PGRES_PIPELINE_SYNC}};
    (void)state;
    dbk_book *book = open_book();
    dbk_order order = an_order();
    dbk_order_answer answers[4];
    dbk_call calls[4];
    for (size_t i = 0; i < 4; i++)
        calls[i] = a_call(&order, &answers[i]);
    fake_script(STEPS(steps));
    int sends = fake.sends, connects = fake.connects;
    unit_ok(dbk_calls_run(book, calls, 4));
    assert_int_equal(fake.sends - sends, 1 + 4 + 1 + 2);
    assert_int_equal(fake.connects - connects, 1);
    assert_int_equal(answers[0].answer.outcome, DBK_CREATED);
    unit_refused(calls[1].error, ERR_INPUT, "dbk_order_submit: p_qty is 0");
    unit_ok(calls[2].error);
    assert_int_equal(answers[2].answer.outcome, DBK_CREATED);
    unit_ok(calls[3].error);
    assert_int_equal(answers[3].answer.outcome, DBK_REPLAYED);
    close_book(book);
}

static dbk_err *run_once(void *ctx)
{
    static const char *const values[] = {"created", NULL, NULL, NULL, NULL, "submitted", "1"};
    static const fake_step steps[] = {{.status = PGRES_TUPLES_OK, .rows = 1, .columns = 7, .values = values},
                                      {.kind = FAKE_END},
                                      {.status = PGRES_PIPELINE_SYNC}};
    dbk_order order = an_order();
    dbk_order_answer answer;
    dbk_call call = a_call(&order, &answer);
    fake_script(STEPS(steps));
    dbk_err *e = dbk_calls_run(ctx, &call, 1);
    return e ? e : call.error;
}

static void a_run_survives_short_memory(void **state)
{
    (void)state;
    static const char *const values[] = {"created", NULL, NULL, NULL, NULL, "submitted", "1"};
    static const fake_step steps[] = {ASKED_WHO,
                                      {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 7, .values = values},
                                      {.kind = FAKE_END},
                                      {.status = PGRES_PIPELINE_SYNC}};
    dbk_book *book = open_book();
    dbk_order order = an_order();
    dbk_order_answer answer;
    dbk_call call = a_call(&order, &answer);
    fake_script(STEPS(steps));
    unit_ok(dbk_calls_run(book, &call, 1));
    unit_ok(call.error);
    assert_true(unit_each_allocation_fails(run_once, book) > 0);
    close_book(book);
}

static void a_failed_reading_calls_nobody(void **state)
{
    static const fake_step steps[] = {
        {.status = PGRES_FATAL_ERROR, .severity = "ERROR", .sqlstate = "42501", .message = "not allowed"},
        {.kind = FAKE_END}};
    (void)state;
    dbk_book *book = open_book();
    int calls = 0;
    fake_script(STEPS(steps));
    unit_refused(dbk_positions(book, &id, true, never, &calls), ERR_DENIED, "not allowed");
    assert_int_equal(calls, 0);
    close_book(book);
}

static void identities_are_what_they_say(void **state)
{
    (void)state;
    dbk_uuid one, same, other;
    char text[DBK_UUID_TEXT_SIZE];
    dbk_uuid_from_name(&id, "name", &one);
    dbk_uuid_from_name(&id, "name", &same);
    dbk_uuid_from_name(NULL, "name", &other);
    assert_true(uuid_equal(&one, &same));
    assert_false(uuid_equal(&one, &other));
    dbk_uuid_format(&one, text);
    unit_ok(dbk_uuid_parse(text, &other));
    assert_true(uuid_equal(&one, &other));
    unit_refused(dbk_uuid_parse("x", &other), ERR_INPUT, "uuid");
    unit_refused(dbk_uuid_parse(NULL, &other), ERR_USAGE, "NULL");
    unit_ok(dbk_uuid_v7(&one));
    assert_int_equal(one.bytes[6] >> 4, 7);
    dbk_close(NULL);
    dbk_candles_close(NULL);
    dbk_err_free(NULL);
    assert_string_equal(dbk_err_sqlstate(NULL), "");
}

static dbk_err *open_and_submit(void *ctx)
{
    static const char *const values[] = {"created", NULL, NULL, NULL, NULL, "submitted", "1"};
    static const fake_step steps[] = {
        {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .values = session_values},
        {.kind = FAKE_END},
        {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 7, .values = values},
        {.kind = FAKE_END}};
    (void)ctx;
    dbk_book *book = NULL;
    dbk_group *group = NULL;
    dbk_order order = an_order();
    dbk_order_answer answer;
    fake_script(STEPS(steps));
    dbk_err *e = dbk_open(&(dbk_open_options){.size = sizeof(dbk_open_options), .url = "host=fake"}, &book);
    if (!e)
        e = dbk_group_new(&group);
    if (!e)
        e = dbk_group_join(book, group);
    if (!e)
        e = dbk_order_submit(book, &order, &answer);
    fake_script(STEPS(session_steps));
    dbk_close(book);
    dbk_group_free(group);
    return e;
}

static void short_memory_is_an_error_everywhere(void **state)
{
    (void)state;
    fake_close(fake_connect(NULL, 0, 0));
    assert_true(unit_each_allocation_fails(open_and_submit, NULL) > 10);
    fake_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_first_options),
        cmocka_unit_test(refuses_wrong_arguments),
        cmocka_unit_test(accepts_longer_structs_as_long_as_the_rest_is_zero),
        cmocka_unit_test(accepts_an_order_event_that_ends_before_the_terms),
        cmocka_unit_test(tells_each_outcome),
        cmocka_unit_test(an_unknown_outcome_is_an_error),
        cmocka_unit_test(a_serialisation_failure_is_tried_again),
        cmocka_unit_test(a_lost_answer_is_asked_again),
        cmocka_unit_test(an_error_of_the_book_keeps_what_it_says),
        cmocka_unit_test(fills_of_two_accounts_do_not_mix),
        cmocka_unit_test(answers_of_a_batch_come_in_order),
        cmocka_unit_test(a_group_is_of_books_with_one_url),
        cmocka_unit_test(a_group_is_on_a_server_and_without_a_spool),
        cmocka_unit_test(a_fill_that_fails_in_its_group_is_recorded_by_itself),
        cmocka_unit_test(a_run_refuses_what_it_cannot_read),
        cmocka_unit_test(a_run_repeats_what_has_no_answer_and_nothing_else),
        cmocka_unit_test(a_run_survives_short_memory),
        cmocka_unit_test(a_failed_reading_calls_nobody),
        cmocka_unit_test(identities_are_what_they_say),
        cmocka_unit_test(short_memory_is_an_error_everywhere),
    };
    return UNIT_RUN(tests);
}
