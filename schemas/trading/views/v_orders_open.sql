-- daybook mirror: view trading.v_orders_open
-- needs: ref/tables/instruments.sql
-- needs: trading/functions/_order_leaves.sql
-- needs: trading/tables/orders.sql
-- needs: trading/types/order_origin.sql
-- needs: trading/types/order_type.sql
-- needs: trading/types/quantity.sql
-- needs: trading/types/side.sql
-- needs: trading/types/time_in_force.sql
-- needs: util/types/amount.sql

create view trading.v_orders_open as
 SELECT o.account_id,
    o.order_id,
    o.instrument_id,
    i.venue,
    i.symbol,
    i.kind,
    o.position_key,
    o.run_id,
    o.origin,
    o.side,
    o.type,
    o.time_in_force,
    o.working_qty,
    o.price,
    o.stop_price,
    o.status,
    o.outcome_unknown,
    o.cum_qty,
    trading._order_leaves((o.lifecycle)::text, (o.working_qty)::numeric, o.cum_qty) AS leaves_qty,
    o.exchange_order_id,
    o.version,
    o.submitted_at,
    o.updated_at
   FROM (trading.orders o
     JOIN ref.instruments i ON ((i.instrument_id = o.instrument_id)))
  WHERE o.is_open;

alter view trading.v_orders_open owner to daybook_api;

comment on view trading.v_orders_open is 'Orders on which the venue may still act, as far as the book knows.';

grant select on trading.v_orders_open to daybook_console;
grant select on trading.v_orders_open to daybook_lab_reader;
grant select on trading.v_orders_open to daybook_risk;
