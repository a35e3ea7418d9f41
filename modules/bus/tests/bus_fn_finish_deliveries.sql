-- no event for bus.webhook_deliveries: what is under way is machinery
-- no event for bus.webhook_queues: how an endpoint fares is machinery
-- no event for bus.webhook_history: deliveries are machinery
-- no event for bus.consumer_cursors: how far a reader has come is no event
-- no event for bus.webhook_history_p0: deliveries are machinery
begin;
select plan(33);

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

create function pg_temp.told(p_endpoint text) returns text language sql as $$
    select concat_ws(' ', v.breaker, v.failures, v.pending, v.delivered, v.failed, v.dead, v.last_status) from bus.v_webhooks as v where v.endpoint_id = pg_temp.u(p_endpoint)
$$;
create function pg_temp.again(p_endpoint text) returns void language sql as $$
    update bus.webhook_deliveries as d set next_attempt_at = '-infinity' where d.endpoint_id = pg_temp.u(p_endpoint)
$$;
do $$
begin
    perform pg_temp.emit('a', 'b', 'c', 'a');
    perform pg_temp.dispatch();
    perform pg_temp.dispatch();
    perform pg_temp.claim('one', 9);
end
$$;
create temporary table attempt as select d.token from bus.webhook_deliveries as d, start as s where d.endpoint_id = pg_temp.u('one') and d.seq = s.seq + 1;
select is((select array_agg(f.outcome order by f.idx)
             from start as s, bus.webhook_deliveries as a, bus.webhook_deliveries as b,
                  bus.fn_finish_deliveries(array[a.endpoint_id, b.endpoint_id, a.endpoint_id], '{0,0,0}', array[a.seq, b.seq, a.seq], array[a.token, b.token, a.endpoint_id],
                                           '{200,500,500}', '{null,tap,tap}', '{null,null,null}', '{1,2,3}') as f
            where a.endpoint_id = pg_temp.u('one') and a.seq = s.seq + 1 and b.endpoint_id = a.endpoint_id and b.seq = s.seq + 2),
    '{delivered,retried,fenced}', 'several at once, and a word of an attempt that is not the latest one');
select is((select (h.outcome, h.attempts, h.took_ms, h.status, h.error)::text from bus.webhook_history as h), '(delivered,1,1,200,)', 'what is delivered is history');
select is(pg_temp.told('one'), 'closed 1 3 1 1 0 500', 'counted');
select is((select (f.outcome)::text from attempt as a, start as s, bus.fn_finish_deliveries(array[pg_temp.u('one')], '{0}', array[s.seq + 1], array[a.token], '{200}', '{null}', '{null}', '{1}') as f),
    'fenced', 'told twice it is written once');
select is((select (d.token, d.last_status, d.last_error)::text from bus.webhook_deliveries as d, start as s where d.endpoint_id = pg_temp.u('one') and d.seq = s.seq + 2), '(,500,tap)',
    'what failed says why');
select ok((select d.next_attempt_at - clock_timestamp() between interval '7 s' and interval '12.5 s' from bus.webhook_deliveries as d, start as s
            where d.endpoint_id = pg_temp.u('one') and d.seq = s.seq + 2), 'and waits for the first pause, give or take a quarter');
select is((select q.floor_seq - s.seq from bus.webhook_queues as q, start as s where q.endpoint_id = pg_temp.u('one')), 2::bigint, 'the floor is the first that is left');
select ok((select bool_and(bus._webhook_pause(5000, 4, '3 h') between interval '30 s' and interval '50 s') from generate_series(1, 100)), 'pauses double');
select ok((select bool_and(bus._webhook_pause(5000, 1000, '3 h') <= interval '3 h 45 m') from generate_series(1, 100)), 'up to a longest');

-- How long the endpoint wants to be left alone.
select is(pg_temp.finish('one', 3, 429, 3600000), 'retried', 'too many requests');
select ok((select q.shut_until - clock_timestamp() between interval '59 m' and interval '1 h' from bus.webhook_queues as q where q.endpoint_id = pg_temp.u('one')),
    'nothing is sent before');
select ok((select d.next_attempt_at - clock_timestamp() between interval '59 m' and interval '1 h' from bus.webhook_deliveries as d, start as s
            where d.endpoint_id = pg_temp.u('one') and d.seq = s.seq + 3), 'the delivery itself neither');
