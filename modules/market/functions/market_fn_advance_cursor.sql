create or replace function market.fn_advance_cursor(
    p_source        text,
    p_stream        text,
    p_instrument_id uuid,
    p_interval_s    integer,
    p_last_time     timestamptz,
    p_last_id       bigint,
    p_page_state    jsonb,
    p_batch_id      uuid,
    p_ctx           jsonb default null)
returns table (
    outcome    text,
    last_time  timestamptz,
    last_id    bigint,
    page_state jsonb)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
#variable_conflict use_column
declare
    v_ctx      jsonb := util.ctx(p_ctx);
    v_revision integer := 1;
    v_series   text;
    v_cursor   ingest.cursors;
begin
    perform ingest._require_series(p_source, p_stream, p_instrument_id, p_interval_s);
    if not exists (select from ingest.streams s where s.stream = p_stream) then
        raise exception 'p_stream names no stream: %', quote_literal(left(p_stream, 200))
            using errcode = 'TB002', hint = 'ingest.streams lists what can be loaded.';
    end if;
    if num_nonnulls(p_last_time, p_last_id, p_page_state) = 0 or not isfinite(p_last_time)
       or jsonb_typeof(coalesce(p_page_state, '{}')) <> 'object'
    then
        raise exception 'p_last_time, p_last_id and p_page_state say nothing, or p_page_state is no object'
            using errcode = 'TB001', hint = 'Say up to where the source has delivered.';
    end if;
    if p_batch_id is not null then
        select b.revision into v_revision
          from ingest.batches b
         where b.batch_id = p_batch_id and b.source = p_source and b.stream = p_stream and b.verdict <> 'refused';
        if not found then
            raise exception 'p_batch_id names no batch of this source and stream: %', p_batch_id
                using errcode = 'TB002', hint = 'Name the batch whose rows the cursor covers, or null for a page without rows.';
        end if;
    end if;

    v_series := ingest._series_name(p_source, p_stream, p_instrument_id, p_interval_s);
    perform pg_advisory_xact_lock(hashtextextended('ingest.cursors ' || v_series, 0));
    select c.* into v_cursor
      from ingest.cursors c
     where c.source = p_source and c.stream = p_stream and c.instrument_id is not distinct from p_instrument_id
       and c.interval_s is not distinct from p_interval_s;
    last_time := greatest(v_cursor.last_time, p_last_time);
    last_id := greatest(v_cursor.last_id, p_last_id);
    page_state := coalesce(p_page_state, v_cursor.page_state);
    outcome := 'replayed';
    if (last_time, last_id, page_state) is not distinct from (v_cursor.last_time, v_cursor.last_id, v_cursor.page_state) then
        return next;
        return;
    end if;

    outcome := 'created';
    perform ingest._advance_cursor(p_source, p_stream, p_instrument_id, p_interval_s, p_last_time, p_last_id, p_page_state, v_revision,
                                   p_batch_id);
    -- A page without rows is an answer too: the source is well again.
    update ingest.source_freshness f
       set errors_in_row = 0
     where f.source = p_source and f.stream = p_stream and f.instrument_id is not distinct from p_instrument_id
       and f.interval_s is not distinct from p_interval_s and f.errors_in_row > 0;
    perform bus.fn_emit_domain_event(
        p_event_type   => 'market.cursor_advanced',
        p_aggregate_id => v_series,
        p_payload      => jsonb_strip_nulls(jsonb_build_object(
            'source', p_source, 'stream', p_stream, 'instrument_id', p_instrument_id, 'interval_s', p_interval_s,
            'last_time', last_time, 'last_id', last_id, 'page_state', page_state, 'batch_id', p_batch_id)),
        p_ctx          => v_ctx);
    return next;
end
$$;
comment on function market.fn_advance_cursor(text, text, uuid, integer, timestamptz, bigint, jsonb, uuid, jsonb) is
    'Moves the cursor of a source and series, in the transaction of the rows it covers or after a page without any, and answers with where '
    'it stands. When something moved the source is taken to be well again. Time and id never move back; null leaves a part as it is; the page state is replaced. created when something '
    'moved, else replayed. Closing a batch moves time and id by itself. TB001 malformed, TB002 unknown stream, instrument or batch.';
