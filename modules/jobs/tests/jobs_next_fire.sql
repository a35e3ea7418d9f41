-- Moments in UTC; clocks change in Berlin on 2024-03-31 01:00 and 2024-10-27 01:00, in New York on 2024-03-10 07:00 and 2024-11-03 06:00, and on Lord Howe, by half an
-- hour, on 2024-04-06 15:00 (back) and 2024-10-05 15:30 (forward).
begin;
select plan(35);

create function pg_temp.runs(p_cron text, p_zone text, p_after timestamptz, p_count integer, p_skipped text default 'after', p_repeated text default 'once')
returns text language plpgsql as $$
declare
    v_run timestamptz := p_after;
    v_runs text;
begin
    for v_nr in 1..p_count loop
        v_run := jobs.next_fire(p_cron, p_zone, v_run, p_skipped, p_repeated);
        v_runs := concat_ws(' ', v_runs, coalesce(to_char(v_run at time zone 'UTC', 'MM-DD"T"HH24:MI'), 'never'));
    end loop;
    return v_runs;
end
$$;

select is(pg_temp.runs('*/20 * * * *', 'UTC', '2024-01-01T00:00:30Z', 4), '01-01T00:20 01-01T00:40 01-01T01:00 01-01T01:20', 'steps');
select is(pg_temp.runs('5,10-12 3 * * *', 'UTC', '2024-01-01Z', 5), '01-01T03:05 01-01T03:10 01-01T03:11 01-01T03:12 01-02T03:05', 'lists and ranges');
select is(pg_temp.runs('50/4 23 31 12 *', 'UTC', '2024-01-01Z', 3), '12-31T23:50 12-31T23:54 12-31T23:58', 'steps from a number on');
select is(pg_temp.runs('0 9 * * mon-fri', 'UTC', '2024-01-05T10:00Z', 2), '01-08T09:00 01-09T09:00', 'working days, by name');
select is(pg_temp.runs('0 0 * * 7', 'UTC', '2024-01-01Z', 2), '01-07T00:00 01-14T00:00', '7 is Sunday');
select is(pg_temp.runs('0 0 * * 0', 'UTC', '2024-01-01Z', 2), '01-07T00:00 01-14T00:00', 'and 0');
select is(pg_temp.runs('0 0 13 * fri', 'UTC', '2024-01-01Z', 4), '01-05T00:00 01-12T00:00 01-13T00:00 01-19T00:00', 'with both kinds of day, either');
select is(pg_temp.runs('0 0 1 jan,JUL *', 'UTC', '2024-01-01Z', 2), '07-01T00:00 01-01T00:00', 'months by name');
select is(jobs.next_fire('0 0 29 2 *', 'UTC', '2024-02-29Z'), '2028-02-29Z', 'the leap day');
select is(jobs.next_fire('0 0 29 2 *', 'UTC', '2096-03-01Z'), '2104-02-29Z', 'also over a century that has none');
select is(jobs.next_fire('0 0 30 2 *', 'UTC', '2024-01-01Z'), null, '30 February never is');
select is(jobs.next_fire('0 0 31 4,6,9,11 *', 'UTC', '2024-01-01Z'), null, 'nor a 31st of a short month');
select is(pg_temp.runs('0 0 31 * *', 'UTC', '2024-01-31T00:00Z', 3), '03-31T00:00 05-31T00:00 07-31T00:00', 'short months are passed over');
select is(jobs.next_fire('* * * * *', 'UTC', '2024-01-01T00:00:00Z'), '2024-01-01T00:01Z', 'after is after');
select is(jobs.next_fire('* * * * *', 'UTC', '2023-12-31T23:59:59.999999Z'), '2024-01-01T00:00Z', 'and a moment before is before');

