create or replace function bus._webhook_pause(p_first_ms integer, p_failures integer, p_longest interval) returns interval
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    select least(make_interval(secs => p_first_ms / 1000.0 * 2 ^ least(greatest(p_failures, 1) - 1, 30)), p_longest) * (0.75 + random() / 2)
$$;

comment on function bus._webhook_pause(integer, integer, interval) is
    'How long to wait after so many failures: the first pause, doubled with each further one up to the longest, give or take a quarter, so that those that '
    'failed together do not come back together.';
