-- daybook mirror: function market.fn_close_batch(p_batch_id uuid, p_rows_in bigint, p_reject_lines bigint[], p_reject_offsets bigint[], p_reject_reasons text[], p_reject_raw text[], p_sha256 bytea, p_size_bytes bigint, p_equal_first timestamp with time zone[], p_equal_last timestamp with time zone[], p_equal_rows bigint[], p_quarantine bigint[], p_blocks jsonb, p_notes jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_close_batch(p_batch_id uuid, p_rows_in bigint, p_reject_lines bigint[], p_reject_offsets bigint[], p_reject_reasons text[], p_reject_raw text[], p_sha256 bytea DEFAULT NULL::bytea, p_size_bytes bigint DEFAULT NULL::bigint, p_equal_first timestamp with time zone[] DEFAULT NULL::timestamp with time zone[], p_equal_last timestamp with time zone[] DEFAULT NULL::timestamp with time zone[], p_equal_rows bigint[] DEFAULT NULL::bigint[], p_quarantine bigint[] DEFAULT NULL::bigint[], p_blocks jsonb DEFAULT NULL::jsonb, p_notes jsonb DEFAULT NULL::jsonb, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, rows_in bigint, inserted bigint, duplicate bigint, superseded bigint, rejected bigint, first_time timestamp with time zone, last_time timestamp with time zone, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
    v_ctx      jsonb := util.ctx(p_ctx);
    v_rejected bigint := market._check_rejects(p_reject_lines, p_reject_offsets, p_reject_reasons, p_reject_raw);
    v_batch    ingest.batches;
    v_known    ingest.batches;
    v_revision integer;
    v_is       record;
    v_arrived  bigint;
    v_last_id  bigint;
    v_equal    bigint := 0;
    v_equal_id bigint;
begin
    if p_batch_id is null or p_rows_in is null or p_rows_in < 0 then
        raise exception 'p_batch_id or p_rows_in is not usable: %, %',
                coalesce(p_batch_id::text, 'null'), coalesce(p_rows_in::text, 'null')
            using errcode = 'TB001', hint = 'Name the batch and say how many rows were read, rejected ones included.';
    end if;
    if octet_length(p_sha256) <> 32 or p_size_bytes < 0 or (p_sha256 is null) <> (p_size_bytes is null) then
        raise exception 'p_sha256 and p_size_bytes are not a hash and a size: % bytes, %',
                coalesce(octet_length(p_sha256)::text, 'null'), coalesce(p_size_bytes::text, 'null')
            using errcode = 'TB001', hint = 'Give both or neither, of the content as received.';
    end if;

    if not p_quarantine <@ coalesce(p_reject_lines, '{}') then
        raise exception 'p_quarantine names lines that are not rejected'
            using errcode = 'TB001', hint = 'Lines to be quarantined are among p_reject_lines.';
    end if;

    select b.* into v_batch from ingest.batches b where b.batch_id = p_batch_id for update;
    if not found then
        raise exception 'batch % was not opened', p_batch_id
            using errcode = 'TB004', hint = 'Call market.fn_open_batch first, in the same transaction.';
    end if;
    if v_batch.verdict = 'open' and v_batch.sha256 is null then
        if p_sha256 is null then
            raise exception 'batch % has no hash', p_batch_id
                using errcode = 'TB001', hint = 'What was not known when the batch was opened is given when it is closed.';
        end if;
        v_revision := ingest._revision(v_batch.source, v_batch.file_name, p_sha256);
        v_known := ingest._known_content(v_batch.source, v_batch.stream, v_batch.instrument_id, v_batch.interval_s, p_sha256, v_revision);
    else
        v_known := case when v_batch.verdict <> 'open' then v_batch end;
        conflict_field := case
            when v_batch.sha256 <> p_sha256 then 'sha256'
            when v_batch.size_bytes <> p_size_bytes then 'size_bytes'
            when v_batch.verdict = 'loaded' and v_batch.rows_in <> p_rows_in then 'rows_in'
        end;
    end if;
    if v_known.batch_id is not null or conflict_field is not null then
        v_known := coalesce(v_known, v_batch);
        return query
            select case when v_known.verdict = 'refused' then 'refused'
                        when conflict_field is not null then 'conflict'
                        else 'replayed' end,
                   v_known.rows_in, v_known.inserted, v_known.duplicate, v_known.superseded, v_known.rejected,
                   v_known.first_time, v_known.last_time, case when v_known.verdict <> 'refused' then conflict_field end,
                   case when v_known.verdict = 'refused' then 'batch_refused' end, v_known.reason;
        return;
    end if;

    if v_batch.sha256 is null then
        update ingest.batches b
           set sha256 = p_sha256, size_bytes = p_size_bytes, revision = v_revision
         where b.batch_id = p_batch_id;
    end if;

    -- What the sender says it sent is not believed: what stands in the table or in the stage counts. A batch may have begun
    -- in the table and gone on in the stage; what an open batch counts as inserted is what stood there then.
    if v_batch.target <> 'pg_temp.market_stage' or v_batch.inserted > 0 then
        select c.* into strict v_is from ingest._stream_clauses(v_batch.stream) c;
        execute format('select count(*), min(t.%1$s), max(t.%1$s), %2$s from %3$s t where %4$s and t.batch_id = $1',
                       v_is.time_name, coalesce('max(t.' || v_is.id_name || ')', 'null::bigint'), v_is.target, v_is.series)
           into v_arrived, first_time, last_time, v_last_id
          using p_batch_id, v_batch.instrument_id, v_batch.interval_s, v_batch.first_time, v_batch.last_time;
        inserted := v_arrived;
        duplicate := 0;
        superseded := 0;
    end if;
    if cardinality(p_equal_first) > 0 or cardinality(p_equal_last) > 0 or cardinality(p_equal_rows) > 0 then
        select e.row_count, e.last_id into strict v_equal, v_equal_id
          from ingest._take_equal(p_batch_id, p_equal_first, p_equal_last, p_equal_rows) e;
    end if;
    if v_batch.target = 'pg_temp.market_stage' then
        select coalesce(v_arrived, 0) + m.staged, v_batch.inserted + m.inserted, m.duplicate, m.superseded,
               least(fn_close_batch.first_time, m.first_time), greatest(fn_close_batch.last_time, m.last_time),
               greatest(v_last_id, m.last_id)
          into v_arrived, inserted, duplicate, superseded, first_time, last_time, v_last_id
          from market._merge(p_batch_id) m;
    end if;
    if v_equal > 0 then
        v_arrived := coalesce(v_arrived, 0) + v_equal;
        duplicate := coalesce(duplicate, 0) + v_equal;
        first_time := least(first_time, p_equal_first[1]);
        last_time := greatest(last_time, p_equal_last[cardinality(p_equal_last)]);
        v_last_id := greatest(v_last_id, v_equal_id);
    end if;
    if v_arrived + v_rejected <> p_rows_in then
        raise exception 'batch %: % rows in, but % arrived in % and % were rejected',
                p_batch_id, p_rows_in, v_arrived, v_batch.target, v_rejected
            using errcode = 'TB004',
                  hint = 'Send every row to the target that opening named, with its batch, inside the announced range.';
    end if;

    if p_notes is not null then
        update ingest.batches b set notes = p_notes where b.batch_id = p_batch_id;
    end if;
    v_batch := market._end_batch(p_batch_id, p_rows_in, inserted, duplicate, superseded, first_time, last_time, v_last_id,
                                 p_reject_lines, p_reject_offsets, p_reject_reasons, p_reject_raw, p_quarantine, v_ctx);
    if p_blocks is not null then
        perform ingest._make_blocks(p_batch_id, p_blocks);
    end if;
    return query
        select 'created', v_batch.rows_in, v_batch.inserted, v_batch.duplicate, v_batch.superseded, v_batch.rejected,
               v_batch.first_time, v_batch.last_time, null::text, null::text, null::text;
end
$function$;

alter function market.fn_close_batch(p_batch_id uuid, p_rows_in bigint, p_reject_lines bigint[], p_reject_offsets bigint[], p_reject_reasons text[], p_reject_raw text[], p_sha256 bytea, p_size_bytes bigint, p_equal_first timestamp with time zone[], p_equal_last timestamp with time zone[], p_equal_rows bigint[], p_quarantine bigint[], p_blocks jsonb, p_notes jsonb, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_close_batch(p_batch_id uuid, p_rows_in bigint, p_reject_lines bigint[], p_reject_offsets bigint[], p_reject_reasons text[], p_reject_raw text[], p_sha256 bytea, p_size_bytes bigint, p_equal_first timestamp with time zone[], p_equal_last timestamp with time zone[], p_equal_rows bigint[], p_quarantine bigint[], p_blocks jsonb, p_notes jsonb, p_ctx jsonb) is 'Closes the batch that this transaction opened: merges the stage or counts what was copied, keeps the rejected rows, moves the cursor, emits market.batch_loaded, and answers with what became of each row: rows_in = inserted + duplicate + superseded + rejected. Of different values those of the higher precedence stand and the others are kept in market.superseded; inside a file the last line wins. p_equal_first .. p_equal_last are ranges of which every row that market.fn_standing_rows showed, p_equal_rows of them, is stated by the batch with the same values and was not sent: they count as duplicate. p_blocks are hashes of stretches of rows that now stand as the sender computed them (ingest.blocks). p_notes is what the sender noticed of the values (ingest.batches). p_quarantine are those of the rejected lines that somebody has to look at (market.fn_settle_quarantined). p_sha256 and p_size_bytes are given when opening did not know them. replayed when the batch was closed before, or when its content turns out to have been loaded: then roll back. conflict when it then had other rows_in or another hash, refused when it was refused. TB001 malformed, TB004 not opened, or the rows do not add up.';

revoke execute on function market.fn_close_batch(p_batch_id uuid, p_rows_in bigint, p_reject_lines bigint[], p_reject_offsets bigint[], p_reject_reasons text[], p_reject_raw text[], p_sha256 bytea, p_size_bytes bigint, p_equal_first timestamp with time zone[], p_equal_last timestamp with time zone[], p_equal_rows bigint[], p_quarantine bigint[], p_blocks jsonb, p_notes jsonb, p_ctx jsonb) from public;
grant execute on function market.fn_close_batch(p_batch_id uuid, p_rows_in bigint, p_reject_lines bigint[], p_reject_offsets bigint[], p_reject_reasons text[], p_reject_raw text[], p_sha256 bytea, p_size_bytes bigint, p_equal_first timestamp with time zone[], p_equal_last timestamp with time zone[], p_equal_rows bigint[], p_quarantine bigint[], p_blocks jsonb, p_notes jsonb, p_ctx jsonb) to daybook_data_writer;
grant execute on function market.fn_close_batch(p_batch_id uuid, p_rows_in bigint, p_reject_lines bigint[], p_reject_offsets bigint[], p_reject_reasons text[], p_reject_raw text[], p_sha256 bytea, p_size_bytes bigint, p_equal_first timestamp with time zone[], p_equal_last timestamp with time zone[], p_equal_rows bigint[], p_quarantine bigint[], p_blocks jsonb, p_notes jsonb, p_ctx jsonb) to daybook_owner;
