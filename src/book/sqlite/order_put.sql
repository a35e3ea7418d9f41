insert into orders (account_id, order_id, origin, instrument_id, position_key, run_id, side, type, time_in_force, qty, price, stop_price,
                    idempotency_key, submitted_at, refusal_code, refusal_detail, lifecycle, pending, outcome_unknown,
                    working_qty, working_price, working_stop_price, requested_qty, requested_price, requested_stop_price, cum_qty, cum_value,
                    version, status, recorded_at, exchange_order_id, is_open, updated_at, ctx)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28,
        ?29, ?30, ?31, ?32, ?33, ?34)
