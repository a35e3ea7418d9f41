-- It is an event of the order that it names, whose lock the caller holds, and not of the one that the fill is known under: two fills
-- that are sent again, each under the order of the other, would wait for each other.
create or replace function trading._keep_conflicting_fill(
    p_fill trading.fills, p_conflict_field text, p_known_fill_id uuid, p_known_order_id uuid)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_order_id uuid := p_fill.order_id;
    v_version bigint;
    v_received constant jsonb := jsonb_build_object(
        'fill_id', p_fill.fill_id, 'order_id', p_fill.order_id, 'instrument_id', p_fill.instrument_id, 'side', p_fill.side,
        'qty', p_fill.qty::text, 'price', p_fill.price::text, 'fee', p_fill.fee::text, 'fee_currency', p_fill.fee_currency,
        'fee_rate', p_fill.fee_rate::text,
        'liquidity', p_fill.liquidity, 'venue_trade_id', p_fill.venue_trade_id,
        'trade_discriminator', p_fill.trade_discriminator, 'position_key', p_fill.position_key,
        'filled_at', p_fill.filled_at);
begin
    update trading.orders as o
       set version = o.version + 1
     where o.account_id = p_fill.account_id and o.order_id = v_order_id
    returning o.version into v_version;
    if not found then
        v_order_id := p_known_order_id;
        update trading.orders as o
           set version = o.version + 1
         where o.account_id = p_fill.account_id and o.order_id = v_order_id
        returning o.version into v_version;
    end if;

    perform audit._write('trading.record_fill', 'fill', p_fill.fill_id::text, p_fill.account_id, 'conflict', p_conflict_field,
        jsonb_build_object('known_fill_id', p_known_fill_id, 'received', v_received), p_fill.ctx);
    perform bus._emit_versioned('trading.fill_conflicted', v_order_id::text, v_version,
        jsonb_strip_nulls(jsonb_build_object(
            'fill_id', p_fill.fill_id, 'order_id', v_order_id, 'conflict_field', p_conflict_field,
            'known_fill_id', p_known_fill_id, 'known_order_id', p_known_order_id, 'received', v_received)),
        p_fill.filled_at, null, p_fill.account_id, p_fill.ctx);
end
$$;

comment on function trading._keep_conflicting_fill(trading.fills, text, uuid, uuid) is
    'Keeps a fill that contradicts the book, as received, in the audit log and as an event of the order it names, or is known under if that one is not in the book: it is neither applied nor dropped.';
