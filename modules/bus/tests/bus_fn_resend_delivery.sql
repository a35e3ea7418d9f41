-- no event for bus.webhook_deliveries: what is under way is machinery
-- no event for bus.webhook_queues: how an endpoint fares is machinery
-- no event for bus.webhook_history: deliveries are machinery
-- no event for bus.consumer_cursors: how far a reader has come is no event
-- no event for bus.webhook_history_p0: deliveries are machinery
begin;
select plan(17);

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

create function pg_temp.resend(p_name text, p_seq bigint, out outcome text, out resend integer) language sql as $$
    select r.* from start as s, bus.fn_resend_delivery(pg_temp.u(p_name), pg_temp.u('one'), s.seq + p_seq) as r
$$;
do $$
begin
    perform pg_temp.emit('a', 'a', 'b');
    perform pg_temp.dispatch();
    perform pg_temp.dispatch();
    perform pg_temp.claim('one', 9);
    perform pg_temp.finish('one', 1, 200);
    perform pg_temp.finish('one', 3, 500);
end
$$;
select is(pg_temp.resend('first', 1)::text, '(created,1)', 'what was delivered is sent once more');
select is(pg_temp.resend('first', 1)::text, '(replayed,1)', 'once');
select is((select pending from bus.v_webhooks where endpoint_id = pg_temp.u('one')), 3, 'counted');
select is((select e.payload - 'endpoint_id' - 'seq' from bus.domain_events as e where e.event_type = 'bus.webhook_resent'), '{"resend": 1}', 'an event says so');
select is(pg_temp.claim('one', 9), '2:a:1 1:a:1', 'at once, whatever else is under way');
select is(pg_temp.finish('one', 1, 200, p_resend => 1), 'delivered', 'it is delivered');
select is(pg_temp.resend('first', 1)::text, '(replayed,1)', 'that is remembered');
select is(pg_temp.resend('second', 1)::text, '(created,2)', 'and once more');
select is(pg_temp.claim('one', 9), '1:a:1', 'by another identity');
select is(pg_temp.resend('third', 3)::text, '(created,0)', 'what waits for its next attempt');
select is(pg_temp.claim('one', 9), '3:b:2', 'does not wait any longer');
select is(pg_temp.resend('fourth', 0)::text, '(created,1)', 'an event that was not for the endpoint');
select is((select c.event_type from bus.fn_claim_deliveries(1, array[pg_temp.u('one')], array[1]) as c), 'bus.webhook_set', 'is sent too');
select results_eq($$select v.seq - s.seq, v.resend, v.state from bus.v_webhook_deliveries as v, start as s where v.endpoint_id = pg_temp.u('one') order by 1, 2$$,
    $$values (0::bigint, 1, 'pending'), (1, 0, 'delivered'), (1, 1, 'delivered'), (1, 2, 'pending'), (2, 0, 'pending'), (3, 0, 'pending')$$, 'all of them are listed');
select throws_ok($$select * from pg_temp.resend('x', 1000)$$, 'TB002', null, 'a place without an event');
select throws_ok($$select * from bus.fn_resend_delivery(null, pg_temp.u('one'), 1)$$, 'TB001', null, 'no identity');
select throws_ok($$select * from bus.fn_resend_delivery(pg_temp.u('x'), pg_temp.u('three'), 1)$$, 'TB002', null, 'no endpoint');

select * from finish();
rollback;