select is(pg_temp.runs('30 2 * * *', 'Europe/Berlin', '2024-03-29T12:00Z', 4), '03-30T01:30 03-31T01:00 04-01T00:30 04-02T00:30', 'Berlin: left out, once just after');
select is(pg_temp.runs('*/15 2 * * *', 'Europe/Berlin', '2024-03-30T01:40Z', 3), '03-30T01:45 03-31T01:00 04-01T00:00', 'Berlin: a whole hour left out is one run');
select is(pg_temp.runs('30 2 * * *', 'Europe/Berlin', '2024-03-29T12:00Z', 3, 'never'), '03-30T01:30 04-01T00:30 04-02T00:30', 'Berlin: or never');
select is(pg_temp.runs('0 3 * * *', 'Europe/Berlin', '2024-03-30T12:00Z', 2), '03-31T01:00 04-01T01:00', 'Berlin: the time just after is itself');
select is(pg_temp.runs('0,30 2,3 * * *', 'Europe/Berlin', '2024-03-30T12:00Z', 3), '03-31T01:00 03-31T01:30 04-01T00:00', 'Berlin: and not run twice');
select is(pg_temp.runs('30 2 * * *', 'Europe/Berlin', '2024-10-26T12:00Z', 2), '10-27T00:30 10-28T01:30', 'Berlin: shown twice, the first time');
select is(pg_temp.runs('30 2 * * *', 'Europe/Berlin', '2024-10-26T12:00Z', 3, 'after', 'twice'), '10-27T00:30 10-27T01:30 10-28T01:30', 'Berlin: or both times');
select is(pg_temp.runs('15,45 2 * * *', 'Europe/Berlin', '2024-10-26T12:00Z', 5, 'after', 'twice'), '10-27T00:15 10-27T00:45 10-27T01:15 10-27T01:45 10-28T01:15',
    'Berlin: in the order in which they come');
select is(pg_temp.runs('30 * * * *', 'Europe/Berlin', '2024-03-30T23:00Z', 4), '03-30T23:30 03-31T00:30 03-31T01:30 03-31T02:30', 'Berlin: every hour stays every hour in spring');
select is(pg_temp.runs('30 * * * *', 'Europe/Berlin', '2024-10-26T23:00Z', 4), '10-26T23:30 10-27T00:30 10-27T01:30 10-27T02:30', 'Berlin: and in autumn');
select is(pg_temp.runs('30 2 * * *', 'America/New_York', '2024-03-09T12:00Z', 2), '03-10T07:00 03-11T06:30', 'New York: left out');
select is(pg_temp.runs('30 1 * * *', 'America/New_York', '2024-11-02T12:00Z', 2), '11-03T05:30 11-04T06:30', 'New York: shown twice');
select is(pg_temp.runs('15 2 * * *', 'Australia/Lord_Howe', '2024-10-04T20:00Z', 2), '10-05T15:30 10-06T15:15', 'Lord Howe: half an hour left out');
select is(pg_temp.runs('45 1 * * *', 'Australia/Lord_Howe', '2024-04-05T20:00Z', 3, 'after', 'twice'), '04-06T14:45 04-06T15:15 04-07T15:15', 'Lord Howe: half an hour twice');
select is(pg_temp.runs('45 1 * * *', 'Australia/Lord_Howe', '2024-04-06T14:50Z', 1), '04-07T15:15', 'Lord Howe: once means the first time');
select is(pg_temp.runs('0 12 * * *', 'Pacific/Apia', '2011-12-29T00:00Z', 3), '12-29T22:00 12-30T10:00 12-30T22:00', 'Apia: a whole day left out');

select throws_ok($$ select jobs.next_fire('60 * * * *', 'UTC', now()) $$, 'TB001', null, 'a minute that there is not');
select throws_ok($$ select jobs.next_fire('* * * *', 'UTC', now()) $$, 'TB001', null, 'four fields');
select throws_ok($$ select jobs.next_fire('*/0 * * * *', 'UTC', now()) $$, 'TB001', null, 'steps of nothing');
select throws_ok($$ select jobs.next_fire('5-1 * * * *', 'UTC', now()) $$, 'TB001', null, 'a range that runs backwards');

select * from finish();
rollback;
