insert into position_fees (account_id, position_id, currency, fee_kind, amount, priced, converted) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
on conflict (account_id, position_id, currency) do update set amount = excluded.amount, priced = excluded.priced, converted = excluded.converted
