create or replace function trading._fill_answer(p_outcome text, p_fill trading.fills, p_position_id uuid) returns trading.fill_answer
language sql immutable parallel safe
return row(p_outcome, (p_fill).fill_id, (p_fill).order_status, (p_fill).order_cum_qty, p_position_id, (p_fill).position_qty,
           (p_fill).position_avg_price, (p_fill).position_realized, (p_fill).flags, null, null, null)::trading.fill_answer;

comment on function trading._fill_answer(text, trading.fills, uuid) is
    'What is answered to a fill that is recorded: now (created) or before (replayed).';
