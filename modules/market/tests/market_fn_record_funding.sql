-- A rate is recorded once for each contract and moment, exactly, and read with its names and in basis points.
begin;
select plan(13);

do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    perform ref.fn_register_instrument('00000000-0000-7000-8000-00000000000a', 'tap_venue', 'TBASETQUOTE', 'perp', 'TBASE', 'TQUOTE');
    perform ref.fn_register_instrument('00000000-0000-7000-8000-00000000000b', 'tap_venue', 'OTHERTQUOTE', 'perp', 'TBASE', 'TQUOTE');
end
$$;

create function pg_temp.record(p_digit text, p_at timestamptz, p_rate numeric, p_mark numeric, p_index numeric) returns text language sql as $$
    select concat_ws(' ', outcome, conflict_field)
      from market.fn_record_funding(('00000000-0000-7000-8000-00000000000' || p_digit)::uuid, p_at, p_rate, p_mark, p_index, '{"actor": "tap"}')
$$;

select is(pg_temp.record('a', '2024-01-01Z', 0.000125, 42000.5, 41999), 'created', 'a rate is recorded');
select is(pg_temp.record('a', '2024-01-01Z', 0.0001250, 42000.50, 41999.0), 'replayed', 'the same again is a replay');
select is(pg_temp.record('a', '2024-01-01Z', 0.0001, 42000.5, 41999), 'conflict rate', 'another rate is a conflict');
select is(pg_temp.record('a', '2024-01-01Z', 0.000125, 42001, 41999), 'conflict mark_price', 'another mark price too');
select is(pg_temp.record('a', '2024-01-01Z', 0.000125, 42000.5, 41998), 'conflict index_price', 'another index price too');
select is(pg_temp.record('b', '2024-01-01Z', -0.000000000000000001, 1, 1), 'created', 'another contract at the same moment is another rate');
select results_eq(
    $$select symbol, rate, rate_bps, mark_price, index_price from market.v_funding_snapshots_reader
       where venue = 'tap_venue' and snapshot_at = '2024-01-01Z' order by symbol$$,
    $$values ('OTHERTQUOTE'::text, -0.000000000000000001, -0.00000000000001, 1::numeric, 1::numeric),
             ('TBASETQUOTE', 0.000125, 1.25, 42000.5, 41999)$$, 'read with names, exact');
select results_eq(
    $$select e.aggregate_version::bigint, e.payload ->> 'rate', e.ctx ->> 'actor' from bus.domain_events as e
       where e.xid = pg_current_xact_id() and e.event_type = 'market.funding_recorded' order by e.id$$,
    $$values (1::bigint, '0.000125'::text, 'tap'::text), (1, '-0.000000000000000001', 'tap')$$, 'each with its event, once');
select throws_ok($$ select pg_temp.record('c', '2024-01-01Z', 0, 1, 1) $$, 'TB002', null, 'the instrument is known');
select throws_ok($$ select pg_temp.record('a', 'infinity', 0, 1, 1) $$, 'TB001', null, 'the moment is one');
select throws_ok($$ select pg_temp.record('a', '2024-01-02Z', null, 1, 1) $$, 'TB001', null, 'a rate is needed');
select throws_ok($$ select pg_temp.record('a', '2024-01-02Z', 0, 0, 1) $$, 'TB001', null, 'prices are greater than zero');
select throws_ok($$ select pg_temp.record('a', '2024-01-02Z', 'NaN', 1, 1) $$, 'TB001', null, 'a rate is a number');

select * from finish();
rollback;
