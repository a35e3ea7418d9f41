-- daybook mirror: function trading.fn_record_fill(p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric, p_ctx jsonb)
-- needs: trading/types/fill_answer.sql

CREATE OR REPLACE FUNCTION trading.fn_record_fill(p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text DEFAULT ''::text, p_position_key text DEFAULT ''::text, p_filled_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_fee_rate numeric DEFAULT NULL::numeric, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS SETOF trading.fill_answer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx jsonb;
    v_fill trading.fills;
begin
    if p_ctx is not null then
        v_ctx := util.ctx(p_ctx);
    end if;
    if not settings._has_right(p_account_id, 'trade') then
        perform settings.require_account(p_account_id, 'trade');
    end if;
    if v_ctx ? 'bot' then
        v_ctx := trading._fact_ctx(p_account_id, v_ctx);
    end if;
    -- What the domains of the row say is not said twice: they are asked once, and only what fails is looked at again, to name the argument.
    begin
        if p_fill_id is not null and p_order_id is not null and p_instrument_id is not null and p_qty is not null and p_price >= 0
           and isfinite(p_filled_at) and (p_venue_trade_id <> '') is not false
           and coalesce(greatest(length(p_venue_trade_id), length(p_trade_discriminator), length(p_position_key)) <= 200, true)
        then
            v_fill := trading._received_fill(
                p_account_id, p_fill_id, p_order_id, p_instrument_id, p_side, p_qty, p_price, p_fee, p_fee_currency, p_fee_rate, p_liquidity,
                p_venue_trade_id, p_trade_discriminator, p_position_key, p_filled_at, clock_timestamp(), v_ctx);
        end if;
    exception
        when check_violation then
            v_fill := null;
    end;
    if v_fill.fill_id is null then
        assert not trading._check_fill(p_fill_id, p_order_id, p_instrument_id, p_side, p_qty, p_price, p_fee, p_fee_currency, p_liquidity,
                                       p_venue_trade_id, p_trade_discriminator, p_position_key, p_filled_at, p_fee_rate),
               'a fill is well formed for one test and not for the other';
    end if;
    if trading._enter_fills(p_account_id, p_instrument_id) then
        return next trading._apply_fill(v_fill);
    end if;
end
$function$;

alter function trading.fn_record_fill(p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_record_fill(p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric, p_ctx jsonb) is 'Records an execution: the order''s quantities and the position move in the same transaction. Late, over-, orphan and out-of-order fills are recorded and flagged. A fee is a cost when positive, a rebate when negative; without a currency it is taken in that of the position. p_fee_rate prices a third asset, in the currency of the position; without it the fee is flagged unpriced_fee. realized_pnl is the position''s, net, after this fill. The venue''s trade number is a second identity: its replay answers with the first fill id. A conflict is kept in the audit log and as an event.';

revoke execute on function trading.fn_record_fill(p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric, p_ctx jsonb) from public;
grant execute on function trading.fn_record_fill(p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_record_fill(p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric, p_ctx jsonb) to daybook_owner;
