/* A book with a spool against a server that is away and comes back, on a clock of its own. */
#include "../pg/fake_libpq.h"
#include "../unit.h"

#include "book/spooler.h"

#define SECOND_US ((int64_t)1000000)

static const dbk_uuid id = {{1}};
static const char *const opened[] = {"created"};
static const char *const recorded[] = {"created", "01000000-0000-0000-0000-000000000000", NULL, NULL, NULL};
static const fake_step answers[] = {
    {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 1, .values = opened},   {.kind = FAKE_END},
    {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 5, .values = recorded}, {.kind = FAKE_END},
    {.status = PGRES_TUPLES_OK, .rows = 1, .columns = 5, .values = recorded}, {.kind = FAKE_END},
};

typedef struct fixture {
    arena *a;
    const char *folder;
    clock_fake clock;
    pg_store *store;
    spooler *s;
} fixture;

static void open_spooler(fixture *f, int64_t intent_ttl_ms)
{
    spool *queue = NULL;
    dbk_open_options options = {.size = sizeof(options),
                                .url = "host=fake",
                                .program = "test",
                                .program_version = "1",
                                .actor = "test",
                                .call_timeout_ms = 1000,
                                .retry_total_ms = 1};
    unit_ok(spool_open(arena_printf(f->a, "%s/spool", f->folder), &f->clock.clock, &queue));
    unit_ok(pg_store_open(&options, true, &f->store));
    unit_ok(spooler_new(
        &(spooler_options){.intent_ttl_ms = intent_ttl_ms, .settle_limit_ms = 1, .clock = &f->clock.clock},
        f->store, queue, &f->s));
}

static int set_up(void **state)
{
    fixture *f = mem_alloc(sizeof(*f));
    f->a = unit_arena();
    f->folder = unit_folder(f->a);
    clock_fake_init(&f->clock, 1700000000 * SECOND_US);
    fake_close(fake_connect(NULL, 0, 0));
    fake.fail_connect = true;
    *state = f;
    return 0;
}

static void close_spooler(fixture *f)
{
    fake_script(answers, 2);
    spooler_free(f->s);
    pg_store_close(f->store);
    f->s = NULL;
    f->store = NULL;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    close_spooler(f);
    fake_close(NULL);
    unit_remove(f->folder);
    arena_free(f->a);
    mem_free(f);
    return 0;
}

static void come_back(size_t steps)
{
    fake.fail_connect = false;
    fake.sends = 0;
    fake_script(answers, steps);
}

static dbk_outcome deposit(fixture *f)
{
    dbk_answer answer;
    dbk_cash cash = {.size = sizeof(cash),
                     .entry_id = id,
                     .kind = "deposit",
                     .currency = "USD",
                     .amount = "1",
                     .occurred_us = 1};
    unit_ok(spooler_write(f->s, DBK_CALL_CASH_RECORD, &cash, &answer));
    assert_memory_equal(&answer.id, &id, sizeof(id));
    return answer.outcome;
}

static dbk_err *submit(fixture *f, dbk_order_answer *answer)
{
    dbk_order order = {.size = sizeof(order), .order_id = id, .side = "buy", .type = "market", .qty = "1"};
    return spooler_write(f->s, DBK_CALL_ORDER_SUBMIT, &order, answer);
}

static void assert_state(const fixture *f, uint64_t waiting, uint64_t quarantined)
{
    dbk_spool_state state = spooler_state(f->s);
    assert_int_equal(state.waiting, waiting);
    assert_int_equal(state.quarantined, quarantined);
}

static void a_server_that_is_away_is_not_asked_with_every_call(void **state)
{
    fixture *f = *state;
    open_spooler(f, 0);
    assert_int_equal(deposit(f), DBK_SPOOLED);
    assert_state(f, 2, 0); /* the session is the first */
    assert_non_null(strstr(spooler_state(f->s).problem, "could not connect"));
    int connects = fake.connects;
    assert_int_equal(deposit(f), DBK_SPOOLED);
    assert_int_equal(fake.connects, connects);
    clock_fake_advance(&f->clock, 5 * SECOND_US);
    assert_int_equal(deposit(f), DBK_SPOOLED);
    assert_true(fake.connects > connects);
    assert_int_equal(spooler_state(f->s).oldest_us, 1700000000 * SECOND_US);
}

static void what_waits_is_delivered_by_the_next_call(void **state)
{
    fixture *f = *state;
    open_spooler(f, 0);
    assert_int_equal(deposit(f), DBK_SPOOLED);
    clock_fake_advance(&f->clock, 5 * SECOND_US);
    come_back(6);
    assert_int_equal(deposit(f), DBK_CREATED);
    assert_int_equal(fake.sends, 3);
    assert_state(f, 0, 0);
    assert_null(spooler_state(f->s).problem);
    assert_int_equal(spooler_state(f->s).delivered, 3);
}

static void it_is_delivered_by_the_next_life(void **state)
{
    fixture *f = *state;
    open_spooler(f, 0);
    assert_int_equal(deposit(f), DBK_SPOOLED);
    close_spooler(f);
    fake.fail_connect = true;
    open_spooler(f, 0);
    assert_state(f, 2, 0);
    come_back(4);
    spooler_drain(f->s, 1000);
    assert_state(f, 0, 0);
    assert_int_equal(fake.sends, 2);
}

static void an_order_needs_the_server(void **state)
{
    fixture *f = *state;
    dbk_order_answer answer;
    open_spooler(f, 0);
    unit_refused(submit(f, &answer), ERR_CONNECTION, "wait for the server");
    assert_state(f, 1, 0);
}

static void an_order_is_submitted_within_its_time_and_never_after(void **state)
{
    fixture *f = *state;
    dbk_order_answer answer;
    open_spooler(f, 60 * 1000);
    unit_ok(submit(f, &answer));
    assert_int_equal(answer.answer.outcome, DBK_SPOOLED);
    assert_null(answer.status);
    clock_fake_advance(&f->clock, 30 * SECOND_US);
    unit_ok(submit(f, &answer));
    clock_fake_advance(&f->clock, 30 * SECOND_US);
    come_back(2);
    spooler_drain(f->s, 1000);
    assert_int_equal(spooler_state(f->s).quarantined, 1); /* the first */
    /* The session, and the second, for which the script has no answer. */
    assert_int_equal(fake.sends, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_server_that_is_away_is_not_asked_with_every_call),
        TEST(what_waits_is_delivered_by_the_next_call),
        TEST(it_is_delivered_by_the_next_life),
        TEST(an_order_needs_the_server),
        TEST(an_order_is_submitted_within_its_time_and_never_after),
    };
    return UNIT_RUN(tests);
}
