create or replace function trading._reconcile_fills(p_account_id uuid, p_entries trading.venue_entry[], p_ctx jsonb)
returns setof trading.reconcile_step
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_entry trading.venue_entry;
    v_order trading.orders;
    v_fill trading.fills;
    v_known trading.fill_terms;
    v_field text;
    v_step trading.reconcile_step;
begin
    foreach v_entry in array coalesce(p_entries, '{}') loop
        v_order := null;
        v_known := null;
        v_fill := trading._venue_fill(p_account_id, v_entry, p_ctx);
        select * into v_order from trading.orders as o where o.account_id = p_account_id and o.order_id = v_fill.order_id;
        select * into v_known
          from trading.fill_terms as t
         where t.account_id = p_account_id
           and (t.fill_id = v_fill.fill_id
                or t.instrument_id = v_fill.instrument_id and t.venue_trade_id = v_fill.venue_trade_id
                   and t.trade_discriminator = v_fill.trade_discriminator)
         order by t.fill_id <> v_fill.fill_id
         limit 1;

        v_step := null;
        v_step.kind := 'fill';
        v_step.subject := coalesce(v_fill.venue_trade_id, v_fill.fill_id::text);
        v_step.ref_id := coalesce(v_known.fill_id, v_fill.fill_id);
        v_field := case
            when v_known.fill_id is null and v_order.order_id is not null then case
                when v_order.instrument_id <> v_fill.instrument_id then 'order.instrument_id'
                when v_order.side <> v_fill.side then 'order.side'
                when v_order.position_key <> v_fill.position_key then 'order.position_key' end
            when v_known.busted then 'busted'
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
$$;

comment on function trading._reconcile_fills(uuid, trading.venue_entry[], jsonb) is
    'The fills of the venue that the book does not have, and those on which they differ.';
