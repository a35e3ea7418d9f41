-- daybook mirror: function trading.fn_load_state(p_account_id uuid, p_name text)

CREATE OR REPLACE FUNCTION trading.fn_load_state(p_account_id uuid, p_name text)
 RETURNS TABLE(snapshot_id uuid, as_of timestamp with time zone, state jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform settings.require_account(p_account_id, 'read');

    return query
        select s.snapshot_id, s.as_of, s.state
          from trading.state_snapshots as s
         where s.account_id = p_account_id and s.name = p_name
         order by s.as_of desc, s.recorded_at desc
         limit 1;
end
$function$;

alter function trading.fn_load_state(p_account_id uuid, p_name text) owner to daybook_api;

comment on function trading.fn_load_state(p_account_id uuid, p_name text) is 'The latest state saved under the name: the latest as_of, and of several the last one recorded. No row when there is none.';

revoke execute on function trading.fn_load_state(p_account_id uuid, p_name text) from public;
grant execute on function trading.fn_load_state(p_account_id uuid, p_name text) to daybook_bot;
grant execute on function trading.fn_load_state(p_account_id uuid, p_name text) to daybook_owner;
