-- daybook mirror: function ingest._revision(p_source text, p_path text, p_sha256 bytea)

CREATE OR REPLACE FUNCTION ingest._revision(p_source text, p_path text, p_sha256 bytea)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return coalesce(
        (select f.revision from ingest.files f
          where f.source = p_source and f.path = p_path and f.sha256 = p_sha256 order by f.revision desc limit 1),
        1);
end
$function$;

alter function ingest._revision(p_source text, p_path text, p_sha256 bytea) owner to daybook_api;

comment on function ingest._revision(p_source text, p_path text, p_sha256 bytea) is 'The newest revision of a registered file that has this content; 1 when there is none.';

revoke execute on function ingest._revision(p_source text, p_path text, p_sha256 bytea) from public;
grant execute on function ingest._revision(p_source text, p_path text, p_sha256 bytea) to daybook_owner;
