-- daybook mirror: function jobs.backoff(p_attempts integer)

CREATE OR REPLACE FUNCTION jobs.backoff(p_attempts integer)
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
BEGIN ATOMIC
 SELECT make_interval(secs => (LEAST((3600)::numeric, ((5)::numeric * (2.0 ^ (LEAST((p_attempts - 1), 20))::numeric))))::double precision) AS make_interval;
END;

alter function jobs.backoff(p_attempts integer) owner to daybook_api;

comment on function jobs.backoff(p_attempts integer) is 'How long a job waits after so many attempts that failed: 5 seconds, doubled each time, at most an hour. Up to a tenth more or less is added by chance when it is used.';

revoke execute on function jobs.backoff(p_attempts integer) from public;
grant execute on function jobs.backoff(p_attempts integer) to daybook_owner;
grant execute on function jobs.backoff(p_attempts integer) to daybook_worker;
