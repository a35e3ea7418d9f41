-- daybook mirror: function trading._emit_fill(p_fill trading.fills, p_position_id uuid)
-- needs: bus/functions/_emit_versioned.sql
-- needs: trading/functions/_describe_fill.sql
-- needs: trading/tables/fills.sql

CREATE OR REPLACE FUNCTION trading._emit_fill(p_fill trading.fills, p_position_id uuid)
 RETURNS uuid
 LANGUAGE sql
RETURN bus._emit_versioned('trading.fill_recorded'::text, ((p_fill).order_id)::text, (p_fill).order_version, trading._describe_fill(p_fill, p_position_id), (p_fill).filled_at, NULL::uuid, (p_fill).account_id, (p_fill).ctx);

alter function trading._emit_fill(p_fill trading.fills, p_position_id uuid) owner to daybook_api;

comment on function trading._emit_fill(p_fill trading.fills, p_position_id uuid) is 'Emits fill_recorded for a fill that this transaction has just written, as the event of its order.';

revoke execute on function trading._emit_fill(p_fill trading.fills, p_position_id uuid) from public;
grant execute on function trading._emit_fill(p_fill trading.fills, p_position_id uuid) to daybook_owner;
