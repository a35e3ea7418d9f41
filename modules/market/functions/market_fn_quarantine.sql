create or replace function market.fn_quarantine(
    p_quarantine_id uuid,
    p_source        text,
    p_stream        text,
    p_batch_id      uuid,
    p_line          bigint,
    p_reason        text,
    p_raw           text,
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
    perform util.require_id('p_quarantine_id', p_quarantine_id);
    perform util.require_text('p_source', p_source);
    perform util.require_text('p_reason', p_reason);
    if p_raw is null or octet_length(p_raw) > 1048576 or p_line <= 0 or p_stream = '' or char_length(p_stream) > 200 then
        raise exception 'p_raw, p_line or p_stream is not usable'
            using errcode = 'TB001', hint = 'Give at most 1 MiB of what was received, and a line from 1; a larger payload is kept as an object.';
    end if;
    if p_batch_id is not null and not exists (select from ingest.batches b where b.batch_id = p_batch_id) then
        raise exception 'p_batch_id names no batch: %', p_batch_id
            using errcode = 'TB002', hint = 'Name the batch that it came with, or leave it null.';
    end if;

    insert into ingest.quarantine (quarantine_id, source, stream, batch_id, line, reason, raw, ctx)
      values (p_quarantine_id, p_source, p_stream, p_batch_id, p_line, p_reason, p_raw, v_ctx)
    on conflict on constraint quarantine_pkey do nothing;
    if not found then
        select q.* into strict v_known from ingest.quarantine q where q.quarantine_id = p_quarantine_id;
        conflict_field := case
            when v_known.source   is distinct from p_source   then 'source'
            when v_known.stream   is distinct from p_stream   then 'stream'
            when v_known.batch_id is distinct from p_batch_id then 'batch_id'
            when v_known.line     is distinct from p_line     then 'line'
            when v_known.reason   is distinct from p_reason   then 'reason'
            when v_known.raw      is distinct from p_raw      then 'raw'
        end;
        return query
            select case when conflict_field is null then 'replayed' else 'conflict' end, p_quarantine_id, conflict_field;
        return;
    end if;
    perform bus.fn_emit_domain_event(
        p_event_type   => 'market.quarantined',
        p_aggregate_id => p_quarantine_id::text,
        p_payload      => jsonb_strip_nulls(jsonb_build_object(
            'quarantine_id', p_quarantine_id, 'source', p_source, 'stream', p_stream, 'batch_id', p_batch_id, 'line', p_line,
            'reason', p_reason)),
        p_ctx          => v_ctx);
    return query select 'created', p_quarantine_id, null::text;
end
$$;
comment on function market.fn_quarantine(uuid, text, text, uuid, bigint, text, text, jsonb) is
    'Keeps what fits nowhere, a row or a payload, with the reason, until market.fn_settle_quarantined. created, replayed, or conflict naming '
    'the field that differs. TB001 malformed, TB002 unknown batch.';
