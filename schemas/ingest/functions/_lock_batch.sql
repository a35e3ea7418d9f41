-- daybook mirror: function ingest._lock_batch(p_batch_id uuid, p_what text)

CREATE OR REPLACE FUNCTION ingest._lock_batch(p_batch_id uuid, p_what text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'batch % is registered in a transaction of isolation level %',
                p_batch_id, current_setting('transaction_isolation')
            using errcode = 'TB004', hint = 'Begin the transaction with isolation level read committed.';
    end if;

    perform pg_advisory_xact_lock(hashtextextended('ingest.batches ' || p_batch_id, 0));
    perform pg_advisory_xact_lock(hashtextextended(p_what, 0));
end
$function$;

alter function ingest._lock_batch(p_batch_id uuid, p_what text) owner to daybook_api;

comment on function ingest._lock_batch(p_batch_id uuid, p_what text) is 'Waits until no other transaction registers a batch of this identity or of what is named, until commit. TB004 in any isolation level but read committed.';

revoke execute on function ingest._lock_batch(p_batch_id uuid, p_what text) from public;
grant execute on function ingest._lock_batch(p_batch_id uuid, p_what text) to daybook_owner;
