-- Months are made once, with the bounds of UTC wherever the session is.
begin;
select plan(11);

set local timezone = 'America/New_York';
set local datestyle = 'German';
-- Months that no other test and no real data has.
select is(market.fn_ensure_partitions('klines', '2009-03-31 23:59:59+00', '2009-06-01 00:00:00+00'), 4,
          'every month that the range touches is made');
select is(market.fn_ensure_partitions('klines', '2009-03-31 23:59:59+00', '2009-06-01 00:00:00+00'), 0, 'and only once');
select is(market.fn_ensure_partitions('klines', '2009-05-01 00:00:00+00', '2009-07-01 00:00:00+00'), 1, 'what is missing is added');
set local timezone = 'UTC';
set local datestyle = 'ISO';
select is(pg_get_expr(c.relpartbound, c.oid), $$FOR VALUES FROM ('2009-04-01 00:00:00+00') TO ('2009-05-01 00:00:00+00')$$,
          'a month begins and ends at midnight of UTC')
  from pg_class c where c.oid = 'market.klines_200904'::regclass;
select col_is_pk('market', 'klines_200904', array['instrument_id', 'interval_s', 'open_time'], 'a month has the key of the series');
select is((select count(*) from pg_inherits h join pg_index i on i.indexrelid = h.inhrelid
            where i.indrelid = 'market.klines_200904'::regclass), 1::bigint, 'which is part of the key of the whole');
select is(obj_description('market.klines_200904'::regclass), 'Rows of market.klines of 2009-04 (UTC).', 'and says what it is');
select is(market.fn_ensure_partitions('klines', '2009-04-10 00:00:00+00', '2009-04-10 00:00:00+00'), 0, 'a moment is a range');

select throws_ok($$select market.fn_ensure_partitions('klines', '2008-12-31 23:59:59+00', '2009-01-01 00:00:00+00')$$, 'TB001', null,
                 'too old a time');
select throws_ok($$select market.fn_ensure_partitions('klines', now(), now() + interval '40 days')$$, 'TB001', null,
                 'too new a time');
select throws_ok($$select market.fn_ensure_partitions('klines', now(), null)$$, 'TB001', null, 'half a range');

select * from finish();
rollback;
