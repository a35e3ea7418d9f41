create or replace function market.fn_record_account_trades(
    p_account_id uuid, p_instrument_id uuid, p_trade_ids bigint[], p_traded_ats timestamptz[], p_sides text[], p_prices numeric[],
    p_quantities numeric[], p_exchange_order_ids text[] default null, p_quote_quantities numeric[] default null, p_fees numeric[] default null,
    p_fee_currencies text[] default null, p_makers boolean[] default null, p_ctx jsonb default null)
returns table (idx integer, outcome text, trade_id bigint, conflict_field text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    c_trades_max constant integer := 10000;
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_count constant integer := coalesce(cardinality(p_trade_ids), 0);
    v_new bigint[];
    v_first timestamptz;
    v_last timestamptz;
begin
    perform settings.require_account(p_account_id, 'trade');
    if v_count > c_trades_max or exists (
        select
          from unnest(array[
                   coalesce(cardinality(p_traded_ats), 0), coalesce(cardinality(p_sides), 0), coalesce(cardinality(p_prices), 0),
                   coalesce(cardinality(p_quantities), 0), coalesce(cardinality(p_exchange_order_ids), v_count),
                   coalesce(cardinality(p_quote_quantities), v_count), coalesce(cardinality(p_fees), v_count),
                   coalesce(cardinality(p_fee_currencies), v_count), coalesce(cardinality(p_makers), v_count)]) as a (elements)
         where a.elements <> v_count)
    then
        raise exception 'the arrays of trades differ in length or are too long; p_trade_ids has %', v_count
            using errcode = 'TB001',
                  hint = format('Pass arrays of one length, at most %s. Those from p_exchange_order_ids on may be null as a whole.', c_trades_max);
    end if;
    if not exists (select from ref.instruments as i where i.instrument_id = p_instrument_id) then
        raise exception 'argument p_instrument_id names no instrument: %', coalesce(p_instrument_id::text, 'null')
            using errcode = 'TB002', hint = 'Register it with ref.fn_register_instrument().';
    end if;
    if v_count = 0 then
        return;
    end if;
    perform market._check_account_trade(g.idx::integer, g.trade_id, g.traded_at, g.side, g.price, g.quantity, g.quote_quantity, g.fee, g.fee_currency)
       from unnest(p_trade_ids, p_traded_ats, p_sides, p_prices, p_quantities, p_quote_quantities, p_fees, p_fee_currencies) with ordinality
            as g (trade_id, traded_at, side, price, quantity, quote_quantity, fee, fee_currency, idx);

    -- daybook-lint: allow state-change-without-event until 2028-06-30: without a new trade nothing was inserted, else the event follows
    with fresh as (
        insert into market.account_trades as t
            (account_id, instrument_id, trade_id, traded_at, exchange_order_id, side, price, quantity, quote_quantity, fee, fee_currency, is_maker, ctx)
        select p_account_id, p_instrument_id, g.trade_id, g.traded_at, g.exchange_order_id, g.side, g.price, g.quantity, g.quote_quantity, g.fee,
               g.fee_currency, g.is_maker, v_ctx
          from unnest(p_trade_ids, p_traded_ats, p_exchange_order_ids, p_sides, p_prices, p_quantities, p_quote_quantities, p_fees, p_fee_currencies,
                      p_makers) with ordinality
               as g (trade_id, traded_at, exchange_order_id, side, price, quantity, quote_quantity, fee, fee_currency, is_maker, idx)
         order by g.trade_id, g.idx
        on conflict on constraint account_trades_pkey do nothing
        returning t.trade_id, t.traded_at)
    select array_agg(f.trade_id order by f.trade_id), min(f.traded_at), max(f.traded_at) into v_new, v_first, v_last from fresh as f;
    if v_new is not null then
        perform bus.fn_emit_domain_event('market.account_trades_recorded', concat_ws('/', p_account_id, p_instrument_id),
            jsonb_build_object('account_id', p_account_id, 'instrument_id', p_instrument_id, 'recorded', cardinality(v_new),
                               'first_trade_id', v_new[1], 'last_trade_id', v_new[cardinality(v_new)],
                               'first_time', v_first, 'last_time', v_last),
            v_last, null, p_account_id, v_ctx);
    end if;

    -- The second of two equal ids in one call is a repetition of the first.
    return query
        select a.idx, case when a.conflict_field is not null then 'conflict' when a.is_new then 'created' else 'replayed' end, a.trade_id,
               a.conflict_field
          from (select g.idx::integer as idx, g.trade_id,
                       g.trade_id = any (v_new) and row_number() over (partition by g.trade_id order by g.idx) = 1 as is_new,
                       case
                           when t.traded_at <> g.traded_at then 'traded_at'
                           when t.exchange_order_id is distinct from g.exchange_order_id then 'exchange_order_id'
                           when t.side <> g.side then 'side'
                           when t.price <> g.price then 'price'
                           when t.quantity <> g.quantity then 'quantity'
                           when t.quote_quantity is distinct from g.quote_quantity then 'quote_quantity'
                           when t.fee is distinct from g.fee then 'fee'
                           when t.fee_currency is distinct from g.fee_currency then 'fee_currency'
                           when t.is_maker is distinct from g.is_maker then 'is_maker'
                       end as conflict_field
                  from unnest(p_trade_ids, p_traded_ats, p_exchange_order_ids, p_sides, p_prices, p_quantities, p_quote_quantities, p_fees,
                              p_fee_currencies, p_makers) with ordinality
                       as g (trade_id, traded_at, exchange_order_id, side, price, quantity, quote_quantity, fee, fee_currency, is_maker, idx)
                  join market.account_trades as t
                    on t.account_id = p_account_id and t.instrument_id = p_instrument_id and t.trade_id = g.trade_id) as a
         order by a.idx;
end
$$;
comment on function market.fn_record_account_trades(uuid, uuid, bigint[], timestamptz[], text[], numeric[], numeric[], text[], numeric[], numeric[], text[], boolean[], jsonb) is
    'Records up to 10,000 trades of an account in one instrument as its venue lists them; account, instrument and the venue''s number are the identity of each. It moves '
    'nothing in the book. One answer a trade with its place idx from 1: created, replayed, or conflict naming the field that differs. 42501 without the right to trade for the '
    'account, TB001 malformed, TB002 unknown instrument.';
