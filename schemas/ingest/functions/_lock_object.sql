-- daybook mirror: function ingest._lock_object(p_object_id uuid, p_sha256 bytea)

CREATE OR REPLACE FUNCTION ingest._lock_object(p_object_id uuid, p_sha256 bytea)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'object % is kept in a transaction of isolation level %', p_object_id, current_setting('transaction_isolation')
            using errcode = 'TB004', hint = 'Begin the transaction with isolation level read committed.';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('ingest.objects ' || p_object_id, 0));
    if p_sha256 is not null then
        perform pg_advisory_xact_lock(hashtextextended('ingest.objects ' || encode(p_sha256, 'hex'), 0));
    end if;
end
$function$;

alter function ingest._lock_object(p_object_id uuid, p_sha256 bytea) owner to daybook_api;

comment on function ingest._lock_object(p_object_id uuid, p_sha256 bytea) is 'Waits until no other transaction keeps an object of this identity or content, until commit. TB004 in any isolation level but read committed: what was decided before the wait would be decided on old rows.';

revoke execute on function ingest._lock_object(p_object_id uuid, p_sha256 bytea) from public;
grant execute on function ingest._lock_object(p_object_id uuid, p_sha256 bytea) to daybook_owner;
