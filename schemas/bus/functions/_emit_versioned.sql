-- daybook mirror: function bus._emit_versioned(p_event_type text, p_aggregate_id text, p_version bigint, p_payload jsonb, p_occurred_at timestamp with time zone, p_event_id uuid, p_account_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus._emit_versioned(p_event_type text, p_aggregate_id text, p_version bigint, p_payload jsonb, p_occurred_at timestamp with time zone, p_event_id uuid, p_account_id uuid, p_ctx jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
AS $function$
declare
    -- Made here: to have it returned by the insert into a partition costs more than the rest of the statement's getting ready.
    v_event_id constant uuid := coalesce(p_event_id, util.uuid_v7());
begin
    insert into bus.domain_events (event_id, event_type, account_id, aggregate_type, aggregate_id, aggregate_version,
                                   occurred_at, payload, ctx)
    select v_event_id, t.event_type, p_account_id, t.aggregate_type, p_aggregate_id, p_version,
           coalesce(p_occurred_at, clock_timestamp()), p_payload, p_ctx
      from bus.domain_event_type as t
     where t.event_type = p_event_type
       and p_payload ?& t.required
       and bus._wake_sequencer();
    if not found then
        perform bus._refuse_emission(p_event_type, p_payload);
    end if;

    return v_event_id;
end
$function$;

alter function bus._emit_versioned(p_event_type text, p_aggregate_id text, p_version bigint, p_payload jsonb, p_occurred_at timestamp with time zone, p_event_id uuid, p_account_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function bus._emit_versioned(p_event_type text, p_aggregate_id text, p_version bigint, p_payload jsonb, p_occurred_at timestamp with time zone, p_event_id uuid, p_account_id uuid, p_ctx jsonb) is 'Emits an event of an aggregate whose own row, updated by the caller in this transaction, carries the version. Returns the event id.';

revoke execute on function bus._emit_versioned(p_event_type text, p_aggregate_id text, p_version bigint, p_payload jsonb, p_occurred_at timestamp with time zone, p_event_id uuid, p_account_id uuid, p_ctx jsonb) from public;
grant execute on function bus._emit_versioned(p_event_type text, p_aggregate_id text, p_version bigint, p_payload jsonb, p_occurred_at timestamp with time zone, p_event_id uuid, p_account_id uuid, p_ctx jsonb) to daybook_owner;
