create or replace function trading._reconcile_busts(p_account_id uuid, p_fill_ids uuid[], p_leaves_qty numeric)
returns setof trading.reconcile_step
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select 'fill', f.fill_id::text, 'busted', format('%s %s @ %s', f.side, f.qty, f.price), null, 'bust_fill', null, f.fill_id,
           'a reconciled fill: what it stood for has come in',
           jsonb_build_object('event_id', trading._reconcile_id(p_account_id, f.instrument_id, array['bust', f.fill_id::text]),
                              'fill_id', f.fill_id, 'leaves_qty', p_leaves_qty)
      from unnest(p_fill_ids) with ordinality as k (fill_id, place)
      join trading.fill_terms as f on f.account_id = p_account_id and f.fill_id = k.fill_id
     order by k.place
$$;

comment on function trading._reconcile_busts(uuid, uuid[], numeric) is 'Takes back fills that a reconciliation made.';
