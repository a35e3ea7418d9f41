create or replace function market.fn_account_trades(
    p_account_id uuid, p_instrument_id uuid default null, p_from timestamptz default null, p_to timestamptz default null, p_limit integer default 1000)
returns table (
    account_id uuid, instrument_id uuid, trade_id bigint, traded_at timestamptz, exchange_order_id text, side text, price numeric,
    quantity numeric, quote_quantity numeric, fee numeric, fee_currency text, is_maker boolean)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');
    if p_limit is null or p_limit not between 1 and 100000 then
        raise exception 'argument p_limit is %', coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Ask for 1 to 100000 trades.';
    end if;
    return query
        select t.account_id, t.instrument_id, t.trade_id, t.traded_at, t.exchange_order_id, t.side, t.price::numeric, t.quantity::numeric,
               t.quote_quantity::numeric, t.fee::numeric, t.fee_currency, t.is_maker
          from market.account_trades as t
         where t.account_id = p_account_id and coalesce(t.instrument_id = p_instrument_id, true)
           and t.traded_at >= coalesce(p_from, '-infinity') and t.traded_at < coalesce(p_to, 'infinity')
         order by t.traded_at desc, t.trade_id desc
         limit p_limit;
end
$$;
comment on function market.fn_account_trades(uuid, uuid, timestamptz, timestamptz, integer) is
    'Trades of an account as its venue lists them, newest first: of an instrument, from p_from on, before p_to, at most p_limit. 42501 without the right to read the account.';
