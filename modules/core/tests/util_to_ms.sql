begin;
select plan(9);

select is(util.to_ms('1970-01-01 00:00:00+00'), 0::bigint, 'the epoch is zero');
select is(util.to_ms('2024-02-29 12:34:56.789999+00'), 1709210096789::bigint, 'microseconds are rounded down');
select is(util.to_ms('1969-12-31 23:59:59.9995+00'), (-1)::bigint, 'down also before the epoch');
select is(util.to_ms(null), null, 'null stays null');
select is(util.from_ms(1709210096789), '2024-02-29 12:34:56.789+00'::timestamptz, 'and back');
select is(util.from_ms(-1), '1969-12-31 23:59:59.999+00'::timestamptz, 'back before the epoch');
select is_empty($$
    select ms from unnest(array[0, 1, -1, 86399999, 86400000, -86400001, 253402300799999, -62135596800000]::bigint[]) as ms
     where util.to_ms(util.from_ms(ms)) <> ms$$, 'there and back is exact from year 1 to year 9999');
set local timezone = 'America/New_York';
select is(util.to_ms(util.from_ms(1710054000000)), 1710054000000::bigint, 'in the hour of a clock change too');
select is(util.to_ms(util.from_ms(1730613600000) + interval '0'), 1730613600000::bigint, 'whatever the time zone of the session');

select * from finish();
rollback;
