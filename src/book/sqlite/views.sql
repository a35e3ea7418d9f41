-- The views of a server's schema trading that reading a book needs, made anew by every program that reads one: a file keeps tables
-- alone. Decimals are text; SQLite's own comparisons and sums would make binary floating point of them.

-- Every fill on its effective terms, and what it realises now.
create temp view if not exists fill_terms as
select f.account_id, f.fill_id, f.order_id, f.instrument_id, f.position_key, f.position_version, f.side,
       exists (select 1
                 from fill_events as e
                where e.account_id = f.account_id and e.fill_id = f.fill_id and e.outcome = 'created' and e.kind = 'bust') as busted,
       exists (select 1
                 from fill_events as e
                where e.account_id = f.account_id and e.fill_id = f.fill_id and e.outcome = 'created') as amended,
       coalesce((select e.qty
                   from fill_events as e
                  where e.account_id = f.account_id and e.fill_id = f.fill_id and e.outcome = 'created' and e.qty is not null
                  order by e.place desc
                  limit 1), f.qty) as qty,
       coalesce((select e.price
                   from fill_events as e
                  where e.account_id = f.account_id and e.fill_id = f.fill_id and e.outcome = 'created' and e.price is not null
                  order by e.place desc
                  limit 1), f.price) as price,
       coalesce((select e.fee
                   from fill_events as e
                  where e.account_id = f.account_id and e.fill_id = f.fill_id and e.outcome = 'created' and e.fee is not null
                  order by e.place desc
                  limit 1), f.fee) as fee,
       coalesce((select e.fee_currency
                   from fill_events as e
                  where e.account_id = f.account_id and e.fill_id = f.fill_id and e.outcome = 'created' and e.fee_currency is not null
                  order by e.place desc
                  limit 1), f.fee_currency) as fee_currency,
       case when exists (select 1
                           from fill_events as e
                          where e.account_id = f.account_id and e.fill_id = f.fill_id and e.outcome = 'created'
                            and (e.fee_currency is not null or e.fee_rate is not null))
            then (select e.fee_rate
                    from fill_events as e
                   where e.account_id = f.account_id and e.fill_id = f.fill_id and e.outcome = 'created'
                     and (e.fee_currency is not null or e.fee_rate is not null)
                   order by e.place desc
                   limit 1)
            else f.fee_rate end as fee_rate,
       coalesce(r.position_cycle, f.position_cycle) as position_cycle, coalesce(r.realized_gross, f.realized_gross) as realized_gross,
       coalesce(r.realized_net, f.realized_net) as realized_net, f.liquidity, f.venue_trade_id, f.flags, f.filled_at
  from fills as f
  left join fill_restatements as r on r.account_id = f.account_id and r.fill_id = f.fill_id;

-- The fills that count, with the names of their instruments.
create temp view if not exists trades as
select t.account_id, t.fill_id, t.order_id, t.instrument_id, i.venue, i.symbol, i.kind, t.position_key, t.side, t.qty, t.price,
       decimal_mul(t.qty, t.price) as value, t.fee, case when t.fee <> '0' then coalesce(t.fee_currency, i.settle) end as fee_currency,
       t.liquidity, t.venue_trade_id, t.realized_gross, t.realized_net, t.position_cycle, t.flags, t.amended, t.filled_at
  from fill_terms as t
  join instruments as i on i.instrument_id = t.instrument_id
 where not t.busted;

-- What an account holds of each currency.
create temp view if not exists cash_balances as
select m.account_id, m.currency, decimal_sum(m.amount) as balance
  from (
        select a.account_id, a.currency, a.opening_balance as amount
          from accounts as a
        union all
        select c.account_id, c.currency, c.amount
          from cash_entries as c
        union all
        -- What was paid for what is open has left a spot account; a contract takes only its result.
        select p.account_id, p.currency,
               decimal_sub(p.realized_net, case when p.kind = 'spot' then decimal_mul(p.open_cost, p.multiplier) else '0' end)
          from positions as p
        union all
        select p.account_id, p.base_currency, decimal_mul(p.signed_qty, p.multiplier)
          from positions as p
         where p.kind = 'spot'
        union all
        select f.account_id, f.currency, decimal_sub('0', f.amount)
          from position_fees as f
         where f.fee_kind = 'other'
        union all
        -- A fee in a third asset that came with a rate is among the fees of its position at that rate, and was not taken there.
        select f.account_id, p.currency, f.converted
          from position_fees as f
          join positions as p on p.account_id = f.account_id and p.position_id = f.position_id
         where f.converted <> '0'
       ) as m
 group by m.account_id, m.currency;

-- Round trips from flat to flat. A payment of funding belongs to the latest cycle that began before it, a mark to the cycle that was open
-- then.
create temp view if not exists cycles as
select r.account_id, r.position_id, r.cycle, r.side, r.opened_at, r.closed_at, r.qty, r.entry_value, r.exit_value, r.gross, r.fees,
       coalesce((select decimal_sum(y.amount)
                   from funding_payments as y
                   join positions as o
                     on o.account_id = y.account_id and o.instrument_id = y.instrument_id and o.position_key = y.position_key
                  where y.account_id = r.account_id and y.instrument_id = r.instrument_id and y.position_key = r.position_key
                    and r.cycle = case when o.opened_at <= y.funding_time then o.cycle
                                       else coalesce((select max(e.cycle)
                                                        from roundtrips as e
                                                       where e.account_id = o.account_id and e.position_id = o.position_id
                                                         and e.opened_at <= y.funding_time), 1) end), '0') as funding,
       (select decimal_min(x.price)
          from (select r.low as price
                union all
                select json_extract(e.marks, '$."' || r.instrument_id || '"')
                  from equity_points as e
                 where e.account_id = r.account_id and e.as_of >= r.opened_at and e.as_of < r.closed_at) as x) as low,
       (select decimal_max(x.price)
          from (select r.high as price
                union all
                select json_extract(e.marks, '$."' || r.instrument_id || '"')
                  from equity_points as e
                 where e.account_id = r.account_id and e.as_of >= r.opened_at and e.as_of < r.closed_at) as x) as high,
       r.first_version, r.last_version
  from roundtrips as r;

-- Round trips by lots, which the reader works out from the facts (book_file.c).
create temp table if not exists lot_trips (
    account_id    text    not null,
    position_id   text    not null,
    cycle         integer not null,
    side          text    not null,
    opened_at     integer not null,
    closed_at     integer not null,
    qty           text    not null,
    entry_value   text    not null,
    exit_value    text    not null,
    gross         text    not null,
    fees          text    not null,
    funding       text    not null,
    low           text    not null,
    high          text    not null,
    first_version integer not null,
    last_version  integer not null
) strict;

-- How accounts did over a time, which the reader works out from the facts (sqlite_performance.c).
create temp table if not exists performance_measured (
    account_id    text    not null,
    currency      text    not null,
    fills         integer not null,
    fees          text    not null,
    funding       text    not null,
    realized_net  text    not null,
    roundtrips    integer not null,
    won           integer not null,
    lost          integer not null,
    gross_profit  text    not null,
    gross_loss    text    not null,
    first_at      integer,
    last_at       integer,
    points        integer not null,
    equity_first  text,
    equity_last   text,
    flows         text    not null,
    pnl           text,
    return_rate   text,
    drawdown      text,
    drawdown_rate text,
    missing       text    not null
) strict;
