-- daybook mirror: function trading.fn_record_fills(p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamp with time zone[], p_fee_rates numeric[], p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_record_fills(p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamp with time zone[], p_fee_rates numeric[] DEFAULT NULL::numeric[], p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(idx integer, outcome text, fill_id uuid, order_status text, order_cum_qty numeric, position_id uuid, position_qty numeric, position_avg_price numeric, realized_pnl numeric, flags text[], conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_fills_max constant integer := 10000;
    v_ctx jsonb := util.ctx(p_ctx);
    v_count constant integer := coalesce(cardinality(p_fill_ids), 0);
    v_now constant timestamptz := clock_timestamp();
    v_fills trading.fills[];
    v_answers trading.fill_answer[];
begin
    perform settings.require_account(p_account_id, 'trade');
    if v_ctx ? 'bot' then
        v_ctx := trading._fact_ctx(p_account_id, v_ctx);
    end if;
    if v_count > c_fills_max then
        raise exception 'argument p_fill_ids has % elements', v_count
            using errcode = 'TB001', hint = format('Record at most %s fills with one call.', c_fills_max);
    end if;
    if exists (
        select 1
          from unnest(array[
                   coalesce(cardinality(p_order_ids), 0), coalesce(cardinality(p_instrument_ids), 0),
                   coalesce(cardinality(p_sides), 0), coalesce(cardinality(p_qtys), 0), coalesce(cardinality(p_prices), 0),
                   coalesce(cardinality(p_fees), v_count), coalesce(cardinality(p_fee_currencies), v_count),
                   coalesce(cardinality(p_liquidities), v_count), coalesce(cardinality(p_venue_trade_ids), v_count),
                   coalesce(cardinality(p_trade_discriminators), v_count), coalesce(cardinality(p_position_keys), v_count),
                   coalesce(cardinality(p_filled_ats), 0), coalesce(cardinality(p_fee_rates), v_count)]) as a (elements)
         where a.elements <> v_count)
    then
        raise exception 'the arrays of fills differ in length; p_fill_ids has %', v_count
            using errcode = 'TB001',
                  hint = 'Pass arrays of one length. Fees, their currencies and rates, liquidities, trade numbers, discriminators and position keys '
                         'may be null as a whole.';
    end if;
    if v_count = 0 then
        return;
    end if;

    v_fills := trading._received_fills(
        p_account_id, p_fill_ids, p_order_ids, p_instrument_ids, p_sides, p_qtys, p_prices, p_fees, p_fee_currencies, p_liquidities,
        p_venue_trade_ids, p_trade_discriminators, p_position_keys, p_filled_ats, p_fee_rates, v_now, v_ctx);
    perform trading._enter_fills(p_account_id, null);
    v_answers := trading._apply_fills(p_account_id, v_fills, v_ctx);

    return query
        select a.idx::integer, a.outcome, a.fill_id, a.order_status, a.order_cum_qty, a.position_id, a.position_qty,
               a.position_avg_price, a.realized_pnl, a.flags, a.conflict_field, a.refusal_code, a.refusal_detail
          from unnest(v_answers) with ordinality
               as a (outcome, fill_id, order_status, order_cum_qty, position_id, position_qty, position_avg_price, realized_pnl,
                     flags, conflict_field, refusal_code, refusal_detail, idx)
         order by a.idx;
end
$function$;

alter function trading.fn_record_fills(p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamp with time zone[], p_fee_rates numeric[], p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_record_fills(p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamp with time zone[], p_fee_rates numeric[], p_ctx jsonb) is 'Records up to 10,000 fills of one account in one transaction, in the order given; one answer per fill with its place idx from 1. An element that is malformed raises, naming its place, and nothing of the batch is recorded. An empty batch answers nothing.';

revoke execute on function trading.fn_record_fills(p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamp with time zone[], p_fee_rates numeric[], p_ctx jsonb) from public;
grant execute on function trading.fn_record_fills(p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamp with time zone[], p_fee_rates numeric[], p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_record_fills(p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamp with time zone[], p_fee_rates numeric[], p_ctx jsonb) to daybook_owner;
