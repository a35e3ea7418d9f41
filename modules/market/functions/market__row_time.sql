-- daybook-lint: allow state-change-without-event until 2028-06-30: what it puts together only reads
create or replace function market._row_time(p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_batch_id uuid default null)
returns timestamptz
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_is record;
    v_time timestamptz;
begin
    select c.* into strict v_is from ingest._stream_clauses(p_stream) as c;
    execute format('select k.%1$s from jsonb_populate_record(null::%2$s, $1) as k', v_is.time_name, v_is.target)
       into v_time using p_key;
    execute format('select t.%1$s from %2$s as t, jsonb_populate_record(null::%2$s, $6) as k where %3$s and %4$s and ($1 is null or t.batch_id = $1)',
                   v_is.time_name, v_is.target, v_is.series,
                   (select string_agg(format('t.%1$I = k.%1$I', name), ' and ') from jsonb_object_keys(p_key) as name))
       into v_time using p_batch_id, p_instrument_id, p_interval_s, v_time, v_time, p_key;
    return v_time;
end
$$;
comment on function market._row_time(text, uuid, integer, jsonb, uuid) is
    'The time of the row that a key names, if it is there and, when a batch is named, has its values from that batch; else null.';
