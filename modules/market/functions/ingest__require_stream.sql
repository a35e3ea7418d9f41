-- Beside the register are the two that are no rows of a table that batches are merged into: each has a function of its own that records it.
create or replace function ingest._require_stream(p_stream text)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    c_beside constant text[] := '{funding_snapshots,listings}';
begin
    if p_stream <> all (c_beside) and not exists (select from ingest.streams as s where s.stream = p_stream) then
        raise exception 'argument p_stream names no stream: %', quote_literal(left(p_stream, 200))
            using errcode = 'TB002', hint = format('ingest.streams lists them; %s are those beside them.', array_to_string(c_beside, ' and '));
    end if;
end
$$;
comment on function ingest._require_stream(text) is
    'Returns if sources state such data: a stream of ingest.streams, or one of those beside them. TB002 otherwise.';
