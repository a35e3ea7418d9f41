-- daybook mirror: type trading.notional_answer

create type trading.notional_answer as (
    slice integer,
    code text,
    detail text
);

alter type trading.notional_answer owner to daybook_owner;

comment on type trading.notional_answer is 'The slice of which an order may be taken, or why it may not.';
