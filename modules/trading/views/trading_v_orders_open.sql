create or replace view trading.v_orders_open as
select o.account_id, o.order_id, o.instrument_id, o.venue, o.symbol, o.kind, o.position_key, o.run_id, o.origin, o.side, o.type,
       o.time_in_force, o.qty as working_qty, o.price, o.stop_price, o.status, o.outcome_unknown, o.cum_qty, o.leaves_qty,
       o.exchange_order_id, o.version, o.submitted_at, o.updated_at
  from trading.v_orders as o
 where o.is_open;

comment on view trading.v_orders_open is 'Orders on which the venue may still act, as far as the book knows, with the terms in force.';
