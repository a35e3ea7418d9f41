-- daybook mirror: function trading._order_event_type(p_event text)

CREATE OR REPLACE FUNCTION trading._order_event_type(p_event text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ('trading.order_'::text || CASE p_event WHEN 'acknowledge'::text THEN 'acknowledged'::text WHEN 'trigger'::text THEN 'triggered'::text WHEN 'reject'::text THEN 'rejected'::text WHEN 'cancel_request'::text THEN 'cancel_requested'::text WHEN 'cancel'::text THEN 'canceled'::text WHEN 'cancel_reject'::text THEN 'cancel_rejected'::text WHEN 'replace_request'::text THEN 'replace_requested'::text WHEN 'replace'::text THEN 'replaced'::text WHEN 'replace_reject'::text THEN 'replace_rejected'::text WHEN 'expire'::text THEN 'expired'::text WHEN 'outcome_unknown'::text THEN 'outcome_unknown'::text ELSE NULL::text END);

alter function trading._order_event_type(p_event text) owner to daybook_api;

comment on function trading._order_event_type(p_event text) is 'The type of domain event that says that an order took the event.';

revoke execute on function trading._order_event_type(p_event text) from public;
grant execute on function trading._order_event_type(p_event text) to daybook_owner;
