-- daybook mirror: function market.fn_note_source_error(p_error_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_error text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_note_source_error(p_error_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_error text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, error_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_now constant timestamptz := clock_timestamp();
    v_errors_in_row integer;
    v_old ingest.source_errors;
begin
    perform util.require_id('p_error_id', p_error_id);
    perform util.require_text('p_error', p_error, 4000);
    perform ingest._require_series(p_source, p_stream, p_instrument_id, p_interval_s);

    error_id := p_error_id;
    insert into ingest.source_errors (error_id, source, stream, instrument_id, interval_s, error, noted_at, ctx)
    values (p_error_id, p_source, p_stream, p_instrument_id, p_interval_s, p_error, v_now, v_ctx)
    on conflict on constraint source_errors_pkey do nothing;

    if found then
        outcome := 'created';
        insert into ingest.source_freshness as f
            (source, stream, instrument_id, interval_s, cadence_s, errors, errors_in_row, last_error, last_error_at)
        values (p_source, p_stream, p_instrument_id, p_interval_s, ingest._usual_cadence(p_stream, p_interval_s), 1, 1, p_error, v_now)
        on conflict on constraint source_freshness_key
            do update set errors = f.errors + 1, errors_in_row = f.errors_in_row + 1, last_error = excluded.last_error,
                          last_error_at = excluded.last_error_at
        returning f.errors_in_row into v_errors_in_row;
        perform bus.fn_emit_domain_event('market.source_failed',
            ingest._series_name(p_source, p_stream, p_instrument_id, p_interval_s),
            jsonb_strip_nulls(jsonb_build_object(
                'error_id', p_error_id, 'source', p_source, 'stream', p_stream, 'instrument_id', p_instrument_id, 'interval_s', p_interval_s,
                'error', p_error, 'errors_in_row', v_errors_in_row)),
            v_now, null, null, v_ctx);
        return next;
        return;
    end if;

    select * into strict v_old from ingest.source_errors as e where e.error_id = p_error_id;
    conflict_field := case
        when v_old.source <> p_source then 'source'
        when v_old.stream <> p_stream then 'stream'
        when v_old.instrument_id is distinct from p_instrument_id then 'instrument_id'
        when v_old.interval_s is distinct from p_interval_s then 'interval_s'
        when v_old.error <> p_error then 'error'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function market.fn_note_source_error(p_error_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_error text, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_note_source_error(p_error_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_error text, p_ctx jsonb) is 'Notes that a source did not deliver a series, and why: kept in ingest.source_errors, counted in ingest.source_freshness until a batch of the series is loaded again. created, replayed, or conflict naming the field that differs. TB001 malformed, TB002 unknown stream or instrument.';

revoke execute on function market.fn_note_source_error(p_error_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_error text, p_ctx jsonb) from public;
grant execute on function market.fn_note_source_error(p_error_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_error text, p_ctx jsonb) to daybook_data_writer;
grant execute on function market.fn_note_source_error(p_error_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_error text, p_ctx jsonb) to daybook_owner;
