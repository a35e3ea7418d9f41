create or replace function market.fn_cursor(
    p_source        text,
    p_stream        text,
    p_instrument_id uuid,
    p_interval_s    integer)
returns table (
    last_time   timestamptz,
    last_id     bigint,
    page_state  jsonb,
    revision    integer,
    batch_id    uuid,
    advanced_at timestamptz)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select c.last_time, c.last_id, c.page_state, c.revision, c.batch_id, c.advanced_at
      from ingest.cursors c
     where c.source = p_source and c.stream = p_stream and c.instrument_id is not distinct from p_instrument_id
       and c.interval_s is not distinct from p_interval_s
$$;
comment on function market.fn_cursor(text, text, uuid, integer) is
    'How far a source has delivered a series: one row, or none when it has not begun.';
