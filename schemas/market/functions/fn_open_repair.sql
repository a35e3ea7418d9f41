-- daybook mirror: function market.fn_open_repair(p_repair_id uuid, p_stream text, p_instrument_id uuid, p_from_id bigint, p_to_id bigint, p_before_time timestamp with time zone, p_after_time timestamp with time zone, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_open_repair(p_repair_id uuid, p_stream text, p_instrument_id uuid, p_from_id bigint, p_to_id bigint, p_before_time timestamp with time zone, p_after_time timestamp with time zone, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, repair_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
#variable_conflict use_column
declare
    v_ctx   constant jsonb := util.ctx(p_ctx);
    v_known ingest.repairs;
begin
    perform util.require_id('p_repair_id', p_repair_id);
    perform market._numbered(p_stream);
    if p_instrument_id is null or not exists (select from ref.instruments i where i.instrument_id = p_instrument_id) then
        raise exception 'p_instrument_id names no instrument: %', coalesce(p_instrument_id::text, 'null')
            using errcode = 'TB002', hint = 'Register it with ref.fn_register_instrument().';
    end if;
    if p_from_id is null or p_to_id is null or p_from_id > p_to_id or p_before_time is null or p_after_time is null
       or p_before_time > p_after_time or not isfinite(p_before_time) or not isfinite(p_after_time)
    then
        raise exception 'p_from_id .. p_to_id or p_before_time .. p_after_time is no hole'
            using errcode = 'TB001', hint = 'Pass what market.fn_id_holes() found.';
    end if;

    -- Two who look at one time find the same holes, and one of them is to find the other's repair.
    perform pg_advisory_xact_lock(hashtextextended(format('ingest.repairs %s %s', p_stream, p_instrument_id), 0));
    select r.* into v_known from ingest.repairs r where r.repair_id = p_repair_id;
    if found then
        conflict_field := case
            when v_known.stream <> p_stream then 'stream'
            when v_known.instrument_id <> p_instrument_id then 'instrument_id'
            when v_known.from_id <> p_from_id then 'from_id'
            when v_known.to_id <> p_to_id then 'to_id'
            when v_known.before_time <> p_before_time then 'before_time'
            when v_known.after_time <> p_after_time then 'after_time'
        end;
        return query select case when conflict_field is null then 'replayed' else 'conflict' end, p_repair_id, conflict_field;
        return;
    end if;
    -- What is left of a hole belongs to the repair of the whole of it.
    select r.* into v_known
      from ingest.repairs r
     where r.status = 'open' and r.stream = p_stream and r.instrument_id = p_instrument_id
       and r.from_id <= p_from_id and r.to_id >= p_to_id
     order by r.repair_id
     limit 1;
    if found then
        return query select 'replayed', v_known.repair_id, null::text;
        return;
    end if;
    if market._ids_received(p_stream, p_instrument_id, p_from_id, p_to_id, p_before_time, p_after_time) > 0 then
        raise exception 'ids from % to % are not all missing', p_from_id, p_to_id
            using errcode = 'TB004', hint = 'Look again with market.fn_id_holes().';
    end if;

    insert into ingest.repairs (repair_id, stream, instrument_id, from_id, to_id, before_time, after_time, ctx)
      values (p_repair_id, p_stream, p_instrument_id, p_from_id, p_to_id, p_before_time, p_after_time, v_ctx);
    perform market._note_rollup(p_instrument_id, tstzmultirange(tstzrange(p_before_time, p_after_time, '[]')));
    perform bus.fn_emit_domain_event('market.repair_opened', p_repair_id::text,
        jsonb_build_object('repair_id', p_repair_id, 'stream', p_stream, 'instrument_id', p_instrument_id, 'from_id', p_from_id,
                           'to_id', p_to_id, 'before_time', p_before_time, 'after_time', p_after_time), p_ctx => v_ctx);
    return query select 'created', p_repair_id, null::text;
end
$function$;

alter function market.fn_open_repair(p_repair_id uuid, p_stream text, p_instrument_id uuid, p_from_id bigint, p_to_id bigint, p_before_time timestamp with time zone, p_after_time timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_open_repair(p_repair_id uuid, p_stream text, p_instrument_id uuid, p_from_id bigint, p_to_id bigint, p_before_time timestamp with time zone, p_after_time timestamp with time zone, p_ctx jsonb) is 'Opens a repair (ingest.repairs) of a hole that market.fn_id_holes found. created; replayed, also with the repair_id of an open repair that the hole is a part of; conflict naming the field that differs. TB001 malformed or a stream whose ids leave out numbers, TB002 unknown instrument, TB004 when some of the ids are there.';

revoke execute on function market.fn_open_repair(p_repair_id uuid, p_stream text, p_instrument_id uuid, p_from_id bigint, p_to_id bigint, p_before_time timestamp with time zone, p_after_time timestamp with time zone, p_ctx jsonb) from public;
grant execute on function market.fn_open_repair(p_repair_id uuid, p_stream text, p_instrument_id uuid, p_from_id bigint, p_to_id bigint, p_before_time timestamp with time zone, p_after_time timestamp with time zone, p_ctx jsonb) to daybook_data_writer;
grant execute on function market.fn_open_repair(p_repair_id uuid, p_stream text, p_instrument_id uuid, p_from_id bigint, p_to_id bigint, p_before_time timestamp with time zone, p_after_time timestamp with time zone, p_ctx jsonb) to daybook_owner;
