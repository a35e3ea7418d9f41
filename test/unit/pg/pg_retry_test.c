#include "../unit.h"

#include "pg/pg_retry.h"

typedef struct retry_case {
    enum err_code code;
    const char *sqlstate;
    pg_retry_kind kind;
} retry_case;

static const retry_case retry_cases[] = {
    {ERR_RETRYABLE, "40001", PG_RETRY_SAME},
    {ERR_RETRYABLE, "40P01", PG_RETRY_SAME},
    {ERR_RETRYABLE, "55P03", PG_RETRY_SAME},
    {ERR_TIMEOUT, "57014", PG_RETRY_SAME},
    {ERR_INTERRUPTED, "57014", PG_RETRY_NEVER},
    {ERR_CONNECTION, "08001", PG_RETRY_RECONNECT},
    {ERR_CONNECTION, "08003", PG_RETRY_RECONNECT},
    {ERR_CONNECTION, "08006", PG_RETRY_RECONNECT},
    {ERR_CONNECTION, "08007", PG_RETRY_UNKNOWN},
    {ERR_CONNECTION, "08P01", PG_RETRY_UNKNOWN},
    {ERR_CONNECTION, "57P01", PG_RETRY_UNKNOWN},
    {ERR_CONNECTION, "57P02", PG_RETRY_UNKNOWN},
    {ERR_CONNECTION, "57P03", PG_RETRY_RECONNECT},
    {ERR_CONNECTION, "53300", PG_RETRY_RECONNECT},
    {ERR_CONNECTION, "XX000", PG_RETRY_UNKNOWN},
    {ERR_CONNECTION, "28P01", PG_RETRY_NEVER},
    {ERR_CONNECTION, "3D000", PG_RETRY_NEVER},
    {ERR_RETRYABLE, "25006", PG_RETRY_RECONNECT},
    {ERR_DENIED, "42501", PG_RETRY_NEVER},
    {ERR_INPUT, "23505", PG_RETRY_NEVER},
    {ERR_SERVER, "53100", PG_RETRY_NEVER},
    {ERR_SERVER, "XX001", PG_RETRY_NEVER},
    {ERR_INTERNAL, "", PG_RETRY_NEVER},
    {ERR_MEMORY, "", PG_RETRY_NEVER},
    {ERR_SERVER, "40003", PG_RETRY_UNKNOWN},
};

static dbk_err *make(const retry_case *c)
{
    return err_with_sqlstate(err_new(c->code, "made up"), c->sqlstate);
}

static void classifies_by_sqlstate(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(retry_cases) / sizeof(retry_cases[0]); i++) {
        dbk_err *e = make(&retry_cases[i]);
        if (pg_retry_classify(e) != retry_cases[i].kind)
            fail_msg("%s: %d", retry_cases[i].sqlstate, (int)pg_retry_classify(e));
        dbk_err *wrapped = err_wrap(e, "while testing");
        assert_int_equal(pg_retry_classify(wrapped), retry_cases[i].kind);
        err_free(wrapped);
    }
}

static void unknown_outcomes_need_an_identity(void **state)
{
    (void)state;
    dbk_err *e = make(&(retry_case){ERR_CONNECTION, "08007", PG_RETRY_UNKNOWN});
    int64_t delay = 0;
    pg_retry_state s;
    pg_retry_init(&s, NULL, 0, 1);
    assert_false(pg_retry_next(&s, e, false, 0, &delay));
    assert_true(pg_retry_next(&s, e, true, 0, &delay));
    err_free(e);
}

static void pauses_stay_within_bounds_and_grow(void **state)
{
    static const pg_retry_policy policy = {
        .tries_max = 1000, .delay_min_us = 1000, .delay_max_us = 50000, .total_max_us = INT64_MAX / 4};
    (void)state;
    dbk_err *e = make(&retry_cases[0]);
    int64_t longest = 0;
    pg_retry_state s;
    pg_retry_init(&s, &policy, 0, 42);
    for (int i = 0; i < 500; i++) {
        int64_t last = s.last_delay_us, delay = 0;
        assert_true(pg_retry_next(&s, e, false, 0, &delay));
        assert_true(delay >= 1000);
        assert_true(delay <= 50000 && delay <= last * 3);
        longest = delay > longest ? delay : longest;
    }
    assert_true(longest > 25000);
    err_free(e);
}

static void the_same_seed_gives_the_same_pauses(void **state)
{
    (void)state;
    dbk_err *e = make(&retry_cases[0]);
    pg_retry_state one, two, other;
    pg_retry_init(&one, NULL, 0, 7);
    pg_retry_init(&two, NULL, 0, 7);
    pg_retry_init(&other, NULL, 0, 8);
    bool differs = false;
    for (int i = 0; i < 5; i++) {
        int64_t a = 0, b = 0, c = 0;
        assert_true(pg_retry_next(&one, e, false, 0, &a));
        assert_true(pg_retry_next(&two, e, false, 0, &b));
        assert_true(pg_retry_next(&other, e, false, 0, &c));
        assert_int_equal(a, b);
        differs = differs || a != c;
    }
    assert_true(differs);
    err_free(e);
}

static void gives_up_after_tries_or_time(void **state)
{
    (void)state;
    dbk_err *e = make(&retry_cases[0]);
    int64_t delay = 0;
    pg_retry_state s;
    pg_retry_init(&s, &(pg_retry_policy){.tries_max = 3}, 0, 1);
    assert_true(pg_retry_next(&s, e, true, 0, &delay));
    assert_true(pg_retry_next(&s, e, true, 0, &delay));
    assert_false(pg_retry_next(&s, e, true, 0, &delay));
    pg_retry_init(&s, &(pg_retry_policy){.total_max_us = 1000000}, 500, 1);
    assert_true(pg_retry_next(&s, e, true, 500, &delay));
    assert_false(pg_retry_next(&s, e, true, 1000500, &delay));
    err_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classifies_by_sqlstate),
        cmocka_unit_test(unknown_outcomes_need_an_identity),
        cmocka_unit_test(pauses_stay_within_bounds_and_grow),
        cmocka_unit_test(the_same_seed_gives_the_same_pauses),
        cmocka_unit_test(gives_up_after_tries_or_time),
    };
    return UNIT_RUN(tests);
}
