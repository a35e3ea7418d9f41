-- Every event of the database passes through this statement or, many at once, through that of bus._emit_versioned_many(). The caller holds the lock of the aggregate already, so
-- that the id drawn by the default of the column comes after it: within an aggregate ids and versions rise together.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function bus._emit_versioned(
    p_event_type text, p_aggregate_id text, p_version bigint, p_payload jsonb,
    p_occurred_at timestamptz, p_event_id uuid, p_account_id uuid, p_ctx jsonb)
returns uuid
language plpgsql volatile
as $$
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
$$;

comment on function bus._emit_versioned(text, text, bigint, jsonb, timestamptz, uuid, uuid, jsonb) is
    'Emits an event of an aggregate whose own row, updated by the caller in this transaction, carries the version. '
    'Returns the event id.';
