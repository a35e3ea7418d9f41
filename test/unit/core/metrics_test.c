#include "core/metrics.h"

#include <pthread.h>

#include "../unit.h"

static void numbers_of_one_name_stand_together(void **state)
{
    (void)state;
    metrics *m;
    buf out;
    unit_ok(metrics_new("daybook_test_", &m));
    buf_init(&out, 0);
    metric *b = metrics_counter(m, "events_total", "Events.", "sink", "b\"\\\n");
    metric *lag = metrics_gauge(m, "lag_seconds", "Lag.", NULL, NULL);
    metric *a = metrics_counter(m, "events_total", "Events.", "sink", "a");
    assert_ptr_equal(metrics_counter(m, "events_total", "Events.", "sink", "a"), a);
    metric_add(a, 2);
    metric_add(a, 3);
    metric_add(b, 1);
    metric_set(lag, 0.25);
    metrics_append(m, &out);
    assert_string_equal(out.data, "# HELP daybook_test_events_total Events.\n"
                                  "# TYPE daybook_test_events_total counter\n"
                                  "daybook_test_events_total{sink=\"a\"} 5\n"
                                  "daybook_test_events_total{sink=\"b\\\"\\\\\\n\"} 1\n"
                                  "# HELP daybook_test_lag_seconds Lag.\n"
                                  "# TYPE daybook_test_lag_seconds gauge\n"
                                  "daybook_test_lag_seconds 0.25\n");
    buf_term(&out);
    metrics_free(m);
}

static void buckets_add_up(void **state)
{
    static const double bounds[] = {0.1, 1};
    (void)state;
    metrics *m;
    buf out;
    unit_ok(metrics_new("t_", &m));
    buf_init(&out, 0);
    metric *h = metrics_histogram(m, "took_seconds", "Time.", "of", "x", bounds, 2);
    metric_observe(h, 0.1); /* a bound belongs to what is below it */
    metric_observe(h, 0.5);
    metric_observe(h, 7);
    metrics_append(m, &out);
    assert_string_equal(out.data, "# HELP t_took_seconds Time.\n"
                                  "# TYPE t_took_seconds histogram\n"
                                  "t_took_seconds_bucket{of=\"x\",le=\"0.1\"} 1\n"
                                  "t_took_seconds_bucket{of=\"x\",le=\"1\"} 2\n"
                                  "t_took_seconds_bucket{of=\"x\",le=\"+Inf\"} 3\n"
                                  "t_took_seconds_sum{of=\"x\"} 7.6\n"
                                  "t_took_seconds_count{of=\"x\"} 3\n");
    buf_term(&out);
    metrics_free(m);
}

static void nothing_happens_without_a_set_and_beyond_its_room(void **state)
{
    (void)state;
    metrics *m;
    buf out;
    buf_init(&out, 0);
    metric_add(metrics_counter(NULL, "x_total", "X.", NULL, NULL), 1);
    metric_set(metrics_gauge(NULL, "x", "X.", NULL, NULL), 1);
    metric_observe(metrics_histogram(NULL, "x", "X.", NULL, NULL, NULL, 0), 1);
    metrics_append(NULL, &out);
    assert_int_equal(out.length, 0);
    metrics_free(NULL);
    unit_ok(metrics_new("t_", &m));
    for (int i = 0; i <= METRICS_MAX; i++) {
        char value[16];
        snprintf(value, sizeof(value), "%d", i);
        metric *one = metrics_gauge(m, "x", "X.", "i", value);
        assert_true(!one == (i == METRICS_MAX));
    }
    metrics_free(m);
    buf_term(&out);
}

static void *count_much(void *counter)
{
    for (int i = 0; i < 10000; i++)
        metric_add(counter, 1);
    return NULL;
}

static void threads_lose_no_count(void **state)
{
    (void)state;
    metrics *m;
    pthread_t threads[3];
    buf out;
    unit_ok(metrics_new("t_", &m));
    metric *c = metrics_counter(m, "x_total", "X.", NULL, NULL);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_much, c), 0);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    buf_init(&out, 0);
    metrics_append(m, &out);
    assert_non_null(strstr(out.data, "\nt_x_total 30000\n"));
    buf_term(&out);
    metrics_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_one_name_stand_together),
        cmocka_unit_test(buckets_add_up),
        cmocka_unit_test(nothing_happens_without_a_set_and_beyond_its_room),
        cmocka_unit_test(threads_lose_no_count),
    };
    return UNIT_RUN(tests);
}
