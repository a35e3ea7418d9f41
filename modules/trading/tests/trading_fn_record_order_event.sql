begin;
select plan(23);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_currency('BNB', 'BNB', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('spot'), 'tap', 'BTCUSDT', 'spot', 'BTC', 'USDT', null, 0.01, 0.0001);
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform ref.fn_register_instrument(pg_temp.u('inverse'), 'tap', 'BTCUSD', 'inverse', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
end
$$;

-- The events of an aggregate: short names in order, each with its version.
create function pg_temp.events(p_aggregate_id text) returns text language sql as $$
    select string_agg(split_part(e.event_type, '.', 2) || ' ' || e.aggregate_version, ', ' order by e.id)
      from bus.domain_events as e
     where e.aggregate_id = p_aggregate_id and e.xid = pg_current_xact_id()
$$;

create function pg_temp.record(p_event_id text, p_event text, p_order text default 'o1', p_exchange text default null)
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.version, r.conflict_field, r.refusal_code)
      from trading.fn_record_order_event(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u(p_event_id), p_event, p_exchange, null, now()) as r
$$;
do $$
begin
    perform trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(o), pg_temp.u('spot'), 'buy', 'limit', 1, 100, null, null)
       from unnest(array['o1', 'o2', 'o3', 'o4']) as o;
end
$$;

select is(pg_temp.record('e1', 'outcome_unknown'), 'created submitted 2', 'a timeout is a doubt and no rejection');
select is((select o.outcome_unknown from trading.orders as o where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u('o1')), true,
    'the doubt is kept');
select is(pg_temp.record('e2', 'acknowledge', p_exchange => 'x1'), 'created accepted 3', 'the venue acknowledges');
select is((select (o.outcome_unknown, o.exchange_order_id)::text from trading.orders as o
            where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u('o1')), '(f,x1)', 'which ends the doubt');
select is(pg_temp.record('e2', 'acknowledge', p_exchange => 'x1'), 'replayed accepted 3', 'the same again is a replay');
select is(pg_temp.record('e2', 'acknowledge', p_exchange => 'x2'), 'conflict accepted 3 exchange_order_id', 'another number is a conflict');
select is(pg_temp.record('e2', 'cancel', p_exchange => 'x1'), 'conflict accepted 3 event', 'another event too');
select is(pg_temp.record('e2', 'acknowledge', 'o2', 'x1'), 'conflict accepted 3 order_id', 'another order too');
select is(pg_temp.record('e3', 'acknowledge'), 'refused accepted 4 illegal_transition', 'a second acknowledgement is refused');
select is(pg_temp.record('e3', 'acknowledge'), 'refused accepted 4 illegal_transition', 'and refused again');
select is(pg_temp.record('e4', 'cancel_request'), 'created pending_cancel 5', 'a cancel is asked for');
select is(pg_temp.record('e3', 'acknowledge'), 'refused accepted 4 illegal_transition', 'a replay answers as the first time');
select is(pg_temp.record('e5', 'cancel_reject'), 'created accepted 6', 'the venue refuses to cancel');
select is(pg_temp.record('e6', 'cancel'), 'created canceled 7', 'and cancels after all');
select is(pg_temp.record('e7', 'expire'), 'refused canceled 8 illegal_transition', 'a closed order does not expire');
select is(pg_temp.events(pg_temp.u('o1')::text),
    'order_submitted 1, order_outcome_unknown 2, order_acknowledged 3, request_refused 4, order_cancel_requested 5, '
    'order_cancel_rejected 6, order_canceled 7, request_refused 8', 'one event for each, versions without a gap');
select is((select count(*) from audit.audit_log as a where a.subject_id = pg_temp.u('o1')::text and a.code = 'illegal_transition'), 2::bigint,
    'each refusal has one audit row');

select is((select string_agg(r.outcome || ' ' || r.status, ', ' order by x.place)
             from (values (1)) as x (place), lateral trading.fn_reject_order(pg_temp.u('account'), pg_temp.u('o2'), pg_temp.u('r1'), 'no funds', now()) as r),
    'created rejected', 'fn_reject_order');
select is((select r.status from trading.fn_acknowledge_order(pg_temp.u('account'), pg_temp.u('o3'), pg_temp.u('a1'), 'x3', now()) as r), 'accepted',
    'fn_acknowledge_order');
select is((select r.status from trading.fn_request_cancel(pg_temp.u('account'), pg_temp.u('o3'), pg_temp.u('a2'), null, null) as r), 'pending_cancel',
    'fn_request_cancel');
select is((select r.status from trading.fn_cancel_order(pg_temp.u('account'), pg_temp.u('o3'), pg_temp.u('a3'), 'as asked', now()) as r), 'canceled',
    'fn_cancel_order');
select throws_ok($$ select pg_temp.record('e9', 'explode') $$, 'TB001', null, 'unknown event');
select throws_ok($$ select pg_temp.record('e9', 'cancel', 'none') $$, 'TB002', null, 'unknown order');

select * from finish();
rollback;
