create or replace function market.fn_read_object(p_sha256 bytea)
returns table (
    chunk_no integer,
    encoding text,
    bytes    bytea)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select c.chunk_no, o.encoding, c.bytes
      from ingest.objects o
      join ingest.object_chunks c on c.object_id = o.object_id
     where o.sha256 = p_sha256 and o.verdict = 'kept'
     order by c.chunk_no
$$;
comment on function market.fn_read_object(bytea) is
    'The chunks of a content that was kept, in their order; none when it was not. Put together, and unpacked when encoding is zstd, they '
    'are the bytes as received.';
