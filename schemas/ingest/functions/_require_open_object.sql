-- daybook mirror: function ingest._require_open_object()

CREATE OR REPLACE FUNCTION ingest._require_open_object()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if not exists (select from ingest.objects o where o.object_id = new.object_id and o.verdict = 'open') then
        raise exception 'object % is not open', new.object_id
            using errcode = 'TB004', hint = 'Call market.fn_open_object first, in the same transaction.';
    end if;
    -- Here the bytes are at hand; who closes the object would read all of them back.
    new.sha256 := sha256(new.bytes);
    return new;
end
$function$;

alter function ingest._require_open_object() owner to daybook_owner;

comment on function ingest._require_open_object() is 'Lets chunks be added only to an object that this transaction has opened, and hashes them. Raises TB004.';

revoke execute on function ingest._require_open_object() from public;
grant execute on function ingest._require_open_object() to daybook_api;
