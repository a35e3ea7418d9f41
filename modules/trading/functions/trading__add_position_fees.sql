-- daybook-lint: allow state-change-without-event until 2028-06-30: whoever calls it emits for the fills that the fees belong to
create or replace function trading._add_position_fees(p_fees trading.position_fees[]) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    insert into trading.position_fees as f (account_id, position_id, currency, fee_kind, amount, priced, converted)
    select n.account_id, n.position_id, n.currency, n.fee_kind, trim_scale(sum(n.amount)), trim_scale(sum(n.priced)),
           trim_scale(sum(n.converted))
      from unnest(p_fees) as n
     group by n.account_id, n.position_id, n.currency, n.fee_kind
     order by n.position_id, n.currency
    on conflict on constraint position_fees_pkey
    do update set amount = trim_scale(f.amount + excluded.amount), priced = trim_scale(f.priced + excluded.priced),
                  converted = trim_scale(f.converted + excluded.converted)
$$;

comment on function trading._add_position_fees(trading.position_fees[]) is
    'Adds fees to the totals of positions whose locks the caller holds.';
