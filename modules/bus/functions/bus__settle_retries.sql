create or replace function bus._settle_retries(p_consumer text, p_seqs bigint[]) returns bigint
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    with done as (
        delete from bus.event_retries as r where r.consumer = p_consumer and r.seq = any (p_seqs) returning r.seq
    ), delivered as (
        update bus.dead_letters as d
           set state = 'delivered', resolved_at = clock_timestamp()
          from done as n
         where d.consumer = p_consumer and d.seq = n.seq and d.state = 'redriven'
    )
    select count(*) from done
$$;

comment on function bus._settle_retries(text, bigint[]) is 'What waited for a consumer at these places is done. Returns how many of them waited.';
