-- daybook mirror: function trading._reconcile_position_differs(p_position trading.positions, p_venue_qty numeric, p_venue_avg_price numeric)
-- needs: trading/tables/positions.sql
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_position_differs(p_position trading.positions, p_venue_qty numeric, p_venue_avg_price numeric)
 RETURNS trading.reconcile_step
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select row('position', concat_ws('/', i.venue, i.symbol, i.kind, nullif(p_position.position_key, '')),
               case when p_position.signed_qty = p_venue_qty then 'avg_price' else 'qty' end,
               concat_ws(' @ ', p_position.signed_qty, case when p_position.signed_qty <> 0 then p_position.avg_price end),
               concat_ws(' @ ', trim_scale(p_venue_qty), case when p_venue_qty <> 0 then trim_scale(p_venue_avg_price) end),
               null, null, null, null, null)::trading.reconcile_step
      from ref.instruments as i
     where i.instrument_id = p_position.instrument_id
$function$;

alter function trading._reconcile_position_differs(p_position trading.positions, p_venue_qty numeric, p_venue_avg_price numeric) owner to daybook_api;

comment on function trading._reconcile_position_differs(p_position trading.positions, p_venue_qty numeric, p_venue_avg_price numeric) is 'Says that a position differs, and nothing yet of what to do.';

revoke execute on function trading._reconcile_position_differs(p_position trading.positions, p_venue_qty numeric, p_venue_avg_price numeric) from public;
grant execute on function trading._reconcile_position_differs(p_position trading.positions, p_venue_qty numeric, p_venue_avg_price numeric) to daybook_owner;
