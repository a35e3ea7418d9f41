-- daybook mirror: function market.fn_known_chunks(p_batch_id uuid)

CREATE OR REPLACE FUNCTION market.fn_known_chunks(p_batch_id uuid)
 RETURNS TABLE(plain_sha256 bytea, sha256 bytea, plain_bytes integer, object_id uuid, chunk_no integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    -- Who asks holds the answer in memory: of pieces of some 400 kB, content of 6 GB.
    c_most  constant integer := 16384;
    -- A series that is loaded by days has thousands, of one chunk each, which are hardly ever those of another file.
    c_files constant integer := 256;
    v_batch constant ingest.batches := ingest._require_open_batch(p_batch_id);
begin
    return query
        select c.plain_sha256, c.sha256, c.plain_bytes, c.object_id, c.chunk_no
          from (select b.sha256, max(b.load_no) as load_no
                  from ingest.batches b
                 where b.stream = v_batch.stream and b.instrument_id is not distinct from v_batch.instrument_id
                   and b.interval_s is not distinct from v_batch.interval_s and b.verdict = 'loaded' and b.last_time >= v_batch.first_time
                 group by b.sha256
                 order by 2 desc
                 limit c_files) f
          join ingest.objects o on o.sha256 = f.sha256 and o.verdict = 'kept' and o.encoding = 'zstd'
          join ingest.object_chunks c on c.object_id = o.object_id and c.plain_sha256 is not null and c.bytes is not null
         order by f.load_no desc, c.chunk_no
         limit c_most;
end
$function$;

alter function market.fn_known_chunks(p_batch_id uuid) owner to daybook_api;

comment on function market.fn_known_chunks(p_batch_id uuid) is 'Chunks that are kept of earlier files of an open batch''s series, by the hash of what they are unpacked: those of the zstd objects of the latest 256 files whose rows reach into the batch''s range or come after it, at most 16384, the latest files'' first. A sender with the same content names such a chunk (like_object_id, like_chunk_no) and leaves the bytes out. TB004 not open.';

revoke execute on function market.fn_known_chunks(p_batch_id uuid) from public;
grant execute on function market.fn_known_chunks(p_batch_id uuid) to daybook_data_writer;
grant execute on function market.fn_known_chunks(p_batch_id uuid) to daybook_owner;
