-- daybook mirror: function trading._import_order(p_fill trading.fills)
-- needs: trading/tables/fills.sql

CREATE OR REPLACE FUNCTION trading._import_order(p_fill trading.fills)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    insert into trading.orders (account_id, order_id, origin, instrument_id, position_key, side, lifecycle, ctx)
    values (p_fill.account_id, p_fill.order_id, 'external', p_fill.instrument_id, p_fill.position_key, p_fill.side, 'submitted',
            p_fill.ctx)
    on conflict on constraint orders_pkey do nothing;
    if not found then
        return false;
    end if;

    perform bus._emit_versioned('trading.order_imported', p_fill.order_id::text, 1,
        jsonb_build_object(
            'order_id', p_fill.order_id, 'instrument_id', p_fill.instrument_id, 'position_key', p_fill.position_key,
            'side', p_fill.side, 'status', 'submitted', 'fill_id', p_fill.fill_id),
        p_fill.filled_at, null, p_fill.account_id, p_fill.ctx);
    return true;
end
$function$;

alter function trading._import_order(p_fill trading.fills) owner to daybook_api;

comment on function trading._import_order(p_fill trading.fills) is 'Makes an external order for a fill whose order is not in the book, unless it has just come in; says whether it did.';

revoke execute on function trading._import_order(p_fill trading.fills) from public;
grant execute on function trading._import_order(p_fill trading.fills) to daybook_owner;
