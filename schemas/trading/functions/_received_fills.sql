-- daybook mirror: function trading._received_fills(p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamp with time zone[], p_fee_rates numeric[], p_recorded_at timestamp with time zone, p_ctx jsonb)
-- needs: trading/tables/fills.sql

CREATE OR REPLACE FUNCTION trading._received_fills(p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamp with time zone[], p_fee_rates numeric[], p_recorded_at timestamp with time zone, p_ctx jsonb)
 RETURNS trading.fills[]
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
    v_fill record;
    v_good boolean;
    v_fills trading.fills[] := '{}';
    v_message text;
    v_hint text;
begin
    for v_fill in
        select f.*
          from unnest(p_fill_ids, p_order_ids, p_instrument_ids, p_sides, p_qtys, p_prices, p_fees, p_fee_currencies,
                      p_liquidities, p_venue_trade_ids, p_trade_discriminators, p_position_keys, p_filled_ats, p_fee_rates)
               with ordinality
               as f (fill_id, order_id, instrument_id, side, qty, price, fee, fee_currency, liquidity, venue_trade_id,
                     trade_discriminator, position_key, filled_at, fee_rate, idx)
         order by f.idx
    loop
        v_good := trading._check_fill(
            v_fill.fill_id, v_fill.order_id, v_fill.instrument_id, v_fill.side, v_fill.qty, v_fill.price,
            v_fill.fee, v_fill.fee_currency, v_fill.liquidity, v_fill.venue_trade_id,
            v_fill.trade_discriminator, v_fill.position_key, v_fill.filled_at, v_fill.fee_rate);
        v_fills := v_fills || trading._received_fill(
            p_account_id, v_fill.fill_id, v_fill.order_id, v_fill.instrument_id, v_fill.side, v_fill.qty, v_fill.price, v_fill.fee,
            v_fill.fee_currency, v_fill.fee_rate, v_fill.liquidity, v_fill.venue_trade_id, v_fill.trade_discriminator,
            v_fill.position_key, v_fill.filled_at, p_recorded_at, p_ctx);
    end loop;
    return v_fills;
exception
    when sqlstate 'TB001' then
        get stacked diagnostics v_message = message_text, v_hint = pg_exception_hint;
        raise exception 'fill % of the batch: %', v_fill.idx, v_message using errcode = 'TB001', hint = v_hint;
end
$function$;

alter function trading._received_fills(p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamp with time zone[], p_fee_rates numeric[], p_recorded_at timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading._received_fills(p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamp with time zone[], p_fee_rates numeric[], p_recorded_at timestamp with time zone, p_ctx jsonb) is 'The fills of a batch as they were received, in their order, if every one is well formed; else TB001 naming the place of the first that is not and its argument.';

revoke execute on function trading._received_fills(p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamp with time zone[], p_fee_rates numeric[], p_recorded_at timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading._received_fills(p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamp with time zone[], p_fee_rates numeric[], p_recorded_at timestamp with time zone, p_ctx jsonb) to daybook_owner;
