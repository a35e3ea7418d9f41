-- A payment of funding belongs to the latest cycle that began before it, a mark to the cycle that was open then.
create or replace view trading.v_roundtrips as
select r.account_id, r.position_id, r.instrument_id, i.venue, i.symbol, i.kind, r.position_key, p.currency, r.cycle, r.side, r.opened_at,
       r.closed_at, r.qty, r.entry_value, r.exit_value, r.gross, r.fees, coalesce(f.funding, 0) as funding,
       trim_scale(r.gross - r.fees + coalesce(f.funding, 0)) as net, least(r.low, m.low) as low, greatest(r.high, m.high) as high,
       r.first_version, r.last_version
  from trading.roundtrips as r
  join trading.positions as p on p.account_id = r.account_id and p.position_id = r.position_id
  join ref.instruments as i on i.instrument_id = r.instrument_id
  left join (
       select o.account_id, o.position_id, c.cycle, trim_scale(sum(y.amount)) as funding
         from trading.funding_payments as y
         join trading.positions as o
           on o.account_id = y.account_id and o.instrument_id = y.instrument_id and o.position_key = y.position_key
        cross join lateral (
              select case
                         when o.opened_at <= y.funding_time then o.cycle
                         else coalesce((select max(e.cycle)
                                          from trading.roundtrips as e
                                         where e.account_id = o.account_id and e.position_id = o.position_id
                                           and e.opened_at <= y.funding_time), 1)
                     end) as c (cycle)
        group by o.account_id, o.position_id, c.cycle) as f
    on f.account_id = r.account_id and f.position_id = r.position_id and f.cycle = r.cycle
 cross join lateral (
       select min((e.marks ->> r.instrument_id::text)::numeric) as low, max((e.marks ->> r.instrument_id::text)::numeric) as high
         from trading.equity_points as e
        where e.account_id = r.account_id and e.as_of >= r.opened_at and e.as_of < r.closed_at) as m;

comment on view trading.v_roundtrips is
    'Round trips from flat to flat with the funding paid and the marks seen in them. trading.fn_roundtrips() adds averages and excursions, and other definitions.';
