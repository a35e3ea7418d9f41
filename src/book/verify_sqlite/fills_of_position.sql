-- As in fills.sql; of one position, ?2 to ?4, what is older than its version ?5.
select f.account_id, f.instrument_id, f.position_key, f.position_version, f.fill_id, f.side, f.qty, f.price, f.fee, f.fee_currency,
       f.fee_rate, f.filled_at,
       coalesce((select group_concat(g.value, ',')
                   from (select j.value
                           from json_each('["' || replace(f.flags, ',', '","') || '"]') as j
                          where j.value not in ('late', 'overfill', 'orphan', 'reconciled')
                          order by j.key) as g), '') as flags,
       f.position_cycle, f.position_qty, f.position_avg_price, f.realized_gross, f.realized_net, f.position_realized,
       boolean(r.fill_id is not null) as restated, r.position_cycle, r.position_qty, r.realized_gross, r.realized_net
  from fills as f
  left join fill_restatements as r on r.account_id = f.account_id and r.fill_id = f.fill_id
 where (?1 is null or f.account_id in (select value from json_each(?1)))
   and f.account_id = ?2 and f.instrument_id = ?3 and f.position_key = ?4 and f.position_version < ?5
 order by f.account_id, f.instrument_id, f.position_key, f.position_version
