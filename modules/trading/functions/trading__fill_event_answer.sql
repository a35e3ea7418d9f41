create or replace function trading._fill_event_answer(p_outcome text, p_event trading.fill_events, p_position_id uuid)
returns trading.fill_event_answer
language sql immutable parallel safe
return row(p_outcome, (p_event).event_id, (p_event).fill_id, (p_event).order_version is null, (p_event).order_status,
           (p_event).order_cum_qty, p_position_id, (p_event).position_qty, (p_event).position_avg_price, (p_event).position_realized,
           null, (p_event).refusal_code, (p_event).refusal_detail)::trading.fill_event_answer;

comment on function trading._fill_event_answer(text, trading.fill_events, uuid) is
    'What is answered to a bust or correction that is recorded, now or before.';
