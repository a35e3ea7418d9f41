-- The head of the aggregate is moved first. Its row lock makes emitters of one aggregate wait for each other's commit, and
-- only then does the insert draw an id; drawing it earlier would put versions and ids in different orders.
--
-- It is called by functions that have checked their caller already, and it checks none: whoever may execute it can say
-- that anything happened to any account. EXECUTE therefore goes to the owners of functions, never to a program.
create or replace function bus.fn_emit_domain_event(
    p_event_type text, p_aggregate_id text, p_payload jsonb,
    p_occurred_at timestamptz default null, p_event_id uuid default null,
    p_account_id uuid default null, p_ctx jsonb default null)
returns uuid
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function bus.fn_emit_domain_event(text, text, jsonb, timestamptz, uuid, uuid, jsonb) is
    'Records that something happened to an aggregate, in the current transaction, and returns the event id. '
    'TB002 for an undeclared type, TB001 for a payload without its required fields or a malformed context.';
