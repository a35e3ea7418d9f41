-- daybook mirror: type trading.position_step

create type trading.position_step as (
    signed_qty numeric,
    open_cost numeric,
    avg_price numeric,
    realized_gross numeric,
    fee_settled numeric,
    closed_qty numeric,
    closed_value numeric,
    closed_fee numeric,
    closed_gross numeric
);

alter type trading.position_step owner to daybook_owner;

comment on type trading.position_step is 'A position after one fill: its state, what the fill realised, and of what it closed the quantity, the value (signed as the position was) and the part of fee and result.';
