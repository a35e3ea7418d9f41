-- daybook mirror: type trading.fill_event_answer

create type trading.fill_event_answer as (
    outcome text,
    event_id uuid,
    fill_id uuid,
    waiting boolean,
    order_status text,
    order_cum_qty numeric,
    position_id uuid,
    position_qty numeric,
    position_avg_price numeric,
    realized_pnl numeric,
    conflict_field text,
    refusal_code text,
    refusal_detail text
);

alter type trading.fill_event_answer owner to daybook_owner;

comment on type trading.fill_event_answer is 'What is answered to a bust or correction; quantities and realized_pnl (net) of order and position are those after it. waiting: the fill was not in the book.';
