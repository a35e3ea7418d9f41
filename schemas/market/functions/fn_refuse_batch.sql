-- daybook mirror: function market.fn_refuse_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_refuse_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_reason text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, batch_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_ctx    jsonb := util.ctx(p_ctx);
    v_known  ingest.batches;
begin
    perform ingest._check_batch(p_batch_id, p_source, p_stream, p_instrument_id, p_interval_s, p_file_name, p_sha256, p_size_bytes);
    if p_reason is null or p_reason = '' or char_length(p_reason) > 4000 then
        raise exception 'p_reason is not a reason: %', coalesce(quote_literal(left(p_reason, 200)), 'null')
            using errcode = 'TB001', hint = 'Say in 1 to 4000 characters why the file was refused.';
    end if;

    perform ingest._lock_batch(p_batch_id, 'ingest.batches ' || coalesce(encode(p_sha256, 'hex'), p_batch_id::text));

    select b.* into v_known from ingest.batches b where b.batch_id = p_batch_id;
    if found then
        conflict_field := case
            when v_known.verdict       is distinct from 'refused'       then 'verdict'
            when v_known.source        is distinct from p_source        then 'source'
            when v_known.stream        is distinct from p_stream        then 'stream'
            when v_known.instrument_id is distinct from p_instrument_id then 'instrument_id'
            when v_known.interval_s    is distinct from p_interval_s    then 'interval_s'
            when v_known.sha256        is distinct from p_sha256        then 'sha256'
            when v_known.reason        is distinct from p_reason        then 'reason'
        end;
    else
        -- Offering the same bad file again is the same refusal, not one more.
        select b.* into v_known
          from ingest.batches b
         where b.verdict = 'refused' and b.source = p_source and b.sha256 = p_sha256
           and b.stream is not distinct from p_stream
           and b.instrument_id is not distinct from p_instrument_id
           and b.interval_s is not distinct from p_interval_s
           and b.reason = p_reason
         order by b.opened_at
         limit 1;
    end if;
    if v_known.batch_id is not null then
        return query
            select case when conflict_field is null then 'replayed' else 'conflict' end, v_known.batch_id, conflict_field;
        return;
    end if;

    insert into ingest.batches
        (batch_id, source, stream, instrument_id, interval_s, file_name, sha256, size_bytes, closed_at, verdict, reason, ctx)
      values
        (p_batch_id, p_source, p_stream, p_instrument_id, p_interval_s, p_file_name, p_sha256, p_size_bytes,
         clock_timestamp(), 'refused', p_reason, v_ctx);
    perform audit._write(
        p_action       => 'market.fn_refuse_batch',
        p_subject_type => 'ingest_batch',
        p_subject_id   => p_batch_id::text,
        p_account_id   => null,
        p_outcome      => 'refused',
        p_code         => 'batch_refused',
        p_detail       => jsonb_build_object('file_name', p_file_name, 'reason', p_reason),
        p_ctx          => v_ctx);
    perform bus.fn_emit_domain_event(
        p_event_type   => 'market.batch_refused',
        p_aggregate_id => p_batch_id::text,
        p_payload      => jsonb_strip_nulls(jsonb_build_object(
            'batch_id', p_batch_id, 'source', p_source, 'stream', p_stream, 'instrument_id', p_instrument_id,
            'interval_s', p_interval_s, 'file_name', p_file_name, 'sha256', encode(p_sha256, 'hex'),
            'size_bytes', p_size_bytes, 'reason', p_reason)),
        p_ctx          => v_ctx);
    return query select 'created', p_batch_id, null::text;
end
$function$;

alter function market.fn_refuse_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_refuse_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_reason text, p_ctx jsonb) is 'Registers a file that was refused as a whole, with the reason, an audit row and the event market.batch_refused. created; replayed (with the earlier batch_id) when the same content was refused for the same reason before; conflict when the identity was used for something else. TB001 malformed, TB002 unknown stream or instrument, TB004 not in isolation level read committed.';

revoke execute on function market.fn_refuse_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_reason text, p_ctx jsonb) from public;
grant execute on function market.fn_refuse_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_reason text, p_ctx jsonb) to daybook_data_writer;
grant execute on function market.fn_refuse_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, p_reason text, p_ctx jsonb) to daybook_owner;
