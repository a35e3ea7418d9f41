-- daybook mirror: function trading._performance_facts(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone)
-- needs: trading/tables/performance_snapshots.sql

CREATE OR REPLACE FUNCTION trading._performance_facts(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone)
 RETURNS trading.performance_snapshots
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_made trading.performance_snapshots;
begin
    select count(*) filter (where f.what = 'fill'), trim_scale(round(coalesce(sum(f.value) filter (where f.what = 'fee'), 0), 18)),
           trim_scale(round(coalesce(sum(f.value) filter (where f.what = 'funding'), 0), 18)),
           trim_scale(round(coalesce(sum(f.value) filter (where f.what in ('fill', 'funding')), 0), 18)),
           count(*) filter (where f.what = 'trip'), count(*) filter (where f.what = 'trip' and f.amount > 0),
           count(*) filter (where f.what = 'trip' and f.amount < 0),
           trim_scale(round(coalesce(sum(f.value) filter (where f.what = 'trip' and f.amount > 0), 0), 18)),
           trim_scale(round(coalesce(sum(f.value) filter (where f.what = 'trip' and f.amount < 0), 0), 18)),
           coalesce(array_agg(distinct ('rate:' || f.currency) collate "C") filter (where f.amount <> 0 and f.value is null), '{}')
      into v_made.fills, v_made.fees, v_made.funding, v_made.realized_net, v_made.roundtrips, v_made.won, v_made.lost, v_made.gross_profit,
           v_made.gross_loss, v_made.missing
      from (select a.what, a.currency, a.amount, a.amount * case when a.amount = 0 then 0 else a.rate end as value
              from trading._performance_amounts(p_account_id, array['fill', 'fee', 'funding', 'trip'], p_since, p_as_of) as a
             where a.at >= coalesce(p_since, '-infinity') and a.at < p_as_of) as f;

    v_made.missing := v_made.missing || array(
        select distinct 'fee:' || t.fee_currency
          from trading.trades as t
          join trading.positions as p
            on p.account_id = t.account_id and p.instrument_id = t.instrument_id and p.position_key = t.position_key
         where t.account_id = p_account_id and t.filled_at >= coalesce(p_since, '-infinity') and t.filled_at < p_as_of
           and trading._fee_kind_of(p, t.fee, t.fee_currency, t.fee_rate) = 'other');
    return v_made;
end
$function$;

alter function trading._performance_facts(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone) owner to daybook_api;

comment on function trading._performance_facts(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone) is 'Fills, fees, funding and round trips from p_since on (null: ever) and before p_as_of, in the currency of the account, and what could not be added for want of a rate.';

revoke execute on function trading._performance_facts(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone) from public;
grant execute on function trading._performance_facts(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone) to daybook_owner;
