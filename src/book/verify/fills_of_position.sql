-- As in fills.sql; of one position, $2 to $4, what is older than its version $5.
select f.account_id, f.instrument_id, f.position_key, f.position_version, f.fill_id, f.side, f.qty, f.price, f.fee, f.fee_currency,
       f.fee_rate, f.filled_at,
       array_to_string(array(select g from unnest(f.flags) as g where g not in ('late', 'overfill', 'orphan', 'reconciled')), ',') as flags,
       f.position_cycle, f.position_qty, f.position_avg_price, f.realized_gross, f.realized_net, f.position_realized, r.fill_id is not null as restated, r.position_cycle, r.position_qty,
       r.realized_gross, r.realized_net
  from trading.fills as f
  left join trading.fill_restatements as r on r.account_id = f.account_id and r.fill_id = f.fill_id
 where ($1::uuid[] is null or f.account_id = any ($1::uuid[]))
   and f.account_id = $2 and f.instrument_id = $3 and f.position_key = $4 and f.position_version < $5
 order by f.account_id, f.instrument_id, f.position_key collate "C", f.position_version
