-- daybook mirror: function market.fn_close_object(p_object_id uuid, p_chunks integer, p_stored_bytes bigint, p_chunks_sha256 bytea, p_row_offsets bigint[], p_sha256 bytea, p_size_bytes bigint, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_close_object(p_object_id uuid, p_chunks integer, p_stored_bytes bigint, p_chunks_sha256 bytea, p_row_offsets bigint[], p_sha256 bytea DEFAULT NULL::bytea, p_size_bytes bigint DEFAULT NULL::bigint, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, object_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    -- Hashing a whole content takes it into memory at once.
    c_whole_max constant bigint := 64 * 1024 * 1024;
    v_ctx    jsonb := util.ctx(p_ctx);
    v_object ingest.objects;
    v_kept   uuid;
    v_sent   record;
begin
    if p_object_id is null or p_chunks is null or p_chunks < 0 or p_stored_bytes is null or p_stored_bytes < 0
       or octet_length(p_chunks_sha256) is distinct from 32
    then
        raise exception 'p_object_id, p_chunks, p_stored_bytes or p_chunks_sha256 is not usable'
            using errcode = 'TB001', hint = 'Say how many chunks and bytes were sent, and the SHA-256 of the SHA-256 of each in their order.';
    end if;
    if octet_length(p_sha256) <> 32 or p_size_bytes < 0 or (p_sha256 is null) <> (p_size_bytes is null) then
        raise exception 'p_sha256 and p_size_bytes are not a hash and a size'
            using errcode = 'TB001', hint = 'Give both or neither, of the content as received.';
    end if;

    select o.* into v_object from ingest.objects o where o.object_id = p_object_id for update;
    if not found then
        raise exception 'object % was not opened', p_object_id
            using errcode = 'TB004', hint = 'Call market.fn_open_object first, in the same transaction.';
    end if;
    conflict_field := case
        when v_object.sha256 <> p_sha256 then 'sha256'
        when v_object.size_bytes <> p_size_bytes then 'size_bytes'
        when v_object.verdict = 'kept' and v_object.chunks <> p_chunks then 'chunks'
        when v_object.verdict = 'kept' and v_object.stored_bytes <> p_stored_bytes then 'stored_bytes'
    end;
    if v_object.verdict = 'kept' or conflict_field is not null then
        return query
            select case when conflict_field is null then 'replayed' else 'conflict' end, p_object_id, conflict_field;
        return;
    end if;
    v_object.sha256 := coalesce(v_object.sha256, p_sha256);
    v_object.size_bytes := coalesce(v_object.size_bytes, p_size_bytes);
    if v_object.sha256 is null then
        raise exception 'object % has no hash', p_object_id
            using errcode = 'TB001', hint = 'What was not known when the object was opened is given when it is closed.';
    end if;
    perform ingest._lock_object(p_object_id, v_object.sha256);
    select o.object_id into v_kept from ingest.objects o where o.sha256 = v_object.sha256 and o.verdict = 'kept';
    if found then
        return query select 'replayed', v_kept, null::text;
        return;
    end if;

    select count(*) as chunks, coalesce(sum(octet_length(c.bytes)), 0) as stored_bytes, coalesce(max(c.chunk_no) + 1, 0) as numbered,
           sha256(coalesce(string_agg(c.sha256, '' order by c.chunk_no), '')) as digest,
           sum(c.plain_bytes) filter (where v_object.encoding = 'zstd') as plain_bytes, count(c.plain_bytes) as told
      into v_sent
      from ingest.object_chunks c
     where c.object_id = p_object_id;
    if (v_sent.chunks, v_sent.stored_bytes, v_sent.digest) is distinct from (p_chunks::bigint, p_stored_bytes::numeric, p_chunks_sha256)
       or v_sent.numbered <> p_chunks
    then
        raise exception 'object %: % chunks of % bytes were sent, but % of % bytes arrived, or others', p_object_id, p_chunks,
                p_stored_bytes, v_sent.chunks, v_sent.stored_bytes
            using errcode = 'TB004', hint = 'Number the chunks from 0 and send each once.';
    end if;
    if v_sent.plain_bytes <> v_object.size_bytes and v_sent.told = v_sent.chunks then
        raise exception 'object %: its chunks are % bytes unpacked, its content is %', p_object_id, v_sent.plain_bytes, v_object.size_bytes
            using errcode = 'TB004', hint = 'Send all of the content, and the length of each chunk before it was compressed.';
    end if;
    if v_object.encoding <> 'zstd'
       and (p_stored_bytes <> v_object.size_bytes
            or p_stored_bytes <= c_whole_max
               and (select sha256(coalesce(string_agg(c.bytes, '' order by c.chunk_no), ''))
                      from ingest.object_chunks c where c.object_id = p_object_id) <> v_object.sha256)
    then
        raise exception 'object %: what arrived is not the content of hash %', p_object_id, encode(v_object.sha256, 'hex')
            using errcode = 'TB004', hint = 'Unless the encoding is zstd the chunks are the bytes as received.';
    end if;

    update ingest.objects o
       set verdict = 'kept', closed_at = clock_timestamp(), sha256 = v_object.sha256, size_bytes = v_object.size_bytes, chunks = p_chunks,
           stored_bytes = p_stored_bytes, row_offsets = p_row_offsets
     where o.object_id = p_object_id;
    perform bus.fn_emit_domain_event(
        p_event_type   => 'market.object_kept',
        p_aggregate_id => p_object_id::text,
        p_payload      => jsonb_build_object(
            'object_id', p_object_id, 'sha256', encode(v_object.sha256, 'hex'), 'size_bytes', v_object.size_bytes,
            'encoding', v_object.encoding, 'chunks', p_chunks, 'stored_bytes', p_stored_bytes),
        p_ctx          => coalesce(v_ctx, v_object.ctx));
    return query select 'created', p_object_id, null::text;
end
$function$;

alter function market.fn_close_object(p_object_id uuid, p_chunks integer, p_stored_bytes bigint, p_chunks_sha256 bytea, p_row_offsets bigint[], p_sha256 bytea, p_size_bytes bigint, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_close_object(p_object_id uuid, p_chunks integer, p_stored_bytes bigint, p_chunks_sha256 bytea, p_row_offsets bigint[], p_sha256 bytea, p_size_bytes bigint, p_ctx jsonb) is 'Closes the object that this transaction opened: compares the number and the hashes of what arrived (p_chunks_sha256 is the SHA-256 of the SHA-256 of every chunk, in their order; contents up to 64 MiB that are not zstd are hashed whole as well) and keeps it. p_stored_bytes counts the bytes that were sent, not those of chunks that are like others. replayed when it was closed before, or when its content turns out to be kept under another object_id: then roll back to before it was opened. conflict when hash or counts are not those of before. TB001 malformed, TB004 not opened, or what arrived is not what was sent.';

revoke execute on function market.fn_close_object(p_object_id uuid, p_chunks integer, p_stored_bytes bigint, p_chunks_sha256 bytea, p_row_offsets bigint[], p_sha256 bytea, p_size_bytes bigint, p_ctx jsonb) from public;
grant execute on function market.fn_close_object(p_object_id uuid, p_chunks integer, p_stored_bytes bigint, p_chunks_sha256 bytea, p_row_offsets bigint[], p_sha256 bytea, p_size_bytes bigint, p_ctx jsonb) to daybook_data_writer;
grant execute on function market.fn_close_object(p_object_id uuid, p_chunks integer, p_stored_bytes bigint, p_chunks_sha256 bytea, p_row_offsets bigint[], p_sha256 bytea, p_size_bytes bigint, p_ctx jsonb) to daybook_owner;
