-- daybook mirror: function ingest._require_kept_object()

CREATE OR REPLACE FUNCTION ingest._require_kept_object()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if exists (select from ingest.objects o where o.object_id = new.object_id and o.verdict = 'open') then
        raise exception 'object % was opened and not closed in the same transaction', new.object_id
            using errcode = 'TB004', hint = 'Call market.fn_close_object before COMMIT, or roll back.';
    end if;
    return null;
end
$function$;

alter function ingest._require_kept_object() owner to daybook_owner;

comment on function ingest._require_kept_object() is 'Deferred check that no object is committed while open. Raises TB004.';

revoke execute on function ingest._require_kept_object() from public;
grant execute on function ingest._require_kept_object() to daybook_api;
