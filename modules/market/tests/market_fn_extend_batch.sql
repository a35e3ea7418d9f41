-- A batch that goes on beyond what was announced: in the table while it can, in the stage from where it cannot.
begin;
select plan(18);

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

create function pg_temp.minute(p_minute integer) returns timestamptz language sql as
    $$select timestamptz '2020-01-31 23:00:00+00' + make_interval(mins => p_minute)$$;

create function pg_temp.id(p_number integer) returns uuid language sql as
    $$select format('00000000-0000-7000-8000-%s', lpad(p_number::text, 12, '0'))::uuid$$;

create function pg_temp.open(p_batch integer, p_first integer, p_last integer) returns text language sql as $$
    select b.target
      from market.fn_open_batch(pg_temp.id(p_batch), 'tap', 'klines', (select instrument_id from series), 60, 'tap.csv',
                                sha256(p_batch::text::bytea), 1, pg_temp.minute(p_first), pg_temp.minute(p_last), true) b
$$;

create function pg_temp.extend(p_batch integer, p_first integer, p_last integer, p_ordered boolean) returns text language sql as $$
    select b.target
      from market.fn_extend_batch(pg_temp.id(p_batch), pg_temp.minute(p_first), pg_temp.minute(p_last), p_ordered) b
$$;

create function pg_temp.send(p_target text, p_batch integer, p_minutes integer[], p_close double precision) returns void
language plpgsql as $$
begin
    execute format(
        'insert into %s (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id %s)
           select i.instrument_id, 60, pg_temp.minute(r.minute), $3, $3, $3, $3, 1, $1 %s
             from series i, unnest($2) with ordinality as r(minute, line)',
        p_target, case when p_target = 'market.klines' then '' else ', line' end,
        case when p_target = 'market.klines' then '' else ', r.line + (select count(*) from pg_temp.market_stage)' end)
      using pg_temp.id(p_batch), p_minutes, p_close;
end
$$;

create function pg_temp.close(p_batch integer, p_rows bigint) returns text language sql as $$
    select format('%s in=%s ins=%s dup=%s sup=%s rej=%s %s..%s', c.outcome, c.rows_in, c.inserted, c.duplicate, c.superseded, c.rejected,
                  to_char(c.first_time at time zone 'UTC', 'MM-DD HH24:MI'), to_char(c.last_time at time zone 'UTC', 'MM-DD HH24:MI'))
      from market.fn_close_batch(pg_temp.id(p_batch), p_rows, '{}', '{}', '{}', '{}') c
$$;

-- no event for ingest.batches: a batch is told when it is closed
-- no event for market.klines: a batch is told when it is closed

-- As announced, then into the next month, which gets its partition.
select is(pg_temp.open(1, 0, 10), 'market.klines', 'nothing stands there: straight into the table');
select pg_temp.send('market.klines', 1, '{0,1,2}', 1);
select is(pg_temp.extend(1, 60, 90, true), 'market.klines', 'nor farther on: still straight into the table');
select pg_temp.send('market.klines', 1, '{60,61}', 1);
select is(pg_temp.close(1, 5), 'created in=5 ins=5 dup=0 sup=0 rej=0 01-31 23:00..02-01 00:01', 'all of it is counted');

-- Straight in until it meets what stands there: from there on merged, and counted as one.
select is(pg_temp.open(2, 10, 20), 'market.klines', 'between what is known: straight in');
select pg_temp.send('market.klines', 2, '{10,11}', 2);
select is(pg_temp.extend(2, 59, 70, true), 'pg_temp.market_stage', 'where rows stand: into the stage');
select pg_temp.send('pg_temp.market_stage', 2, '{59,60,61}', 1);
select is(pg_temp.extend(2, 50, 100, true), 'pg_temp.market_stage', 'once in the stage, in the stage');
select pg_temp.send('pg_temp.market_stage', 2, '{61,100}', 2);
select is(pg_temp.close(2, 7), 'created in=7 ins=4 dup=1 sup=2 rej=0 01-31 23:10..02-01 00:40', 'both ways add up');
select is((select count(*) from market.klines k join series using (instrument_id) where k.batch_id = pg_temp.id(2)), 5::bigint,
          'what it brought, and what it replaced, is its own');

-- A row that is not in its place, of the batch itself: the last one wins, as in one stage.
select is(pg_temp.open(3, 200, 210), 'market.klines', 'a third begins straight in');
select pg_temp.send('market.klines', 3, '{200,201}', 1);
select is(pg_temp.extend(3, 200, 210, false), 'pg_temp.market_stage', 'what does not stand behind what was sent is merged');
select pg_temp.send('pg_temp.market_stage', 3, '{201,200,199}', 3);
select throws_ok('select pg_temp.close(3, 5)', 'TB004', null, 'not before what was announced');
select is(pg_temp.extend(3, 199, 210, false), 'pg_temp.market_stage', 'it may begin earlier');
select is(pg_temp.close(3, 5), 'created in=5 ins=3 dup=0 sup=2 rej=0 02-01 02:19..02-01 02:21', 'the later lines stand');
select is((select string_agg(k.close::text, ' ' order by k.open_time) from market.klines k where k.batch_id = pg_temp.id(3)), '3 3 3',
          'with their values');
select is((select count(*) from market.superseded s where s.superseded_by = pg_temp.id(3)), 2::bigint, 'the others are kept');

select is((select outcome from market.fn_extend_batch(pg_temp.id(3), pg_temp.minute(300), pg_temp.minute(310), true)), 'replayed',
          'a closed batch does not go on');
select throws_ok('select pg_temp.extend(9, 300, 310, true)', 'TB004', null, 'nor one that was never opened');
select throws_ok('select pg_temp.extend(4, 310, 300, true)', 'TB001', null, 'a range has its ends in order');

select * from finish();
rollback;
