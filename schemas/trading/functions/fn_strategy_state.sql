-- daybook mirror: function trading.fn_strategy_state(p_account_id uuid, p_bot_id uuid, p_name text)

CREATE OR REPLACE FUNCTION trading.fn_strategy_state(p_account_id uuid, p_bot_id uuid, p_name text DEFAULT NULL::text)
 RETURNS TABLE(name text, version bigint, state jsonb, saved_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform settings.require_account(p_account_id, 'read');

    return query
        select s.name, s.version, s.state, s.saved_at
          from trading.bot_strategy_state as s
         where s.account_id = p_account_id and s.bot_id = p_bot_id and coalesce(s.name = p_name, true)
         order by s.name;
end
$function$;

alter function trading.fn_strategy_state(p_account_id uuid, p_bot_id uuid, p_name text) owner to daybook_api;

comment on function trading.fn_strategy_state(p_account_id uuid, p_bot_id uuid, p_name text) is 'What the strategy of a bot saved last, under one name or all. No row when there is none. Tokens are not told.';

revoke execute on function trading.fn_strategy_state(p_account_id uuid, p_bot_id uuid, p_name text) from public;
grant execute on function trading.fn_strategy_state(p_account_id uuid, p_bot_id uuid, p_name text) to daybook_bot;
grant execute on function trading.fn_strategy_state(p_account_id uuid, p_bot_id uuid, p_name text) to daybook_manager;
grant execute on function trading.fn_strategy_state(p_account_id uuid, p_bot_id uuid, p_name text) to daybook_owner;
grant execute on function trading.fn_strategy_state(p_account_id uuid, p_bot_id uuid, p_name text) to daybook_risk;
