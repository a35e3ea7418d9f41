-- What is decided about a batch rests on what is there after waiting for others. A snapshot from before the wait does not
-- show it, so only the isolation level that takes a new one for each statement will do. The identity is locked before the
-- content or series, by everybody: two requests under one identity meet here whatever they are about.
create or replace function ingest._lock_batch(p_batch_id uuid, p_what text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'batch % is registered in a transaction of isolation level %',
                p_batch_id, current_setting('transaction_isolation')
            using errcode = 'TB004', hint = 'Begin the transaction with isolation level read committed.';
    end if;

    perform pg_advisory_xact_lock(hashtextextended('ingest.batches ' || p_batch_id, 0));
    perform pg_advisory_xact_lock(hashtextextended(p_what, 0));
end
$$;
comment on function ingest._lock_batch(uuid, text) is
    'Waits until no other transaction registers a batch of this identity or of what is named, until commit. TB004 in any '
    'isolation level but read committed.';
