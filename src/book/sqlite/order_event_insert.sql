insert into order_events (account_id, event_id, order_id, order_version, event, outcome, status, exchange_order_id, reason, qty, price,
                          stop_price, decided_by, refusal_code, refusal_detail, occurred_at, recorded_at, ctx)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
