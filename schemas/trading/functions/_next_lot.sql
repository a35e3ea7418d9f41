-- daybook mirror: function trading._next_lot(p_lots trading.lot[], p_matching text)
-- needs: trading/types/lot.sql

CREATE OR REPLACE FUNCTION trading._next_lot(p_lots trading.lot[], p_matching text)
 RETURNS integer
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return case p_matching
        when 'lifo' then cardinality(p_lots)
        when 'hifo' then (
            select l.place
              from unnest(p_lots) with ordinality as l (qty, price, value, loss, fees, funding, opened_at, version, seen, place)
             order by l.price desc, l.place
             limit 1)
        else 1
    end;
end
$function$;

alter function trading._next_lot(p_lots trading.lot[], p_matching text) owner to daybook_api;

comment on function trading._next_lot(p_lots trading.lot[], p_matching text) is 'The place of the lot that is given up next: the newest (lifo), the one of the highest price and of equal ones the oldest (hifo), else the oldest.';

revoke execute on function trading._next_lot(p_lots trading.lot[], p_matching text) from public;
grant execute on function trading._next_lot(p_lots trading.lot[], p_matching text) to daybook_owner;
