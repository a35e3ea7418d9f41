-- daybook mirror: function ingest._require_stream(p_stream text)

CREATE OR REPLACE FUNCTION ingest._require_stream(p_stream text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_beside constant text[] := '{funding_snapshots,listings}';
begin
    if p_stream <> all (c_beside) and not exists (select from ingest.streams as s where s.stream = p_stream) then
        raise exception 'argument p_stream names no stream: %', quote_literal(left(p_stream, 200))
            using errcode = 'TB002', hint = format('ingest.streams lists them; %s are those beside them.', array_to_string(c_beside, ' and '));
    end if;
end
$function$;

alter function ingest._require_stream(p_stream text) owner to daybook_api;

comment on function ingest._require_stream(p_stream text) is 'Returns if sources state such data: a stream of ingest.streams, or one of those beside them. TB002 otherwise.';

revoke execute on function ingest._require_stream(p_stream text) from public;
grant execute on function ingest._require_stream(p_stream text) to daybook_owner;
