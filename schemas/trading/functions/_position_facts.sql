-- daybook mirror: function trading._position_facts(p_position trading.positions)
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._position_facts(p_position trading.positions)
 RETURNS TABLE(kind text, version bigint, side text, qty numeric, price numeric, fee numeric, fee_currency text, fee_rate numeric, funding numeric, at timestamp with time zone)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    with fact as (
        select 'fill' as kind, t.position_version as version, t.side::text, t.qty, t.price, t.fee, t.fee_currency, t.fee_rate,
               null::numeric as funding, t.filled_at as at
          from trading.fill_terms as t
         where t.account_id = p_position.account_id and t.instrument_id = p_position.instrument_id
           and t.position_key = p_position.position_key and not t.busted
        union all
        select 'funding', null, null, null, null, null, null, null, y.amount, y.funding_time
          from trading.funding_payments as y
         where y.account_id = p_position.account_id and y.instrument_id = p_position.instrument_id
           and y.position_key = p_position.position_key
        union all
        select 'mark', null, null, null, (e.marks ->> p_position.instrument_id::text)::numeric, null, null, null, null, e.as_of
          from trading.equity_points as e
         where e.account_id = p_position.account_id and e.marks ? p_position.instrument_id::text
    ), placed as (
        select f.*, coalesce(f.version::numeric,
                             min(f.version) over (order by f.at desc, f.version is not null rows unbounded preceding) - 0.5,
                             p_position.version + 0.5) as place
          from fact as f
    )
    select f.kind, f.version, f.side, f.qty, f.price, f.fee, f.fee_currency, f.fee_rate, f.funding, f.at
      from placed as f
     order by f.place, f.at, f.kind
$function$;

alter function trading._position_facts(p_position trading.positions) owner to daybook_api;

comment on function trading._position_facts(p_position trading.positions) is 'The live fills of a position on their effective terms, in their order, and among them, each before the first fill that is later, the funding paid for it and the marks given for its instrument.';

revoke execute on function trading._position_facts(p_position trading.positions) from public;
grant execute on function trading._position_facts(p_position trading.positions) to daybook_owner;
