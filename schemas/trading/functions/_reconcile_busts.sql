-- daybook mirror: function trading._reconcile_busts(p_account_id uuid, p_fill_ids uuid[], p_leaves_qty numeric)
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_busts(p_account_id uuid, p_fill_ids uuid[], p_leaves_qty numeric)
 RETURNS SETOF trading.reconcile_step
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select 'fill', f.fill_id::text, 'busted', format('%s %s @ %s', f.side, f.qty, f.price), null, 'bust_fill', null, f.fill_id,
           'a reconciled fill: what it stood for has come in',
           jsonb_build_object('event_id', trading._reconcile_id(p_account_id, f.instrument_id, array['bust', f.fill_id::text]),
                              'fill_id', f.fill_id, 'leaves_qty', p_leaves_qty)
      from unnest(p_fill_ids) with ordinality as k (fill_id, place)
      join trading.fill_terms as f on f.account_id = p_account_id and f.fill_id = k.fill_id
     order by k.place
$function$;

alter function trading._reconcile_busts(p_account_id uuid, p_fill_ids uuid[], p_leaves_qty numeric) owner to daybook_api;

comment on function trading._reconcile_busts(p_account_id uuid, p_fill_ids uuid[], p_leaves_qty numeric) is 'Takes back fills that a reconciliation made.';

revoke execute on function trading._reconcile_busts(p_account_id uuid, p_fill_ids uuid[], p_leaves_qty numeric) from public;
grant execute on function trading._reconcile_busts(p_account_id uuid, p_fill_ids uuid[], p_leaves_qty numeric) to daybook_owner;
