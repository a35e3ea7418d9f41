-- daybook mirror: function bus._settle_retries(p_consumer text, p_seqs bigint[])

CREATE OR REPLACE FUNCTION bus._settle_retries(p_consumer text, p_seqs bigint[])
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    with done as (
        delete from bus.event_retries as r where r.consumer = p_consumer and r.seq = any (p_seqs) returning r.seq
    ), delivered as (
        update bus.dead_letters as d
           set state = 'delivered', resolved_at = clock_timestamp()
          from done as n
         where d.consumer = p_consumer and d.seq = n.seq and d.state = 'redriven'
    )
    select count(*) from done
$function$;

alter function bus._settle_retries(p_consumer text, p_seqs bigint[]) owner to daybook_api;

comment on function bus._settle_retries(p_consumer text, p_seqs bigint[]) is 'What waited for a consumer at these places is done. Returns how many of them waited.';

revoke execute on function bus._settle_retries(p_consumer text, p_seqs bigint[]) from public;
grant execute on function bus._settle_retries(p_consumer text, p_seqs bigint[]) to daybook_owner;
