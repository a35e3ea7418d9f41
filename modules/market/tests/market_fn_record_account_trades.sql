-- Trades of an account as its venue lists them: each once, exact, whatever pages overlap.
begin;
select plan(20);

do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    perform ref.fn_register_instrument('00000000-0000-7000-8000-00000000000a', 'tap_venue', 'TBASETQUOTE', 'spot', 'TBASE', 'TQUOTE');
end
$$;
create function pg_temp.u(p_digits text) returns uuid language sql as $$ select ('00000000-0000-7000-8000-0000000000' || p_digits)::uuid $$;
insert into settings.account_grants (account_id, role_name, rights, granted_at) values (pg_temp.u('aa'), session_user, '{read,trade}', now());

-- A page of trades that are a minute apart, the first at midnight.
create function pg_temp.page(p_ids bigint[], p_prices numeric[], p_sides text[] default null, p_fees numeric[] default null,
                             p_fee_currencies text[] default null, p_instrument text default '0a')
returns text[] language sql as $$
    select array_agg(concat_ws(' ', idx, outcome, trade_id, conflict_field) order by idx)
      from market.fn_record_account_trades(
               pg_temp.u('aa'), pg_temp.u(p_instrument), p_ids,
               array(select timestamptz '2024-01-01Z' + make_interval(mins => i::int) from unnest(p_ids) with ordinality as g (i, n) order by n),
               coalesce(p_sides, array_fill('buy'::text, array[cardinality(p_ids)])), p_prices, array_fill(0.00000001, array[cardinality(p_ids)]),
               p_fees => p_fees, p_fee_currencies => p_fee_currencies, p_ctx => '{"actor": "tap"}')
$$;

select is(pg_temp.page('{1,2,3}', '{100.10,101,102}'), '{"1 created 1","2 created 2","3 created 3"}', 'a page is recorded');
select is(pg_temp.page('{1,2,3}', '{100.1,101,102.00}'), '{"1 replayed 1","2 replayed 2","3 replayed 3"}', 'the same again is a replay');
select is(pg_temp.page('{3,4}', '{102,103}'), '{"1 replayed 3","2 created 4"}', 'pages may overlap');
select is(pg_temp.page('{2,5,5}', '{999,104,104}'), '{"1 conflict 2 price","2 created 5","3 replayed 5"}', 'each has its own answer');
select is(pg_temp.page('{2}', '{101}', '{sell}'), '{"1 conflict 2 side"}', 'another side is a conflict');
select is(pg_temp.page('{2}', '{101}', null, '{0.1}', '{TQUOTE}'), '{"1 conflict 2 fee"}', 'another fee too');
select is(pg_temp.page('{6}', '{105}', '{sell}', '{0.000000000000000001}', '{TBASE}'), '{"1 created 6"}', 'a fee comes with its currency');
select is(pg_temp.page('{}', '{}'), null, 'an empty page answers nothing');
select results_eq(
    $$select trade_id, traded_at, side, price, quantity, fee, fee_currency from market.fn_account_trades(pg_temp.u('aa'), p_limit => 2)$$,
    $$values (6::bigint, timestamptz '2024-01-01 00:06Z', 'sell'::text, 105::numeric, 0.00000001, 0.000000000000000001, 'TBASE'::text),
             (5, '2024-01-01 00:05Z', 'buy', 104, 0.00000001, null, null)$$, 'read newest first, exact');
select is((select count(*) from market.fn_account_trades(pg_temp.u('aa'), pg_temp.u('0a'), '2024-01-01 00:02Z', '2024-01-01 00:04Z')), 2::bigint, 'by time');
select is((select count(*) from market.fn_account_trades(pg_temp.u('aa'), pg_temp.u('0b'))), 0::bigint, 'by instrument');
select results_eq(
    $$select (e.payload ->> 'recorded')::int, (e.payload ->> 'first_trade_id')::int, (e.payload ->> 'last_trade_id')::int, e.account_id, e.ctx ->> 'actor'
        from bus.domain_events as e where e.xid = pg_current_xact_id() and e.event_type = 'market.account_trades_recorded' order by e.id$$,
    $$values (3, 1, 3, pg_temp.u('aa'), 'tap'::text), (1, 4, 4, pg_temp.u('aa'), 'tap'), (1, 5, 5, pg_temp.u('aa'), 'tap'), (1, 6, 6, pg_temp.u('aa'), 'tap')$$,
    'one event for what each page brought');
select throws_ok($$ select pg_temp.page('{7}', '{1,2}') $$, 'TB001', null, 'arrays are of one length');
select throws_ok($$ select pg_temp.page('{7}', '{0}') $$, 'TB001', null, 'a price is greater than zero');
select throws_ok($$ select pg_temp.page('{7}', '{1}', '{hold}') $$, 'TB001', null, 'a side is one of two');
select throws_ok($$ select pg_temp.page('{7}', '{1}', null, '{1}') $$, 'TB001', null, 'a fee has a currency');
select throws_ok($$ select pg_temp.page('{7,null}', '{1,1}') $$, 'TB001', null, 'a trade has its number');
select throws_ok($$ select pg_temp.page('{7}', '{1}', p_instrument => 'ff') $$, 'TB002', null, 'the instrument is known');
select throws_ok($$ select market.fn_account_trades(pg_temp.u('aa'), p_limit => 0) $$, 'TB001', null, 'a limit is one');
update settings.account_grants set rights = '{read}' where account_id = pg_temp.u('aa');
select throws_ok($$ select pg_temp.page('{8}', '{1}') $$, '42501', null, 'reading is not enough to record');

select * from finish();
rollback;
