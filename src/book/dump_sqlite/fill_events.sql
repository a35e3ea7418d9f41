select e.account_id, e.fill_id, e.place, e.event_id, e.kind, e.qty, e.price, e.fee, e.fee_currency, e.fee_rate, e.leaves_qty, e.reason,
       iso(e.occurred_at) as occurred_at, e.outcome, e.refusal_code, e.order_version, e.order_status, e.order_cum_qty, e.position_version,
       e.position_cycle, e.position_qty, e.position_avg_price, e.position_realized
  from fill_events as e
 where (?1 is null or e.account_id in (select value from json_each(?1)))
 order by e.account_id, e.fill_id, e.place
