create or replace function market.fn_close_kline_batch(
    p_batch_id       uuid,
    p_rows_in        bigint,
    p_reject_lines   bigint[],
    p_reject_offsets bigint[],
    p_reject_reasons text[],
    p_reject_raw     text[],
    p_ctx            jsonb default null)
returns table (
    outcome        text,
    rows_in        bigint,
    inserted       bigint,
    duplicate      bigint,
    superseded     bigint,
    rejected       bigint,
    first_time     timestamptz,
    last_time      timestamptz,
    conflict_field text,
    refusal_code   text,
    refusal_detail text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
-- The range of the batch decides which partitions are read to count it.
set plan_cache_mode = force_custom_plan
set jit = off
-- Times inside the event read the same whoever loads.
set timezone = 'UTC'
as $$
#variable_conflict use_column
declare
    v_ctx      jsonb := util.ctx(p_ctx);
    v_rejected bigint := coalesce(cardinality(p_reject_lines), 0);
    v_arrived  bigint;
    v_batch    ingest.batches;
begin
    if p_batch_id is null or p_rows_in is null or p_rows_in < 0 then
        raise exception 'p_batch_id or p_rows_in is not usable: %, %',
                coalesce(p_batch_id::text, 'null'), coalesce(p_rows_in::text, 'null')
            using errcode = 'TB001', hint = 'Name the batch and say how many rows were read, rejected ones included.';
    end if;
    if coalesce(cardinality(p_reject_offsets), 0) <> v_rejected
       or coalesce(cardinality(p_reject_reasons), 0) <> v_rejected
       or coalesce(cardinality(p_reject_raw), 0) <> v_rejected
    then
        raise exception 'p_reject_lines, _offsets, _reasons, _raw have %, %, %, % elements', v_rejected,
                coalesce(cardinality(p_reject_offsets), 0), coalesce(cardinality(p_reject_reasons), 0),
                coalesce(cardinality(p_reject_raw), 0)
            using errcode = 'TB001', hint = 'Give one element of each for every rejected row; offset and raw may be null inside.';
    end if;
    if exists (
        select
          from unnest(p_reject_lines, p_reject_offsets, p_reject_reasons) as r(line, byte_offset, reason)
         where coalesce(r.line, 0) <= 0 or r.byte_offset < 0 or coalesce(r.reason, '') = '')
         or (select count(distinct r.line) from unnest(p_reject_lines) as r(line)) <> v_rejected
    then
        raise exception 'p_reject_lines, _offsets or _reasons hold an unusable element'
            using errcode = 'TB001',
                  hint = 'Lines count from 1 and do not repeat, offsets from 0, and every reject has a reason.';
    end if;

    select b.* into v_batch from ingest.batches b where b.batch_id = p_batch_id for update;
    if not found then
        raise exception 'batch % was not opened', p_batch_id
            using errcode = 'TB004', hint = 'Call market.fn_open_kline_batch first, in the same transaction.';
    end if;
    if v_batch.verdict <> 'open' then
        conflict_field := case when v_batch.verdict = 'loaded' and v_batch.rows_in <> p_rows_in then 'rows_in' end;
        return query
            select case when v_batch.verdict = 'refused' then 'refused'
                        when conflict_field is not null then 'conflict'
                        else 'replayed' end,
                   v_batch.rows_in, v_batch.inserted, v_batch.duplicate, v_batch.superseded, v_batch.rejected,
                   v_batch.first_time, v_batch.last_time, conflict_field,
                   case when v_batch.verdict = 'refused' then 'batch_refused' end, v_batch.reason;
        return;
    end if;

    -- What the sender says it sent is not believed: what stands in the table or in the stage counts.
    if v_batch.target = 'market.klines' then
        select count(*), min(k.open_time), max(k.open_time)
          into v_arrived, first_time, last_time
          from market.klines k
         where k.instrument_id = v_batch.instrument_id
           and k.interval_s = v_batch.interval_s
           and k.open_time between v_batch.first_time and v_batch.last_time
           and k.batch_id = p_batch_id;
        inserted := v_arrived;
        duplicate := 0;
        superseded := 0;
    else
        select m.staged, m.inserted, m.duplicate, m.superseded, m.first_time, m.last_time
          into v_arrived, inserted, duplicate, superseded, first_time, last_time
          from market._merge_kline_stage(p_batch_id) m;
    end if;
    if v_arrived + v_rejected <> p_rows_in then
        raise exception 'batch %: % rows in, but % arrived in % and % were rejected',
                p_batch_id, p_rows_in, v_arrived, v_batch.target, v_rejected
            using errcode = 'TB004',
                  hint = 'Send every row to the target that opening named, with its batch, inside the announced range.';
    end if;

    insert into ingest.rejects (batch_id, line, byte_offset, reason, raw)
        select p_batch_id, r.line, r.byte_offset, r.reason, r.raw
          from unnest(p_reject_lines, p_reject_offsets, p_reject_reasons, p_reject_raw) as r(line, byte_offset, reason, raw);

    update ingest.batches b
       set verdict = 'loaded', closed_at = clock_timestamp(), first_time = fn_close_kline_batch.first_time,
           last_time = fn_close_kline_batch.last_time, rows_in = p_rows_in, inserted = fn_close_kline_batch.inserted,
           duplicate = fn_close_kline_batch.duplicate, superseded = fn_close_kline_batch.superseded, rejected = v_rejected
     where b.batch_id = p_batch_id
    returning b.* into v_batch;

    insert into ingest.klines_cursor as c (source, instrument_id, interval_s, last_open_time, batch_id)
        select v_batch.source, v_batch.instrument_id, v_batch.interval_s, v_batch.last_time, p_batch_id
         where v_batch.last_time is not null
    on conflict on constraint klines_cursor_pkey do update
        set last_open_time = excluded.last_open_time, batch_id = excluded.batch_id, advanced_at = clock_timestamp()
        where c.last_open_time < excluded.last_open_time;

    perform bus.fn_emit_domain_event(
        p_event_type   => 'market.batch_loaded',
        p_aggregate_id => p_batch_id::text,
        p_payload      => jsonb_strip_nulls(jsonb_build_object(
            'batch_id', p_batch_id, 'source', v_batch.source, 'stream', v_batch.stream,
            'instrument_id', v_batch.instrument_id, 'interval_s', v_batch.interval_s,
            'file_name', v_batch.file_name, 'sha256', encode(v_batch.sha256, 'hex'),
            'rows_in', v_batch.rows_in, 'inserted', v_batch.inserted, 'duplicate', v_batch.duplicate,
            'superseded', v_batch.superseded, 'rejected', v_batch.rejected,
            'first_time', v_batch.first_time, 'last_time', v_batch.last_time)),
        p_ctx          => coalesce(v_ctx, v_batch.ctx));

    return query
        select 'created', v_batch.rows_in, v_batch.inserted, v_batch.duplicate, v_batch.superseded, v_batch.rejected,
               v_batch.first_time, v_batch.last_time, null::text, null::text, null::text;
end
$$;
comment on function market.fn_close_kline_batch(uuid, bigint, bigint[], bigint[], text[], text[], jsonb) is
    'Closes the batch that this transaction opened: merges the stage or counts what was copied, keeps the rejected '
    'rows, moves the cursor, emits market.batch_loaded, and answers with what became of each row: rows_in = inserted + '
    'duplicate + superseded + rejected. Different values win over older ones, which are kept in '
    'market.klines_superseded; inside a file the last line wins. replayed when the batch was closed before, conflict '
    'when it then had other rows_in, refused when it was refused. TB001 malformed, TB004 not opened, or the rows do '
    'not add up.';
