-- What venues do is stated, and found for the rows it holds for.
begin;
select plan(17);

create temporary table series (instrument_id uuid);
do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    insert into series
        select r.instrument_id
          from ref.fn_register_instrument('00000000-0000-7000-8000-00000000000a', 'tap_venue', 'TBASETQUOTE', 'spot',
                                          'TBASE', 'TQUOTE') r;
end
$$;
create function pg_temp.state(p_no integer, p_name text, p_value text, p_since timestamptz default '-infinity', p_kind text default null,
                              p_stream text default null, p_source text default null, p_instrument_id uuid default null)
returns text language sql as $$
    select concat_ws(' ', s.outcome, s.conflict_field)
      from market.fn_state_convention(('00000000-0000-7000-8000-0000000001' || lpad(p_no::text, 2, '0'))::uuid, 'tap_venue', p_name, p_value,
                                      'test', p_since, p_kind, p_stream, p_source, p_instrument_id) s
$$;
create function pg_temp.lag(p_at timestamptz default '2020-01-01 00:00+00', p_source text default 'x') returns text language sql as $$
    select c.value from series s, market._convention('publication_lag', s.instrument_id, 'klines', p_source, p_at) c
$$;

select is(pg_temp.lag(), null, 'nothing is known');
select is(pg_temp.state(1, 'publication_lag', '10'), 'created', 'it is stated');
select is(pg_temp.lag(), '10', 'and found');
select is((select count(*) from bus.domain_events where event_type = 'market.convention_stated'), 1::bigint, 'one event says so');
select is(pg_temp.state(1, 'publication_lag', '10'), 'replayed', 'again changes nothing');
select is(pg_temp.state(1, 'publication_lag', '11'), 'conflict value', 'under the same identity nothing else is stated');
select is(pg_temp.state(2, 'publication_lag', '20', '2020-01-01 00:00+00'), 'created', 'since then it is another');
select is(array[pg_temp.lag('2019-12-31 23:59+00'), pg_temp.lag('2020-01-01 00:00+00')], '{10,20}', 'before and after');
select is(array[pg_temp.state(3, 'publication_lag', '30', '-infinity', null, null, 'daily'), pg_temp.lag(), pg_temp.lag(p_source => 'daily')],
          '{created,20,30}', 'what is said of a source comes before what is said of the venue, however new');
select is(array[pg_temp.state(4, 'publication_lag', '40', '-infinity', 'inverse'), pg_temp.lag()], '{created,20}', 'other kinds are others');
select is(array[pg_temp.state(5, 'publication_lag', '50', '-infinity', null, null, null, (select instrument_id from series)),
                pg_temp.lag(p_source => 'daily')], '{created,50}', 'one instrument is the most special');
select is(array[pg_temp.state(6, 'publication_lag', '60', '-infinity', null, null, null, (select instrument_id from series)),
                pg_temp.lag(p_source => 'daily')], '{created,60}', 'of two about the same the later statement counts');
select throws_ok($$select pg_temp.state(7, 'publication_lag', 'soon')$$, 'TB001', null, 'a value of another kind');
select throws_ok($$select pg_temp.state(7, 'colour', 'blue')$$, 'TB001', null, 'an unknown name');
select throws_ok($$select pg_temp.state(7, 'published', 'no', '-infinity', null, 'no_stream')$$, 'TB001', null, 'an unknown stream');
select throws_ok($$select market.fn_state_convention(util.uuid_v7(), 'no_venue', 'published', 'no', 'r')$$, 'TB002', null, 'an unknown venue');
select throws_ok($$select pg_temp.state(7, 'published', 'no', '-infinity', null, null, null, util.uuid_v7())$$, 'TB002', null, 'an unknown instrument');

select * from finish();
rollback;
