-- daybook mirror: function trading._amended_fill(INOUT p_fill trading.fills, OUT busted boolean, OUT leaves_qty numeric, OUT events integer)
-- needs: trading/tables/fills.sql

CREATE OR REPLACE FUNCTION trading._amended_fill(INOUT p_fill trading.fills, OUT busted boolean, OUT leaves_qty numeric, OUT events integer)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_new trading.fill_amendments;
begin
    select * into v_new
      from trading.fill_amendments as a
     where a.account_id = p_fill.account_id and a.fill_id = p_fill.fill_id;
    busted := coalesce(v_new.busted, false);
    leaves_qty := v_new.leaves_qty;
    events := coalesce(v_new.events, 0);
    p_fill.qty := coalesce(v_new.qty, p_fill.qty);
    p_fill.price := coalesce(v_new.price, p_fill.price);
    p_fill.fee := coalesce(v_new.fee, p_fill.fee);
    p_fill.fee_currency := coalesce(v_new.fee_currency, p_fill.fee_currency);
    p_fill.fee_rate := case when v_new.fee_repriced then v_new.fee_rate else p_fill.fee_rate end;
end
$function$;

alter function trading._amended_fill(INOUT p_fill trading.fills, OUT busted boolean, OUT leaves_qty numeric, OUT events integer) owner to daybook_api;

comment on function trading._amended_fill(INOUT p_fill trading.fills, OUT busted boolean, OUT leaves_qty numeric, OUT events integer) is 'The fill on its effective terms, whether it was busted and what was then left of its order, and how many busts and corrections it has.';

revoke execute on function trading._amended_fill(INOUT p_fill trading.fills, OUT busted boolean, OUT leaves_qty numeric, OUT events integer) from public;
grant execute on function trading._amended_fill(INOUT p_fill trading.fills, OUT busted boolean, OUT leaves_qty numeric, OUT events integer) to daybook_owner;
