-- daybook mirror: function ingest._series_name(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer)

CREATE OR REPLACE FUNCTION ingest._series_name(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
 SELECT concat_ws('/'::text, p_source, p_stream, COALESCE((p_instrument_id)::text, '-'::text), COALESCE((p_interval_s)::text, '-'::text)) AS concat_ws;
END;

alter function ingest._series_name(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer) owner to daybook_api;

comment on function ingest._series_name(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer) is 'What a series of a source is called as the aggregate of events.';

revoke execute on function ingest._series_name(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer) from public;
grant execute on function ingest._series_name(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer) to daybook_owner;
