create or replace function trading._performance_flow(
    p_account_id uuid, p_after timestamptz, p_until timestamptz, out amount numeric, out span numeric, out weighted numeric,
    out missing text[])
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum(f.amount * f.rate), 0), coalesce(extract(epoch from p_until - p_after), 1),
           coalesce(sum(f.amount * f.rate * case when p_after is null then 1 else extract(epoch from p_until - f.at) end), 0),
           coalesce(array_agg(distinct ('rate:' || f.currency) collate "C") filter (where f.rate is null), '{}')
      from trading._performance_amounts(p_account_id, array['flow'], p_after, p_until) as f
     where f.at > coalesce(p_after, '-infinity') and f.at <= p_until
$$;

comment on function trading._performance_flow(uuid, timestamptz, timestamptz) is
    'What came and went after a moment (null: ever) until another; how long that was, in seconds; each flow times how long it was there; and what has no rate.';
