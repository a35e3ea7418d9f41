-- The event types of this module. Orders and fills share the aggregate 'order': one sequence of versions, in the order
-- in which the order's row was locked.

select bus.fn_declare_event_type('trading.account_opened', 'trading', 'account', 'An account was opened in the book.',
    '{"required": {"account_id": "uuid", "name": "string", "venue": "string", "currency": "string", "mode": "string",
                   "position_mode": "string", "opening_balance": "decimal"}}');

select bus.fn_declare_event_type('trading.run_started', 'trading', 'run', 'A run of a strategy started.',
    '{"required": {"run_id": "uuid", "kind": "string", "strategy": "string", "params": "object"},
      "optional": {"code_revision": "string"}}');
select bus.fn_declare_event_type('trading.run_finished', 'trading', 'run', 'A run of a strategy ended.',
    '{"required": {"run_id": "uuid", "status": "string"}}');

select bus.fn_declare_event_type(t.event_type, 'trading', 'order', t.description, t.contract::jsonb)
  from (values
    ('trading.order_submitted', 'An order was submitted, or an external order was claimed by its owner.',
     '{"required": {"order_id": "uuid", "instrument_id": "uuid", "position_key": "string", "side": "string", "type": "string",
                    "time_in_force": "string", "qty": "decimal", "status": "string"},
       "optional": {"price": "decimal", "stop_price": "decimal", "run_id": "uuid", "idempotency_key": "string"}}'),
    ('trading.order_denied', 'The book refused an order; it never left for the venue.',
     '{"required": {"order_id": "uuid", "instrument_id": "uuid", "position_key": "string", "side": "string", "type": "string",
                    "time_in_force": "string", "qty": "decimal", "status": "string", "refusal_code": "string",
                    "refusal_detail": "string"},
       "optional": {"price": "decimal", "stop_price": "decimal", "run_id": "uuid", "idempotency_key": "string"}}'),
    ('trading.order_imported', 'An order that was not submitted here was met at the venue or through its fill, or its terms became known.',
     '{"required": {"order_id": "uuid", "instrument_id": "uuid", "position_key": "string", "side": "string", "status": "string"},
       "optional": {"fill_id": "uuid", "type": "string", "time_in_force": "string", "qty": "decimal", "price": "decimal",
                    "stop_price": "decimal", "exchange_order_id": "string"}}'),
    ('trading.fill_recorded', 'An execution was recorded: order and position moved.',
     '{"required": {"fill_id": "uuid", "order_id": "uuid", "instrument_id": "uuid", "side": "string", "qty": "decimal",
                    "price": "decimal", "fee": "decimal", "flags": "array", "order_status": "string",
                    "order_cum_qty": "decimal", "position_id": "uuid", "position_key": "string",
                    "position_version": "integer", "position_cycle": "integer", "position_qty": "decimal",
                    "position_avg_price": "decimal", "realized_gross": "decimal", "realized_net": "decimal", "position_realized": "decimal"},
       "optional": {"fee_currency": "string", "fee_rate": "decimal", "liquidity": "string", "venue_trade_id": "string",
                    "trade_discriminator": "string"}}'),
    ('trading.fill_busted', 'The venue took an execution back: it counts nowhere any more.',
     '{"required": {"fill_id": "uuid", "event_id": "uuid", "order_id": "uuid", "instrument_id": "uuid", "order_status": "string",
                    "order_cum_qty": "decimal", "position_id": "uuid", "position_key": "string", "position_version": "integer",
                    "position_cycle": "integer", "position_qty": "decimal", "position_avg_price": "decimal",
                    "position_realized": "decimal"},
       "optional": {"leaves_qty": "decimal", "reason": "string"}}'),
    ('trading.fill_corrected', 'The venue corrected the terms of an execution; those given here count now.',
     '{"required": {"fill_id": "uuid", "event_id": "uuid", "order_id": "uuid", "instrument_id": "uuid", "qty": "decimal",
                    "price": "decimal", "fee": "decimal", "order_status": "string", "order_cum_qty": "decimal",
                    "position_id": "uuid", "position_key": "string", "position_version": "integer",
                    "position_cycle": "integer", "position_qty": "decimal", "position_avg_price": "decimal",
                    "position_realized": "decimal"},
       "optional": {"fee_currency": "string", "fee_rate": "decimal", "reason": "string"}}'),
    ('trading.fill_conflicted', 'A fill contradicts what is recorded; the payload keeps what was received.',
     '{"required": {"fill_id": "uuid", "order_id": "uuid", "conflict_field": "string", "received": "object"},
       "optional": {"known_fill_id": "uuid", "known_order_id": "uuid"}}'),
    ('trading.request_refused', 'An event of an order was refused; the order did not change.',
     '{"required": {"order_id": "uuid", "event_id": "uuid", "event": "string", "status": "string", "refusal_code": "string",
                    "refusal_detail": "string"}}')
  ) as t (event_type, description, contract);

