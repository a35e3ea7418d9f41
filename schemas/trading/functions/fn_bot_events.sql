-- daybook mirror: function trading.fn_bot_events(p_account_id uuid, p_bot_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer)

CREATE OR REPLACE FUNCTION trading.fn_bot_events(p_account_id uuid, p_bot_id uuid DEFAULT NULL::uuid, p_from timestamp with time zone DEFAULT NULL::timestamp with time zone, p_to timestamp with time zone DEFAULT NULL::timestamp with time zone, p_limit integer DEFAULT 100)
 RETURNS TABLE(account_id uuid, event_id uuid, bot_id uuid, kind text, level text, message text, data jsonb, occurred_at timestamp with time zone, recorded_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    if p_bot_id is null then
        return query
            select e.account_id, e.event_id, e.bot_id, e.kind, e.level, e.message, e.data, e.occurred_at, e.recorded_at
              from trading.bot_events as e
             where e.account_id = p_account_id
               and e.occurred_at >= coalesce(p_from, '-infinity') and e.occurred_at < coalesce(p_to, 'infinity')
             order by e.occurred_at desc, e.event_id desc
             limit p_limit;
    else
        return query
            select e.account_id, e.event_id, e.bot_id, e.kind, e.level, e.message, e.data, e.occurred_at, e.recorded_at
              from trading.bot_events as e
             where e.account_id = p_account_id and e.bot_id = p_bot_id
               and e.occurred_at >= coalesce(p_from, '-infinity') and e.occurred_at < coalesce(p_to, 'infinity')
             order by e.occurred_at desc, e.event_id desc
             limit p_limit;
    end if;
end
$function$;

alter function trading.fn_bot_events(p_account_id uuid, p_bot_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) owner to daybook_api;

comment on function trading.fn_bot_events(p_account_id uuid, p_bot_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) is 'What happened to the bots and executors of an account, or to one bot, newest first: from p_from on, before p_to, at most p_limit.';

revoke execute on function trading.fn_bot_events(p_account_id uuid, p_bot_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) from public;
grant execute on function trading.fn_bot_events(p_account_id uuid, p_bot_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_bot;
grant execute on function trading.fn_bot_events(p_account_id uuid, p_bot_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_executor;
grant execute on function trading.fn_bot_events(p_account_id uuid, p_bot_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_manager;
grant execute on function trading.fn_bot_events(p_account_id uuid, p_bot_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_owner;
grant execute on function trading.fn_bot_events(p_account_id uuid, p_bot_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_risk;
