-- daybook mirror: function market._make_stage(p_target text, p_reader name)

CREATE OR REPLACE FUNCTION market._make_stage(p_target text, p_reader name)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if to_regclass('pg_temp.market_stage') is not null then
        perform market._require_stage(p_target);
        if exists (select from ingest.batches b where b.verdict = 'open' and b.target = 'pg_temp.market_stage') then
            raise exception 'pg_temp.market_stage is in use by another batch of this transaction'
                using errcode = 'TB004', hint = 'Close the batch that was opened before.';
        end if;
        drop table pg_temp.market_stage;
    end if;
    -- Checks of values stay with the target: a row that breaks one fails there, before anything is committed.
    execute format('create temporary table market_stage (like %s, line bigint not null) on commit drop', p_target::regclass);
    execute format('grant select, insert, delete on pg_temp.market_stage to %I', p_reader);
    execute format('grant insert on pg_temp.market_stage to %I', session_user);
end
$function$;

alter function market._make_stage(p_target text, p_reader name) owner to daybook_owner;

comment on function market._make_stage(p_target text, p_reader name) is 'Makes the temporary table that takes rows to be merged into the target; it goes away with the transaction, or when the next batch of the same transaction needs one. TB004 when the name is taken.';

revoke execute on function market._make_stage(p_target text, p_reader name) from public;
grant execute on function market._make_stage(p_target text, p_reader name) to daybook_api;
