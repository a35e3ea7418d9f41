create or replace function jobs.backoff(p_attempts integer) returns interval
language sql immutable strict parallel safe
begin atomic
    select make_interval(secs => least(3600, 5 * 2.0 ^ least(p_attempts - 1, 20)));
end;

comment on function jobs.backoff(integer) is
    'How long a job waits after so many attempts that failed: 5 seconds, doubled each time, at most an hour. Up to a tenth more or less is added by chance when it is used.';
