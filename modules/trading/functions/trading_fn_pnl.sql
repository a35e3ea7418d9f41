-- Results belong to the moment of the fill or payment that made them. Fees in a third asset without a rate are in no sum;
-- trading.v_position_fees has them.
create or replace function trading.fn_pnl(
    p_account_id uuid, p_by text default 'instrument', p_from timestamptz default null, p_to timestamptz default null)
returns table (account_id uuid, period date, instrument_id uuid, venue text, symbol text, kind text, currency text, fills bigint,
               volume numeric, realized_gross numeric, fees numeric, funding numeric, realized_net numeric)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_choice('p_by', p_by, array['total', 'instrument', 'day', 'month']);

    return query
        select p_account_id, s.period, s.instrument_id, i.venue, i.symbol, i.kind, s.currency, sum(s.fills)::bigint,
               trim_scale(sum(s.volume)), trim_scale(sum(s.realized_gross)), trim_scale(sum(s.realized_gross - s.realized_net)),
               trim_scale(sum(s.funding)), trim_scale(sum(s.realized_net + s.funding))
          from (select trading._pnl_period(p_by, t.filled_at) as period,
                       case when p_by = 'instrument' then t.instrument_id end as instrument_id, p.currency, 1 as fills,
                       case when p.kind = 'inverse' then util.div18(t.qty * p.multiplier, t.price) else t.value * p.multiplier end
                           as volume,
                       t.realized_gross, t.realized_net, 0::numeric as funding
                  from trading.trades as t
                  join trading.positions as p
                    on p.account_id = t.account_id and p.instrument_id = t.instrument_id and p.position_key = t.position_key
                 where t.account_id = p_account_id
                   and t.filled_at >= coalesce(p_from, '-infinity') and t.filled_at < coalesce(p_to, 'infinity')
                union all
                select trading._pnl_period(p_by, f.funding_time), case when p_by = 'instrument' then f.instrument_id end,
                       f.currency, 0, 0, 0, 0, f.amount
                  from trading.funding_payments as f
                 where f.account_id = p_account_id
                   and f.funding_time >= coalesce(p_from, '-infinity') and f.funding_time < coalesce(p_to, 'infinity')) as s
          left join ref.instruments as i on i.instrument_id = s.instrument_id
         group by s.period, s.instrument_id, i.venue, i.symbol, i.kind, s.currency
         order by s.period, i.venue, i.symbol, i.kind, s.currency;
end
$$;

comment on function trading.fn_pnl(uuid, text, timestamptz, timestamptz) is
    'What an account realised from p_from on and before p_to, by total, instrument, day or month (UTC) and currency: gross of fees, fees, funding, net, and the volume traded. '
    'Unrealised results are in trading.fn_equity().';
