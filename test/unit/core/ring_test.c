#include "../unit.h"

#include <pthread.h>

#include "core/ring.h"

#define ITEMS 20000

static int numbers[ITEMS];

static void gives_back_in_order(void **state)
{
    (void)state;
    ring *r;
    unit_ok(ring_new(3, &r));
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 3; i++)
            assert_true(ring_give(r, &numbers[round + i]));
        for (int i = 0; i < 3; i++)
            assert_ptr_equal(ring_take(r), &numbers[round + i]);
    }
    assert_true(ring_give(r, &numbers[7]));
    ring_finish(r);
    assert_ptr_equal(ring_take(r), &numbers[7]);
    assert_null(ring_take(r));
    ring_free(r);
    ring_free(NULL);
}

static void *give_all(void *arg)
{
    ring *r = arg;
    size_t given = 0;
    while (given < ITEMS && ring_give(r, &numbers[given]))
        given++;
    ring_finish(r);
    return (void *)given;
}

static void both_sides_wait_for_each_other(void **state)
{
    (void)state;
    ring *r;
    pthread_t giver;
    void *given;
    unit_ok(ring_new(2, &r));
    assert_int_equal(pthread_create(&giver, NULL, give_all, r), 0);
    for (size_t i = 0; i < ITEMS; i++)
        assert_ptr_equal(ring_take(r), &numbers[i]);
    assert_null(ring_take(r));
    assert_int_equal(pthread_join(giver, &given), 0);
    assert_int_equal((size_t)given, ITEMS);
    ring_free(r);
}

/* Who waits for room must not wait for one that will take nothing more; what is in it is not lost. */
static void giving_ends_when_the_taker_has_gone(void **state)
{
    (void)state;
    ring *r;
    pthread_t giver;
    void *given;
    size_t left = 0;
    unit_ok(ring_new(4, &r));
    assert_int_equal(pthread_create(&giver, NULL, give_all, r), 0);
    assert_ptr_equal(ring_take(r), &numbers[0]);
    ring_abandon(r);
    assert_int_equal(pthread_join(giver, &given), 0);
    for (void *item; (item = ring_take(r)) != NULL; left++)
        assert_ptr_equal(item, &numbers[1 + left]);
    assert_int_equal(left + 1, (size_t)given);
    assert_true(left <= 4);
    ring_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_back_in_order),
        cmocka_unit_test(both_sides_wait_for_each_other),
        cmocka_unit_test(giving_ends_when_the_taker_has_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
