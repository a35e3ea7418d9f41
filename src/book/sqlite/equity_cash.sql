select currency, amount, '0' from cash_entries where account_id = ?1
union all
select currency, priced, amount from position_fees where account_id = ?1 and fee_kind = 'other'
