create or replace function trading._reconcile_positions_shared(p_positions trading.positions[], p_instrument_id uuid, p_qty numeric)
returns setof trading.reconcile_step
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select 'position', concat_ws('/', i.venue, i.symbol, i.kind), 'qty', trim_scale(sum(p.signed_qty))::text, trim_scale(p_qty)::text, null,
           'needs_decision', null::uuid, format('the venue nets what the book keeps as %s positions', count(*)), null::jsonb
      from unnest(p_positions) as p
      join ref.instruments as i on i.instrument_id = p.instrument_id
     where p.instrument_id = p_instrument_id
     group by i.instrument_id
    having sum(p.signed_qty) <> p_qty
$$;

comment on function trading._reconcile_positions_shared(trading.positions[], uuid, numeric) is
    'Positions of several keys against the one of the venue: only their sum can be compared, and whose the difference is only be decided.';
