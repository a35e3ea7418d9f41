create or replace view trading.v_orders as
select o.account_id, o.order_id, o.instrument_id, i.venue, i.symbol, i.kind, o.position_key, o.run_id, o.origin::text as origin,
       o.side::text as side, o.type::text as type, o.time_in_force::text as time_in_force, o.working_qty::numeric as qty,
       o.working_price::numeric as price, o.working_stop_price::numeric as stop_price, o.requested_qty::numeric as requested_qty,
       o.requested_price::numeric as requested_price, o.requested_stop_price::numeric as requested_stop_price, o.status, o.is_open,
       o.outcome_unknown, o.cum_qty, trading._order_leaves(o.lifecycle, o.working_qty, o.cum_qty) as leaves_qty,
       trading._order_overfill(o.working_qty, o.cum_qty) as overfill_qty,
       case when o.cum_qty <> 0 then util.div18(o.cum_value, o.cum_qty) end as avg_fill_price, o.exchange_order_id, o.idempotency_key,
       o.refusal_code, o.refusal_detail, o.version, o.submitted_at, o.updated_at, o.recorded_at
  from trading.orders as o
  join ref.instruments as i on i.instrument_id = o.instrument_id;

comment on view trading.v_orders is
    'Orders with the names of their instruments: quantity and prices in force, what a replace under way asks for, and what follows from the fills.';
