create or replace function trading._emit_fill(p_fill trading.fills, p_position_id uuid) returns uuid
language sql volatile
return bus._emit_versioned('trading.fill_recorded', (p_fill).order_id::text, (p_fill).order_version,
    trading._describe_fill(p_fill, p_position_id), (p_fill).filled_at, null, (p_fill).account_id, (p_fill).ctx);

comment on function trading._emit_fill(trading.fills, uuid) is
    'Emits fill_recorded for a fill that this transaction has just written, as the event of its order.';
