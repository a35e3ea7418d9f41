create or replace function trading._reconcile_answer(p_outcome text, p_steps trading.reconcile_step[], p_result text)
returns table (outcome text, idx integer, kind text, subject text, field text, book_value text, venue_value text, action text, result text,
               ref_id uuid, detail text, conflict_field text)
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select p_outcome, s.idx::integer, s.kind, s.subject, s.field, s.book_value, s.venue_value, s.action, coalesce(s.result, p_result), s.ref_id,
           s.detail, null::text
      from unnest(p_steps) with ordinality
           as s (kind, subject, field, book_value, venue_value, action, result, ref_id, detail, args, idx)
     order by s.idx
$$;

comment on function trading._reconcile_answer(text, trading.reconcile_step[], text) is
    'The steps as they are answered; p_result is what became of those with an action.';
