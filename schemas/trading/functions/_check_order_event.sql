-- daybook mirror: function trading._check_order_event(p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text)

CREATE OR REPLACE FUNCTION trading._check_order_event(p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_events constant text[] :=
        array['acknowledge', 'trigger', 'reject', 'cancel_request', 'cancel', 'cancel_reject', 'expire', 'outcome_unknown'];
begin
    -- The only test that a good event pays for.
    if p_order_id is not null
       and p_event_id is not null
       and p_event = any (c_events)
       and coalesce(length(p_exchange_order_id) between 1 and 200, true)
       and coalesce(length(p_reason) between 1 and 2000, true)
    then
        return;
    end if;

    perform util.require_id('p_order_id', p_order_id);
    perform util.require_id('p_event_id', p_event_id);
    perform trading._require_choice('p_event', p_event, c_events);
    perform util.require_text('p_exchange_order_id', p_exchange_order_id, 200, false);
    perform util.require_text('p_reason', p_reason, 2000, false);
end
$function$;

alter function trading._check_order_event(p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text) owner to daybook_api;

comment on function trading._check_order_event(p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text) is 'Returns if the arguments of an order event are well formed, else TB001 naming the first that is not.';

revoke execute on function trading._check_order_event(p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text) from public;
grant execute on function trading._check_order_event(p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text) to daybook_owner;
