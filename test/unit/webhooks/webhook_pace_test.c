#include "webhooks/webhook_pace.h"

#include "../unit.h"

#define SECOND INT64_C(1000000)

static webhook_wish wish(uint8_t n, int32_t rate_per_s, int32_t in_flight_max)
{
    return (webhook_wish){
        .endpoint_id = {.bytes = {n}}, .rate_per_s = rate_per_s, .in_flight_max = in_flight_max};
}

static webhook_pace *begin(void)
{
    webhook_pace *p;
    unit_ok(webhook_pace_new(&p));
    return p;
}

/* Begins all that may begin. */
static int32_t begin_all(webhook_pace *p, webhook_wish *w, int64_t at_us)
{
    int64_t next_us;
    webhook_pace_limits(p, w, 1, 1000, at_us, &next_us);
    for (int32_t i = 0; i < w->limit; i++)
        webhook_pace_began(p, &w->endpoint_id);
    return w->limit;
}

static void so_many_are_on_the_way(void **state)
{
    (void)state;
    webhook_pace *p = begin();
    webhook_wish w = wish(1, 1000, 4);
    assert_int_equal(begin_all(p, &w, 0), 4);
    assert_int_equal(begin_all(p, &w, SECOND), 0);
    webhook_pace_ended(p, &w.endpoint_id);
    assert_int_equal(begin_all(p, &w, SECOND), 1);
    webhook_pace_free(p);
}

static void so_many_begin_in_a_second(void **state)
{
    (void)state;
    const int32_t rates[] = {1, 3, 10, 50, 1000, 10000};
    for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); r++) {
        webhook_pace *p = begin();
        webhook_wish w = wish(1, rates[r], 64);
        int32_t begun = 0;
        for (int64_t at_us = 0; at_us < 10 * SECOND; at_us += 1000) {
            int32_t now = begin_all(p, &w, at_us);
            begun += now;
            while (now-- > 0)
                webhook_pace_ended(p, &w.endpoint_id);
        }
        assert_in_range(begun, rates[r] * 10 - 1, rates[r] * 10 + rates[r] / 10 + 1);
        webhook_pace_free(p);
    }
}

static void it_says_when_the_next_may_begin(void **state)
{
    (void)state;
    webhook_pace *p = begin();
    webhook_wish w = wish(1, 2, 4);
    int64_t next_us;
    assert_int_equal(begin_all(p, &w, 0), 1);
    assert_int_equal(webhook_pace_limits(p, &w, 1, 10, 1, &next_us), 0);
    assert_int_equal(next_us, SECOND / 2);
    assert_int_equal(webhook_pace_limits(p, &w, 1, 10, next_us, &next_us), 1);
    assert_int_equal(next_us, INT64_MAX);
    webhook_pace_free(p);
}

static void room_is_shared(void **state)
{
    (void)state;
    webhook_pace *p = begin();
    webhook_wish w[] = {wish(1, 1000, 64), wish(2, 1000, 64), wish(3, 1000, 2)};
    int64_t next_us;
    assert_int_equal(webhook_pace_limits(p, w, 3, 9, 0, &next_us), 3);
    assert_int_equal(w[0].limit, 3);
    assert_int_equal(w[1].limit, 3);
    assert_int_equal(w[2].limit, 2);
    assert_int_equal(webhook_pace_limits(p, w, 3, 2, 0, &next_us), 2);
    assert_int_equal(w[0].limit + w[1].limit + w[2].limit, 2);
    assert_int_equal(webhook_pace_limits(p, w, 3, 0, 0, &next_us), 0);
    webhook_pace_free(p);
}

static void more_endpoints_than_can_be_known_wait(void **state)
{
    (void)state;
    webhook_pace *p = begin();
    static webhook_wish w[WEBHOOK_PACE_ENDPOINTS_MAX];
    int64_t next_us;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < WEBHOOK_PACE_ENDPOINTS_MAX; i++) {
            w[i] = wish((uint8_t)round, 100, 4);
            memcpy(w[i].endpoint_id.bytes + 1, &i, sizeof(i));
        }
        size_t allowed = webhook_pace_limits(p, w, WEBHOOK_PACE_ENDPOINTS_MAX, 100000, 0, &next_us);
        assert_int_equal(allowed, round < 2 ? WEBHOOK_PACE_ENDPOINTS_MAX : 0);
        for (size_t i = 0; i < WEBHOOK_PACE_ENDPOINTS_MAX && round < 2; i++)
            webhook_pace_began(p, &w[i].endpoint_id);
    }
    webhook_pace_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_are_on_the_way),
        cmocka_unit_test(so_many_begin_in_a_second),
        cmocka_unit_test(it_says_when_the_next_may_begin),
        cmocka_unit_test(room_is_shared),
        cmocka_unit_test(more_endpoints_than_can_be_known_wait),
    };
    return UNIT_RUN(tests);
}
