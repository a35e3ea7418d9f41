begin;
select plan(21);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 0);
    perform trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(o), pg_temp.u('perp'), 'buy', 'limit', 10, 50, null, 'gtc')
       from unnest(array['o1', 'o2', 'o3', 'o4']) as o;
end
$$;

create function pg_temp.record(p_order text, p_event_id text, p_event text, p_qty numeric default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.version, r.conflict_field, r.refusal_code)
      from trading.fn_record_order_event(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u(p_event_id), p_event, null, 'why', now(), p_qty) as r
$$;
create function pg_temp.resolve(p_order text, p_event_id text, p_event text, p_reason text default 'why', p_qty numeric default null)
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.version, r.conflict_field, r.refusal_code)
      from trading.fn_resolve_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u(p_event_id), p_event, p_reason, now(), p_qty => p_qty) as r
$$;

select is(pg_temp.resolve('o1', 'd0', 'reject'), 'refused submitted 2 not_in_doubt', 'what is not in doubt is not decided');
select is(pg_temp.record('o1', 'e1', 'outcome_unknown'), 'created submitted 3', 'a timeout');
select is(pg_temp.resolve('o1', 'd0', 'reject'), 'refused submitted 2 not_in_doubt', 'a refusal stays one');
select is(pg_temp.resolve('o1', 'd1', 'reject', 'the venue never had it'), 'created rejected 4', 'an operator decides');
select is(pg_temp.resolve('o1', 'd1', 'reject', 'the venue never had it'), 'replayed rejected 4', 'once');
select is(pg_temp.resolve('o1', 'd1', 'reject', 'another reason'), 'conflict rejected 4 reason', 'the reason is part of it');
select is((select (e.decided_by = session_user, e.reason)::text from trading.order_events as e
            where e.account_id = pg_temp.u('account') and e.event_id = pg_temp.u('d1')), '(t,"the venue never had it")', 'it is signed');
select is((select string_agg(concat_ws(' ', a.action, a.outcome, a.code, a.detail ->> 'reason'), ', ' order by a.audit_id)
             from audit.audit_log as a where a.subject_id = pg_temp.u('o1')::text),
    'trading.record_order_event refused not_in_doubt, trading.resolve_order created the venue never had it', 'and audited');
select is((select e.payload ->> 'decided_by' from bus.domain_events as e
            where e.aggregate_id = pg_temp.u('o1')::text and e.event_type = 'trading.order_rejected' and e.xid = pg_current_xact_id()),
    session_user::text, 'the event says who decided');

select is(pg_temp.record('o2', 'e2', 'outcome_unknown'), 'created submitted 2', 'another timeout');
select is(pg_temp.resolve('o2', 'd2', 'acknowledge'), 'created accepted 3', 'the venue has it');
select is((select o.outcome_unknown from trading.orders as o where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u('o2')), false,
    'which ends the doubt');
select is(pg_temp.record('o2', 'd2', 'acknowledge'), 'conflict accepted 3 decided_by', 'a decision is no report');

select is(pg_temp.record('o2', 'e3', 'replace_request', 20), 'created pending_replace 4', 'a replace is asked for');
select is(pg_temp.record('o2', 'e4', 'outcome_unknown'), 'created pending_replace 5', 'and its answer is lost');
select is(pg_temp.resolve('o2', 'd3', 'cancel_reject'), 'refused pending_replace 6 illegal_transition', 'a decision keeps to the rules');
select is(pg_temp.resolve('o2', 'd4', 'replace'), 'created accepted 7', 'it is in force');
select is((select o.working_qty::numeric from trading.orders as o where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u('o2')), 20.0,
    'with what was asked for');

select throws_ok($$ select pg_temp.resolve('o3', 'd5', 'cancel_request') $$, 'TB001', null, 'a request is no decision');
select throws_ok($$ select pg_temp.resolve('o3', 'd5', 'reject', null) $$, 'TB001', null, 'a decision has a reason');
update settings.account_grants set rights = '{read,trade}' where account_id = pg_temp.u('account');
select throws_ok($$ select pg_temp.resolve('o3', 'd5', 'reject') $$, '42501', null, 'it takes the right to manage the account');

select * from finish();
rollback;
