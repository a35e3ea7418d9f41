insert into fill_events (account_id, event_id, fill_id, place, kind, qty, price, fee, fee_currency, fee_rate, leaves_qty, reason, occurred_at,
                         recorded_at, ctx, outcome, refusal_code, refusal_detail, order_version, order_status, order_cum_qty,
                         position_version, position_cycle, position_qty, position_avg_price, position_realized)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)
