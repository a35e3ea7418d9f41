-- Made by tools/order_machine of src/book/order_transitions.conf; edit that.
create or replace function trading._order_events() returns text[]
language sql immutable parallel safe
return array[
    'acknowledge',
    'trigger',
    'reject',
    'cancel_request',
    'cancel',
    'cancel_reject',
    'replace_request',
    'replace',
    'replace_reject',
    'expire',
    'outcome_unknown']::text[];

comment on function trading._order_events() is 'The events that trading.fn_record_order_event() records, in the order of the file they are made of.';
