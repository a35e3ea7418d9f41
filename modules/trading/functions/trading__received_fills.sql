-- Set-based, because a loop over fourteen arrays is dear. A fill that is not well formed is null at first: only it is checked again, by the
-- function that says what is wrong.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._received_fills(
    p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[],
    p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[],
    p_position_keys text[], p_filled_ats timestamptz[],
    p_fee_rates numeric[], p_recorded_at timestamptz, p_ctx jsonb)
returns trading.fills[]
language plpgsql stable
as $$
declare
    v_place integer;
    v_good boolean;
    v_fills constant trading.fills[] := array(
        select case when trading._is_fill(f.fill_id, f.order_id, f.instrument_id, f.side, f.qty, f.price, f.fee, f.liquidity, f.venue_trade_id,
                                          f.trade_discriminator, f.position_key, f.filled_at, f.fee_rate)
               then trading._received_fill(p_account_id, f.fill_id, f.order_id, f.instrument_id, f.side, f.qty, f.price, f.fee, f.fee_currency,
                                           f.fee_rate, f.liquidity, f.venue_trade_id, f.trade_discriminator, f.position_key, f.filled_at,
                                           p_recorded_at, p_ctx) end
          from unnest(p_fill_ids, p_order_ids, p_instrument_ids, p_sides, p_qtys, p_prices, p_fees, p_fee_currencies, p_liquidities,
                      p_venue_trade_ids, p_trade_discriminators, p_position_keys, p_filled_ats, p_fee_rates)
               as f (fill_id, order_id, instrument_id, side, qty, price, fee, fee_currency, liquidity, venue_trade_id, trade_discriminator,
                     position_key, filled_at, fee_rate));
    v_message text;
    v_hint text;
begin
    v_place := array_position(v_fills, null);
    if v_place is not null then
        v_good := trading._check_fill(
            p_fill_ids[v_place], p_order_ids[v_place], p_instrument_ids[v_place], p_sides[v_place], p_qtys[v_place], p_prices[v_place],
            p_fees[v_place], p_fee_currencies[v_place], p_liquidities[v_place], p_venue_trade_ids[v_place], p_trade_discriminators[v_place],
            p_position_keys[v_place], p_filled_ats[v_place], p_fee_rates[v_place]);
        assert not v_good, 'a fill is well formed for one function and not for the other';
    end if;
    return v_fills;
exception
    when sqlstate 'TB001' then
        get stacked diagnostics v_message = message_text, v_hint = pg_exception_hint;
        raise exception 'fill % of the batch: %', v_place, v_message using errcode = 'TB001', hint = v_hint;
end
$$;

comment on function trading._received_fills(uuid, uuid[], uuid[], uuid[], text[], numeric[], numeric[], numeric[], text[], text[], text[], text[], text[], timestamptz[], numeric[], timestamptz, jsonb) is
    'The fills of a batch as they were received, in their order, if every one is well formed; else TB001 naming the place of the first that is not and its argument.';
