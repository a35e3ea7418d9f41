-- daybook mirror: function trading._fund_lots(INOUT p_lots trading.lot[], p_amount numeric)
-- needs: trading/types/lot.sql

CREATE OR REPLACE FUNCTION trading._fund_lots(INOUT p_lots trading.lot[], p_amount numeric)
 RETURNS trading.lot[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_amount numeric := p_amount;
    v_whole numeric := (select sum(l.qty) from unnest(p_lots) as l);
    v_share numeric;
begin
    for v_place in 1..cardinality(p_lots) loop
        v_share := trading._share(v_amount, p_lots[v_place].qty, v_whole);
        v_amount := v_amount - v_share;
        v_whole := v_whole - p_lots[v_place].qty;
        p_lots[v_place].funding := p_lots[v_place].funding + v_share;
    end loop;
end
$function$;

alter function trading._fund_lots(INOUT p_lots trading.lot[], p_amount numeric) owner to daybook_api;

comment on function trading._fund_lots(INOUT p_lots trading.lot[], p_amount numeric) is 'The lots after funding was paid for them, shared by quantity, oldest first.';

revoke execute on function trading._fund_lots(INOUT p_lots trading.lot[], p_amount numeric) from public;
grant execute on function trading._fund_lots(INOUT p_lots trading.lot[], p_amount numeric) to daybook_owner;
