-- daybook mirror: function ingest._require_open_batch(p_batch_id uuid)
-- needs: ingest/tables/batches.sql

CREATE OR REPLACE FUNCTION ingest._require_open_batch(p_batch_id uuid)
 RETURNS ingest.batches
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_batch ingest.batches;
begin
    select b.* into v_batch from ingest.batches b where b.batch_id = p_batch_id;
    if v_batch.verdict is distinct from 'open' then
        raise exception 'batch % is not open', coalesce(p_batch_id::text, 'null')
            using errcode = 'TB004', hint = 'Call market.fn_open_batch first, in the same transaction.';
    end if;
    return v_batch;
end
$function$;

alter function ingest._require_open_batch(p_batch_id uuid) owner to daybook_api;

comment on function ingest._require_open_batch(p_batch_id uuid) is 'The batch that this transaction has opened. Raises TB004 when it has not, or p_batch_id is null.';

revoke execute on function ingest._require_open_batch(p_batch_id uuid) from public;
grant execute on function ingest._require_open_batch(p_batch_id uuid) to daybook_owner;
