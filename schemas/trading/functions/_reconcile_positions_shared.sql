-- daybook mirror: function trading._reconcile_positions_shared(p_positions trading.positions[], p_instrument_id uuid, p_qty numeric)
-- needs: trading/tables/positions.sql
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_positions_shared(p_positions trading.positions[], p_instrument_id uuid, p_qty numeric)
 RETURNS SETOF trading.reconcile_step
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select 'position', concat_ws('/', i.venue, i.symbol, i.kind), 'qty', trim_scale(sum(p.signed_qty))::text, trim_scale(p_qty)::text, null,
           'needs_decision', null::uuid, format('the venue nets what the book keeps as %s positions', count(*)), null::jsonb
      from unnest(p_positions) as p
      join ref.instruments as i on i.instrument_id = p.instrument_id
     where p.instrument_id = p_instrument_id
     group by i.instrument_id
    having sum(p.signed_qty) <> p_qty
$function$;

alter function trading._reconcile_positions_shared(p_positions trading.positions[], p_instrument_id uuid, p_qty numeric) owner to daybook_api;

comment on function trading._reconcile_positions_shared(p_positions trading.positions[], p_instrument_id uuid, p_qty numeric) is 'Positions of several keys against the one of the venue: only their sum can be compared, and whose the difference is only be decided.';

revoke execute on function trading._reconcile_positions_shared(p_positions trading.positions[], p_instrument_id uuid, p_qty numeric) from public;
grant execute on function trading._reconcile_positions_shared(p_positions trading.positions[], p_instrument_id uuid, p_qty numeric) to daybook_owner;