select is((select breaker from bus.v_webhooks where endpoint_id = pg_temp.u('one')), 'closed', 'which is not the breaker''s doing');
update bus.webhook_queues set shut_until = null where endpoint_id = pg_temp.u('one');
do $$ begin perform pg_temp.again('one'); perform pg_temp.claim('one', 9); end $$;
select is(pg_temp.finish('one', 3, 503, 99999999999), 'retried', 'busy');
select ok((select q.shut_until - clock_timestamp() between interval '5 h' and interval '6 h' from bus.webhook_queues as q where q.endpoint_id = pg_temp.u('one')),
    'for six hours at most');
update bus.webhook_queues set shut_until = null where endpoint_id = pg_temp.u('one');
select is(pg_temp.finish('one', 2, 404, 3600000), 'retried', 'any other refusal');
select is((select q.shut_until from bus.webhook_queues as q where q.endpoint_id = pg_temp.u('one')), null, 'does not say when');

-- The breaker.
select is(pg_temp.finish('one', 4, null), 'retried', 'the fifth failure in a row');
select is(pg_temp.told('one'), 'open 5 3 1 5 0', 'opens it');
select is((select (openings, probing)::text from bus.webhook_queues where endpoint_id = pg_temp.u('one')), '(1,f)', 'once');
update bus.webhook_queues set shut_until = clock_timestamp() where endpoint_id = pg_temp.u('one');
select is((select breaker from bus.v_webhooks where endpoint_id = pg_temp.u('one')), 'half_open', 'its pause is over');
do $$ begin perform pg_temp.again('one'); end $$;
create temporary table probe as select pg_temp.claim('one', 9) as claimed;
select is((select claimed from probe), '4:a:2', 'the one that failed least is tried');
select is(pg_temp.finish('one', 4, 500), 'retried', 'and fails');
select is((select (openings, probing, shut_until > clock_timestamp() + interval '14 s')::text from bus.webhook_queues where endpoint_id = pg_temp.u('one')), '(2,f,t)',
    'it opens again, for longer');

-- Gone, and given up.
update bus.webhook_queues set shut_until = clock_timestamp() where endpoint_id = pg_temp.u('one');
do $$ begin perform pg_temp.again('one'); perform pg_temp.claim('one', 9); end $$;
select is((select pg_temp.finish('one', d.seq - s.seq, 410) from bus.webhook_deliveries as d, start as s where d.endpoint_id = pg_temp.u('one') and d.token is not null), 'disabled', '410');
select is((select (v.state, v.state_reason, v.pending)::text from bus.v_webhooks as v where v.endpoint_id = pg_temp.u('one')), '(disabled,"the endpoint answered 410 Gone",3)',
    'disables the endpoint, which keeps what is its own');
select is((select e.payload ->> 'state' from bus.domain_events as e where e.event_type = 'bus.webhook_state_set'), 'disabled', 'and an event says so');
do $$ begin perform bus.fn_set_webhook_state(pg_temp.u('one'), 'enabled', 'tap'); perform pg_temp.claim('one', 9); end $$;
update bus.webhook_deliveries set first_attempt_at = clock_timestamp() - interval '3 days' where endpoint_id = pg_temp.u('one');
select is(pg_temp.finish('one', 2, 500), 'dead', 'what was tried for three days is given up');
select is((select (h.outcome, h.status, h.error)::text from bus.webhook_history as h, start as s where h.seq = s.seq + 2), '(dead,500,tap)', 'which is history');
select is((select e.payload - 'endpoint_id' - 'first_seq' - 'last_seq' from bus.domain_events as e where e.event_type = 'bus.webhook_given_up'),
    '{"error": "tap", "deliveries": 1}', 'and an event');
select is((select dead from bus.v_webhooks where endpoint_id = pg_temp.u('one')), 1::bigint, 'and counted');
select is(pg_temp.finish('one', 3, 299), 'delivered', 'any status from 200 to 299');
select is((select breaker || failures from bus.v_webhooks where endpoint_id = pg_temp.u('one')), 'closed0', 'is a success');

select * from finish();
rollback;
