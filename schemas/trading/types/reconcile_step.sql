-- daybook mirror: type trading.reconcile_step

create type trading.reconcile_step as (
    kind text,
    subject text,
    field text,
    book_value text,
    venue_value text,
    action text,
    result text,
    ref_id uuid,
    detail text,
    args jsonb
);

alter type trading.reconcile_step owner to daybook_owner;

comment on type trading.reconcile_step is 'A difference between book and venue, and what is to be done about it: an action with its arguments, or null with the reason.';
