create or replace function trading.fn_positions(p_account_id uuid, p_open_only boolean default true)
returns table (account_id uuid, position_id uuid, instrument_id uuid, venue text, symbol text, kind text, position_key text,
               qty numeric, avg_price numeric, open_cost numeric, realized_gross numeric, fees numeric,
               funding numeric, realized_pnl numeric, currency text, multiplier numeric, cycle bigint, version bigint,
               opened_at timestamptz, last_fill_at timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');

    return query
        select p.account_id, p.position_id, p.instrument_id, i.venue, i.symbol, p.kind::text, p.position_key, p.signed_qty,
               p.avg_price, p.open_cost, p.realized_gross, p.fees, p.funding, trim_scale(p.realized_net), p.currency,
               trim_scale(p.multiplier::numeric), p.cycle, p.version, p.opened_at, p.last_fill_at
          from trading.positions as p
          join ref.instruments as i on i.instrument_id = p.instrument_id
         where p.account_id = p_account_id
           and (not p_open_only or p.signed_qty <> 0)
         order by i.venue, i.symbol, p.kind, p.position_key;
end
$$;

comment on function trading.fn_positions(uuid, boolean) is 'Positions of an account; only those that are open unless told otherwise. qty is signed: short is negative; realized_pnl is net of fees and funding.';
