#include "../unit.h"

#include <pthread.h>
#include <stdatomic.h>

#include "book/commit_group.h"

#define THREADS_MAX 80
#define CROWD 12
#define CALLS 400

/* Calls are numbers. While the gate is shut, whoever makes some stands before it. */
typedef struct scene {
    commit_group *group;
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t changed;
    bool open, fails;
    int at_gate;
    size_t batches, sizes[THREADS_MAX];
    int order[CROWD * CALLS]; /* in which they were made */
    size_t made;
} scene;

static scene the;

typedef struct caller {
    pthread_t thread;
    int number;
    uint64_t key;
    bool made;
} caller;

static bool make(void *with, void **calls, size_t count)
{
    assert_non_null(with);
    pthread_mutex_lock(&the.lock);
    the.sizes[the.batches++] = count;
    for (size_t i = 0; i < count; i++)
        the.order[the.made++] = *(int *)calls[i];
    the.at_gate++;
    pthread_cond_broadcast(&the.changed);
    while (!the.open)
        pthread_cond_wait(&the.changed, &the.lock);
    the.at_gate--;
    bool fails = the.fails;
    pthread_mutex_unlock(&the.lock);
    return !fails;
}

static int set_up(void **state)
{
    (void)state;
    memset(&the, 0, sizeof(the));
    pthread_mutex_init(&the.lock, NULL);
    pthread_cond_init(&the.changed, NULL);
    the.group = commit_group_new(make);
    return the.group ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    commit_group_free(the.group);
    pthread_cond_destroy(&the.changed);
    pthread_mutex_destroy(&the.lock);
    return 0;
}

static void *one_call(void *of)
{
    caller *c = of;
    c->made = commit_group_call(the.group, c, &c->number, c->key);
    return NULL;
}

static void start_with_key(caller *callers, int n, uint64_t key)
{
    callers[n] = (caller){.number = n, .key = key};
    assert_int_equal(pthread_create(&callers[n].thread, NULL, one_call, &callers[n]), 0);
}

/* Each with a key of its own. */
static void start(caller *callers, int first, int count)
{
    for (int n = first; n < first + count; n++)
        start_with_key(callers, n, (uint64_t)n);
}

static void wait_for_gate(int at_gate)
{
    pthread_mutex_lock(&the.lock);
    while (the.at_gate < at_gate)
        pthread_cond_wait(&the.changed, &the.lock);
    pthread_mutex_unlock(&the.lock);
}

static void wait_for_waiting(size_t count)
{
    while (commit_group_waiting(the.group) < count)
        sched_yield();
}

static void open_gate(bool fails)
{
    pthread_mutex_lock(&the.lock);
    the.open = true;
    the.fails = fails;
    pthread_cond_broadcast(&the.changed);
    pthread_mutex_unlock(&the.lock);
}

static void join_all(caller *callers, int count)
{
    for (int n = 0; n < count; n++)
        pthread_join(callers[n].thread, NULL);
}

static void a_call_goes_at_once_while_few_are_at_work(void **state)
{
    (void)state;
    caller callers[COMMIT_GROUP_AT_WORK_MAX];
    for (int n = 0; n < COMMIT_GROUP_AT_WORK_MAX; n++) {
        start(callers, n, 1);
        wait_for_gate(n + 1);
    }
    assert_int_equal(commit_group_waiting(the.group), 0);
    open_gate(false);
    join_all(callers, COMMIT_GROUP_AT_WORK_MAX);
    assert_int_equal(the.batches, COMMIT_GROUP_AT_WORK_MAX);
    for (int n = 0; n < COMMIT_GROUP_AT_WORK_MAX; n++) {
        assert_true(callers[n].made);
        assert_int_equal(the.sizes[n], 1);
    }
}

static void what_comes_meanwhile_is_made_together_in_its_order(void **state)
{
    (void)state;
    caller callers[COMMIT_GROUP_AT_WORK_MAX + 5];
    start(callers, 0, COMMIT_GROUP_AT_WORK_MAX);
    wait_for_gate(COMMIT_GROUP_AT_WORK_MAX);
    for (int n = 0; n < 5; n++) {
        start(callers, COMMIT_GROUP_AT_WORK_MAX + n, 1);
        wait_for_waiting((size_t)n + 1);
    }
    open_gate(false);
    join_all(callers, COMMIT_GROUP_AT_WORK_MAX + 5);
    assert_int_equal(the.batches, COMMIT_GROUP_AT_WORK_MAX + 1);
    assert_int_equal(the.sizes[COMMIT_GROUP_AT_WORK_MAX], 5);
    for (int n = 0; n < 5; n++)
        assert_int_equal(the.order[COMMIT_GROUP_AT_WORK_MAX + n], COMMIT_GROUP_AT_WORK_MAX + n);
}

