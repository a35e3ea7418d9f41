-- daybook mirror: view trading.v_orders
-- needs: ref/tables/instruments.sql
-- needs: trading/functions/_order_leaves.sql
-- needs: trading/functions/_order_overfill.sql
-- needs: trading/tables/orders.sql
-- needs: util/functions/div18.sql

create view trading.v_orders as
 SELECT o.account_id,
    o.order_id,
    o.instrument_id,
    i.venue,
    i.symbol,
    i.kind,
    o.position_key,
    o.run_id,
    (o.origin)::text AS origin,
    (o.side)::text AS side,
    (o.type)::text AS type,
    (o.time_in_force)::text AS time_in_force,
    (o.working_qty)::numeric AS qty,
    (o.working_price)::numeric AS price,
    (o.working_stop_price)::numeric AS stop_price,
    (o.requested_qty)::numeric AS requested_qty,
    (o.requested_price)::numeric AS requested_price,
    (o.requested_stop_price)::numeric AS requested_stop_price,
    o.status,
    o.is_open,
    o.outcome_unknown,
    o.cum_qty,
    trading._order_leaves((o.lifecycle)::text, (o.working_qty)::numeric, o.cum_qty) AS leaves_qty,
    trading._order_overfill((o.working_qty)::numeric, o.cum_qty) AS overfill_qty,
        CASE
            WHEN (o.cum_qty <> (0)::numeric) THEN util.div18(o.cum_value, o.cum_qty)
            ELSE NULL::numeric
        END AS avg_fill_price,
    o.exchange_order_id,
    o.idempotency_key,
    o.refusal_code,
    o.refusal_detail,
    o.version,
    o.submitted_at,
    o.updated_at,
    o.recorded_at
   FROM (trading.orders o
     JOIN ref.instruments i ON ((i.instrument_id = o.instrument_id)));

alter view trading.v_orders owner to daybook_api;

comment on view trading.v_orders is 'Orders with the names of their instruments: quantity and prices in force, what a replace under way asks for, and what follows from the fills.';

grant select on trading.v_orders to daybook_console;
grant select on trading.v_orders to daybook_lab_reader;
grant select on trading.v_orders to daybook_risk;
