create or replace function ingest._known_content(
    p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_sha256 bytea, p_revision integer)
returns ingest.batches
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_batch ingest.batches;
begin
    -- A path that went back to what it held once is loaded again: what it held in between has to give way. Few batches share a
    -- content and very many a series, which a table that was not analyzed lately does not tell the planner.
    with same as materialized (select b.* from ingest.batches b where b.sha256 = p_sha256)
    select b.* into v_batch
      from same b
     where b.source = p_source
       and b.stream = p_stream
       and b.instrument_id is not distinct from p_instrument_id
       and b.interval_s is not distinct from p_interval_s
       and b.revision >= p_revision
       and b.verdict <> 'refused'
     order by b.revision desc
     limit 1;
    return v_batch;
end
$$;
comment on function ingest._known_content(text, text, uuid, integer, bytea, integer) is
    'The batch that brought this content into this series, as this revision or a later one; null when none did.';
