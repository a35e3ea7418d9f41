-- daybook mirror: function trading._venue_order_id(p_account_id uuid, p_entry trading.venue_entry)
-- needs: trading/types/venue_entry.sql

CREATE OR REPLACE FUNCTION trading._venue_order_id(p_account_id uuid, p_entry trading.venue_entry)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_order_id uuid;
begin
    if exists (select 1 from trading.orders as o where o.account_id = p_account_id and o.order_id = p_entry.order_id) then
        return p_entry.order_id;
    end if;
    select o.order_id into v_order_id
      from trading.orders as o
     where o.account_id = p_account_id and o.exchange_order_id = p_entry.exchange_order_id and o.instrument_id = p_entry.instrument_id
     order by o.is_open desc, o.recorded_at desc, o.order_id
     limit 1;
    return coalesce(
        v_order_id, p_entry.order_id,
        case when p_entry.exchange_order_id is not null then
            trading._reconcile_id(p_account_id, p_entry.instrument_id, array['order', p_entry.exchange_order_id]) end,
        trading._reconcile_id(
            p_account_id, p_entry.instrument_id,
            array['order of fill', coalesce(p_entry.venue_trade_id, p_entry.fill_id::text), coalesce(p_entry.trade_discriminator, '')]));
end
$function$;

alter function trading._venue_order_id(p_account_id uuid, p_entry trading.venue_entry) owner to daybook_api;

comment on function trading._venue_order_id(p_account_id uuid, p_entry trading.venue_entry) is 'The order of the book that an entry is about, by its id or by the venue''s number; else the id under which it is to be made.';

revoke execute on function trading._venue_order_id(p_account_id uuid, p_entry trading.venue_entry) from public;
grant execute on function trading._venue_order_id(p_account_id uuid, p_entry trading.venue_entry) to daybook_owner;
