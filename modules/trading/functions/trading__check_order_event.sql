create or replace function trading._check_order_event(
    p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_qty numeric, p_price numeric,
    p_stop_price numeric)
returns void
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    v_terms constant integer := num_nonnulls(p_qty, p_price, p_stop_price);
begin
    -- The only test that a good event pays for.
    if p_order_id is not null
       and p_event_id is not null
       and p_event = any (trading._order_events())
       and coalesce(length(p_exchange_order_id) between 1 and 200, true)
       and coalesce(length(p_reason) between 1 and 2000, true)
       and (case p_event when 'replace_request' then v_terms > 0 when 'replace' then true else v_terms = 0 end)
    then
        return;
    end if;

    perform util.require_id('p_order_id', p_order_id);
    perform util.require_id('p_event_id', p_event_id);
    perform trading._require_choice('p_event', p_event, trading._order_events());
    perform util.require_text('p_exchange_order_id', p_exchange_order_id, 200, false);
    perform util.require_text('p_reason', p_reason, 2000, false);

    raise exception 'arguments p_qty, p_price and p_stop_price are %, which does not fit the event %',
            case v_terms when 0 then 'null' else 'given' end, p_event
        using errcode = 'TB001',
              hint = 'A replace_request says at least one of them, a replace may say what is in force now; pass null with other events.';
end
$$;

comment on function trading._check_order_event(uuid, uuid, text, text, text, numeric, numeric, numeric) is
    'Returns if the arguments of an order event are well formed, else TB001 naming the first that is not. Amounts were checked before.';
