select p.account_id, p.instrument_id, p.position_key, f.currency, f.fee_kind, f.amount, f.priced, f.converted
  from position_fees as f
  join positions as p on p.account_id = f.account_id and p.position_id = f.position_id
 where (?1 is null or f.account_id in (select value from json_each(?1)))
 order by p.account_id, p.instrument_id, p.position_key, f.currency
