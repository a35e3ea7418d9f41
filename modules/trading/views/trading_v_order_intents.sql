create or replace view trading.v_order_intents as
select i.account_id, i.intent_id, i.action, i.order_id, i.bot_id, i.instrument_id, i.position_key, i.run_id, i.side::text as side,
       i.type::text as type, i.time_in_force::text as time_in_force, i.qty::numeric as qty, i.price::numeric as price,
       i.stop_price::numeric as stop_price, i.reference_price::numeric as reference_price, i.reason, i.requested_at, i.expires_at,
       case when i.settled_at is null and i.expires_at <= statement_timestamp() then 'expired' else i.status end as status,
       i.claim_id, i.claimed_by, i.claimed_at, i.settled_at, i.refusal_code, i.refusal_detail
  from trading.order_intents as i;

comment on view trading.v_order_intents is
    'The queue from bots to the executor. What is too late is shown as expired, also while nobody has settled it.';
