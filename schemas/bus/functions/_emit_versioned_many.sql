-- daybook mirror: function bus._emit_versioned_many(p_event_type text, p_aggregate_ids text[], p_versions bigint[], p_payloads jsonb[], p_occurred_ats timestamp with time zone[], p_account_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus._emit_versioned_many(p_event_type text, p_aggregate_ids text[], p_versions bigint[], p_payloads jsonb[], p_occurred_ats timestamp with time zone[], p_account_id uuid, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
    v_emitted bigint;
    v_refused jsonb;
begin
    insert into bus.domain_events (event_id, event_type, account_id, aggregate_type, aggregate_id, aggregate_version,
                                   occurred_at, payload, ctx)
    select util.uuid_v7(), t.event_type, p_account_id, t.aggregate_type, e.aggregate_id, e.version, e.occurred_at, e.payload, p_ctx
      from bus.domain_event_type as t
     cross join unnest(p_aggregate_ids, p_versions, p_payloads, p_occurred_ats) with ordinality
                as e (aggregate_id, version, payload, occurred_at, idx)
     where t.event_type = p_event_type
       and e.payload ?& t.required
       and (select bus._wake_sequencer())
     order by e.idx;
    get diagnostics v_emitted = row_count;

    if v_emitted <> cardinality(p_payloads) then
        select e.payload into strict v_refused
          from unnest(p_payloads) with ordinality as e (payload, idx)
         where not exists (select from bus.domain_event_type as t where t.event_type = p_event_type and e.payload ?& t.required)
         order by e.idx
         limit 1;
        perform bus._refuse_emission(p_event_type, v_refused);
    end if;
end
$function$;

alter function bus._emit_versioned_many(p_event_type text, p_aggregate_ids text[], p_versions bigint[], p_payloads jsonb[], p_occurred_ats timestamp with time zone[], p_account_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function bus._emit_versioned_many(p_event_type text, p_aggregate_ids text[], p_versions bigint[], p_payloads jsonb[], p_occurred_ats timestamp with time zone[], p_account_id uuid, p_ctx jsonb) is 'Emits events of one type, of aggregates whose own rows, updated by the caller in this transaction, carry the versions.';

revoke execute on function bus._emit_versioned_many(p_event_type text, p_aggregate_ids text[], p_versions bigint[], p_payloads jsonb[], p_occurred_ats timestamp with time zone[], p_account_id uuid, p_ctx jsonb) from public;
grant execute on function bus._emit_versioned_many(p_event_type text, p_aggregate_ids text[], p_versions bigint[], p_payloads jsonb[], p_occurred_ats timestamp with time zone[], p_account_id uuid, p_ctx jsonb) to daybook_owner;
