create or replace function trading.fn_fills(
    p_account_id uuid, p_instrument_id uuid default null, p_from timestamptz default null, p_to timestamptz default null,
    p_limit integer default 100)
returns table (account_id uuid, fill_id uuid, order_id uuid, instrument_id uuid, venue text, symbol text, kind text,
               position_key text, side text, qty numeric, price numeric, value numeric, fee numeric, fee_currency text,
               fee_rate numeric, liquidity text, venue_trade_id text, realized_gross numeric, realized_net numeric,
               position_cycle bigint, flags text[], amended boolean, filled_at timestamptz, recorded_at timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    return query
        select t.account_id, t.fill_id, t.order_id, t.instrument_id, t.venue, t.symbol, t.kind, t.position_key, t.side::text, t.qty,
               t.price, trim_scale(t.value), t.fee, t.fee_currency, t.fee_rate, t.liquidity::text, t.venue_trade_id, t.realized_gross,
               t.realized_net, t.position_cycle, t.flags::text[], t.amended, t.filled_at, t.recorded_at
          from trading.trades as t
         where t.account_id = p_account_id
           and (p_instrument_id is null or t.instrument_id = p_instrument_id)
           and t.filled_at >= coalesce(p_from, '-infinity')
           and t.filled_at < coalesce(p_to, 'infinity')
         order by t.filled_at desc, t.fill_id desc
         limit p_limit;
end
$$;

comment on function trading.fn_fills(uuid, uuid, timestamptz, timestamptz, integer) is
    'The fills of an account that count, on the terms and with the results they have now, newest first: from p_from on, before p_to, at most p_limit. '
    'amended says that a correction changed a fill; busted ones are left out.';
