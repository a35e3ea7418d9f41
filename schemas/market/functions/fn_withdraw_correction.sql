-- daybook mirror: function market.fn_withdraw_correction(p_correction_id uuid, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_withdraw_correction(p_correction_id uuid, p_reason text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, correction_id uuid, restored boolean, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_old market.corrections;
    v_back record;
    v_batch_id uuid;
begin
    perform util.require_id('p_correction_id', p_correction_id);
    perform util.require_text('p_reason', p_reason, 1000);
    select * into v_old from market.corrections as c where c.correction_id = p_correction_id;
    if not found then
        raise exception 'argument p_correction_id names no correction: %', p_correction_id
            using errcode = 'TB002', hint = 'market.corrections lists them.';
    end if;
    v_batch_id := util.uuid_from_name(p_correction_id, 'withdrawal');
    perform ingest._lock_batch(v_batch_id, concat_ws(' ', 'ingest series', v_old.stream, v_old.instrument_id, v_old.interval_s));

    correction_id := p_correction_id;
    select * into strict v_old from market.corrections as c where c.correction_id = p_correction_id;
    if v_old.withdrawn_at is not null then
        restored := v_old.restored_by is not null;
        conflict_field := case when v_old.withdrawal_reason <> p_reason then 'reason' end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
        return next;
        return;
    end if;

    -- Where another correction came later, that one stands and there is nothing to put back.
    restored := market._row_time(v_old.stream, v_old.instrument_id, v_old.interval_s, v_old.key, p_correction_id) is not null;
    if restored then
        select * into strict v_back from market._row_before(p_correction_id);
        perform market._replace_row(v_batch_id, v_back.source, v_back.file_name, v_back.revision, v_old.stream, v_old.instrument_id, v_old.interval_s,
            v_old.row_time, v_old.key, v_back.content, sha256(convert_to('withdrawal of ' || p_correction_id, 'UTF8')), v_ctx);
    end if;
    update market.corrections as c
       set withdrawn_at = clock_timestamp(), withdrawn_by = session_user, withdrawal_reason = p_reason,
           restored_by = case when restored then v_batch_id end
     where c.correction_id = p_correction_id;
    perform audit._write('market.fn_withdraw_correction', 'correction', p_correction_id::text, null, 'created', null,
        jsonb_build_object('restored', restored, 'reason', p_reason), v_ctx);
    perform bus.fn_emit_domain_event('market.correction_withdrawn', p_correction_id::text,
        jsonb_strip_nulls(jsonb_build_object('correction_id', p_correction_id, 'stream', v_old.stream, 'instrument_id', v_old.instrument_id,
            'interval_s', v_old.interval_s, 'row_time', v_old.row_time, 'restored', restored, 'reason', p_reason)),
        null, null, null, v_ctx);
    outcome := 'created';
    return next;
end
$function$;

alter function market.fn_withdraw_correction(p_correction_id uuid, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_withdraw_correction(p_correction_id uuid, p_reason text, p_ctx jsonb) is 'Ends a correction, with a reason. Where it stands the row gets the values that would stand without it: those of the highest precedence among what was received and the corrections that are still in force; they come back as a batch of the same source, file and revision. created, with restored false when a later correction stands; replayed; conflict when it was withdrawn for another reason. TB001 malformed, TB002 unknown correction.';

revoke execute on function market.fn_withdraw_correction(p_correction_id uuid, p_reason text, p_ctx jsonb) from public;
grant execute on function market.fn_withdraw_correction(p_correction_id uuid, p_reason text, p_ctx jsonb) to daybook_manager;
grant execute on function market.fn_withdraw_correction(p_correction_id uuid, p_reason text, p_ctx jsonb) to daybook_owner;
