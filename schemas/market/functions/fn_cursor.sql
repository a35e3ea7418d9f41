-- daybook mirror: function market.fn_cursor(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer)

CREATE OR REPLACE FUNCTION market.fn_cursor(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer)
 RETURNS TABLE(last_time timestamp with time zone, last_id bigint, page_state jsonb, revision integer, batch_id uuid, advanced_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select c.last_time, c.last_id, c.page_state, c.revision, c.batch_id, c.advanced_at
      from ingest.cursors c
     where c.source = p_source and c.stream = p_stream and c.instrument_id is not distinct from p_instrument_id
       and c.interval_s is not distinct from p_interval_s
$function$;

alter function market.fn_cursor(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer) owner to daybook_api;

comment on function market.fn_cursor(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer) is 'How far a source has delivered a series: one row, or none when it has not begun.';

revoke execute on function market.fn_cursor(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer) from public;
grant execute on function market.fn_cursor(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer) to daybook_data_writer;
grant execute on function market.fn_cursor(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer) to daybook_owner;
