-- daybook mirror: function trading._superseded_fills(p_position trading.positions, p_fills trading.fills[], p_busted uuid[])
-- needs: trading/tables/fills.sql
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._superseded_fills(p_position trading.positions, p_fills trading.fills[], p_busted uuid[])
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    with live as (
        select t.fill_id, t.order_id, t.flags, t.filled_at, t.position_version
          from trading.fill_terms as t
         where t.account_id = p_position.account_id and t.instrument_id = p_position.instrument_id and t.position_key = p_position.position_key
           and not t.busted and t.fill_id <> all (p_busted)
    ), come as (
        select l.order_id, l.filled_at, l.position_version from live as l where 'reconciled' <> all (l.flags)
        union all
        select f.order_id, f.filled_at, p_position.version + 1
          from unnest(p_fills) as f
         where f.instrument_id = p_position.instrument_id and f.position_key = p_position.position_key and 'reconciled' <> all (f.flags)
    )
    select coalesce(array_agg(l.fill_id order by l.position_version desc), '{}')
      from live as l
     where 'reconciled' = any (l.flags)
       and exists (select 1
                     from come as c
                    where c.position_version > l.position_version and c.filled_at <= l.filled_at
                      and (c.order_id = l.order_id or l.fill_id = l.order_id))
$function$;

alter function trading._superseded_fills(p_position trading.positions, p_fills trading.fills[], p_busted uuid[]) owner to daybook_api;

comment on function trading._superseded_fills(p_position trading.positions, p_fills trading.fills[], p_busted uuid[]) is 'The reconciled fills of a position, busted ones apart, before whose moment something happened that came into the book after them, the given fills included.';

revoke execute on function trading._superseded_fills(p_position trading.positions, p_fills trading.fills[], p_busted uuid[]) from public;
grant execute on function trading._superseded_fills(p_position trading.positions, p_fills trading.fills[], p_busted uuid[]) to daybook_owner;
