-- daybook mirror: type trading.fill_answer

create type trading.fill_answer as (
    outcome text,
    fill_id uuid,
    order_status text,
    order_cum_qty numeric,
    position_id uuid,
    position_qty numeric,
    position_avg_price numeric,
    realized_pnl numeric,
    flags text[],
    conflict_field text,
    refusal_code text,
    refusal_detail text
);

alter type trading.fill_answer owner to daybook_owner;

comment on type trading.fill_answer is 'What is answered to a fill; quantities and realized_pnl (net) of order and position are those after the fill.';
