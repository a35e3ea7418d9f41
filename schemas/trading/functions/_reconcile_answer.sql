-- daybook mirror: function trading._reconcile_answer(p_outcome text, p_steps trading.reconcile_step[], p_result text)
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_answer(p_outcome text, p_steps trading.reconcile_step[], p_result text)
 RETURNS TABLE(outcome text, idx integer, kind text, subject text, field text, book_value text, venue_value text, action text, result text, ref_id uuid, detail text, conflict_field text)
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select p_outcome, s.idx::integer, s.kind, s.subject, s.field, s.book_value, s.venue_value, s.action, coalesce(s.result, p_result), s.ref_id,
           s.detail, null::text
      from unnest(p_steps) with ordinality
           as s (kind, subject, field, book_value, venue_value, action, result, ref_id, detail, args, idx)
     order by s.idx
$function$;

alter function trading._reconcile_answer(p_outcome text, p_steps trading.reconcile_step[], p_result text) owner to daybook_api;

comment on function trading._reconcile_answer(p_outcome text, p_steps trading.reconcile_step[], p_result text) is 'The steps as they are answered; p_result is what became of those with an action.';

revoke execute on function trading._reconcile_answer(p_outcome text, p_steps trading.reconcile_step[], p_result text) from public;
grant execute on function trading._reconcile_answer(p_outcome text, p_steps trading.reconcile_step[], p_result text) to daybook_owner;
