-- What closing a batch of COPY and recording rows in one call have in common.
create or replace function market._end_batch(
    p_batch_id       uuid,
    p_rows_in        bigint,
    p_inserted       bigint,
    p_duplicate      bigint,
    p_superseded     bigint,
    p_first          timestamptz,
    p_last           timestamptz,
    p_last_id        bigint,
    p_reject_lines   bigint[],
    p_reject_offsets bigint[],
    p_reject_reasons text[],
    p_reject_raw     text[],
    p_quarantine     bigint[],
    p_ctx            jsonb)
returns ingest.batches
language plpgsql volatile
set search_path = pg_catalog, pg_temp
-- Times inside the event read the same whoever loads.
set timezone = 'UTC'
as $$
declare
    v_batch ingest.batches;
begin
    insert into ingest.rejects (batch_id, line, byte_offset, reason, raw)
        select p_batch_id, r.line, r.byte_offset, r.reason, r.raw
          from unnest(p_reject_lines, p_reject_offsets, p_reject_reasons, p_reject_raw) as r(line, byte_offset, reason, raw);

    update ingest.batches b
       set verdict = 'loaded', closed_at = clock_timestamp(), first_time = p_first, last_time = p_last, rows_in = p_rows_in,
           inserted = p_inserted, duplicate = p_duplicate, superseded = p_superseded,
           rejected = coalesce(cardinality(p_reject_lines), 0)
     where b.batch_id = p_batch_id
    returning b.* into v_batch;

    if cardinality(p_quarantine) > 0 then
        perform q.outcome
           from ingest.rejects r
          cross join lateral market.fn_quarantine(gen_random_uuid(), v_batch.source, v_batch.stream, p_batch_id, r.line, r.reason,
                                                  coalesce(r.raw, ''), p_ctx) q
          where r.batch_id = p_batch_id and r.line = any (p_quarantine);
    end if;
    if p_last is not null then
        perform ingest._advance_cursor(v_batch.source, v_batch.stream, v_batch.instrument_id, v_batch.interval_s, p_last, p_last_id,
                                       null, v_batch.revision, p_batch_id);
    end if;

    perform market._note_dirty(p_batch_id);
    perform market._note_latest(p_batch_id);
    perform ingest._note_freshness(p_batch_id);

    perform bus.fn_emit_domain_event(
        p_event_type   => 'market.batch_loaded',
        p_aggregate_id => p_batch_id::text,
        p_payload      => jsonb_strip_nulls(jsonb_build_object(
            'batch_id', p_batch_id, 'source', v_batch.source, 'stream', v_batch.stream,
            'instrument_id', v_batch.instrument_id, 'interval_s', v_batch.interval_s,
            'file_name', v_batch.file_name, 'revision', v_batch.revision, 'sha256', encode(v_batch.sha256, 'hex'),
            'rows_in', v_batch.rows_in, 'inserted', v_batch.inserted, 'duplicate', v_batch.duplicate,
            'superseded', v_batch.superseded, 'rejected', v_batch.rejected,
            'first_time', v_batch.first_time, 'last_time', v_batch.last_time)),
        p_ctx          => coalesce(p_ctx, v_batch.ctx));
    return v_batch;
end
$$;
comment on function market._end_batch(uuid, bigint, bigint, bigint, bigint, timestamptz, timestamptz, bigint, bigint[],
                                      bigint[], text[], text[], bigint[], jsonb) is
    'Writes down what became of the rows of an open batch: the counts, the rejected rows and which of them wait in quarantine, the cursor, what is to be rolled up, '
    'latest price and freshness, the event market.batch_loaded.';
