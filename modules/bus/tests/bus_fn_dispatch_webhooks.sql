-- no event for bus.webhook_deliveries: what is under way is machinery
-- no event for bus.webhook_queues: how an endpoint fares is machinery
-- no event for bus.webhook_history: deliveries are machinery
-- no event for bus.consumer_cursors: how far a reader has come is no event
-- no event for bus.webhook_history_p0: deliveries are machinery
begin;
select plan(15);

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

do $$ begin perform pg_temp.emit('a', 'b', 'a'); perform bus.fn_ping_webhook(pg_temp.u('ping'), pg_temp.u('two')); perform pg_temp.sequence(); end $$;
select is((select (d.outcome, d.after_seq - s.seq, d.deliveries, d.more)::text from start as s, bus.fn_dispatch_webhooks(1, 2) as d), '(created,-1,0,t)',
    'nothing is for endpoints that are younger');
select is((select (d.outcome, d.after_seq - s.seq, d.deliveries, d.more)::text from start as s, bus.fn_dispatch_webhooks(1, 3) as d), '(created,2,4,t)', 'the next page');
select is((select (d.outcome, d.after_seq - s.seq, d.deliveries, d.more)::text from start as s, bus.fn_dispatch_webhooks(1, 1000) as d), '(created,4,3,f)', 'the rest');
select is((select (d.outcome, d.after_seq - s.seq, d.deliveries, d.more)::text from start as s, bus.fn_dispatch_webhooks(1, 1000) as d), '(replayed,4,0,f)', 'no more');
select results_eq($$select * from pg_temp.queue('one')$$, $$values (1::bigint, false), (2, false), (3, true)$$, 'events of its type; a later one of an aggregate waits');
select results_eq($$select * from pg_temp.queue('two')$$, $$values (1::bigint, false), (2, false), (3, true), (4, false)$$, 'all types, and a ping of its own');
select is((select pending from bus.v_webhooks where endpoint_id = pg_temp.u('two')), 4, 'counted');

-- What an endpoint cannot take stays in the log.
do $$ begin perform bus.fn_set_webhook_state(pg_temp.u('one'), 'paused', 'tap'); perform pg_temp.emit('c', 'a'); end $$;
update bus.webhook_queues set pending = 10000 where endpoint_id = pg_temp.u('two');
select is(pg_temp.dispatch(), 0::bigint, 'one is paused and the other''s window is full');
select results_eq($$select v.behind from bus.v_webhooks as v order by v.url$$, $$values (3::bigint), (3)$$, 'both are behind');
do $$ begin perform bus.fn_set_webhook_state(pg_temp.u('one'), 'enabled', 'tap'); perform pg_temp.sequence(); end $$;
update bus.webhook_queues set pending = 4 where endpoint_id = pg_temp.u('two');
select is((select (d.deliveries, d.more)::text from bus.fn_dispatch_webhooks(1, 2) as d), '(2,t)', 'they are brought up');
select is((select (d.deliveries, d.more)::text from bus.fn_dispatch_webhooks(1, 2) as d), '(2,f)', 'page by page');
select results_eq($$select * from pg_temp.queue('one')$$, $$values (1::bigint, false), (2, false), (3, true), (6, false), (7, true)$$, 'without a gap');
select results_eq($$select behind from bus.v_webhooks$$, $$values (0::bigint), (0)$$, 'and go on with all');
select throws_ok($$select * from bus.fn_dispatch_webhooks(2, 1)$$, 'TB006', null, 'another term');
select throws_ok($$select * from bus.fn_dispatch_webhooks(1, 0)$$, 'TB001', null, 'no places');

select * from finish();
rollback;