select bus.fn_declare_event_type('trading.' || t.name, 'trading', 'order', t.description,
    '{"required": {"order_id": "uuid", "event_id": "uuid", "status": "string", "outcome_unknown": "boolean"},
      "optional": {"exchange_order_id": "string", "reason": "string", "qty": "decimal", "price": "decimal",
                   "stop_price": "decimal", "decided_by": "string"}}')
  from (values
    ('order_acknowledged', 'The venue took the order.'),
    ('order_triggered', 'The stop price of the order was met.'),
    ('order_rejected', 'The venue refused the order.'),
    ('order_cancel_requested', 'The venue was asked to cancel the order.'),
    ('order_canceled', 'The order was canceled.'),
    ('order_cancel_rejected', 'The venue refused to cancel the order.'),
    ('order_replace_requested', 'The venue was asked for other terms of the order.'),
    ('order_replaced', 'Other terms of the order are in force.'),
    ('order_replace_rejected', 'The venue refused other terms of the order.'),
    ('order_expired', 'The order expired.'),
    ('order_outcome_unknown', 'It is not known whether the venue took the last request for the order.')
  ) as t (name, description);

select bus.fn_declare_event_type('trading.equity_recorded', 'trading', 'equity', 'A point of the equity curve was recorded.',
    '{"required": {"point_id": "uuid", "as_of": "timestamp", "currency": "string", "balance": "decimal",
                   "unrealized": "decimal", "equity": "decimal", "complete": "boolean", "missing": "array"},
      "optional": {"run_id": "uuid"}}');
select bus.fn_declare_event_type('trading.state_saved', 'trading', 'state', 'A program saved a state to continue from.',
    '{"required": {"snapshot_id": "uuid", "name": "string", "as_of": "timestamp"}}');

select bus.fn_declare_event_type('trading.decision_recorded', 'trading', 'decision_log', 'A program or a person recorded a decision, an error, a state transition or a reconciliation.',
    '{"required": {"entry_id": "uuid", "kind": "string", "occurred_at": "timestamp"}, "optional": {"run_id": "uuid"}}');

select bus.fn_declare_event_type('trading.fill_event_kept', 'trading', 'account',
    'A bust or correction of a fill that is not in the book: it waits for the fill, or was refused.',
    '{"required": {"event_id": "uuid", "fill_id": "uuid", "kind": "string", "outcome": "string"},
      "optional": {"qty": "decimal", "price": "decimal", "fee": "decimal", "fee_currency": "string", "fee_rate": "decimal",
                   "leaves_qty": "decimal", "reason": "string", "refusal_code": "string", "refusal_detail": "string"}}');

-- Of the place, and not of the book: they stay behind when the book of an account moves.
select bus.fn_declare_event_type(t.event_type, 'trading', 'move', t.description, t.contract::jsonb)
  from (values
    ('trading.account_move_stepped', 'The book of an account came a step further on its way to another place, or from there.',
     '{"required": {"account_id": "uuid", "move_id": "uuid", "step": "string", "state": "string", "place": "string"}}'),
    ('trading.move_refused', 'A step in the move of an account was refused.',
     '{"required": {"account_id": "uuid", "move_id": "uuid", "step": "string", "state": "string", "place": "string", "refusal_code": "string",
                    "refusal_detail": "string"}}'),
    ('trading.rows_taken', 'Rows of the book of an arriving account were taken over.',
     '{"required": {"account_id": "uuid", "move_id": "uuid", "table": "string", "rows": "integer"}}')
  ) as t (event_type, description, contract);
