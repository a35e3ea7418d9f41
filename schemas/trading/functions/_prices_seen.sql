-- daybook mirror: function trading._prices_seen(p_position trading.positions, p_first_version bigint, p_last_version bigint, p_from timestamp with time zone, p_to timestamp with time zone, OUT low numeric, OUT high numeric)
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._prices_seen(p_position trading.positions, p_first_version bigint, p_last_version bigint, p_from timestamp with time zone, p_to timestamp with time zone, OUT low numeric, OUT high numeric)
 RETURNS record
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select min(s.price), max(s.price)
      from (select t.price
              from trading.fill_terms as t
             where t.account_id = p_position.account_id and t.instrument_id = p_position.instrument_id
               and t.position_key = p_position.position_key and t.position_version between p_first_version and p_last_version
               and not t.busted
            union all
            select (e.marks ->> p_position.instrument_id::text)::numeric
              from trading.equity_points as e
             where e.account_id = p_position.account_id and e.as_of between p_from and p_to) as s
$function$;

alter function trading._prices_seen(p_position trading.positions, p_first_version bigint, p_last_version bigint, p_from timestamp with time zone, p_to timestamp with time zone, OUT low numeric, OUT high numeric) owner to daybook_api;

comment on function trading._prices_seen(p_position trading.positions, p_first_version bigint, p_last_version bigint, p_from timestamp with time zone, p_to timestamp with time zone, OUT low numeric, OUT high numeric) is 'Lowest and highest price of the live fills of a position with those numbers, and of the marks of those moments.';

revoke execute on function trading._prices_seen(p_position trading.positions, p_first_version bigint, p_last_version bigint, p_from timestamp with time zone, p_to timestamp with time zone, OUT low numeric, OUT high numeric) from public;
grant execute on function trading._prices_seen(p_position trading.positions, p_first_version bigint, p_last_version bigint, p_from timestamp with time zone, p_to timestamp with time zone, OUT low numeric, OUT high numeric) to daybook_owner;
