#include "../unit.h"

#include "jobs/job_pace.h"

static void begins_with_one_and_doubles(void **state)
{
    (void)state;
    job_pace p = {0};
    assert_int_equal(job_pace_batch(&p), 1);
    job_pace_note(&p, 30000, 1);
    assert_int_equal(job_pace_batch(&p), 2);
    job_pace_note(&p, 30000, 1);
    assert_int_equal(job_pace_batch(&p), 2); /* half a batch says nothing of a whole one */
    job_pace_note(&p, 60000, 2);
    assert_int_equal(job_pace_batch(&p), 2); /* twice as many might not be done in time */
    for (int i = 0; i < 10; i++)
        job_pace_note(&p, 40000, job_pace_batch(&p));
    assert_int_equal(job_pace_batch(&p), JOB_PACE_BATCH_MAX);
}

static void takes_a_long_one_alone(void **state)
{
    (void)state;
    job_pace p = {.batch = JOB_PACE_BATCH_MAX};
    job_pace_note(&p, 3600 * INT64_C(1000000), 1);
    assert_int_equal(job_pace_batch(&p), 1);
    job_pace_note(&p, INT64_MAX, 1);
    assert_int_equal(job_pace_batch(&p), 1);
    job_pace_note(&p, -5, 1);
    assert_int_equal(job_pace_batch(&p), 2);
}

static void cuts_to_what_would_have_fitted(void **state)
{
    (void)state;
    job_pace p = {.batch = 80};
    job_pace_note(&p, 2 * JOB_PACE_TARGET_US, 80);
    assert_int_equal(job_pace_batch(&p), 40);
    /* A batch that was taken before does not raise it again. */
    job_pace_note(&p, JOB_PACE_TARGET_US + 1, 80);
    assert_int_equal(job_pace_batch(&p), 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_with_one_and_doubles),
        cmocka_unit_test(takes_a_long_one_alone),
        cmocka_unit_test(cuts_to_what_would_have_fitted),
    };
    return UNIT_RUN(tests);
}
