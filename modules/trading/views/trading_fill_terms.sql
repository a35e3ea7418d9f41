create or replace view trading.fill_terms as
select f.account_id, f.fill_id, f.order_id, f.instrument_id, f.position_key, f.position_version, f.side,
       coalesce(a.busted, false) as busted, a.fill_id is not null as amended, coalesce(a.qty, f.qty)::numeric as qty,
       coalesce(a.price, f.price)::numeric as price, coalesce(a.fee, f.fee)::numeric as fee,
       coalesce(a.fee_currency, f.fee_currency) as fee_currency,
       (case when a.fee_repriced then a.fee_rate else f.fee_rate end)::numeric as fee_rate,
       coalesce(r.position_cycle, f.position_cycle) as position_cycle, coalesce(r.position_qty, f.position_qty) as position_qty,
       coalesce(r.realized_gross, f.realized_gross) as realized_gross, coalesce(r.realized_net, f.realized_net) as realized_net,
       f.liquidity, f.venue_trade_id, f.trade_discriminator, f.flags, f.filled_at, f.recorded_at
  from trading.fills as f
  left join trading.fill_amendments as a on a.account_id = f.account_id and a.fill_id = f.fill_id
  left join trading.fill_restatements as r on r.account_id = f.account_id and r.fill_id = f.fill_id;

comment on view trading.fill_terms is
    'Every fill on its effective terms: its latest corrections, and whether it was busted; and what it realises now.';
