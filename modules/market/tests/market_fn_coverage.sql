-- Coverage by day and by month.
begin;
select plan(12);

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
    perform market.fn_ensure_partitions('klines', '2020-01-01', '2020-02-28');
end
$$;
create function pg_temp.coverage(p_unit text default 'day', p_from timestamptz default null, p_to timestamptz default null)
returns setof text language sql as $$
    select format('%s %s/%s -%s %s', to_char(c.unit_from at time zone 'UTC', 'MM-DD HH24:MI'), c.present, c.expected, c.missing, c.share)
      from series s, market.fn_coverage('klines', s.instrument_id, 3600, p_from, p_to, p_unit) c
     order by c.unit_from
$$;

select is_empty('select pg_temp.coverage()', 'a series without rows has no days');
insert into market.klines (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id)
    select s.instrument_id, 3600, t.at, 1, 1, 1, 1, 1, s.instrument_id
      from series s, generate_series('2020-01-30 12:00+00', '2020-02-02 05:00+00', interval '1 hour') as t(at)
     where t.at not between '2020-01-31 00:00+00' and '2020-01-31 05:00+00' and t.at <> '2020-02-01 07:00+00';
select results_eq('select pg_temp.coverage()',
    array['01-30 12:00 12/12 -0 1.000000', '01-31 00:00 18/24 -6 0.750000', '02-01 00:00 23/24 -1 0.958333', '02-02 00:00 6/6 -0 1.000000'],
    'days, the first and the last as far as they are there');
set local timezone = 'Asia/Tokyo';
select results_eq($$select pg_temp.coverage('month')$$,
    array['01-30 12:00 30/36 -6 0.833333', '02-01 00:00 29/30 -1 0.966667'], 'months, of UTC whatever the session shows');
select results_eq($$select pg_temp.coverage('day', '2020-01-29 00:00+00', '2020-01-31 12:00+00')$$,
    array['01-29 00:00 0/24 -24 0.000000', '01-30 00:00 12/24 -12 0.500000', '01-31 00:00 6/12 -6 0.500000'], 'a range counts in full');

-- Rows that are longer than a unit begin in some of them: weeks on Mondays, three days where the clock's count of them does.
create function pg_temp.long(p_interval_s integer, p_from timestamptz default null, p_to timestamptz default null) returns setof text language sql as $$
    select format('%s %s/%s', to_char(c.unit_from at time zone 'UTC', 'MM-DD'), c.present, c.expected)
      from series s, market.fn_coverage('klines', s.instrument_id, p_interval_s, p_from, p_to, 'month') c order by c.unit_from
$$;
select results_eq($$select pg_temp.long(604800, '2020-01-01 00:00+00', '2020-03-01 00:00+00')$$, array['01-01 0/4', '02-01 0/4'], 'Mondays of two months without a row');
select results_eq($$select to_char(g.gap_from at time zone 'UTC', 'Dy MM-DD') || ' ' || g.missing
                      from series s, market.fn_gaps('klines', s.instrument_id, 604800, '2020-01-01 00:00+00', '2020-03-01 00:00+00') g$$,
    array['Mon 01-06 8'], 'and all of them are missing');
select results_eq($$select pg_temp.long(259200, '2020-01-01 00:00+00', '2020-02-01 00:00+00')$$, array['01-01 0/10'], 'and of three days');
insert into market.klines (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id)
    select s.instrument_id, 604800, t.at, 1, 1, 1, 1, 1, s.instrument_id
      from series s, generate_series('2020-01-06 00:00+00', '2020-02-24 00:00+00', interval '7 days') as t(at) where t.at <> '2020-01-20 00:00+00';
select results_eq($$select pg_temp.long(604800)$$, array['01-06 3/4', '02-01 4/4', '03-01 0/0'], 'one of the first month is missing');
select results_eq($$select to_char(g.gap_from at time zone 'UTC', 'MM-DD') || ' ' || g.missing from series s, market.fn_gaps('klines', s.instrument_id, 604800) g$$,
    array['01-20 1'], 'which one');
select is_empty($$select pg_temp.coverage('day', '2020-01-31 12:00+00', '2020-01-31 12:00+00')$$, 'an empty one has no days');
select throws_ok($$select pg_temp.coverage('week')$$, 'TB001', null, 'other units are refused');
select throws_ok($$select pg_temp.coverage('day', '0001-01-01', '2020-01-01')$$, 'TB001', null, 'and what would never end');

select * from finish();
rollback;
