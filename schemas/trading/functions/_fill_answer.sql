-- daybook mirror: function trading._fill_answer(p_outcome text, p_fill trading.fills, p_position_id uuid)
-- needs: trading/tables/fills.sql
-- needs: trading/types/fill_answer.sql

CREATE OR REPLACE FUNCTION trading._fill_answer(p_outcome text, p_fill trading.fills, p_position_id uuid)
 RETURNS trading.fill_answer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ROW(p_outcome, (p_fill).fill_id, (p_fill).order_status, (p_fill).order_cum_qty, p_position_id, (p_fill).position_qty, (p_fill).position_avg_price, (p_fill).position_realized, ((p_fill).flags)::text[], NULL::text, NULL::text, NULL::text)::trading.fill_answer;

alter function trading._fill_answer(p_outcome text, p_fill trading.fills, p_position_id uuid) owner to daybook_api;

comment on function trading._fill_answer(p_outcome text, p_fill trading.fills, p_position_id uuid) is 'What is answered to a fill that is recorded: now (created) or before (replayed).';

revoke execute on function trading._fill_answer(p_outcome text, p_fill trading.fills, p_position_id uuid) from public;
grant execute on function trading._fill_answer(p_outcome text, p_fill trading.fills, p_position_id uuid) to daybook_owner;
