-- daybook mirror: view trading.v_order_intents
-- needs: trading/tables/order_intents.sql

create view trading.v_order_intents as
 SELECT i.account_id,
    i.intent_id,
    i.action,
    i.order_id,
    i.bot_id,
    i.instrument_id,
    i.position_key,
    i.run_id,
    (i.side)::text AS side,
    (i.type)::text AS type,
    (i.time_in_force)::text AS time_in_force,
    (i.qty)::numeric AS qty,
    (i.price)::numeric AS price,
    (i.stop_price)::numeric AS stop_price,
    (i.reference_price)::numeric AS reference_price,
    i.reason,
    i.requested_at,
    i.expires_at,
        CASE
            WHEN ((i.settled_at IS NULL) AND (i.expires_at <= statement_timestamp())) THEN 'expired'::text
            ELSE i.status
        END AS status,
    i.claim_id,
    i.claimed_by,
    i.claimed_at,
    i.settled_at,
    i.refusal_code,
    i.refusal_detail
   FROM trading.order_intents i;

alter view trading.v_order_intents owner to daybook_api;

comment on view trading.v_order_intents is 'The queue from bots to the executor. What is too late is shown as expired, also while nobody has settled it.';

grant select on trading.v_order_intents to daybook_lab_reader;
grant select on trading.v_order_intents to daybook_risk;
