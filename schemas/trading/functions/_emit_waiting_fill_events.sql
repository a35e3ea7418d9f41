-- daybook mirror: function trading._emit_waiting_fill_events(p_fill trading.fills, p_position_id uuid)
-- needs: trading/tables/fills.sql

CREATE OR REPLACE FUNCTION trading._emit_waiting_fill_events(p_fill trading.fills, p_position_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_terms constant trading.fills := (trading._amended_fill(p_fill)).p_fill;
    v_event trading.fill_events;
begin
    for v_event in
        select *
          from trading.fill_events as e
         where e.account_id = p_fill.account_id and e.fill_id = p_fill.fill_id and e.outcome = 'created'
         order by e.place
    loop
        v_event.order_version := p_fill.order_version + v_event.place;
        v_event.order_status := p_fill.order_status;
        v_event.order_cum_qty := p_fill.order_cum_qty;
        v_event.position_version := p_fill.position_version;
        v_event.position_cycle := p_fill.position_cycle;
        v_event.position_qty := p_fill.position_qty;
        v_event.position_avg_price := p_fill.position_avg_price;
        v_event.position_realized := p_fill.position_realized;
        perform trading._emit_fill_event(v_event, v_terms, p_position_id);
    end loop;
end
$function$;

alter function trading._emit_waiting_fill_events(p_fill trading.fills, p_position_id uuid) owner to daybook_api;

comment on function trading._emit_waiting_fill_events(p_fill trading.fills, p_position_id uuid) is 'Emits the busts and corrections that waited for a fill that this transaction has just written.';

revoke execute on function trading._emit_waiting_fill_events(p_fill trading.fills, p_position_id uuid) from public;
grant execute on function trading._emit_waiting_fill_events(p_fill trading.fills, p_position_id uuid) to daybook_owner;
