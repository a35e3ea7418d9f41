-- daybook mirror: function market._convention(p_name text, p_instrument_id uuid, p_stream text, p_source text, p_at timestamp with time zone)

CREATE OR REPLACE FUNCTION market._convention(p_name text, p_instrument_id uuid, p_stream text, p_source text, p_at timestamp with time zone)
 RETURNS TABLE(value text, since timestamp with time zone, reason text)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select c.value, c.since, c.reason
      from ref.instruments i
      join ingest.conventions c on c.venue = i.venue
     where i.instrument_id = p_instrument_id
       and c.name = p_name
       and c.since <= p_at
       and (c.kind is null or c.kind = i.kind)
       and (c.stream is null or c.stream = p_stream)
       and (c.source is null or c.source = p_source)
       and (c.instrument_id is null or c.instrument_id = p_instrument_id)
     order by c.instrument_id is not null desc, c.source is not null desc, c.stream is not null desc, c.kind is not null desc,
              c.since desc, c.stated_at desc, c.convention_id desc
     limit 1
$function$;

alter function market._convention(p_name text, p_instrument_id uuid, p_stream text, p_source text, p_at timestamp with time zone) owner to daybook_api;

comment on function market._convention(p_name text, p_instrument_id uuid, p_stream text, p_source text, p_at timestamp with time zone) is 'The convention of that name that holds for a row of that series and time (ingest.conventions); no row when none is known.';

revoke execute on function market._convention(p_name text, p_instrument_id uuid, p_stream text, p_source text, p_at timestamp with time zone) from public;
grant execute on function market._convention(p_name text, p_instrument_id uuid, p_stream text, p_source text, p_at timestamp with time zone) to daybook_owner;
