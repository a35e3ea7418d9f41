-- One statement for each way of asking, so that each has a plan, and an index, of its own.
create or replace function trading.fn_intents(
    p_account_id uuid, p_status text[] default null, p_claimed_by text default null, p_bot_id uuid default null,
    p_intent_id uuid default null, p_limit integer default 100)
returns table (account_id uuid, intent_id uuid, action text, order_id uuid, bot_id uuid, instrument_id uuid, position_key text, run_id uuid,
               side text, type text, time_in_force text, qty numeric, price numeric, stop_price numeric, reference_price numeric,
               reason text, requested_at timestamptz, expires_at timestamptz, status text, claim_id uuid, claimed_by text,
               claimed_at timestamptz, settled_at timestamptz, refusal_code text, refusal_detail text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function trading.fn_intents(uuid, text[], text, uuid, uuid, integer) is
    'The queue from bots to the executor: by status, by who claimed it, by bot, or one. With status requested or claimed the oldest come first, else the newest. An executor that '
    'comes back finds what it has still to submit with status claimed and its own name.';
