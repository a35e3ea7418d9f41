/* What daemons need of a connection, against a real server, run by test/program/test_pg_live.py: directly and
 * through PgBouncer in transaction and in session mode. DAYBOOK_TEST_URL says where; DAYBOOK_TEST_POOLED that
 * a pooler in transaction mode stands between. */
#include "../unit.h"

#include <pthread.h>

#include "pg/pg_lead.h"
#include "pg/pg_notify.h"
#include "pg/pg_session.h"

#define LONG_US ((int64_t)60 * 1000000) /* for hangs only */

static pg_conn *connect_live(void)
{
    pg_conn *c = NULL;
    unit_ok(pg_connect(&(pg_connect_options){.url = getenv("DAYBOOK_TEST_URL")}, &c));
    return c;
}

static void a_session_is_proven_and_a_pooler_between_transactions_refused(void **state)
{
    (void)state;
    pg_conn *c = connect_live();
    for (int i = 0; i < 3; i++) {
        if (getenv("DAYBOOK_TEST_POOLED"))
            unit_refused(pg_session_check(c), ERR_INPUT, "a pooler in transaction mode");
        else
            unit_ok(pg_session_check(c));
    }
    pg_close(c);
}

static void one_leads_until_it_lets_go(void **state)
{
    (void)state;
    pg_conn *c = connect_live();
    pg_lead *one, *two;
    bool leads = false;
    unit_ok(pg_lead_new(c, "one", &one));
    unit_ok(pg_lead_new(c, "two", &two));
    unit_ok(pg_lead_take(one, PG_LOCK_SEQUENCER, 7, &leads));
    assert_true(leads);
    unit_ok(pg_lead_take(two, PG_LOCK_SEQUENCER, 7, &leads));
    assert_false(leads);
    unit_ok(pg_lead_take(two, PG_LOCK_SEQUENCER, 8, &leads));
    assert_true(leads);
    unit_ok(pg_lead_check(one));
    pg_lead_release(one);
    unit_refused(pg_lead_check(one), ERR_CONNECTION, "lost");
    unit_ok(pg_lead_take(two, PG_LOCK_SEQUENCER, 7, &leads));
    assert_true(leads);
    unit_ok(pg_lead_take(one, PG_LOCK_SEQUENCER, 7, &leads));
    assert_false(leads);
    pg_lead_free(one);
    pg_lead_free(two);
    pg_close(c);
}

static void *wake_it(void *arg)
{
    pg_notify_wake(arg);
    return NULL;
}

static void waiting_ends_when_something_is_notified_or_somebody_wakes_it(void **state)
{
    (void)state;
    static const char *const channels[] = {PG_NOTIFY_LOG, PG_NOTIFY_SEQ, NULL};
    pg_conn *c = connect_live();
    pg_notify *n;
    pthread_t thread;
    unit_ok(pg_notify_new(c, "listener", channels, &n));
    assert_false(pg_notify_listens(n));
    assert_int_equal(pg_notify_wait(n, LONG_US), PG_NOTIFY_HEARD); /* nobody knows what was said before */
    assert_int_equal(pg_notify_wait(n, 0), PG_NOTIFY_TIME_UP);
    unit_ok(pg_exec(c, "notify daybook_seq; notify daybook_seq; notify daybook_other"));
    assert_int_equal(pg_notify_wait(n, LONG_US), PG_NOTIFY_HEARD);
    assert_int_equal(pg_notify_wait(n, 1000), PG_NOTIFY_TIME_UP);
    assert_int_equal(pthread_create(&thread, NULL, wake_it, n), 0);
    assert_int_equal(pg_notify_wait(n, LONG_US), PG_NOTIFY_WOKEN);
    pthread_join(thread, NULL);
    pg_notify_free(n);
    pg_close(c);
}

static void a_listener_whose_connection_is_ended_comes_back_by_itself(void **state)
{
    (void)state;
    static const char *const channels[] = {PG_NOTIFY_LOG, NULL};
    pg_conn *c = connect_live();
    pg_notify *n;
    unit_ok(pg_notify_new(c, "doomed listener", channels, &n));
    assert_true(pg_notify_listen(n));
    unit_ok(pg_exec(c, "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
                       " where application_name = 'doomed listener'"));
    assert_int_equal(pg_notify_wait(n, LONG_US), PG_NOTIFY_HEARD);
    assert_true(pg_notify_listens(n));
    assert_int_equal(pg_notify_losses(n), 1);
    unit_ok(pg_exec(c, "notify daybook_log"));
    assert_int_equal(pg_notify_wait(n, LONG_US), PG_NOTIFY_HEARD);
    pg_notify_free(n);
    pg_close(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_is_proven_and_a_pooler_between_transactions_refused),
        cmocka_unit_test(one_leads_until_it_lets_go),
    };
    const struct CMUnitTest of_sessions[] = {
        cmocka_unit_test(a_session_is_proven_and_a_pooler_between_transactions_refused),
        cmocka_unit_test(one_leads_until_it_lets_go),
        cmocka_unit_test(waiting_ends_when_something_is_notified_or_somebody_wakes_it),
        cmocka_unit_test(a_listener_whose_connection_is_ended_comes_back_by_itself),
    };
    return getenv("DAYBOOK_TEST_POOLED") ? UNIT_RUN(tests) : UNIT_RUN(of_sessions);
}
