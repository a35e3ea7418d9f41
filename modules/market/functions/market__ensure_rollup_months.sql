-- Runs as the owner of the partitioned table, who alone may make partitions of it.
create or replace function market._ensure_rollup_months(p_from timestamptz, p_to timestamptz)
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform market._make_months('klines_rollup', p_from, p_to);
end
$$;
comment on function market._ensure_rollup_months(timestamptz, timestamptz) is
    'Makes the monthly partitions of market.klines_rollup that are missing from p_from to p_to.';
