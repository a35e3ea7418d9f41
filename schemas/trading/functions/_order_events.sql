-- daybook mirror: function trading._order_events()

CREATE OR REPLACE FUNCTION trading._order_events()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ARRAY['acknowledge'::text, 'trigger'::text, 'reject'::text, 'cancel_request'::text, 'cancel'::text, 'cancel_reject'::text, 'replace_request'::text, 'replace'::text, 'replace_reject'::text, 'expire'::text, 'outcome_unknown'::text];

alter function trading._order_events() owner to daybook_api;

comment on function trading._order_events() is 'The events that trading.fn_record_order_event() records, in the order of the file they are made of.';

revoke execute on function trading._order_events() from public;
grant execute on function trading._order_events() to daybook_owner;
