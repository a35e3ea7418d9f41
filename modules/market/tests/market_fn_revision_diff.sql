-- What a revision changed, row by row.
begin;
select plan(6);

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

-- Loads a revision of one file: a row for each minute and close.
create function pg_temp.load(p_sha text, p_closes jsonb) returns text language sql as $$
    select r.outcome || f.revision || ' ' || concat_ws(' ', r.inserted, r.duplicate, r.superseded)
      from market.fn_register_file('archive_daily', 'a.zip', sha256(p_sha::bytea), 1) f
     cross join lateral market.fn_record_rows(
               util.uuid_v7(), 'archive_daily', 'klines', (select instrument_id from series), 60, 'a.zip', sha256(p_sha::bytea), 1,
               (select jsonb_agg(jsonb_build_object('open_time', '2020-01-01 00:00:00+00'::timestamptz + make_interval(mins => c.key::integer),
                                                    'open', 1, 'high', 1, 'low', 1, 'close', c.value, 'volume', 1))
                  from jsonb_each(p_closes) as c(key, value))) r
$$;
create function pg_temp.diff(p_revision integer) returns text language sql as $$
    select string_agg(concat_ws(' ', d.change, to_char(d.row_time at time zone 'UTC', 'MI'), d.old_row ->> 'close', d.new_row ->> 'close'), ', '
                      order by d.row_time)
      from market.fn_revision_diff('archive_daily', 'a.zip', p_revision) d
$$;

select is(pg_temp.load('a', '{"0": 10, "1": 11, "2": 12, "4": 14}'), 'created1 4 0 0', 'a file');
select is(pg_temp.diff(1), 'added 00 10, added 01 11, added 02 12, added 04 14', 'adds its rows');
select is(pg_temp.load('b', '{"0": 10, "1": 99, "3": 13, "4": 14}'), 'created2 1 2 1', 'its next revision');
select is(pg_temp.diff(2), 'changed 01 11, missing 02 12, added 03 13', 'changes one, lacks one and adds one');
select is(pg_temp.load('a', '{"0": 10, "1": 11, "2": 12, "4": 14}') || ': ' || pg_temp.diff(3), 'created3 0 3 1: changed 01 99, missing 03 13',
          'going back is a revision too');
select throws_ok($$select pg_temp.diff(9)$$, 'TB002', null, 'a revision that was not registered');

select * from finish();
rollback;
