-- Flags without those that its order tells. The columns after restated are those of the restatement.
select f.account_id, f.instrument_id, f.position_key, f.position_version, f.fill_id, f.side, f.qty, f.price, f.fee, f.fee_currency,
       f.fee_rate, f.filled_at,
       array_to_string(array(select g from unnest(f.flags) as g where g not in ('late', 'overfill', 'orphan', 'reconciled')), ',') as flags,
       f.position_cycle, f.position_qty, f.position_avg_price, f.realized_gross, f.realized_net, f.position_realized, r.fill_id is not null as restated, r.position_cycle, r.position_qty,
       r.realized_gross, r.realized_net
  from trading.fills as f
  left join trading.fill_restatements as r on r.account_id = f.account_id and r.fill_id = f.fill_id
 where ($1::uuid[] is null or f.account_id = any ($1::uuid[]))
 order by f.account_id, f.instrument_id, f.position_key collate "C", f.position_version
