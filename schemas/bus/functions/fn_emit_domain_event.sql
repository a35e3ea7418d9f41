-- daybook mirror: function bus.fn_emit_domain_event(p_event_type text, p_aggregate_id text, p_payload jsonb, p_occurred_at timestamp with time zone, p_event_id uuid, p_account_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_emit_domain_event(p_event_type text, p_aggregate_id text, p_payload jsonb, p_occurred_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_event_id uuid DEFAULT NULL::uuid, p_account_id uuid DEFAULT NULL::uuid, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_version bigint;
begin
    -- What a function has said of the context itself is no part of what its caller handed over.
    perform util.ctx(case when jsonb_typeof(p_ctx) = 'object' then p_ctx - 'stale_fence' else p_ctx end);
    if p_aggregate_id is null then
        raise exception 'argument p_aggregate_id of event % is null', coalesce(p_event_type, 'null')
            using errcode = 'TB001',
                  hint = 'An event happened to something: pass the identity of it.';
    end if;

    insert into bus.aggregate_heads as h (aggregate_type, aggregate_id, version)
    select t.aggregate_type, p_aggregate_id, 1
      from bus.domain_event_type as t
     where t.event_type = p_event_type
    on conflict (aggregate_type, aggregate_id) do update set version = h.version + 1
    returning h.version into v_version;

    return bus._emit_versioned(p_event_type, p_aggregate_id, v_version, p_payload, p_occurred_at, p_event_id, p_account_id, p_ctx);
end
$function$;

alter function bus.fn_emit_domain_event(p_event_type text, p_aggregate_id text, p_payload jsonb, p_occurred_at timestamp with time zone, p_event_id uuid, p_account_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_emit_domain_event(p_event_type text, p_aggregate_id text, p_payload jsonb, p_occurred_at timestamp with time zone, p_event_id uuid, p_account_id uuid, p_ctx jsonb) is 'Records that something happened to an aggregate, in the current transaction, and returns the event id. TB002 for an undeclared type, TB001 for a payload without its required fields or a malformed context.';

revoke execute on function bus.fn_emit_domain_event(p_event_type text, p_aggregate_id text, p_payload jsonb, p_occurred_at timestamp with time zone, p_event_id uuid, p_account_id uuid, p_ctx jsonb) from public;
grant execute on function bus.fn_emit_domain_event(p_event_type text, p_aggregate_id text, p_payload jsonb, p_occurred_at timestamp with time zone, p_event_id uuid, p_account_id uuid, p_ctx jsonb) to daybook_app;
grant execute on function bus.fn_emit_domain_event(p_event_type text, p_aggregate_id text, p_payload jsonb, p_occurred_at timestamp with time zone, p_event_id uuid, p_account_id uuid, p_ctx jsonb) to daybook_executor;
grant execute on function bus.fn_emit_domain_event(p_event_type text, p_aggregate_id text, p_payload jsonb, p_occurred_at timestamp with time zone, p_event_id uuid, p_account_id uuid, p_ctx jsonb) to daybook_owner;
