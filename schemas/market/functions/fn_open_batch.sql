-- daybook mirror: function market.fn_open_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_open_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, batch_id uuid, target text, rows_in bigint, inserted bigint, duplicate bigint, superseded bigint, rejected bigint, first_time timestamp with time zone, last_time timestamp with time zone, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_ctx      jsonb := util.ctx(p_ctx);
    v_is       record;
    v_begun    record;
    v_known    ingest.batches;
    v_target   text;
    v_slack    interval;
    v_stands   boolean := true;
begin
    if p_ordered is null or (p_sha256 is null) <> (p_size_bytes is null) then
        raise exception 'p_ordered is null, or one of p_sha256 and p_size_bytes'
            using errcode = 'TB001', hint = 'Hash and size may be null together: what comes from a pipe is known when it ends.';
    end if;
    if (p_first is null) <> (p_last is null) or p_first > p_last then
        raise exception 'p_first .. p_last is not a range: % .. %',
                coalesce(p_first::text, 'null'), coalesce(p_last::text, 'null')
            using errcode = 'TB001', hint = 'Give the oldest and newest time, or null for both when they are not known.';
    end if;
    select n.* into strict v_begun
      from market._begin_batch(p_batch_id, p_source, p_stream, p_instrument_id, p_interval_s, p_file_name, p_sha256, p_size_bytes) n;
    v_known := v_begun.known;
    conflict_field := v_begun.conflict_field;
    if v_known.batch_id is not null then
        return query
            select case when conflict_field is not null then 'conflict'
                        when v_known.verdict = 'refused' then 'refused'
                        else 'replayed' end,
                   v_known.batch_id, null::text, v_known.rows_in, v_known.inserted, v_known.duplicate,
                   v_known.superseded, v_known.rejected, v_known.first_time, v_known.last_time, conflict_field,
                   case when v_known.verdict = 'refused' and conflict_field is null then 'batch_refused' end,
                   case when conflict_field is null then v_known.reason end;
        return;
    end if;

    select c.* into strict v_is from ingest._stream_clauses(p_stream) c;
    if p_first is not null then
        perform market.fn_ensure_partitions(p_stream, p_first, p_last);
        if p_ordered then
            select s.time_slack into strict v_slack from ingest.streams s where s.stream = p_stream;
            execute format('select exists (select from %s t where %s)', v_is.target, v_is.series)
               into v_stands
              using p_batch_id, p_instrument_id, p_interval_s, p_first - v_slack, p_last + v_slack;
        end if;
    end if;
    if v_stands then
        v_target := 'pg_temp.market_stage';
        perform market._make_stage(v_is.target, current_user);
    else
        v_target := v_is.target;
    end if;

    perform ingest._drop_own_blocks(p_stream, p_instrument_id, p_interval_s);
    insert into ingest.batches
        (batch_id, source, stream, instrument_id, interval_s, file_name, revision, sha256, size_bytes, target,
         first_time, last_time, verdict, ctx)
      values
        (p_batch_id, p_source, p_stream, p_instrument_id, p_interval_s, p_file_name, v_begun.revision, p_sha256, p_size_bytes, v_target,
         p_first, p_last, 'open', v_ctx);
    return query
        select 'created', p_batch_id, v_target, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint,
               p_first, p_last, null::text, null::text, null::text;
end
$function$;

alter function market.fn_open_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_open_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) is 'Opens a batch of rows of one stream, instrument and interval and names the table to COPY them into, in the same transaction: the target of the stream when p_ordered (no two rows about the same thing) and nothing stands yet between p_first and p_last, else pg_temp.market_stage, which has the same columns and line. Then market.fn_close_batch must follow; an open batch cannot commit. p_first and p_last may be null when they are not known, hash and size too. replayed (target null, with the counts of the earlier batch) when this batch or this content was loaded before; conflict when the identity was used for something else; refused when it was refused. Waits for another batch of the same series. TB001 malformed, TB002 unknown stream or instrument, TB004 the batch is open already, the stage''s name is taken, or not in isolation level read committed.';

revoke execute on function market.fn_open_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) from public;
grant execute on function market.fn_open_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) to daybook_data_writer;
grant execute on function market.fn_open_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) to daybook_owner;
