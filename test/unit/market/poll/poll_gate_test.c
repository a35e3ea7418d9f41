#include "market/poll/poll_gate.h"

#include "../../unit.h"

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define NOW_US (1000 * SECOND_US)

static poll_gate gate_of(int weight_per_minute)
{
    poll_gate g;
    poll_gate_init(&g, weight_per_minute, 42);
    return g;
}

static poll_heard heard(int status)
{
    return (poll_heard){.status = status, .used = -1, .retry_after_us = -1};
}

static void the_budget_of_a_minute_is_kept(void **state)
{
    (void)state;
    poll_gate g = gate_of(10);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(poll_gate_wait_us(&g, 2, NOW_US + i), 0);
        poll_gate_asked(&g, 2, NOW_US + i);
    }
    assert_int_equal(poll_gate_wait_us(&g, 1, NOW_US + SECOND_US), 59 * SECOND_US);
    assert_int_equal(poll_gate_wait_us(&g, 10, NOW_US + MINUTE_US), 0);
    poll_gate_asked(&g, 10, NOW_US + MINUTE_US);
    assert_int_equal(poll_gate_wait_us(&g, 1, NOW_US + MINUTE_US), MINUTE_US);
}

static void what_is_heavier_than_a_minute_goes_alone(void **state)
{
    (void)state;
    poll_gate g = gate_of(10);
    assert_int_equal(poll_gate_wait_us(&g, 20, NOW_US), 0);
    poll_gate_asked(&g, 20, NOW_US);
    assert_int_equal(poll_gate_wait_us(&g, 1, NOW_US), MINUTE_US);
}

static void the_hosts_own_account_counts(void **state)
{
    (void)state;
    poll_gate g = gate_of(1000);
    poll_gate_asked(&g, 2, NOW_US);
    poll_heard h = heard(200);
    h.used = 999;
    h.date_us = 1600000049 * SECOND_US;
    assert_int_equal(1600000049 % 60, 29);
    assert_int_equal(poll_gate_heard(&g, &h, NOW_US), POLL_HEARD_ANSWER);
    assert_int_equal(poll_gate_wait_us(&g, 2, NOW_US), 31 * SECOND_US);
    assert_int_equal(poll_gate_wait_us(&g, 1, NOW_US), 0);
    assert_int_equal(poll_gate_wait_us(&g, 2, NOW_US + 31 * SECOND_US), 0);
}

static void a_host_that_asks_to_wait_is_left_alone(void **state)
{
    (void)state;
    poll_gate g = gate_of(1000);
    poll_heard h = heard(429);
    h.retry_after_us = 77 * SECOND_US;
    assert_int_equal(poll_gate_heard(&g, &h, NOW_US), POLL_HEARD_SLOW_DOWN);
    assert_int_equal(poll_gate_wait_us(&g, 1, NOW_US), 77 * SECOND_US);
    h = heard(418);
    h.retry_after_us = 3600 * SECOND_US;
    assert_int_equal(poll_gate_heard(&g, &h, NOW_US), POLL_HEARD_BAN);
    assert_int_equal(poll_gate_wait_us(&g, 1, NOW_US), 3600 * SECOND_US);
    poll_gate other = gate_of(1000);
    poll_gate_shut_like(&other, &g);
    assert_int_equal(poll_gate_wait_us(&other, 1, NOW_US), 3600 * SECOND_US);
    assert_int_equal(poll_gate_wait_us(&g, 1, NOW_US + 3600 * SECOND_US), 0);
}

/* As Kraken does. Each time it says so is waited for longer. */
static void a_host_that_asks_to_wait_in_a_good_answer_is_left_alone_too(void **state)
{
    (void)state;
    poll_gate g = gate_of(100);
    poll_heard h = heard(200);
    h.too_often = true;
    int64_t now = NOW_US;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(poll_gate_heard(&g, &h, now), POLL_HEARD_SLOW_DOWN);
        int64_t wait = poll_gate_wait_us(&g, 1, now);
        assert_true(wait >= 5 * SECOND_US << i);
        now += wait;
    }
    h.too_often = false;
    assert_int_equal(poll_gate_heard(&g, &h, now), POLL_HEARD_ANSWER);
    assert_int_equal(poll_gate_wait_us(&g, 1, now), 0);
}

static void a_ban_without_an_end_is_waited_for_longer_each_time(void **state)
{
    (void)state;
    poll_gate g = gate_of(1000);
    poll_heard h = heard(418);
    int64_t now_us = NOW_US;
    int64_t least_us = MINUTE_US;
    for (int i = 0; i < 5; i++) {
        poll_gate_heard(&g, &h, now_us);
        int64_t wait_us = poll_gate_wait_us(&g, 1, now_us);
        assert_true(wait_us >= least_us && wait_us <= 2 * least_us);
        now_us += wait_us;
        least_us *= 2;
    }
}

static void failures_are_waited_out_and_forgotten_after_an_answer(void **state)
{
    (void)state;
    poll_gate g = gate_of(1000);
    const int statuses[] = {0, 500, 503};
    int64_t wait_us = 0;
    for (int i = 0; i < 3; i++) {
        poll_heard h = heard(statuses[i]);
        assert_int_equal(poll_gate_heard(&g, &h, NOW_US), POLL_HEARD_FAILURE);
        wait_us = poll_gate_wait_us(&g, 1, NOW_US);
        assert_true(wait_us > 0 && wait_us <= 4 * SECOND_US);
    }
    assert_true(wait_us >= 2 * SECOND_US);
    poll_heard h = heard(200);
    poll_gate_heard(&g, &h, NOW_US + wait_us);
    h = heard(502);
    poll_gate_heard(&g, &h, NOW_US + MINUTE_US);
    assert_true(poll_gate_wait_us(&g, 1, NOW_US + MINUTE_US) <= SECOND_US);
}

static void a_refused_request_shuts_nothing(void **state)
{
    (void)state;
    poll_gate g = gate_of(1000);
    const int statuses[] = {400, 404};
    for (int i = 0; i < 2; i++) {
        poll_heard h = heard(statuses[i]);
        assert_int_equal(poll_gate_heard(&g, &h, NOW_US), POLL_HEARD_REFUSAL);
        assert_int_equal(poll_gate_wait_us(&g, 1, NOW_US), 0);
    }
}

static void pauses_grow_to_a_limit_and_differ(void **state)
{
    (void)state;
    uint64_t random = 7;
    bool differ = false;
    for (int failures = 1; failures < 100; failures++) {
        int64_t a = poll_backoff_us(failures, 100, 3000, &random);
        int64_t b = poll_backoff_us(failures, 100, 3000, &random);
        int64_t full = failures > 5 ? 3000 : 100 << (failures - 1);
        assert_true(a >= full / 2 && a <= full && b >= full / 2 && b <= full);
        differ = differ || a != b;
    }
    assert_true(differ);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_budget_of_a_minute_is_kept),
        cmocka_unit_test(what_is_heavier_than_a_minute_goes_alone),
        cmocka_unit_test(the_hosts_own_account_counts),
        cmocka_unit_test(a_host_that_asks_to_wait_is_left_alone),
        cmocka_unit_test(a_host_that_asks_to_wait_in_a_good_answer_is_left_alone_too),
        cmocka_unit_test(a_ban_without_an_end_is_waited_for_longer_each_time),
        cmocka_unit_test(failures_are_waited_out_and_forgotten_after_an_answer),
        cmocka_unit_test(a_refused_request_shuts_nothing),
        cmocka_unit_test(pauses_grow_to_a_limit_and_differ),
    };
    return UNIT_RUN(tests);
}
