#include "../unit.h"

#include "book/lease_term.h"

#define SECOND_US ((int64_t)1000000)

static void a_lease_is_good_until_its_time_after_it_was_asked_for(void **state)
{
    (void)state;
    lease_term t;
    lease_term_begin(&t, 10 * SECOND_US, 100 * SECOND_US);
    assert_true(lease_term_held(&t, 100 * SECOND_US));
    assert_true(lease_term_held(&t, 110 * SECOND_US - 1));
    assert_string_equal(t.why, "");
    assert_false(lease_term_held(&t, 110 * SECOND_US));
    assert_string_equal(t.why, "not renewed within 10000 ms");
}

static void a_renewal_counts_from_when_it_was_sent(void **state)
{
    (void)state;
    lease_term t;
    lease_term_begin(&t, 10 * SECOND_US, 0);
    lease_term_note(&t, "no answer");
    lease_term_extend(&t, 4 * SECOND_US, 9 * SECOND_US);
    assert_string_equal(t.problem, "");
    assert_true(lease_term_held(&t, 14 * SECOND_US - 1));
    assert_false(lease_term_held(&t, 14 * SECOND_US));
}

static void a_renewal_that_was_sent_before_another_shortens_nothing(void **state)
{
    (void)state;
    lease_term t;
    lease_term_begin(&t, 10 * SECOND_US, 5 * SECOND_US);
    lease_term_extend(&t, 4 * SECOND_US, 6 * SECOND_US);
    assert_true(lease_term_held(&t, 15 * SECOND_US - 1));
}

static void an_answer_that_comes_too_late_brings_nothing_back(void **state)
{
    (void)state;
    lease_term t;
    lease_term_begin(&t, 10 * SECOND_US, 0);
    lease_term_extend(&t, 9 * SECOND_US, 10 * SECOND_US);
    assert_false(lease_term_held(&t, 10 * SECOND_US));
    lease_term_extend(&t, 9 * SECOND_US, 9 * SECOND_US);
    assert_false(lease_term_held(&t, 0));
}

static void what_is_lost_keeps_its_first_reason(void **state)
{
    (void)state;
    lease_term t;
    lease_term_begin(&t, 10 * SECOND_US, 0);
    lease_term_lose(&t, "fenced: another has it");
    lease_term_note(&t, "no answer");
    lease_term_lose(&t, "closed");
    assert_false(lease_term_held(&t, SECOND_US));
    assert_string_equal(t.why, "fenced: another has it");
}

static void what_kept_it_from_being_renewed_is_told_with_the_loss(void **state)
{
    (void)state;
    lease_term t;
    char longest[DBK_LEASE_WHY_SIZE];
    lease_term_begin(&t, 10 * SECOND_US, 0);
    lease_term_note(&t, "the server is away");
    assert_false(lease_term_held(&t, 10 * SECOND_US));
    assert_string_equal(t.why, "not renewed within 10000 ms: the server is away");

    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    lease_term_begin(&t, 10 * SECOND_US, 0);
    lease_term_note(&t, longest);
    assert_false(lease_term_held(&t, 10 * SECOND_US));
    assert_int_equal(strlen(t.problem), LEASE_PROBLEM_SIZE - 1);
    assert_string_equal(t.why + strlen("not renewed within 10000 ms: "), t.problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lease_is_good_until_its_time_after_it_was_asked_for),
        cmocka_unit_test(a_renewal_counts_from_when_it_was_sent),
        cmocka_unit_test(a_renewal_that_was_sent_before_another_shortens_nothing),
        cmocka_unit_test(an_answer_that_comes_too_late_brings_nothing_back),
        cmocka_unit_test(what_is_lost_keeps_its_first_reason),
        cmocka_unit_test(what_kept_it_from_being_renewed_is_told_with_the_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
