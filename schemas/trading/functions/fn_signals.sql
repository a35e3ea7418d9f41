-- daybook mirror: function trading.fn_signals(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer)

CREATE OR REPLACE FUNCTION trading.fn_signals(p_account_id uuid, p_bot_id uuid DEFAULT NULL::uuid, p_instrument_id uuid DEFAULT NULL::uuid, p_from timestamp with time zone DEFAULT NULL::timestamp with time zone, p_to timestamp with time zone DEFAULT NULL::timestamp with time zone, p_limit integer DEFAULT 100)
 RETURNS TABLE(account_id uuid, signal_id uuid, bot_id uuid, run_id uuid, instrument_id uuid, name text, direction text, strength numeric, price numeric, valid_until timestamp with time zone, data jsonb, occurred_at timestamp with time zone, recorded_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    if p_bot_id is null then
        return query
            select s.account_id, s.signal_id, s.bot_id, s.run_id, s.instrument_id, s.name, s.direction, s.strength::numeric, s.price::numeric,
                   s.valid_until, s.data, s.occurred_at, s.recorded_at
              from trading.signals as s
             where s.account_id = p_account_id and coalesce(s.instrument_id = p_instrument_id, true)
               and s.occurred_at >= coalesce(p_from, '-infinity') and s.occurred_at < coalesce(p_to, 'infinity')
             order by s.occurred_at desc, s.signal_id desc
             limit p_limit;
    else
        return query
            select s.account_id, s.signal_id, s.bot_id, s.run_id, s.instrument_id, s.name, s.direction, s.strength::numeric, s.price::numeric,
                   s.valid_until, s.data, s.occurred_at, s.recorded_at
              from trading.signals as s
             where s.account_id = p_account_id and s.bot_id = p_bot_id and coalesce(s.instrument_id = p_instrument_id, true)
               and s.occurred_at >= coalesce(p_from, '-infinity') and s.occurred_at < coalesce(p_to, 'infinity')
             order by s.occurred_at desc, s.signal_id desc
             limit p_limit;
    end if;
end
$function$;

alter function trading.fn_signals(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) owner to daybook_api;

comment on function trading.fn_signals(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) is 'What strategies of an account, or of one bot, saw, newest first: of an instrument, from p_from on, before p_to, at most p_limit.';

revoke execute on function trading.fn_signals(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) from public;
grant execute on function trading.fn_signals(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_bot;
grant execute on function trading.fn_signals(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_manager;
grant execute on function trading.fn_signals(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_owner;
grant execute on function trading.fn_signals(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_risk;
