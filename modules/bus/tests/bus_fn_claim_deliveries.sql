-- no event for bus.webhook_deliveries: what is under way is machinery
-- no event for bus.webhook_queues: how an endpoint fares is machinery
-- no event for bus.webhook_history: deliveries are machinery
-- no event for bus.consumer_cursors: how far a reader has come is no event
-- no event for bus.webhook_history_p0: deliveries are machinery
begin;
select plan(19);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
-- Inside one transaction the sequencer sees nothing of it, so the places are given here.
create function pg_temp.sequence() returns void language sql as $$
    insert into bus.event_seq (log, seq, epoch, id, sequenced_at)
    select l.log, l.last_seq + row_number() over (order by d.id), l.epoch, d.id, now()
      from bus.domain_events as d cross join bus.logs as l
     where not exists (select 1 from bus.event_seq as s where s.id = d.id);
    update bus.logs set last_seq = (select max(s.seq) from bus.event_seq as s);
$$;
create function pg_temp.emit(variadic p_aggregates text[]) returns void language sql as $$
    select bus.fn_emit_domain_event('tap.done', a.name, '{}') from unnest(p_aggregates) with ordinality as a (name, idx) order by a.idx;
    select pg_temp.sequence();
$$;
do $$
begin
    perform bus.fn_declare_event_type('tap.done', 'tap', 'tap_thing', 'A thing was done.', '{}');
    perform pg_temp.emit('before');
    perform bus.fn_declare_consumer('webhooks', 'webhooks', null);
    perform pg_temp.sequence();
    perform bus.fn_attach_consumer('webhooks', pg_temp.u('holder'), 'tap');
    perform bus.fn_set_webhook(pg_temp.u('one'), 'https://example.com/1', '{tap.done}', '{tap}', null, '{"retry_first_ms": 10000}');
    perform bus.fn_set_webhook(pg_temp.u('two'), 'https://example.com/2', null, '{tap}');
    perform pg_temp.sequence();
end
$$;
create temporary table start as select last_seq as seq from bus.logs where log = 0;
create function pg_temp.dispatch(p_limit integer default 1000) returns bigint language sql as $$ select d.deliveries from bus.fn_dispatch_webhooks(1, p_limit) as d $$;
create function pg_temp.queue(p_endpoint text, out seq bigint, out waits boolean) returns setof record language sql as $$
    select d.seq - s.seq, d.waits from bus.webhook_deliveries as d, start as s where d.endpoint_id = pg_temp.u(p_endpoint) order by d.resend, d.seq
$$;
create function pg_temp.claim(p_endpoint text, p_limit integer) returns text language sql as $$
    select string_agg(concat_ws(':', c.seq - s.seq, c.aggregate_id, c.attempt), ' ' order by c.resend, c.seq)
      from start as s, bus.fn_claim_deliveries(1, array[pg_temp.u(p_endpoint)], array[p_limit]) as c
$$;
create function pg_temp.finish(p_endpoint text, p_seq bigint, p_status integer, p_after_ms bigint default null, p_resend integer default 0) returns text language sql as $$
    select f.outcome
      from start as s
     cross join bus.webhook_deliveries as d
     cross join lateral bus.fn_finish_deliveries(array[d.endpoint_id], array[d.resend], array[d.seq], array[d.token], array[p_status],
                                                 array[case when p_status between 200 and 299 then null else 'tap' end], array[p_after_ms], array[5]) as f
     where d.endpoint_id = pg_temp.u(p_endpoint) and d.seq = s.seq + p_seq and d.resend = p_resend
$$;

do $$ begin perform pg_temp.emit('a', 'b', 'a', 'c', 'a', 'd'); perform pg_temp.dispatch(); perform pg_temp.dispatch(); end $$;
select is(pg_temp.claim('one', 2), '1:a:1 2:b:1', 'in order, as many as were asked for');
select is(pg_temp.claim('one', 9), '4:c:1 6:d:1', 'none twice, and none of an aggregate that is under way');
select is(pg_temp.claim('one', 9), null, 'no more');
select is((select count(*) from bus.fn_claim_deliveries(1, array[pg_temp.u('one'), pg_temp.u('two')], array[9, 0])), 0::bigint, 'none where none was asked for');
select results_eq($$select c.url, c.secrets, c.timeout_ms, c.allow_private, c.event_type, c.aggregate_version, c.token is not null
                      from bus.fn_claim_deliveries(1, array[pg_temp.u('two')], array[1]) as c$$,
    $$values ('https://example.com/2', '{tap}'::text[], 15000, false, 'tap.done', 1::bigint, true)$$, 'with all that is needed to send it');

update bus.webhook_deliveries set leased_until = clock_timestamp() - interval '1 s' where endpoint_id = pg_temp.u('one') and seq = (select seq + 2 from start);
select is(pg_temp.claim('one', 9), '2:b:2', 'an attempt of which nothing was heard is made again');
select is(pg_temp.finish('one', 1, 200), 'delivered', 'when one is delivered');
select is(pg_temp.claim('one', 9), '3:a:1', 'the next of its aggregate is handed out');
select is(pg_temp.finish('one', 3, 500), 'retried', 'when it fails');
select is(pg_temp.claim('one', 9), null, 'neither it nor the one behind it');
update bus.webhook_deliveries set next_attempt_at = clock_timestamp() where endpoint_id = pg_temp.u('one') and seq = (select seq + 3 from start);
select is(pg_temp.claim('one', 9), '3:a:2', 'until it is due');

do $$ begin perform bus.fn_set_webhook_state(pg_temp.u('two'), 'paused', 'tap'); end $$;
select is(pg_temp.claim('two', 9), null, 'a paused endpoint gets nothing');
do $$ begin perform bus.fn_set_webhook_state(pg_temp.u('two'), 'enabled', 'tap'); end $$;
update bus.webhook_queues set openings = 1, shut_until = clock_timestamp() + interval '1 h' where endpoint_id = pg_temp.u('two');
select is(pg_temp.claim('two', 9), null, 'nor one whose breaker is open');
update bus.webhook_queues set shut_until = clock_timestamp() where endpoint_id = pg_temp.u('two');
update bus.webhook_deliveries set attempts = 1 where endpoint_id = pg_temp.u('two') and seq = (select seq + 2 from start);
select is(pg_temp.claim('two', 9), '4:c:1', 'afterwards one is tried, which has not failed yet');
select is(pg_temp.claim('two', 9), null, 'and no other');
select is((select probing from bus.webhook_queues where endpoint_id = pg_temp.u('two')), true, 'while it is on its way');
select is(pg_temp.finish('two', 4, 204), 'delivered', 'its success');
select is(pg_temp.claim('two', 9), '2:b:2 6:d:1', 'closes the breaker');
select throws_ok($$select * from bus.fn_claim_deliveries(2, '{}', '{}')$$, 'TB006', null, 'another term');

select * from finish();
rollback;
