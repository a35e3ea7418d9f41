-- daybook mirror: function trading._reconcile_fills(p_account_id uuid, p_entries trading.venue_entry[], p_ctx jsonb)
-- needs: trading/types/reconcile_step.sql
-- needs: trading/types/venue_entry.sql

CREATE OR REPLACE FUNCTION trading._reconcile_fills(p_account_id uuid, p_entries trading.venue_entry[], p_ctx jsonb)
 RETURNS SETOF trading.reconcile_step
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_entry trading.venue_entry;
    v_order trading.orders;
    v_fill trading.fills;
    v_known trading.fills;
    v_terms record;
    v_busted boolean;
    v_field text;
    v_step trading.reconcile_step;
begin
    foreach v_entry in array coalesce(p_entries, '{}') loop
        v_order := null;
        v_busted := false;
        v_fill := trading._venue_fill(p_account_id, v_entry, p_ctx);
        select * into v_order from trading.orders as o where o.account_id = p_account_id and o.order_id = v_fill.order_id;
        select * into v_known from trading.fills as f where f.account_id = p_account_id and f.fill_id = v_fill.fill_id;
        if not found then
            select * into v_known
              from trading.fills as f
             where f.account_id = p_account_id and f.instrument_id = v_fill.instrument_id and f.venue_trade_id = v_fill.venue_trade_id
               and f.trade_discriminator = v_fill.trade_discriminator;
        end if;
        if found then
            v_terms := trading._amended_fill(v_known);
            v_known := v_terms.p_fill;
            v_busted := v_terms.busted;
        end if;

        v_step := null;
        v_step.kind := 'fill';
        v_step.subject := coalesce(v_fill.venue_trade_id, v_fill.fill_id::text);
        v_step.ref_id := coalesce(v_known.fill_id, v_fill.fill_id);
        v_field := case
            when v_known.fill_id is null and v_order.order_id is not null then case
                when v_order.instrument_id <> v_fill.instrument_id then 'order.instrument_id'
                when v_order.side <> v_fill.side then 'order.side'
                when v_order.position_key <> v_fill.position_key then 'order.position_key' end
            when v_busted then 'busted'
            when v_known.side <> v_fill.side then 'side'
            when v_known.qty <> v_fill.qty then 'qty'
            when v_known.price <> v_fill.price then 'price'
            when v_known.fee <> v_fill.fee then 'fee'
        end;
        v_step.venue_value := format('%s %s @ %s', v_fill.side, v_fill.qty, v_fill.price);
        if v_field is not null then
            v_step.field := v_field;
            v_step.book_value := case when v_known.fill_id is null then format('order %s', v_order.order_id)
                                      else format('%s %s @ %s', v_known.side, v_known.qty, v_known.price) end;
            v_step.result := 'needs_decision';
            v_step.detail := case v_field when 'busted' then 'the book has a bust of a fill that the venue lists'
                                          else 'the venue contradicts the book: correct or bust the fill' end;
            return next v_step;
        elsif v_known.fill_id is null then
            v_step.field := 'row';
            v_step.action := 'record_fill';
            v_step.args := jsonb_build_object('fill', to_jsonb(v_fill));
            return next v_step;
        end if;
    end loop;
end
$function$;

alter function trading._reconcile_fills(p_account_id uuid, p_entries trading.venue_entry[], p_ctx jsonb) owner to daybook_api;

comment on function trading._reconcile_fills(p_account_id uuid, p_entries trading.venue_entry[], p_ctx jsonb) is 'The fills of the venue that the book does not have, and those on which they differ.';

revoke execute on function trading._reconcile_fills(p_account_id uuid, p_entries trading.venue_entry[], p_ctx jsonb) from public;
grant execute on function trading._reconcile_fills(p_account_id uuid, p_entries trading.venue_entry[], p_ctx jsonb) to daybook_owner;
