-- daybook mirror: function trading.fn_risk_events(p_account_id uuid, p_since timestamp with time zone, p_limit integer)

CREATE OR REPLACE FUNCTION trading.fn_risk_events(p_account_id uuid DEFAULT NULL::uuid, p_since timestamp with time zone DEFAULT NULL::timestamp with time zone, p_limit integer DEFAULT 100)
 RETURNS TABLE(account_id uuid, bot_id uuid, event_id uuid, breaker text, threshold text, threshold_value numeric, value numeric, action text, halt_id uuid, reason text, actor text, tripped_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_all constant uuid := '00000000-0000-0000-0000-000000000000';
begin
    perform trading._require_limit(p_limit);
    if p_account_id is not null then
        perform settings.require_account(p_account_id, 'read');
    end if;

    return query
        select nullif(e.account_id, c_all), e.bot_id, e.event_id, e.breaker, e.threshold, e.threshold_value, e.value, e.action, e.halt_id, e.reason, e.actor,
               e.tripped_at
          from trading.risk_events as e
         where (e.account_id in (c_all, p_account_id)
                or p_account_id is null and exists (select from trading.fn_accounts() as a where a.account_id = e.account_id))
           and (p_since is null or e.tripped_at >= p_since)
         order by e.tripped_at desc, e.event_id desc
         limit p_limit;
end
$function$;

alter function trading.fn_risk_events(p_account_id uuid, p_since timestamp with time zone, p_limit integer) owner to daybook_api;

comment on function trading.fn_risk_events(p_account_id uuid, p_since timestamp with time zone, p_limit integer) is 'Trips of circuit breakers, newest first: of all trading, and of the account given or of those that the caller may read, with their bots.';

revoke execute on function trading.fn_risk_events(p_account_id uuid, p_since timestamp with time zone, p_limit integer) from public;
grant execute on function trading.fn_risk_events(p_account_id uuid, p_since timestamp with time zone, p_limit integer) to daybook_manager;
grant execute on function trading.fn_risk_events(p_account_id uuid, p_since timestamp with time zone, p_limit integer) to daybook_owner;
grant execute on function trading.fn_risk_events(p_account_id uuid, p_since timestamp with time zone, p_limit integer) to daybook_risk;
