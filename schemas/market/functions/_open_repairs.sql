-- daybook mirror: function market._open_repairs(p_instrument_id uuid)

CREATE OR REPLACE FUNCTION market._open_repairs(p_instrument_id uuid)
 RETURNS tstzmultirange
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(range_agg(tstzrange(r.before_time, r.after_time, '[]')), '{}')
      from ingest.repairs r
     where r.instrument_id = p_instrument_id and r.status = 'open'
$function$;

alter function market._open_repairs(p_instrument_id uuid) owner to daybook_api;

comment on function market._open_repairs(p_instrument_id uuid) is 'The times of an instrument that open repairs are about; empty when there are none.';

revoke execute on function market._open_repairs(p_instrument_id uuid) from public;
grant execute on function market._open_repairs(p_instrument_id uuid) to daybook_owner;
