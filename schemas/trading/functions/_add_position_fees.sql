-- daybook mirror: function trading._add_position_fees(p_fees trading.position_fees[])
-- needs: trading/tables/position_fees.sql

CREATE OR REPLACE FUNCTION trading._add_position_fees(p_fees trading.position_fees[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    insert into trading.position_fees as f (account_id, position_id, currency, fee_kind, amount, priced, converted)
    select n.account_id, n.position_id, n.currency, n.fee_kind, trim_scale(sum(n.amount)), trim_scale(sum(n.priced)),
           trim_scale(sum(n.converted))
      from unnest(p_fees) as n
     group by n.account_id, n.position_id, n.currency, n.fee_kind
     order by n.position_id, n.currency
    on conflict on constraint position_fees_pkey
    do update set amount = trim_scale(f.amount + excluded.amount), priced = trim_scale(f.priced + excluded.priced),
                  converted = trim_scale(f.converted + excluded.converted)
$function$;

alter function trading._add_position_fees(p_fees trading.position_fees[]) owner to daybook_api;

comment on function trading._add_position_fees(p_fees trading.position_fees[]) is 'Adds fees to the totals of positions whose locks the caller holds.';

revoke execute on function trading._add_position_fees(p_fees trading.position_fees[]) from public;
grant execute on function trading._add_position_fees(p_fees trading.position_fees[]) to daybook_owner;
