-- daybook mirror: function ingest._advance_cursor(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_last_time timestamp with time zone, p_last_id bigint, p_page_state jsonb, p_revision integer, p_batch_id uuid)

CREATE OR REPLACE FUNCTION ingest._advance_cursor(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_last_time timestamp with time zone, p_last_id bigint, p_page_state jsonb, p_revision integer, p_batch_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    -- Time and id move forward each for itself; a page state is replaced as it is given.
    insert into ingest.cursors as c
        (source, stream, instrument_id, interval_s, last_time, last_id, page_state, revision, batch_id)
      values (p_source, p_stream, p_instrument_id, p_interval_s, p_last_time, p_last_id, p_page_state, p_revision, p_batch_id)
    on conflict on constraint cursors_key do update
        set last_time = greatest(c.last_time, excluded.last_time), last_id = greatest(c.last_id, excluded.last_id),
            page_state = coalesce(excluded.page_state, c.page_state), revision = excluded.revision, batch_id = excluded.batch_id,
            advanced_at = clock_timestamp()
        where c.last_time is distinct from greatest(c.last_time, excluded.last_time)
           or c.last_id is distinct from greatest(c.last_id, excluded.last_id)
           or c.page_state is distinct from coalesce(excluded.page_state, c.page_state);
end
$function$;

alter function ingest._advance_cursor(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_last_time timestamp with time zone, p_last_id bigint, p_page_state jsonb, p_revision integer, p_batch_id uuid) owner to daybook_api;

comment on function ingest._advance_cursor(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_last_time timestamp with time zone, p_last_id bigint, p_page_state jsonb, p_revision integer, p_batch_id uuid) is 'Moves the cursor of a source and series forward, or makes it; a null leaves its part as it is.';

revoke execute on function ingest._advance_cursor(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_last_time timestamp with time zone, p_last_id bigint, p_page_state jsonb, p_revision integer, p_batch_id uuid) from public;
grant execute on function ingest._advance_cursor(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_last_time timestamp with time zone, p_last_id bigint, p_page_state jsonb, p_revision integer, p_batch_id uuid) to daybook_owner;
