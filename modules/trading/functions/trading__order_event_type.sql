-- Made by tools/order_machine of src/book/order_transitions.conf; edit that.
create or replace function trading._order_event_type(p_event text) returns text
language sql immutable parallel safe
return 'trading.order_' || case p_event
    when 'acknowledge' then 'acknowledged'
    when 'trigger' then 'triggered'
    when 'reject' then 'rejected'
    when 'cancel_request' then 'cancel_requested'
    when 'cancel' then 'canceled'
    when 'cancel_reject' then 'cancel_rejected'
    when 'replace_request' then 'replace_requested'
    when 'replace' then 'replaced'
    when 'replace_reject' then 'replace_rejected'
    when 'expire' then 'expired'
    when 'outcome_unknown' then 'outcome_unknown'
end;

comment on function trading._order_event_type(text) is 'The type of domain event that says that an order took the event.';
