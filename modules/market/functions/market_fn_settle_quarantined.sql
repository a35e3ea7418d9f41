create or replace function market.fn_settle_quarantined(
    p_quarantine_id uuid,
    p_settlement    text,
    p_reason        text,
    p_ctx           jsonb default null)
returns table (
    outcome        text,
    quarantine_id  uuid,
    conflict_field text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_ctx   jsonb := util.ctx(p_ctx);
    v_known ingest.quarantine;
begin
    perform util.require_text('p_reason', p_reason);
    if p_settlement is null or p_settlement not in ('loaded', 'discarded') then
        raise exception 'p_settlement is %', coalesce(quote_literal(left(p_settlement, 100)), 'null')
            using errcode = 'TB001', hint = 'loaded, when it was loaded by other means, or discarded.';
    end if;
    select q.* into v_known from ingest.quarantine q where q.quarantine_id = p_quarantine_id for update;
    if not found then
        raise exception 'p_quarantine_id names nothing: %', coalesce(p_quarantine_id::text, 'null')
            using errcode = 'TB002', hint = 'ingest.quarantine lists what waits.';
    end if;
    if v_known.settlement is not null then
        conflict_field := case
            when v_known.settlement  <> p_settlement then 'settlement'
            when v_known.settled_why <> p_reason     then 'reason'
        end;
        return query
            select case when conflict_field is null then 'replayed' else 'conflict' end, p_quarantine_id, conflict_field;
        return;
    end if;

    update ingest.quarantine q
       set settlement = p_settlement, settled_why = p_reason, settled_at = clock_timestamp()
     where q.quarantine_id = p_quarantine_id;
    perform audit._write('market.fn_settle_quarantined', 'quarantine', p_quarantine_id::text, null, 'created', 'quarantine_settled',
                         jsonb_build_object('settlement', p_settlement, 'reason', p_reason), v_ctx);
    perform bus.fn_emit_domain_event(
        p_event_type   => 'market.quarantine_settled',
        p_aggregate_id => p_quarantine_id::text,
        p_payload      => jsonb_build_object('quarantine_id', p_quarantine_id, 'settlement', p_settlement, 'reason', p_reason),
        p_ctx          => v_ctx);
    return query select 'created', p_quarantine_id, null::text;
end
$$;
comment on function market.fn_settle_quarantined(uuid, text, text, jsonb) is
    'Says what became of something quarantined, loaded or discarded, with the reason; audited. created, replayed, or conflict when it was '
    'settled otherwise. TB001 malformed, TB002 unknown.';
