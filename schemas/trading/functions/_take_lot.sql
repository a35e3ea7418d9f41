-- daybook mirror: function trading._take_lot(INOUT p_lot trading.lot, p_qty numeric, p_exact boolean, OUT part trading.lot)
-- needs: trading/types/lot.sql

CREATE OR REPLACE FUNCTION trading._take_lot(INOUT p_lot trading.lot, p_qty numeric, p_exact boolean, OUT part trading.lot)
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    part := p_lot;
    part.qty := least(p_qty, p_lot.qty);
    part.value := case when p_exact then part.qty * p_lot.price else trading._share(p_lot.value, part.qty, p_lot.qty) end;
    part.loss := trading._share(p_lot.loss, part.qty, p_lot.qty);
    part.fees := trading._share(p_lot.fees, part.qty, p_lot.qty);
    part.funding := trading._share(p_lot.funding, part.qty, p_lot.qty);
    p_lot.qty := p_lot.qty - part.qty;
    p_lot.value := p_lot.value - part.value;
    p_lot.loss := p_lot.loss - part.loss;
    p_lot.fees := p_lot.fees - part.fees;
    p_lot.funding := p_lot.funding - part.funding;
end
$function$;

alter function trading._take_lot(INOUT p_lot trading.lot, p_qty numeric, p_exact boolean, OUT part trading.lot) owner to daybook_api;

comment on function trading._take_lot(INOUT p_lot trading.lot, p_qty numeric, p_exact boolean, OUT part trading.lot) is 'What is left of a lot, and the part taken from it, of at most that quantity. p_exact: its value is quantity times price, else a share.';

revoke execute on function trading._take_lot(INOUT p_lot trading.lot, p_qty numeric, p_exact boolean, OUT part trading.lot) from public;
grant execute on function trading._take_lot(INOUT p_lot trading.lot, p_qty numeric, p_exact boolean, OUT part trading.lot) to daybook_owner;
