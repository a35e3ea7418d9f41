-- Where the grid of a series begins that has no row yet.
begin;
select plan(4);

select results_eq(
    $$select i.s, market._grid_origin(i.s) from unnest(array[60, 86400, 259200, 691200]) as i(s)$$,
    $$select i.s, '1970-01-01 00:00:00+00'::timestamptz from unnest(array[60, 86400, 259200, 691200]) as i(s)$$, 'with the clock''s count');
select results_eq(
    $$select to_char(market._grid_origin(i.s) at time zone 'UTC', 'Dy HH24:MI') from unnest(array[604800, 1209600]) as i(s)$$,
    $$values ('Mon 00:00'), ('Mon 00:00')$$, 'weeks on a Monday');
select is(date_bin('7 days', '2020-01-12 23:59+00', market._grid_origin(604800)), '2020-01-06 00:00+00', 'and all that follow');
set local timezone = 'Asia/Tokyo';
set local datestyle = 'German';
select is(extract(epoch from market._grid_origin(604800))::bigint, 345600::bigint, 'of UTC, whatever the session shows');

select * from finish();
rollback;
