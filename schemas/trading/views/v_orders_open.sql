-- daybook mirror: view trading.v_orders_open
-- needs: trading/views/v_orders.sql

create view trading.v_orders_open as
 SELECT o.account_id,
    o.order_id,
    o.instrument_id,
    o.venue,
    o.symbol,
    o.kind,
    o.position_key,
    o.run_id,
    o.origin,
    o.side,
    o.type,
    o.time_in_force,
    o.qty AS working_qty,
    o.price,
    o.stop_price,
    o.status,
    o.outcome_unknown,
    o.cum_qty,
    o.leaves_qty,
    o.exchange_order_id,
    o.version,
    o.submitted_at,
    o.updated_at
   FROM trading.v_orders o
  WHERE o.is_open;

alter view trading.v_orders_open owner to daybook_api;

comment on view trading.v_orders_open is 'Orders on which the venue may still act, as far as the book knows, with the terms in force.';

grant select on trading.v_orders_open to daybook_console;
grant select on trading.v_orders_open to daybook_lab_reader;
grant select on trading.v_orders_open to daybook_risk;
