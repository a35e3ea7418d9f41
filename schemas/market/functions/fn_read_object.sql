-- daybook mirror: function market.fn_read_object(p_sha256 bytea)

CREATE OR REPLACE FUNCTION market.fn_read_object(p_sha256 bytea)
 RETURNS TABLE(chunk_no integer, encoding text, bytes bytea, first_byte bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select c.chunk_no, o.encoding, coalesce(c.bytes, k.bytes),
           sum(case o.encoding when 'zstd' then c.plain_bytes else octet_length(c.bytes) end) over (order by c.chunk_no)
               - case o.encoding when 'zstd' then c.plain_bytes else octet_length(c.bytes) end
      from ingest.objects o
      join ingest.object_chunks c on c.object_id = o.object_id
      left join ingest.object_chunks k on k.object_id = c.like_object_id and k.chunk_no = c.like_chunk_no
     where o.sha256 = p_sha256 and o.verdict = 'kept'
     order by c.chunk_no
$function$;

alter function market.fn_read_object(p_sha256 bytea) owner to daybook_api;

comment on function market.fn_read_object(p_sha256 bytea) is 'The chunks of a content that was kept, in their order; none when it was not. Put together, and unpacked when encoding is zstd, they are the bytes as received. first_byte: where in the content the chunk begins, from 0, unless its sender did not tell; with it one finds the chunk of a line whose place is in ingest.objects.row_offsets.';

revoke execute on function market.fn_read_object(p_sha256 bytea) from public;
grant execute on function market.fn_read_object(p_sha256 bytea) to daybook_data_writer;
grant execute on function market.fn_read_object(p_sha256 bytea) to daybook_lab_reader;
grant execute on function market.fn_read_object(p_sha256 bytea) to daybook_owner;
