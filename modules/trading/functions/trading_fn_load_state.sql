create or replace function trading.fn_load_state(p_account_id uuid, p_name text)
returns table (snapshot_id uuid, as_of timestamptz, state jsonb)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');

    return query
        select s.snapshot_id, s.as_of, s.state
          from trading.state_snapshots as s
         where s.account_id = p_account_id and s.name = p_name
         order by s.as_of desc, s.recorded_at desc
         limit 1;
end
$$;

comment on function trading.fn_load_state(uuid, text) is
    'The latest state saved under the name: the latest as_of, and of several the last one recorded. No row when there is none.';
