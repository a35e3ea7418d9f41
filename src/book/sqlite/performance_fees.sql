-- Fees in a currency that is not the position's.
select p.kind, p.base_currency, p.currency, t.fee, t.fee_currency, t.fee_rate is not null
  from fill_terms as t
  join positions as p on p.account_id = t.account_id and p.instrument_id = t.instrument_id and p.position_key = t.position_key
 where t.account_id = ?1 and not t.busted and t.fee <> '0' and t.fee_currency <> p.currency
   and (?2 is null or t.filled_at >= ?2)
   and (?3 is null or t.filled_at < ?3)
