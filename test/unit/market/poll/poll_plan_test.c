#include "market/poll/poll_plan.h"

#include "../../unit.h"

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define NOW_US (1000 * SECOND_US)

typedef struct fixture {
    poll_plan plan;
    poll_series series[3];
} fixture;

/* Two series of one host and one of another. */
static void begin(fixture *f)
{
    *f = (fixture){.plan = {.series = f->series, .count = 3, .random = 3}};
    const char *const kinds[] = {"spot", "spot", "perp"};
    for (int i = 0; i < 3; i++)
        f->series[i].asked =
            (venue_series){.endpoint = venue_find_endpoint(&venue_binance, "klines", kinds[i]),
                           .symbol = "BTCUSDT",
                           .interval_s = 60};
    for (int i = 0; i < VENUE_HOSTS_MAX; i++)
        poll_gate_init(&f->plan.gates[i], 100, 1);
}

static size_t next(fixture *f, int64_t now_us)
{
    size_t which;
    int64_t wait_us;
    assert_true(poll_plan_next(&f->plan, now_us, &which, &wait_us));
    return which;
}

static int64_t wait_for(fixture *f, int64_t now_us)
{
    size_t which;
    int64_t wait_us;
    assert_false(poll_plan_next(&f->plan, now_us, &which, &wait_us));
    return wait_us;
}

static void moved(fixture *f, size_t which, bool more, int64_t wait_us, int64_t now_us)
{
    const venue_step step = {.position = {.from_us = now_us}, .more = more, .wait_us = wait_us};
    poll_plan_moved(&f->plan, which, &step, now_us);
}

static void what_waited_longest_comes_first(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    f.series[0].due_us = NOW_US - 1;
    f.series[1].due_us = NOW_US - 3;
    f.series[2].due_us = NOW_US - 2;
    assert_int_equal(next(&f, NOW_US), 1);
    /* A long history goes on, but behind the others. */
    moved(&f, 1, true, 0, NOW_US);
    assert_int_equal(next(&f, NOW_US), 2);
    moved(&f, 2, false, 30 * SECOND_US, NOW_US);
    assert_int_equal(next(&f, NOW_US), 0);
    moved(&f, 0, false, 20 * SECOND_US, NOW_US);
    assert_int_equal(next(&f, NOW_US), 1);
    assert_false(poll_plan_is_current(&f.plan, 5));
    moved(&f, 1, false, 10 * SECOND_US, NOW_US);
    assert_int_equal(wait_for(&f, NOW_US), 10 * SECOND_US);
    assert_true(poll_plan_is_current(&f.plan, 5));
}

/* Of a market that is gone every page is empty. */
static void what_stays_empty_is_asked_for_less_and_less(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    f.plan.count = 1;
    venue_step step = {.wait_us = 3 * SECOND_US, .wait_max_us = MINUTE_US, .empty = true};
    const int64_t waits_s[] = {3, 6, 12, 24, 48, 60, 60};
    for (size_t i = 0; i < sizeof(waits_s) / sizeof(waits_s[0]); i++) {
        poll_plan_moved(&f.plan, 0, &step, NOW_US);
        assert_int_equal(wait_for(&f, NOW_US), waits_s[i] * SECOND_US);
    }
    /* A wait for a row that is not over yet is no longer than it was. */
    step.wait_us = 5 * MINUTE_US;
    poll_plan_moved(&f.plan, 0, &step, NOW_US);
    assert_int_equal(wait_for(&f, NOW_US), 5 * MINUTE_US);
    step = (venue_step){.wait_us = 3 * SECOND_US, .wait_max_us = MINUTE_US};
    poll_plan_moved(&f.plan, 0, &step, NOW_US);
    assert_int_equal(wait_for(&f, NOW_US), 3 * SECOND_US);
    step.empty = true;
    poll_plan_moved(&f.plan, 0, &step, NOW_US);
    assert_int_equal(wait_for(&f, NOW_US), 3 * SECOND_US);
}

static void a_shut_host_holds_up_its_own_series_only(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const poll_heard ban = {.status = 418, .used = -1, .retry_after_us = 3600 * SECOND_US};
    poll_gate_heard(&f.plan.gates[0], &ban, NOW_US);
    assert_int_equal(next(&f, NOW_US), 2);
    moved(&f, 2, false, 7 * SECOND_US, NOW_US);
    assert_int_equal(wait_for(&f, NOW_US), 7 * SECOND_US);
    moved(&f, 2, false, 7200 * SECOND_US, NOW_US);
    assert_int_equal(wait_for(&f, NOW_US), 3600 * SECOND_US);
}

static void failures_make_pauses_and_are_forgotten(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    f.plan.count = 1;
    for (int i = 0; i < 20; i++) {
        poll_plan_failed(&f.plan, 0, NOW_US);
        int64_t wait_us = wait_for(&f, NOW_US);
        assert_true(wait_us >= SECOND_US / 8 && wait_us <= 10 * MINUTE_US);
        assert_true(i < 12 || wait_us >= 5 * MINUTE_US);
        assert_true(poll_plan_is_current(&f.plan, 5) == (i >= 4));
    }
    moved(&f, 0, false, SECOND_US, NOW_US);
    assert_int_equal(wait_for(&f, NOW_US), SECOND_US);
}

static void the_pause_is_the_rows_own_or_what_was_asked_for(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    f.plan.count = 1;
    moved(&f, 0, false, 0, NOW_US);
    assert_int_equal(wait_for(&f, NOW_US), MINUTE_US);
    f.series[0].every_us = 5 * SECOND_US;
    moved(&f, 0, false, 0, NOW_US);
    assert_int_equal(wait_for(&f, NOW_US), 5 * SECOND_US);
    moved(&f, 0, false, 9 * SECOND_US, NOW_US);
    assert_int_equal(wait_for(&f, NOW_US), 9 * SECOND_US);
}

static void an_empty_plan_waits_for_ever(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    f.plan.count = 0;
    assert_int_equal(wait_for(&f, NOW_US), INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_waited_longest_comes_first),
        cmocka_unit_test(what_stays_empty_is_asked_for_less_and_less),
        cmocka_unit_test(a_shut_host_holds_up_its_own_series_only),
        cmocka_unit_test(failures_make_pauses_and_are_forgotten),
        cmocka_unit_test(the_pause_is_the_rows_own_or_what_was_asked_for),
        cmocka_unit_test(an_empty_plan_waits_for_ever),
    };
    return UNIT_RUN(tests);
}
