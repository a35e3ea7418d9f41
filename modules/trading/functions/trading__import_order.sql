-- Not on the common path. A fill that arrives before its order, or for an order that was placed elsewhere, is money that
-- moved: the order is taken into the book as far as it is known, and may be claimed by its submission later.
create or replace function trading._import_order(
    p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_position_key text, p_side text, p_fill_id uuid,
    p_occurred_at timestamptz, p_ctx jsonb)
returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into trading.orders (account_id, order_id, origin, instrument_id, position_key, side, lifecycle, ctx)
    values (p_account_id, p_order_id, 'external', p_instrument_id, p_position_key, p_side, 'submitted', p_ctx)
    on conflict on constraint orders_pkey do nothing;

    if found then
        perform bus._emit_versioned('trading.order_imported', p_order_id::text, 1,
            jsonb_build_object(
                'order_id', p_order_id, 'instrument_id', p_instrument_id, 'position_key', p_position_key, 'side', p_side,
                'fill_id', p_fill_id),
            p_occurred_at, null, p_account_id, p_ctx);
        return true;
    end if;
    return false;
end
$$;

comment on function trading._import_order(uuid, uuid, uuid, text, text, uuid, timestamptz, jsonb) is
    'Makes an external order for a fill whose order is not in the book, unless it has just come in; says whether it did.';
