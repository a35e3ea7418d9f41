-- daybook mirror: function trading._emit_fill_event(p_event trading.fill_events, p_terms trading.fills, p_position_id uuid)
-- needs: trading/tables/fill_events.sql
-- needs: trading/tables/fills.sql

CREATE OR REPLACE FUNCTION trading._emit_fill_event(p_event trading.fill_events, p_terms trading.fills, p_position_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform bus._emit_versioned(
        case p_event.kind when 'bust' then 'trading.fill_busted' else 'trading.fill_corrected' end,
        p_terms.order_id::text, p_event.order_version,
        jsonb_strip_nulls(jsonb_build_object(
            'fill_id', p_terms.fill_id, 'event_id', p_event.event_id, 'order_id', p_terms.order_id,
            'instrument_id', p_terms.instrument_id, 'order_status', p_event.order_status, 'order_cum_qty', p_event.order_cum_qty::text,
            'position_id', p_position_id, 'position_key', p_terms.position_key, 'position_version', p_event.position_version,
            'position_cycle', p_event.position_cycle, 'position_qty', p_event.position_qty::text,
            'position_avg_price', p_event.position_avg_price::text, 'position_realized', p_event.position_realized::text,
            'reason', p_event.reason)
            || case p_event.kind
                   when 'bust' then jsonb_build_object('leaves_qty', p_event.leaves_qty::text)
                   else jsonb_build_object('qty', p_terms.qty::text, 'price', p_terms.price::text, 'fee', p_terms.fee::text,
                                           'fee_currency', p_terms.fee_currency, 'fee_rate', p_terms.fee_rate::text)
               end),
        p_event.occurred_at, null, p_terms.account_id, p_event.ctx);
end
$function$;

alter function trading._emit_fill_event(p_event trading.fill_events, p_terms trading.fills, p_position_id uuid) owner to daybook_api;

comment on function trading._emit_fill_event(p_event trading.fill_events, p_terms trading.fills, p_position_id uuid) is 'Emits that a fill was busted or corrected, as the event of its order. p_terms is the fill on its effective terms; the order and the position are as the event states them.';

revoke execute on function trading._emit_fill_event(p_event trading.fill_events, p_terms trading.fills, p_position_id uuid) from public;
grant execute on function trading._emit_fill_event(p_event trading.fill_events, p_terms trading.fills, p_position_id uuid) to daybook_owner;
