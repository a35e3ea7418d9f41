-- The event types of this module.

select bus.fn_declare_event_type('ref.currency_registered', 'ref', 'currency', 'A currency became known.',
    '{"required": {"code": "string", "name": "string", "kind": "string"}}');
select bus.fn_declare_event_type('ref.venue_registered', 'ref', 'venue', 'A venue became known.',
    '{"required": {"code": "string", "name": "string"}}');
select bus.fn_declare_event_type('ref.instrument_registered', 'ref', 'instrument', 'An instrument became known.',
    '{"required": {"instrument_id": "uuid", "venue": "string", "symbol": "string", "kind": "string", "base": "string",
                   "quote": "string", "settle": "string", "multiplier": "decimal"},
      "optional": {"tick_size": "decimal", "lot_size": "decimal"}}');
