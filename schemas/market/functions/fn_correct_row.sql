-- daybook mirror: function market.fn_correct_row(p_correction_id uuid, p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_values jsonb, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_correct_row(p_correction_id uuid, p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_values jsonb, p_reason text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, correction_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_old market.corrections;
    v_time timestamptz;
begin
    perform util.require_id('p_correction_id', p_correction_id);
    perform util.require_text('p_reason', p_reason, 1000);
    perform market._check_correction(p_stream, p_instrument_id, p_interval_s, p_key, p_values);
    perform ingest._lock_batch(p_correction_id, concat_ws(' ', 'ingest series', p_stream, p_instrument_id, p_interval_s));

    correction_id := p_correction_id;
    select * into v_old from market.corrections as c where c.correction_id = p_correction_id;
    if found then
        conflict_field := case
            when v_old.stream <> p_stream then 'stream'
            when v_old.instrument_id is distinct from p_instrument_id then 'instrument_id'
            when v_old.interval_s is distinct from p_interval_s then 'interval_s'
            when v_old.key <> p_key then 'key'
            when v_old.new_values <> p_values then 'values'
            when v_old.reason <> p_reason then 'reason'
        end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
        return next;
        return;
    end if;

    v_time := market._row_time(p_stream, p_instrument_id, p_interval_s, p_key);
    if v_time is null then
        raise exception 'argument p_key names no row of stream %: %', p_stream, p_key
            using errcode = 'TB002', hint = 'A correction is of a row that is there; a row that is missing is loaded.';
    end if;
    perform market._replace_row(p_correction_id, 'correction', 'correction', 1, p_stream, p_instrument_id, p_interval_s, v_time, p_key, p_values,
        sha256(convert_to(concat_ws(' ', p_correction_id, p_key, p_values), 'UTF8')), v_ctx);
    insert into market.corrections (correction_id, stream, instrument_id, interval_s, key, row_time, new_values, reason, ctx)
    values (p_correction_id, p_stream, p_instrument_id, p_interval_s, p_key, v_time, p_values, p_reason, v_ctx);
    perform audit._write('market.fn_correct_row', 'correction', p_correction_id::text, null, 'created', null,
        jsonb_build_object('stream', p_stream, 'key', p_key, 'values', p_values, 'reason', p_reason), v_ctx);
    perform bus.fn_emit_domain_event('market.row_corrected', p_correction_id::text,
        jsonb_strip_nulls(jsonb_build_object('correction_id', p_correction_id, 'stream', p_stream, 'instrument_id', p_instrument_id,
            'interval_s', p_interval_s, 'row_time', v_time, 'reason', p_reason)),
        null, null, null, v_ctx);
    outcome := 'created';
    return next;
end
$function$;

alter function market.fn_correct_row(p_correction_id uuid, p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_values jsonb, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_correct_row(p_correction_id uuid, p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_values jsonb, p_reason text, p_ctx jsonb) is 'Gives columns of one row of cleaned data other values, with a reason; what was received stays as it was, and the values replaced are kept. The correction stands above everything that comes later until market.fn_withdraw_correction(); of two corrections the later stands. p_key has the key columns of the row beside instrument and interval, and its time: {"open_time": "2024-01-01 00:00:00+00"} of klines. created, replayed, or conflict naming the field that differs. TB001 malformed, TB002 for a stream, instrument or row that is not there, TB004 not in isolation level read committed.';

revoke execute on function market.fn_correct_row(p_correction_id uuid, p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_values jsonb, p_reason text, p_ctx jsonb) from public;
grant execute on function market.fn_correct_row(p_correction_id uuid, p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_values jsonb, p_reason text, p_ctx jsonb) to daybook_manager;
grant execute on function market.fn_correct_row(p_correction_id uuid, p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_values jsonb, p_reason text, p_ctx jsonb) to daybook_owner;
