-- daybook mirror: function trading._venue_fill(p_account_id uuid, p_entry trading.venue_entry, p_ctx jsonb)
-- needs: trading/tables/fills.sql
-- needs: trading/types/venue_entry.sql

CREATE OR REPLACE FUNCTION trading._venue_fill(p_account_id uuid, p_entry trading.venue_entry, p_ctx jsonb)
 RETURNS trading.fills
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_order_id constant uuid := trading._venue_order_id(p_account_id, p_entry);
    v_account record;
begin
    select a.position_mode, o.position_key
      into v_account
      from trading.accounts as a
      left join trading.orders as o on o.account_id = a.account_id and o.order_id = v_order_id
     where a.account_id = p_account_id;
    if v_account.position_mode = 'hedging' and coalesce(p_entry.position_key, v_account.position_key, '') = '' then
        perform trading._refuse_order_terms(p_account_id, p_entry.instrument_id, null, p_entry.instrument_id, null);
    end if;

    return trading._received_fill(
        p_account_id,
        coalesce(p_entry.fill_id, trading._reconcile_id(
            p_account_id, p_entry.instrument_id, array['fill', p_entry.venue_trade_id, coalesce(p_entry.trade_discriminator, '')])),
        v_order_id, p_entry.instrument_id, p_entry.side, p_entry.qty, p_entry.price, p_entry.fee, p_entry.fee_currency, p_entry.fee_rate,
        p_entry.liquidity, p_entry.venue_trade_id, p_entry.trade_discriminator, coalesce(p_entry.position_key, v_account.position_key),
        p_entry.filled_at, p_entry.filled_at, p_ctx);
end
$function$;

alter function trading._venue_fill(p_account_id uuid, p_entry trading.venue_entry, p_ctx jsonb) owner to daybook_api;

comment on function trading._venue_fill(p_account_id uuid, p_entry trading.venue_entry, p_ctx jsonb) is 'The fill that an entry tells of, as trading.fn_record_fill() would receive it: of its order and position, with the venue''s identity.';

revoke execute on function trading._venue_fill(p_account_id uuid, p_entry trading.venue_entry, p_ctx jsonb) from public;
grant execute on function trading._venue_fill(p_account_id uuid, p_entry trading.venue_entry, p_ctx jsonb) to daybook_owner;
