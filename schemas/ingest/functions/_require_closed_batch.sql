-- daybook mirror: function ingest._require_closed_batch()

CREATE OR REPLACE FUNCTION ingest._require_closed_batch()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    -- The row as it was when the event was queued says nothing; look at what would be committed.
    if exists (select from ingest.batches b where b.batch_id = new.batch_id and b.verdict = 'open') then
        raise exception 'batch % was opened and not closed in the same transaction', new.batch_id
            using errcode = 'TB004',
                  hint = 'Call market.fn_close_batch before COMMIT, or roll back.';
    end if;
    return null;
end
$function$;

alter function ingest._require_closed_batch() owner to daybook_owner;

comment on function ingest._require_closed_batch() is 'Deferred check that no batch is committed while open. Raises TB004.';

revoke execute on function ingest._require_closed_batch() from public;
grant execute on function ingest._require_closed_batch() to daybook_api;
