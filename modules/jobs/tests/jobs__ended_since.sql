begin;
select plan(7);

create function pg_temp.since(p_made text[], p_now timestamptz) returns text language sql as $$
    select to_char(jobs._ended_since(p_made::uuid[], p_now) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS')
$$;

-- 01900000-0000-... was made at 2024-06-10 02:35:18.4, 01900000-1000 some four seconds later.
select is(pg_temp.since('{01900000-0000-7000-8000-000000000001}', '2024-06-11 00:00+00'), '2024-06-09 02:35:18.400', 'a day before it was made');
select is(pg_temp.since('{01900000-1000-7000-8000-000000000001,01900000-0000-7000-8000-000000000001}', '2024-06-11 00:00+00'), '2024-06-09 02:35:18.400',
    'the first of many counts');
select is(pg_temp.since('{01900000-0000-7000-8000-000000000001}', '2024-06-10 00:00+00'), '2024-06-09 00:00:00.000', 'made by a clock that is ahead');
select is(jobs._ended_since('{01900000-0000-7000-8000-000000000001}', '2024-06-08 00:00+00'), '-infinity', 'and by one that cannot be believed');
select is(jobs._ended_since('{01900000-0000-4000-8000-000000000001}', '2024-06-10 00:00+00'), '-infinity', 'an id that tells nothing');
select is(jobs._ended_since('{01900000-0000-7000-8000-000000000001,01900000-0000-8000-8000-000000000001}', '2024-06-10 00:00+00'), '-infinity',
    'and one that does beside one that does not');
select is(jobs._ended_since(array[util.uuid_v7()], clock_timestamp()) between clock_timestamp() - interval '25 hours' and clock_timestamp() - interval '23 hours',
    true, 'what is made now');

select * from finish();
rollback;
