-- Locks first, all of them and in their order; then the fills one by one in the order in which they were given, since a
-- position depends on it. unnest and not subscripts: a subscript into an array of text or numeric walks it from the start.
create or replace function trading.fn_record_fills(
    p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[], p_qtys numeric[],
    p_prices numeric[], p_fees numeric[], p_fee_currencies text[], p_liquidities text[], p_venue_trade_ids text[],
    p_trade_discriminators text[], p_position_keys text[], p_filled_ats timestamptz[], p_ctx jsonb default null)
returns table (idx integer, outcome text, fill_id uuid, order_status text, order_cum_qty numeric, position_id uuid,
               position_qty numeric, position_avg_price numeric, realized_pnl numeric, flags text[],
               conflict_field text, refusal_code text, refusal_detail text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    c_fills_max constant integer := 10000;
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_count constant integer := coalesce(cardinality(p_fill_ids), 0);
    v_fill record;
    v_answer trading.fill_answer;
begin
    perform settings.require_account(p_account_id, 'trade');
    if v_count > c_fills_max then
        raise exception 'argument p_fill_ids has % elements', v_count
            using errcode = 'TB001', hint = format('Record at most %s fills with one call.', c_fills_max);
    end if;
    if (v_count, v_count, v_count, v_count, v_count, v_count, v_count, v_count, v_count, v_count, v_count, v_count)
       is distinct from (
           coalesce(cardinality(p_order_ids), 0), coalesce(cardinality(p_instrument_ids), 0), coalesce(cardinality(p_sides), 0),
           coalesce(cardinality(p_qtys), 0), coalesce(cardinality(p_prices), 0), coalesce(cardinality(p_fees), v_count),
           coalesce(cardinality(p_fee_currencies), v_count), coalesce(cardinality(p_liquidities), v_count),
           coalesce(cardinality(p_venue_trade_ids), v_count), coalesce(cardinality(p_trade_discriminators), v_count),
           coalesce(cardinality(p_position_keys), v_count), coalesce(cardinality(p_filled_ats), 0))
    then
        raise exception 'the arrays of fills differ in length; p_fill_ids has %', v_count
            using errcode = 'TB001',
                  hint = 'Pass arrays of one length, with a null or an empty text where a fill has no value; fees, liquidities, trade numbers and keys may be null as a whole.';
    end if;

    perform trading._check_fills(p_fill_ids, p_order_ids, p_instrument_ids, p_sides, p_qtys, p_prices, p_fees, p_fee_currencies,
                                 p_liquidities, p_venue_trade_ids, p_trade_discriminators, p_position_keys, p_filled_ats);
    perform trading._lock_fills(p_account_id, p_fill_ids, p_order_ids, p_instrument_ids, p_sides, p_venue_trade_ids,
                                p_trade_discriminators, p_position_keys);

    for v_fill in
        select f.*
          from unnest(p_fill_ids, p_order_ids, p_instrument_ids, p_sides, p_qtys, p_prices, p_fees, p_fee_currencies,
                      p_liquidities, p_venue_trade_ids, p_trade_discriminators, p_position_keys, p_filled_ats)
               with ordinality
               as f (fill_id, order_id, instrument_id, side, qty, price, fee, fee_currency, liquidity, venue_trade_id,
                     trade_discriminator, position_key, filled_at, idx)
         order by f.idx
    loop
        v_answer := trading._apply_fill(
            p_account_id, v_fill.fill_id, v_fill.order_id, v_fill.instrument_id, v_fill.side, trim_scale(v_fill.qty),
            trim_scale(v_fill.price), trim_scale(coalesce(v_fill.fee, 0)), v_fill.fee_currency, v_fill.liquidity,
            v_fill.venue_trade_id, coalesce(v_fill.trade_discriminator, ''), coalesce(v_fill.position_key, ''),
            v_fill.filled_at, v_ctx);
        idx := v_fill.idx;
        outcome := v_answer.outcome;
        fill_id := v_answer.fill_id;
        order_status := v_answer.order_status;
        order_cum_qty := v_answer.order_cum_qty;
        position_id := v_answer.position_id;
        position_qty := v_answer.position_qty;
        position_avg_price := v_answer.position_avg_price;
        realized_pnl := v_answer.realized_pnl;
        flags := v_answer.flags;
        conflict_field := v_answer.conflict_field;
        return next;
    end loop;
end
$$;

comment on function trading.fn_record_fills(uuid, uuid[], uuid[], uuid[], text[], numeric[], numeric[], numeric[], text[], text[], text[], text[], text[], timestamptz[], jsonb) is
    'Records up to 10,000 fills of one account in one transaction, in the order given; one answer per fill with its place idx from 1. '
    'An element that is malformed raises, naming its place, and nothing of the batch is recorded. An empty batch answers nothing.';
