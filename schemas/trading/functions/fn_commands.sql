-- daybook mirror: function trading.fn_commands(p_account_id uuid, p_bot_id uuid, p_open boolean, p_command_id uuid, p_limit integer)

CREATE OR REPLACE FUNCTION trading.fn_commands(p_account_id uuid, p_bot_id uuid DEFAULT NULL::uuid, p_open boolean DEFAULT true, p_command_id uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 100)
 RETURNS TABLE(account_id uuid, command_id uuid, bot_id uuid, kind text, arguments jsonb, reason text, actor text, issued_at timestamp with time zone, expires_at timestamp with time zone, status text, acknowledged_at timestamp with time zone, acknowledged_by text, finished_at timestamp with time zone, finished_by text, detail text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    if p_command_id is not null then
        return query select v.* from trading.v_bot_commands as v where v.account_id = p_account_id and v.command_id = p_command_id;
    elsif p_open then
        return query
            select v.*
              from trading.bot_commands as c
              join trading.v_bot_commands as v on v.account_id = c.account_id and v.command_id = c.command_id
             where c.account_id = p_account_id and c.status in ('pending', 'acknowledged') and v.status <> 'expired'
               and coalesce(c.bot_id = p_bot_id, true)
             order by c.issued_at, c.command_id
             limit p_limit;
    else
        return query
            select v.* from trading.v_bot_commands as v
             where v.account_id = p_account_id and coalesce(v.bot_id = p_bot_id, true)
             order by v.issued_at desc, v.command_id desc
             limit p_limit;
    end if;
end
$function$;

alter function trading.fn_commands(p_account_id uuid, p_bot_id uuid, p_open boolean, p_command_id uuid, p_limit integer) owner to daybook_api;

comment on function trading.fn_commands(p_account_id uuid, p_bot_id uuid, p_open boolean, p_command_id uuid, p_limit integer) is 'Commands to a bot, or to all bots of the account: those that are pending or acknowledged, oldest first, which is what a bot and its executor have to do; all, newest first, with p_open false; or the one with p_command_id.';

revoke execute on function trading.fn_commands(p_account_id uuid, p_bot_id uuid, p_open boolean, p_command_id uuid, p_limit integer) from public;
grant execute on function trading.fn_commands(p_account_id uuid, p_bot_id uuid, p_open boolean, p_command_id uuid, p_limit integer) to daybook_bot;
grant execute on function trading.fn_commands(p_account_id uuid, p_bot_id uuid, p_open boolean, p_command_id uuid, p_limit integer) to daybook_executor;
grant execute on function trading.fn_commands(p_account_id uuid, p_bot_id uuid, p_open boolean, p_command_id uuid, p_limit integer) to daybook_manager;
grant execute on function trading.fn_commands(p_account_id uuid, p_bot_id uuid, p_open boolean, p_command_id uuid, p_limit integer) to daybook_owner;
grant execute on function trading.fn_commands(p_account_id uuid, p_bot_id uuid, p_open boolean, p_command_id uuid, p_limit integer) to daybook_risk;
