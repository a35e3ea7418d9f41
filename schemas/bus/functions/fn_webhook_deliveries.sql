-- daybook mirror: function bus.fn_webhook_deliveries(p_endpoint_id uuid, p_state text, p_limit integer)

CREATE OR REPLACE FUNCTION bus.fn_webhook_deliveries(p_endpoint_id uuid DEFAULT NULL::uuid, p_state text DEFAULT NULL::text, p_limit integer DEFAULT 100)
 RETURNS TABLE(endpoint_id uuid, seq bigint, resend integer, event_id uuid, event_type text, aggregate_id text, state text, attempts integer, next_attempt_at timestamp with time zone, ended_at timestamp with time zone, took_ms integer, status integer, error text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return query
        select d.endpoint_id, d.seq, d.resend, d.event_id, d.event_type, d.aggregate_id, d.state, d.attempts, d.next_attempt_at, d.ended_at, d.took_ms,
               d.status, d.error
          from bus.v_webhook_deliveries as d
         where d.endpoint_id in (select w.endpoint_id from bus.fn_webhooks() as w where p_endpoint_id is null or w.endpoint_id = p_endpoint_id)
           and (p_state is null or d.state = p_state)
         order by d.seq desc, d.endpoint_id, d.resend desc
         limit p_limit;
end
$function$;

alter function bus.fn_webhook_deliveries(p_endpoint_id uuid, p_state text, p_limit integer) owner to daybook_api;

comment on function bus.fn_webhook_deliveries(p_endpoint_id uuid, p_state text, p_limit integer) is 'The latest deliveries to an endpoint, or to all that the role that is logged in may manage: pending, delivered, dead, or of any state.';

revoke execute on function bus.fn_webhook_deliveries(p_endpoint_id uuid, p_state text, p_limit integer) from public;
grant execute on function bus.fn_webhook_deliveries(p_endpoint_id uuid, p_state text, p_limit integer) to daybook_manager;
grant execute on function bus.fn_webhook_deliveries(p_endpoint_id uuid, p_state text, p_limit integer) to daybook_owner;
grant execute on function bus.fn_webhook_deliveries(p_endpoint_id uuid, p_state text, p_limit integer) to daybook_relay;
