-- A bot's subscriptions: made, ended, made again, seen by those who may, and added up for those who keep streams current.
begin;
select plan(22);

do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    perform ref.fn_register_instrument('00000000-0000-7000-8000-00000000000a', 'tap_venue', 'TBASETQUOTE', 'spot', 'TBASE', 'TQUOTE');
    perform ref.fn_register_instrument('00000000-0000-7000-8000-00000000000b', 'tap_venue', 'OTHERTQUOTE', 'spot', 'TBASE', 'TQUOTE');
end
$$;
insert into settings.account_grants (account_id, role_name, rights, granted_at)
    values ('00000000-0000-7000-8000-0000000000aa', session_user, '{read,trade}', now());

create function pg_temp.u(p_digits text) returns uuid language sql as $$ select ('00000000-0000-7000-8000-0000000000' || p_digits)::uuid $$;
create function pg_temp.call(p_what text, p_bot text, p_instrument text, p_stream text default 'klines') returns text language plpgsql as $$
declare
    v_answer text;
begin
    execute format('select concat_ws('' '', outcome, version) from market.fn_%s($1, $2, $3, $4, ''{"actor": "tap"}'')', p_what)
       into v_answer using pg_temp.u('aa'), pg_temp.u(p_bot), pg_temp.u(p_instrument), p_stream;
    return v_answer;
end
$$;
create function pg_temp.wanted() returns text[] language sql as $$
    select array_agg(format('%s %s %s', symbol, stream, bots) order by symbol, stream) from market.v_wanted_streams where venue = 'tap_venue'
$$;

select is(pg_temp.call('unsubscribe', '01', '0a'), 'replayed', 'ending what never was changes nothing');
select is(pg_temp.call('subscribe', '01', '0a'), 'created 1', 'a bot subscribes');
select is(pg_temp.call('subscribe', '01', '0a'), 'replayed 1', 'once');
select is(pg_temp.call('subscribe', '02', '0a'), 'created 1', 'another bot too');
select is(pg_temp.call('subscribe', '01', '0b', 'agg_trades'), 'created 1', 'and another stream of another instrument');
select is(pg_temp.wanted(), '{"OTHERTQUOTE agg_trades 1","TBASETQUOTE klines 2"}', 'what is wanted is added up');
select is(pg_temp.call('unsubscribe', '01', '0a'), 'created 2', 'a subscription is ended');
select is(pg_temp.call('unsubscribe', '01', '0a'), 'replayed 2', 'once');
select is(pg_temp.wanted(), '{"OTHERTQUOTE agg_trades 1","TBASETQUOTE klines 1"}', 'and no longer wanted by that bot');
select is(pg_temp.call('subscribe', '01', '0a'), 'created 3', 'it can be made again');
select results_eq(
    $$select bot_id, instrument_id, stream, version from market.fn_subscriptions(pg_temp.u('aa'))$$,
    $$values (pg_temp.u('01'), pg_temp.u('0a'), 'klines'::text, 3::bigint), (pg_temp.u('01'), pg_temp.u('0b'), 'agg_trades', 1),
             (pg_temp.u('02'), pg_temp.u('0a'), 'klines', 1)$$, 'the account sees its own');
select is((select count(*) from market.fn_subscriptions(pg_temp.u('aa'), pg_temp.u('02'))), 1::bigint, 'or those of one bot');
select results_eq(
    $$select e.aggregate_version::bigint, (e.payload ->> 'active')::boolean, e.ctx ->> 'actor' from bus.domain_events as e
       where e.xid = pg_current_xact_id() and e.event_type = 'market.subscription_changed' and e.payload ->> 'bot_id' = pg_temp.u('01')::text
         and e.payload ->> 'stream' = 'klines' order by e.id$$,
    $$values (1::bigint, true, 'tap'::text), (2, false, 'tap'), (3, true, 'tap')$$, 'every change with its event');
select throws_ok($$ select pg_temp.call('subscribe', '01', 'ff') $$, 'TB002', null, 'the instrument is known');
select throws_ok($$ select pg_temp.call('subscribe', null, '0a') $$, 'TB001', null, 'the bot is named');
select throws_ok($$ select pg_temp.call('subscribe', '01', '0a', '') $$, 'TB001', null, 'the stream too');
select throws_ok($$ select pg_temp.call('subscribe', '01', '0a', 'nothing') $$, 'TB002', null, 'and known');
select throws_ok($$ select pg_temp.call('subscribe', '01', '0a', 'listings') $$, 'TB002', null, 'and one that speaks of a single instrument');

update settings.account_grants set rights = '{read}' where account_id = pg_temp.u('aa');
select throws_ok($$ select pg_temp.call('subscribe', '01', '0a') $$, '42501', null, 'reading is not enough to subscribe');
select throws_ok($$ select pg_temp.call('unsubscribe', '01', '0a') $$, '42501', null, 'nor to end it');
update settings.account_grants set rights = '{}' where account_id = pg_temp.u('aa');
select throws_ok($$ select market.fn_subscriptions(pg_temp.u('aa')) $$, '42501', null, 'without rights nothing is seen');
select throws_ok($$ select market.fn_account_trades(pg_temp.u('aa')) $$, '42501', null, 'of its trades neither');

select * from finish();
rollback;
