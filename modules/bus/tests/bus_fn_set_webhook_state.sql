-- no event for bus.webhook_queues: a breaker is machinery
-- no event for bus.webhook_deliveries: an attempt is machinery
begin;
select plan(13);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$ begin perform bus.fn_set_webhook(pg_temp.u('one'), 'https://example.com/', null, '{tap}'); end $$;

select is((select outcome from bus.fn_set_webhook_state(pg_temp.u('one'), 'paused', 'tap')), 'created', 'paused');
select is((select outcome from bus.fn_set_webhook_state(pg_temp.u('one'), 'paused', 'once more')), 'replayed', 'once');
select is((select (state, state_reason)::text from bus.v_webhooks where endpoint_id = pg_temp.u('one')), '(paused,tap)', 'and why');
select is((select (e.aggregate_version, e.payload - 'endpoint_id')::text from bus.domain_events as e where e.event_type = 'bus.webhook_state_set'),
    '(2,"{""state"": ""paused"", ""reason"": ""tap""}")', 'an event says so');
select is((select outcome from bus.fn_set_webhook_state(pg_temp.u('one'), 'disabled', 'tap')), 'created', 'disabled');

insert into bus.webhook_deliveries (endpoint_id, resend, seq, id, aggregate, waits, attempts, first_attempt_at, next_attempt_at)
values (pg_temp.u('one'), 0, 1, 1, 1, false, 3, now() - interval '9 days', 'infinity');
update bus.webhook_queues set failures = 5, openings = 2, probing = true, shut_until = 'infinity' where endpoint_id = pg_temp.u('one');
select is((select outcome from bus.fn_set_webhook_state(pg_temp.u('one'), 'enabled', 'tap')), 'created', 'enabled');
select is((select (breaker, failures, shut_until)::text from bus.v_webhooks where endpoint_id = pg_temp.u('one')), '(closed,0,)', 'its breaker is closed');
select is((select (attempts, first_attempt_at, next_attempt_at)::text from bus.webhook_deliveries where endpoint_id = pg_temp.u('one')), '(3,,-infinity)',
    'what was tried before is tried at once, and for as long as if it were new');
select is((select state from bus.fn_set_webhook(pg_temp.u('one'), 'https://example.com/2', null, '{tap}')), 'enabled', 'a change of the rest leaves the state');

select throws_ok($$select * from bus.fn_set_webhook_state(pg_temp.u('one'), 'gone', 'tap')$$, 'TB001', null, 'an unknown state');
select throws_ok($$select * from bus.fn_set_webhook_state(pg_temp.u('one'), 'paused', ' ')$$, 'TB001', null, 'no reason');
select throws_ok($$select * from bus.fn_set_webhook_state(pg_temp.u('two'), 'paused', 'tap')$$, 'TB002', null, 'an unknown endpoint');
select throws_ok($$select * from bus.fn_set_webhook_state(null, 'paused', 'tap')$$, 'TB001', null, 'none');

select * from finish();
rollback;
