-- daybook mirror: function trading._check_fill(p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric)

CREATE OR REPLACE FUNCTION trading._check_fill(p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
    if trading._is_fill(p_fill_id, p_order_id, p_instrument_id, p_side, p_qty, p_price, p_fee, p_liquidity, p_venue_trade_id,
                        p_trade_discriminator, p_position_key, p_filled_at, p_fee_rate)
    then
        return true;
    end if;

    perform util.require_id('p_fill_id', p_fill_id);
    perform util.require_id('p_order_id', p_order_id);
    perform util.require_id('p_instrument_id', p_instrument_id);
    perform trading._require_choice('p_side', p_side, array['buy', 'sell']);
    perform trading._require_positive('p_qty', p_qty);
    perform util.require_amount('p_price', p_price);
    perform util.require_amount('p_fee', p_fee, false);
    perform trading._require_positive('p_fee_rate', p_fee_rate, false);
    if p_liquidity is not null then
        perform trading._require_choice('p_liquidity', p_liquidity, array['maker', 'taker']);
    end if;
    perform util.require_text('p_venue_trade_id', p_venue_trade_id, 200, false);
    if length(p_trade_discriminator) > 200 then
        perform util.require_text('p_trade_discriminator', p_trade_discriminator);
    end if;
    if length(p_position_key) > 200 then
        perform util.require_text('p_position_key', p_position_key);
    end if;
    if p_price < 0 then
        raise exception 'argument p_price is %, which is negative', p_price
            using errcode = 'TB001', hint = 'Pass the price at which it traded; the direction is said by the side.';
    end if;

    raise exception 'argument p_filled_at is %', coalesce(p_filled_at::text, 'null')
        using errcode = 'TB001', hint = 'Pass the time of the trade as the venue states it.';
end
$function$;

alter function trading._check_fill(p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric) owner to daybook_api;

comment on function trading._check_fill(p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric) is 'Returns true if the arguments of a fill are well formed, else TB001 naming the first that is not.';

revoke execute on function trading._check_fill(p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric) from public;
grant execute on function trading._check_fill(p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric) to daybook_owner;
