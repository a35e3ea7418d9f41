-- daybook mirror: function market.fn_repairs(p_status text, p_stream text, p_instrument_id uuid)

CREATE OR REPLACE FUNCTION market.fn_repairs(p_status text DEFAULT 'open'::text, p_stream text DEFAULT NULL::text, p_instrument_id uuid DEFAULT NULL::uuid)
 RETURNS TABLE(repair_id uuid, stream text, instrument_id uuid, venue text, symbol text, kind text, from_id bigint, to_id bigint, missing bigint, before_time timestamp with time zone, after_time timestamp with time zone, status text, opened_at timestamp with time zone, closed_at timestamp with time zone, reason text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select r.repair_id, r.stream, r.instrument_id, i.venue, i.symbol, i.kind, r.from_id, r.to_id,
           r.to_id - r.from_id + 1
           - case r.status when 'filled' then r.to_id - r.from_id + 1
                           else market._ids_received(r.stream, r.instrument_id, r.from_id, r.to_id, r.before_time, r.after_time) end,
           r.before_time, r.after_time, r.status, r.opened_at, r.closed_at, r.reason
      from ingest.repairs r
      join ref.instruments i on i.instrument_id = r.instrument_id
     where (p_status is null or r.status = p_status)
       and (p_stream is null or r.stream = p_stream)
       and (p_instrument_id is null or r.instrument_id = p_instrument_id)
     order by i.venue, i.kind, i.symbol, r.stream, r.from_id, r.opened_at
$function$;

alter function market.fn_repairs(p_status text, p_stream text, p_instrument_id uuid) owner to daybook_api;

comment on function market.fn_repairs(p_status text, p_stream text, p_instrument_id uuid) is 'Repairs of holes in ids, of one status, stream or instrument (null: of all), with how many ids each still lacks.';

revoke execute on function market.fn_repairs(p_status text, p_stream text, p_instrument_id uuid) from public;
grant execute on function market.fn_repairs(p_status text, p_stream text, p_instrument_id uuid) to daybook_console;
grant execute on function market.fn_repairs(p_status text, p_stream text, p_instrument_id uuid) to daybook_data_writer;
grant execute on function market.fn_repairs(p_status text, p_stream text, p_instrument_id uuid) to daybook_lab_reader;
grant execute on function market.fn_repairs(p_status text, p_stream text, p_instrument_id uuid) to daybook_manager;
grant execute on function market.fn_repairs(p_status text, p_stream text, p_instrument_id uuid) to daybook_owner;
grant execute on function market.fn_repairs(p_status text, p_stream text, p_instrument_id uuid) to daybook_risk;
