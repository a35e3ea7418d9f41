-- Every order that the venue tells of, in either section, and every order that the book takes for open.
create or replace function trading._reconcile_orders(
    p_account_id uuid, p_state jsonb, p_steps trading.reconcile_step[], p_as_of timestamptz, p_ctx jsonb)
returns setof trading.reconcile_step
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_open constant trading.venue_entry[] := trading._venue_entries(p_account_id, p_state, 'open_orders');
    v_queried constant trading.venue_entry[] := trading._venue_entries(p_account_id, p_state, 'orders_queried');
    v_fills constant trading.fills[] := (trading._reconcile_planned(p_steps)).fills;
    v_fills_known constant boolean := coalesce(jsonb_typeof(p_state -> 'fills') = 'array', false);
    v_seen uuid[] := '{}';
    v_told record;
    v_order trading.orders;
    v_step trading.reconcile_step;
begin
    for v_told in
        select trading._venue_order_id(p_account_id, t.entry) as order_id, t.entry, t.queried
          from (select q as entry, true as queried from unnest(v_queried) as q
                union all
                select o, false from unnest(v_open) as o) as t
         -- What ended counts before the list, which may be a moment older; the list, which has the terms, before the rest.
         order by case when not t.queried then 2 when (t.entry).status in ('open', 'triggered') then 3 else 1 end, 1
    loop
        continue when v_told.order_id = any (v_seen);
        v_seen := v_seen || v_told.order_id;
        v_order := trading._reconcile_order(p_account_id, v_told.order_id, v_told.entry, v_fills);
        return query
            select s.*
              from trading._reconcile_order_steps(v_order, v_told.entry, v_told.queried, v_fills_known, p_as_of, p_ctx) as s;
    end loop;

    for v_order in
        select o.*
          from trading.orders as o
         where o.account_id = p_account_id and o.is_open and v_open is not null and o.order_id <> all (v_seen)
           and coalesce(o.submitted_at, o.recorded_at) <= p_as_of
         order by o.order_id
    loop
        v_order := trading._reconcile_order(p_account_id, v_order.order_id, null, v_fills);
        continue when v_order.cum_qty >= v_order.working_qty and v_order.pending = 'none';
        v_step := row('order', v_order.order_id, 'status', v_order.status, 'not listed', null, 'needs_evidence', v_order.order_id,
                      'ask the venue about this order: what is not listed is not gone', null)::trading.reconcile_step;
        return next v_step;
    end loop;
end
$$;

comment on function trading._reconcile_orders(uuid, jsonb, trading.reconcile_step[], timestamptz, jsonb) is
    'What the venue tells of orders against what the book knows, once the fills of these steps are in.';
