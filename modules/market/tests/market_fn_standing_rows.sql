-- What stands is shown to the sender of an open batch, who leaves out what is the same and says so when closing.
begin;
select plan(19);

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

create function pg_temp.at(p_second integer) returns timestamptz language sql as
    $$select timestamptz '2020-01-31 23:59:00+00' + make_interval(secs => p_second)$$;

create function pg_temp.id(p_number integer) returns uuid language sql as
    $$select format('00000000-0000-7000-8000-%s', lpad(p_number::text, 12, '0'))::uuid$$;

create function pg_temp.open(p_batch integer, p_first integer, p_last integer) returns text language sql as $$
    select b.target
      from market.fn_open_batch(pg_temp.id(p_batch), 'tap', 'trades', (select instrument_id from series), null,
                                format('%s.csv', case when p_batch = 3 then '15' else p_batch::text end), sha256(p_batch::text::bytea), 1, pg_temp.at(p_first), pg_temp.at(p_last), true) b
$$;

create function pg_temp.send(p_target text, p_batch integer, p_ids integer[], p_seconds integer[], p_price double precision)
returns void language plpgsql as $$
begin
    execute format(
        'insert into %s (instrument_id, trade_id, trade_time, price, quantity, batch_id %s)
           select i.instrument_id, r.id, pg_temp.at(r.second), $4, 1, $1 %s
             from series i, unnest($2, $3) with ordinality as r(id, second, line)',
        p_target, case when p_target = 'market.trades' then '' else ', line' end,
        case when p_target = 'market.trades' then '' else ', r.line' end)
      using pg_temp.id(p_batch), p_ids, p_seconds, p_price;
end
$$;

create function pg_temp.close(p_batch integer, p_rows bigint, p_first integer[] default null, p_last integer[] default null,
                              p_equal bigint[] default null) returns text language sql as $$
    select format('in=%s ins=%s dup=%s sup=%s %s..%s', c.rows_in, c.inserted, c.duplicate, c.superseded,
                  to_char(c.first_time at time zone 'UTC', 'MI:SS'), to_char(c.last_time at time zone 'UTC', 'MI:SS'))
      from market.fn_close_batch(pg_temp.id(p_batch), p_rows, '{}', '{}', '{}', '{}',
                                 p_equal_first => (select array_agg(pg_temp.at(e.at) order by e.place)
                                                     from unnest(p_first) with ordinality as e(at, place)),
                                 p_equal_last => (select array_agg(pg_temp.at(e.at) order by e.place)
                                                    from unnest(p_last) with ordinality as e(at, place)),
                                 p_equal_rows => p_equal) c
$$;

create function pg_temp.standing(p_batch integer, p_from integer, p_to integer) returns text language plpgsql as $$
begin
    return (select string_agg(r.trade_id || '@' || extract(epoch from r.trade_time - pg_temp.at(0))::integer, ' ')
              from market.fn_standing_rows(null::pg_temp.market_stage, pg_temp.id(p_batch), pg_temp.at(p_from), pg_temp.at(p_to)) r);
end
$$;

-- no event for ingest.batches: a batch is told when it is closed
-- no event for market.trades: a batch is told when it is closed

select is(pg_temp.open(1, 0, 120), 'market.trades', 'nothing stands: straight into the table');
select pg_temp.send('market.trades', 1, '{1,2,3,4,5,6}', '{0,10,10,50,61,120}', 1);
select is(pg_temp.close(1, 6), 'in=6 ins=6 dup=0 sup=0 59:00..01:00', 'over two months');

select is(pg_temp.open(2, 0, 200), 'pg_temp.market_stage', 'where rows stand a batch is merged');
select is(pg_temp.standing(2, 0, 200), '1@0 2@10 3@10 4@50 5@61 6@120', 'they are shown in the order of time and key, over both months');
select is(pg_temp.standing(2, 10, 61), '2@10 3@10 4@50', 'from the first time to before the last');
select is(pg_temp.standing(2, 50, 50), null, 'nothing of no time');
select throws_ok('select pg_temp.standing(2, 50, 49)', 'TB001', null, 'not backwards');
select throws_ok('select pg_temp.standing(1, 0, 200)', 'TB004', null, 'not for a batch that is closed');
select throws_ok('select pg_temp.close(2, 6, ''{0}'', ''{120}'', ''{5}'')', 'TB004', null, 'a range holds as many rows as is said');
select throws_ok('select pg_temp.close(2, 6, ''{0,10}'', ''{10,120}'', ''{3,3}'')', 'TB001', null, 'ranges do not touch');
select throws_ok('select pg_temp.close(2, 6, ''{0}'', ''{120}'', ''{3,3}'')', 'TB001', null, 'as many of each');
select throws_ok('select pg_temp.close(2, 6, ''{0,120}'', ''{120,null}'', ''{3,3}'')', 'TB001', null, 'and none is missing');
select throws_ok('select pg_temp.close(2, 9, ''{0,61}'', ''{10,120}'', ''{3,2}'')', 'TB004', null, 'all rows are accounted for');
select pg_temp.send('pg_temp.market_stage', 2, '{4,7}', '{50,200}', 2);
select is(pg_temp.close(2, 7, '{0,61}', '{10,120}', '{3,2}'), 'in=7 ins=1 dup=5 sup=1 59:00..02:20',
          'what was left out is duplicate, beside what was sent');
select is((select string_agg(t.trade_id || ':' || t.price, ' ' order by t.trade_id) from market.trades t join series using (instrument_id)),
          '1:1 2:1 3:1 4:2 5:1 6:1 7:2', 'only what was sent is written');
select is((select string_agg(format('%s..%s', extract(epoch from c.first_time - pg_temp.at(0))::integer,
                                    extract(epoch from c.last_time - pg_temp.at(0))::integer), ' ' order by c.first_time)
             from ingest.confirmations c where c.confirmed_by = pg_temp.id(2)), '0..10 61..120', 'the better batch said the same there');

select is(pg_temp.open(3, 0, 120), 'pg_temp.market_stage', 'a third batch, by its name between the two');
select pg_temp.send('pg_temp.market_stage', 3, '{2,6}', '{10,120}', 3);
select is(pg_temp.close(3, 2), 'in=2 ins=0 dup=0 sup=2 59:10..01:00', 'says something else of what the second confirmed');
select is((select string_agg(t.trade_id || ':' || t.price, ' ' order by t.trade_id) from market.trades t join series using (instrument_id)),
          '1:1 2:1 3:1 4:2 5:1 6:1 7:2', 'and loses');

select * from finish();
rollback;
