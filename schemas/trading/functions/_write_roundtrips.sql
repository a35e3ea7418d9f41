-- daybook mirror: function trading._write_roundtrips(p_closed trading.roundtrips[])
-- needs: trading/tables/roundtrips.sql

CREATE OR REPLACE FUNCTION trading._write_roundtrips(p_closed trading.roundtrips[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    insert into trading.roundtrips select c.* from unnest(p_closed) as c
$function$;

alter function trading._write_roundtrips(p_closed trading.roundtrips[]) owner to daybook_api;

comment on function trading._write_roundtrips(p_closed trading.roundtrips[]) is 'Writes the cycles that fills have closed.';

revoke execute on function trading._write_roundtrips(p_closed trading.roundtrips[]) from public;
grant execute on function trading._write_roundtrips(p_closed trading.roundtrips[]) to daybook_owner;
