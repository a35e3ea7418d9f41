-- daybook mirror: function trading._check_venue_entry(p_section text, p_entry trading.venue_entry)
-- needs: trading/types/venue_entry.sql

CREATE OR REPLACE FUNCTION trading._check_venue_entry(p_section text, p_entry trading.venue_entry)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    -- Where an identity is derived later, any id stands for it here.
    v_any constant uuid := p_entry.instrument_id;
begin
    if p_entry.instrument_id is null and (p_section <> 'orders_queried' or p_entry.order_id is null) then
        raise exception 'names no instrument'
            using errcode = 'TB001', hint = 'Name it by instrument_id, or by symbol and kind; only a query by order_id can do without.';
    end if;
    perform trading._require_positive('avg_price', p_entry.avg_price, false);

    if p_section = 'positions' then
        perform util.require_amount('qty', p_entry.qty);
        return;
    elsif p_section = 'fills' then
        perform trading._check_fill(
            coalesce(p_entry.fill_id, v_any), coalesce(p_entry.order_id, v_any), p_entry.instrument_id, p_entry.side, p_entry.qty, p_entry.price,
            p_entry.fee, p_entry.fee_currency, p_entry.liquidity, p_entry.venue_trade_id, p_entry.trade_discriminator, p_entry.position_key,
            p_entry.filled_at, p_entry.fee_rate);
        if p_entry.fill_id is null and p_entry.venue_trade_id is null then
            raise exception 'has neither fill_id nor venue_trade_id'
                using errcode = 'TB001',
                      hint = 'A fill without an identity would be recorded again and again. Leave such fills out: the positions tell what they made.';
        end if;
        return;
    end if;

    if p_entry.order_id is null and p_entry.exchange_order_id is null then
        raise exception 'has neither order_id nor exchange_order_id' using errcode = 'TB001', hint = 'Pass the identity of the order.';
    end if;
    perform util.require_text('exchange_order_id', p_entry.exchange_order_id, 200, false);
    if util.require_amount('filled_qty', p_entry.filled_qty, false) < 0 then
        raise exception 'filled_qty is %, which is negative', p_entry.filled_qty using errcode = 'TB001', hint = 'Pass what was filled, or null.';
    end if;
    if p_section = 'orders_queried' then
        perform trading._require_choice('status', p_entry.status,
            array['open', 'triggered', 'filled', 'canceled', 'expired', 'rejected', 'not_found']);
        perform util.require_text('reason', p_entry.reason, 2000, false);
    else
        perform trading._require_positive('qty', p_entry.qty);
        perform trading._check_order(
            v_any, p_entry.side, p_entry.type, trading._require_positive('price', p_entry.price, false),
            trading._require_positive('stop_price', p_entry.stop_price, false), coalesce(p_entry.time_in_force, 'gtc'),
            coalesce(p_entry.position_key, ''), null);
    end if;
end
$function$;

alter function trading._check_venue_entry(p_section text, p_entry trading.venue_entry) owner to daybook_api;

comment on function trading._check_venue_entry(p_section text, p_entry trading.venue_entry) is 'Returns if a fill, order or position that the venue tells of is well formed, else TB001 naming what is not.';

revoke execute on function trading._check_venue_entry(p_section text, p_entry trading.venue_entry) from public;
grant execute on function trading._check_venue_entry(p_section text, p_entry trading.venue_entry) to daybook_owner;
