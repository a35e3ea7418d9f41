-- daybook mirror: function market._replace_row(p_batch_id uuid, p_source text, p_file_name text, p_revision integer, p_stream text, p_instrument_id uuid, p_interval_s integer, p_time timestamp with time zone, p_key jsonb, p_values jsonb, p_sha256 bytea, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market._replace_row(p_batch_id uuid, p_source text, p_file_name text, p_revision integer, p_stream text, p_instrument_id uuid, p_interval_s integer, p_time timestamp with time zone, p_key jsonb, p_values jsonb, p_sha256 bytea, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET extra_float_digits TO '1'
AS $function$
declare
    v_is record;
    v_now constant timestamptz := clock_timestamp();
    v_match text;
    v_set text;
    v_done bigint;
begin
    select c.* into strict v_is from ingest._stream_clauses(p_stream) as c;
    v_match := format('%s and %s', v_is.series,
                      (select string_agg(format('t.%1$I = k.%1$I', name), ' and ') from jsonb_object_keys(p_key) as name));
    v_set := (select string_agg(format('%1$I = v.%1$I', name), ', ') from jsonb_object_keys(p_values) as name);

    perform ingest._drop_own_blocks(p_stream, p_instrument_id, p_interval_s);
    insert into ingest.batches
        (batch_id, source, stream, instrument_id, interval_s, file_name, revision, sha256, size_bytes, target, first_time, last_time, opened_at,
         closed_at, verdict, rows_in, superseded, ctx)
    values
        (p_batch_id, p_source, p_stream, p_instrument_id, p_interval_s, p_file_name, p_revision, p_sha256, 0, v_is.target, p_time, p_time, v_now,
         v_now, 'loaded', 1, 1, p_ctx);
    execute format(
        'insert into market.superseded (stream, instrument_id, interval_s, key, row_time, row, batch_id, superseded_by) '
        'select $6, $2, $3, %1$s, t.%2$s, %3$s, t.batch_id, $1 from %4$s as t, jsonb_populate_record(null::%4$s, $7) as k where %5$s',
        format(v_is.key_json, 't'), v_is.time_name, format(v_is.row_json, 't'), v_is.target, v_match)
      using p_batch_id, p_instrument_id, p_interval_s, p_time, p_time, p_stream, p_key;
    execute format(
        'update %1$s as t set %2$s, batch_id = $1 '
        '  from jsonb_populate_record(null::%1$s, $6) as k, jsonb_populate_record(null::%1$s, $7) as v where %3$s',
        v_is.target, v_set, v_match)
      using p_batch_id, p_instrument_id, p_interval_s, p_time, p_time, p_key, p_values;
    get diagnostics v_done = row_count;
    if v_done <> 1 then
        raise exception 'batch % replaced % rows of stream % instead of one', p_batch_id, v_done, p_stream
            using errcode = 'TB003', hint = 'Rows were changed beside the batches of the series; only batches may write them.';
    end if;
    perform market._note_dirty(p_batch_id);
    perform market._note_latest(p_batch_id);
end
$function$;

alter function market._replace_row(p_batch_id uuid, p_source text, p_file_name text, p_revision integer, p_stream text, p_instrument_id uuid, p_interval_s integer, p_time timestamp with time zone, p_key jsonb, p_values jsonb, p_sha256 bytea, p_ctx jsonb) owner to daybook_api;

comment on function market._replace_row(p_batch_id uuid, p_source text, p_file_name text, p_revision integer, p_stream text, p_instrument_id uuid, p_interval_s integer, p_time timestamp with time zone, p_key jsonb, p_values jsonb, p_sha256 bytea, p_ctx jsonb) is 'Registers a batch of one row and gives the row that p_key names these values; the old ones go to market.superseded. TB003 when it is not one row.';

revoke execute on function market._replace_row(p_batch_id uuid, p_source text, p_file_name text, p_revision integer, p_stream text, p_instrument_id uuid, p_interval_s integer, p_time timestamp with time zone, p_key jsonb, p_values jsonb, p_sha256 bytea, p_ctx jsonb) from public;
grant execute on function market._replace_row(p_batch_id uuid, p_source text, p_file_name text, p_revision integer, p_stream text, p_instrument_id uuid, p_interval_s integer, p_time timestamp with time zone, p_key jsonb, p_values jsonb, p_sha256 bytea, p_ctx jsonb) to daybook_owner;
