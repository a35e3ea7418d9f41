-- daybook mirror: function trading.fn_thresholds(p_account_id uuid)

CREATE OR REPLACE FUNCTION trading.fn_thresholds(p_account_id uuid DEFAULT NULL::uuid)
 RETURNS TABLE(account_id uuid, bot_id uuid, name text, value numeric, unit text, version bigint, updated_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_all constant uuid := '00000000-0000-0000-0000-000000000000';
begin
    if p_account_id is not null then
        perform settings.require_account(p_account_id, 'read');
    end if;

    return query
        select nullif(c.account_id, c_all), nullif(c.bot_id, c_all), c.name, c.value, c.unit, c.version, c.updated_at
          from trading.risk_config as c
         where c.value is not null
           and (c.account_id in (c_all, p_account_id)
                or p_account_id is null and exists (select from trading.fn_accounts() as a where a.account_id = c.account_id))
         order by c.account_id, c.bot_id, c.name;
end
$function$;

alter function trading.fn_thresholds(p_account_id uuid) owner to daybook_api;

comment on function trading.fn_thresholds(p_account_id uuid) is 'The thresholds of all trading (nulls), and those of the account given or of all that the caller may read, with their bots. Which of several counts, the program says that reads them.';

revoke execute on function trading.fn_thresholds(p_account_id uuid) from public;
grant execute on function trading.fn_thresholds(p_account_id uuid) to daybook_manager;
grant execute on function trading.fn_thresholds(p_account_id uuid) to daybook_owner;
grant execute on function trading.fn_thresholds(p_account_id uuid) to daybook_risk;
