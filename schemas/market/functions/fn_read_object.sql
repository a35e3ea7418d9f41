-- daybook mirror: function market.fn_read_object(p_sha256 bytea)

CREATE OR REPLACE FUNCTION market.fn_read_object(p_sha256 bytea)
 RETURNS TABLE(chunk_no integer, encoding text, bytes bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select c.chunk_no, o.encoding, c.bytes
      from ingest.objects o
      join ingest.object_chunks c on c.object_id = o.object_id
     where o.sha256 = p_sha256 and o.verdict = 'kept'
     order by c.chunk_no
$function$;

alter function market.fn_read_object(p_sha256 bytea) owner to daybook_api;

comment on function market.fn_read_object(p_sha256 bytea) is 'The chunks of a content that was kept, in their order; none when it was not. Put together, and unpacked when encoding is zstd, they are the bytes as received.';

revoke execute on function market.fn_read_object(p_sha256 bytea) from public;
grant execute on function market.fn_read_object(p_sha256 bytea) to daybook_data_writer;
grant execute on function market.fn_read_object(p_sha256 bytea) to daybook_lab_reader;
grant execute on function market.fn_read_object(p_sha256 bytea) to daybook_owner;
