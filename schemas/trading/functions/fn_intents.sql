-- daybook mirror: function trading.fn_intents(p_account_id uuid, p_status text[], p_claimed_by text, p_bot_id uuid, p_intent_id uuid, p_limit integer)

CREATE OR REPLACE FUNCTION trading.fn_intents(p_account_id uuid, p_status text[] DEFAULT NULL::text[], p_claimed_by text DEFAULT NULL::text, p_bot_id uuid DEFAULT NULL::uuid, p_intent_id uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 100)
 RETURNS TABLE(account_id uuid, intent_id uuid, action text, order_id uuid, bot_id uuid, instrument_id uuid, position_key text, run_id uuid, side text, type text, time_in_force text, qty numeric, price numeric, stop_price numeric, reference_price numeric, reason text, requested_at timestamp with time zone, expires_at timestamp with time zone, status text, claim_id uuid, claimed_by text, claimed_at timestamp with time zone, settled_at timestamp with time zone, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_open constant text[] := array['requested', 'claimed'];
    c_statuses constant text[] := c_open || array['done', 'refused', 'expired', 'declined'];
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);
    if not p_status <@ c_statuses then
        raise exception 'argument p_status is %, which names an unknown status', p_status
            using errcode = 'TB001', hint = format('Statuses are %s.', array_to_string(c_statuses, ', '));
    end if;

    if p_intent_id is not null then
        return query
            select v.* from trading.v_order_intents as v
             where v.account_id = p_account_id and v.intent_id = p_intent_id
               and coalesce(v.status = any (p_status), true) and coalesce(v.claimed_by = p_claimed_by, p_claimed_by is null)
               and coalesce(v.bot_id = p_bot_id, p_bot_id is null);
    elsif p_status <@ c_open then
        return query
            select v.* from trading.v_order_intents as v
             where v.account_id = p_account_id and v.settled_at is null
               and v.status = any (p_status) and coalesce(v.claimed_by = p_claimed_by, p_claimed_by is null)
               and coalesce(v.bot_id = p_bot_id, p_bot_id is null)
             order by v.requested_at, v.intent_id
             limit p_limit;
    else
        return query
            select v.* from trading.v_order_intents as v
             where v.account_id = p_account_id
               and coalesce(v.status = any (p_status), true) and coalesce(v.claimed_by = p_claimed_by, p_claimed_by is null)
               and coalesce(v.bot_id = p_bot_id, p_bot_id is null)
             order by v.requested_at desc, v.intent_id desc
             limit p_limit;
    end if;
end
$function$;

alter function trading.fn_intents(p_account_id uuid, p_status text[], p_claimed_by text, p_bot_id uuid, p_intent_id uuid, p_limit integer) owner to daybook_api;

comment on function trading.fn_intents(p_account_id uuid, p_status text[], p_claimed_by text, p_bot_id uuid, p_intent_id uuid, p_limit integer) is 'The queue from bots to the executor: by status, by who claimed it, by bot, or one. With status requested or claimed the oldest come first, else the newest. An executor that comes back finds what it has still to submit with status claimed and its own name.';

revoke execute on function trading.fn_intents(p_account_id uuid, p_status text[], p_claimed_by text, p_bot_id uuid, p_intent_id uuid, p_limit integer) from public;
grant execute on function trading.fn_intents(p_account_id uuid, p_status text[], p_claimed_by text, p_bot_id uuid, p_intent_id uuid, p_limit integer) to daybook_bot;
grant execute on function trading.fn_intents(p_account_id uuid, p_status text[], p_claimed_by text, p_bot_id uuid, p_intent_id uuid, p_limit integer) to daybook_executor;
grant execute on function trading.fn_intents(p_account_id uuid, p_status text[], p_claimed_by text, p_bot_id uuid, p_intent_id uuid, p_limit integer) to daybook_manager;
grant execute on function trading.fn_intents(p_account_id uuid, p_status text[], p_claimed_by text, p_bot_id uuid, p_intent_id uuid, p_limit integer) to daybook_owner;
grant execute on function trading.fn_intents(p_account_id uuid, p_status text[], p_claimed_by text, p_bot_id uuid, p_intent_id uuid, p_limit integer) to daybook_risk;