static void calls_with_one_key_wait_for_each_other_and_then_go_together(void **state)
{
    (void)state;
    caller callers[6];
    start_with_key(callers, 0, 7);
    wait_for_gate(1);
    for (int n = 1; n < 5; n++) {
        start_with_key(callers, n, 7);
        wait_for_waiting((size_t)n);
    }
    start_with_key(callers, 5, 8);
    wait_for_gate(2);
    assert_int_equal(commit_group_waiting(the.group), 4);
    open_gate(false);
    join_all(callers, 6);
    const int order[] = {0, 5, 1, 2, 3, 4};
    assert_int_equal(the.batches, 3);
    assert_int_equal(the.sizes[2], 4);
    for (int n = 0; n < 6; n++)
        assert_int_equal(the.order[n], order[n]);
}

static void when_they_fail_each_is_told_to_go_by_itself(void **state)
{
    (void)state;
    caller callers[COMMIT_GROUP_AT_WORK_MAX + 5];
    start(callers, 0, COMMIT_GROUP_AT_WORK_MAX);
    wait_for_gate(COMMIT_GROUP_AT_WORK_MAX);
    start(callers, COMMIT_GROUP_AT_WORK_MAX, 5);
    wait_for_waiting(5);
    open_gate(true);
    join_all(callers, COMMIT_GROUP_AT_WORK_MAX + 5);
    for (int n = 0; n < COMMIT_GROUP_AT_WORK_MAX + 5; n++)
        assert_false(callers[n].made);
}

static void more_than_go_together_are_made_in_turn(void **state)
{
    (void)state;
    static caller callers[THREADS_MAX];
    const int more = THREADS_MAX - COMMIT_GROUP_AT_WORK_MAX;
    assert_true(more > COMMIT_GROUP_CALLS_MAX);
    start(callers, 0, COMMIT_GROUP_AT_WORK_MAX);
    wait_for_gate(COMMIT_GROUP_AT_WORK_MAX);
    start(callers, COMMIT_GROUP_AT_WORK_MAX, more);
    wait_for_waiting((size_t)more);
    open_gate(false);
    join_all(callers, THREADS_MAX);
    assert_int_equal(the.made, THREADS_MAX);
    assert_int_equal(the.batches, COMMIT_GROUP_AT_WORK_MAX + 2);
    size_t large = the.sizes[COMMIT_GROUP_AT_WORK_MAX], small = the.sizes[COMMIT_GROUP_AT_WORK_MAX + 1];
    assert_int_equal(large > small ? large : small, COMMIT_GROUP_CALLS_MAX);
}

/* Every third time nothing is made. */
static bool make_mostly(void *with, void **calls, size_t count)
{
    static atomic_int times;
    (void)with;
    if (atomic_fetch_add(&times, 1) % 3 == 2)
        return false;
    pthread_mutex_lock(&the.lock);
    for (size_t i = 0; i < count; i++)
        the.order[the.made++] = *(int *)calls[i];
    pthread_mutex_unlock(&the.lock);
    return true;
}

typedef struct crowd_caller {
    pthread_t thread;
    int first;
    bool made[CALLS];
} crowd_caller;

static void *many_calls(void *of)
{
    crowd_caller *c = of;
    for (int n = 0; n < CALLS; n++) {
        int number = c->first + n;
        c->made[n] = commit_group_call(the.group, c, &number, (uint64_t)n % 5);
    }
    return NULL;
}

static void in_a_crowd_each_is_made_once_or_not_as_it_is_told(void **state)
{
    (void)state;
    static crowd_caller callers[CROWD];
    static int times[CROWD * CALLS];
    size_t told = 0;
    commit_group_free(the.group);
    the.group = commit_group_new(make_mostly);
    for (int n = 0; n < CROWD; n++) {
        callers[n].first = n * CALLS;
        assert_int_equal(pthread_create(&callers[n].thread, NULL, many_calls, &callers[n]), 0);
    }
    for (int n = 0; n < CROWD; n++)
        pthread_join(callers[n].thread, NULL);
    for (size_t i = 0; i < the.made; i++)
        times[the.order[i]]++;
    for (int n = 0; n < CROWD * CALLS; n++) {
        bool made = callers[n / CALLS].made[n % CALLS];
        assert_int_equal(times[n], made ? 1 : 0);
        told += made;
    }
    assert_int_equal(told, the.made);
    assert_true(told > 0 && told < CROWD * CALLS);
    assert_int_equal(commit_group_waiting(the.group), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        SCENE(a_call_goes_at_once_while_few_are_at_work),
        SCENE(what_comes_meanwhile_is_made_together_in_its_order),
        SCENE(calls_with_one_key_wait_for_each_other_and_then_go_together),
        SCENE(when_they_fail_each_is_told_to_go_by_itself),
        SCENE(more_than_go_together_are_made_in_turn),
        SCENE(in_a_crowd_each_is_made_once_or_not_as_it_is_told),
#undef SCENE
    };
    return UNIT_RUN(tests);
}
