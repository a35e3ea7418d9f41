-- daybook mirror: function trading._fill_event_answer(p_outcome text, p_event trading.fill_events, p_position_id uuid)
-- needs: trading/tables/fill_events.sql
-- needs: trading/types/fill_event_answer.sql

CREATE OR REPLACE FUNCTION trading._fill_event_answer(p_outcome text, p_event trading.fill_events, p_position_id uuid)
 RETURNS trading.fill_event_answer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ROW(p_outcome, (p_event).event_id, (p_event).fill_id, ((p_event).order_version IS NULL), (p_event).order_status, (p_event).order_cum_qty, p_position_id, (p_event).position_qty, (p_event).position_avg_price, (p_event).position_realized, NULL::text, (p_event).refusal_code, (p_event).refusal_detail)::trading.fill_event_answer;

alter function trading._fill_event_answer(p_outcome text, p_event trading.fill_events, p_position_id uuid) owner to daybook_api;

comment on function trading._fill_event_answer(p_outcome text, p_event trading.fill_events, p_position_id uuid) is 'What is answered to a bust or correction that is recorded, now or before.';

revoke execute on function trading._fill_event_answer(p_outcome text, p_event trading.fill_events, p_position_id uuid) from public;
grant execute on function trading._fill_event_answer(p_outcome text, p_event trading.fill_events, p_position_id uuid) to daybook_owner;
