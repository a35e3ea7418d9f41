-- daybook mirror: function market.fn_open_kline_batch(p_batch_id uuid, p_source text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_open_kline_batch(p_batch_id uuid, p_source text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, batch_id uuid, target text, rows_in bigint, inserted bigint, duplicate bigint, superseded bigint, rejected bigint, first_time timestamp with time zone, last_time timestamp with time zone, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    c_stream constant text := 'klines';
    v_ctx    jsonb := util.ctx(p_ctx);
    v_known  ingest.batches;
    v_target text := 'market.klines';
begin
    perform ingest._check_batch(p_batch_id, p_source, p_file_name, p_sha256, p_size_bytes, p_interval_s);
    if p_instrument_id is null or p_interval_s is null or p_sha256 is null or p_size_bytes is null or p_ordered is null then
        raise exception 'one of p_instrument_id, p_interval_s, p_sha256, p_size_bytes, p_ordered is null'
            using errcode = 'TB001', hint = 'A batch of candles is opened when its content is known.';
    end if;
    if (p_first is null) <> (p_last is null) or p_first > p_last then
        raise exception 'p_first .. p_last is not a range: % .. %',
                coalesce(p_first::text, 'null'), coalesce(p_last::text, 'null')
            using errcode = 'TB001', hint = 'Give the oldest and newest open time, or null for both when no row was accepted.';
    end if;
    if not exists (select from ref.instruments i where i.instrument_id = p_instrument_id) then
        raise exception 'p_instrument_id names no instrument: %', p_instrument_id
            using errcode = 'TB002', hint = 'Register it with ref.fn_register_instrument.';
    end if;

    -- One batch per series at a time: what is decided here stays true until it commits.
    perform ingest._lock_batch(p_batch_id, 'market.klines ' || p_instrument_id || ' ' || p_interval_s);

    select b.* into v_known from ingest.batches b where b.batch_id = p_batch_id;
    if found then
        conflict_field := case
            when v_known.source        is distinct from p_source        then 'source'
            when v_known.stream        is distinct from c_stream        then 'stream'
            when v_known.instrument_id is distinct from p_instrument_id then 'instrument_id'
            when v_known.interval_s    is distinct from p_interval_s    then 'interval_s'
            when v_known.sha256        is distinct from p_sha256        then 'sha256'
        end;
    else
        select b.* into v_known
          from ingest.batches b
         where b.source = p_source and b.stream = c_stream and b.instrument_id = p_instrument_id
           and b.interval_s = p_interval_s and b.sha256 = p_sha256 and b.verdict <> 'refused';
    end if;
    if v_known.verdict = 'open' then
        raise exception 'batch % is open already in this transaction', v_known.batch_id
            using errcode = 'TB004', hint = 'Send its rows and close it before this identity or content is opened again.';
    end if;
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

    if p_first is not null then
        perform market.fn_ensure_kline_months(p_first, p_last);
        if not p_ordered or exists (
            select
              from market.klines k
             where k.instrument_id = p_instrument_id
               and k.interval_s = p_interval_s
               and k.open_time between p_first and p_last)
        then
            v_target := 'pg_temp.kline_stage';
            perform market._make_kline_stage(current_user);
        end if;
    end if;

    insert into ingest.batches
        (batch_id, source, stream, instrument_id, interval_s, file_name, sha256, size_bytes, target,
         first_time, last_time, verdict, ctx)
      values
        (p_batch_id, p_source, c_stream, p_instrument_id, p_interval_s, p_file_name, p_sha256, p_size_bytes, v_target,
         p_first, p_last, 'open', v_ctx);
    return query
        select 'created', p_batch_id, v_target, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint,
               p_first, p_last, null::text, null::text, null::text;
end
$function$;

alter function market.fn_open_kline_batch(p_batch_id uuid, p_source text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_open_kline_batch(p_batch_id uuid, p_source text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) is 'Opens a batch of candles of one instrument and interval and names the table to COPY them into, in the same transaction: market.klines when p_ordered (strictly increasing open times) and nothing stands yet between p_first and p_last, else pg_temp.kline_stage, which has the same columns and line. Then market.fn_close_kline_batch must follow; an open batch cannot commit. replayed (target null, with the counts of the earlier batch) when this batch or this content was loaded before; conflict when the identity was used for something else; refused when it was refused. Waits for another batch of the same series. TB001 malformed, TB002 unknown instrument, TB004 the batch is open already, the stage''s name is taken, or not in isolation level read committed.';

revoke execute on function market.fn_open_kline_batch(p_batch_id uuid, p_source text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) from public;
grant execute on function market.fn_open_kline_batch(p_batch_id uuid, p_source text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) to daybook_data_writer;
grant execute on function market.fn_open_kline_batch(p_batch_id uuid, p_source text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) to daybook_owner;
