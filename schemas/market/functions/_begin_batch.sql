-- daybook mirror: function market._begin_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, OUT known ingest.batches, OUT conflict_field text, OUT revision integer)
-- needs: ingest/tables/batches.sql

CREATE OR REPLACE FUNCTION market._begin_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, OUT known ingest.batches, OUT conflict_field text, OUT revision integer)
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_stream ingest.streams;
begin
    perform ingest._check_batch(p_batch_id, p_source, p_stream, p_instrument_id, p_interval_s, p_file_name, p_sha256, p_size_bytes);
    select s.* into v_stream from ingest.streams s where s.stream = p_stream;
    if not found then
        raise exception 'p_stream is null'
            using errcode = 'TB001', hint = 'ingest.streams lists what can be loaded.';
    end if;
    if (p_instrument_id is not null) <> v_stream.has_instrument
       or (p_interval_s is not null) <> (v_stream.interval_column is not null)
    then
        raise exception 'p_instrument_id or p_interval_s does not fit stream %: %, %', p_stream,
                coalesce(p_instrument_id::text, 'null'), coalesce(p_interval_s::text, 'null')
            using errcode = 'TB001', hint = 'A batch is of one instrument and one interval where its stream has them, else of null.';
    end if;

    -- One batch per series at a time: what is decided here stays true until it commits.
    perform ingest._lock_batch(p_batch_id, concat_ws(' ', 'ingest series', p_stream, p_instrument_id, p_interval_s));

    revision := ingest._revision(p_source, p_file_name, p_sha256);
    select b.* into known from ingest.batches b where b.batch_id = p_batch_id;
    if found then
        conflict_field := case
            when known.source        is distinct from p_source        then 'source'
            when known.stream        is distinct from p_stream        then 'stream'
            when known.instrument_id is distinct from p_instrument_id then 'instrument_id'
            when known.interval_s    is distinct from p_interval_s    then 'interval_s'
            when known.sha256        is distinct from p_sha256 and p_sha256 is not null then 'sha256'
        end;
    elsif p_sha256 is not null then
        known := ingest._known_content(p_source, p_stream, p_instrument_id, p_interval_s, p_sha256, revision);
    end if;
    if known.verdict = 'open' then
        raise exception 'batch % is open already in this transaction', known.batch_id
            using errcode = 'TB004', hint = 'Send its rows and close it before this identity or content is opened again.';
    end if;
end
$function$;

alter function market._begin_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, OUT known ingest.batches, OUT conflict_field text, OUT revision integer) owner to daybook_api;

comment on function market._begin_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, OUT known ingest.batches, OUT conflict_field text, OUT revision integer) is 'Checks a batch that is to be loaded, waits for others of its series, and answers with the batch of this identity or content that is there already, what contradicts it, and the revision of the file. TB001, TB002 for arguments, TB004 when it is open.';

revoke execute on function market._begin_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, OUT known ingest.batches, OUT conflict_field text, OUT revision integer) from public;
grant execute on function market._begin_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint, OUT known ingest.batches, OUT conflict_field text, OUT revision integer) to daybook_owner;
