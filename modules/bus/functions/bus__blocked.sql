create or replace function bus._blocked(p_consumer text, p_aggregate_type text, p_aggregate_id text, p_seq bigint) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select exists (select 1
                     from bus.event_retries as r
                    where r.consumer = p_consumer and r.aggregate_type = p_aggregate_type and r.aggregate_id = p_aggregate_id
                      and r.seq < p_seq and r.replay_id is null)
        or exists (select 1
                     from bus.dead_letters as d
                    where d.consumer = p_consumer and d.aggregate_type = p_aggregate_type and d.aggregate_id = p_aggregate_id
                      and d.seq < p_seq and d.replay_id is null and d.state = 'pending')
$$;

comment on function bus._blocked(text, text, text, bigint) is
    'Whether an earlier event of the aggregate failed, and is tried again or waits for a decision.';
