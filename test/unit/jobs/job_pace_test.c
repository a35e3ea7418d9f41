#include "../unit.h"

#include "jobs/job_pace.h"

static void begins_with_one(void **state)
{
    (void)state;
    job_pace p = {0};
    assert_int_equal(job_pace_batch(&p), 1);
    job_pace_note(&p, 1000, 1);
    assert_int_equal(job_pace_batch(&p), 20);
}

static void takes_many_short_ones_and_one_long_one(void **state)
{
    (void)state;
    job_pace p = {0};
    job_pace_note(&p, 400, 100);
    assert_int_equal(job_pace_batch(&p), JOB_PACE_BATCH_MAX);
    job_pace_note(&p, 3600 * INT64_C(1000000), 1);
    assert_int_equal(job_pace_batch(&p), 1);
    job_pace q = {0};
    job_pace_note(&q, -5, 1);
    assert_int_equal(job_pace_batch(&q), JOB_PACE_BATCH_MAX);
    job_pace_note(&q, INT64_MAX, 1);
    assert_int_equal(job_pace_batch(&q), 1);
}

/* A long one is believed at once, being short has to be proven. */
static void becomes_careful_faster_than_bold(void **state)
{
    (void)state;
    job_pace p = {0};
    job_pace_note(&p, 1000, 1);
    job_pace_note(&p, 20000, 1);
    assert_int_equal(job_pace_batch(&p), 1);
    job_pace_note(&p, 1000, 1);
    assert_true(job_pace_batch(&p) < 3);
    for (int i = 0; i < 100; i++)
        job_pace_note(&p, 1000, 1);
    assert_true(job_pace_batch(&p) >= 19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_with_one),
        cmocka_unit_test(takes_many_short_ones_and_one_long_one),
        cmocka_unit_test(becomes_careful_faster_than_bold),
    };
    return UNIT_RUN(tests);
}
