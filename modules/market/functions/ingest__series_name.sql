create or replace function ingest._series_name(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer)
returns text
language sql immutable parallel safe
begin atomic
    select concat_ws('/', p_source, p_stream, coalesce(p_instrument_id::text, '-'), coalesce(p_interval_s::text, '-'));
end;
comment on function ingest._series_name(text, text, uuid, integer) is 'What a series of a source is called as the aggregate of events.';
