-- Handed over where retries wait, so that one acknowledgement serves both and a crash repeats nothing and loses nothing. The members of a
-- consumer take turns: whoever finds a replay locked leaves it to the other.
create or replace function bus._feed_replays(p_consumer bus.domain_event_consumers, p_limit integer) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_replay bus.replays;
    v_began_at timestamptz;
    v_budget bigint;
    v_whole bus.domain_event_consumers := p_consumer;
    v_upto bigint;
    v_fed bigint;
    v_last bigint;
begin
    v_whole.members := 1;
    for v_replay in
        select * from bus.replays as r where r.consumer = p_consumer.consumer and r.state = 'running' order by r.requested_at, r.replay_id for update skip locked
    loop
        v_whole.event_types := coalesce(v_replay.event_types, p_consumer.event_types);
        v_began_at := coalesce(v_replay.began_at, clock_timestamp());
        v_budget := least(p_limit, 1 + floor(v_replay.rate * extract(epoch from clock_timestamp() - v_began_at)) - v_replay.fed);
        -- A budget of nothing is a rate that has been reached; what waits already has to be dealt with first.
        continue when v_budget <= 0
                   or p_limit <= (select count(*)
                                    from (select 1 from bus.event_retries as w where w.consumer = p_consumer.consumer and w.replay_id = v_replay.replay_id
                                           limit p_limit) as w);
        v_upto := least(v_replay.at_seq + 10000, v_replay.to_seq);
        with page as materialized (
            select e.*
              from bus._page(v_whole, 0::smallint, v_replay.at_seq, v_upto, null) as e
             where (v_replay.aggregate_type is null or e.aggregate_type = v_replay.aggregate_type)
               and (v_replay.aggregate_id is null or e.aggregate_id = v_replay.aggregate_id)
             order by e.seq
             limit v_budget
        ), fed as (
            insert into bus.event_retries (consumer, seq, replay_id, event_id, event_type, account_id, aggregate_type, aggregate_id)
            select p_consumer.consumer, p.seq, v_replay.replay_id, p.event_id, p.event_type, p.account_id, p.aggregate_type, p.aggregate_id
              from page as p
            on conflict on constraint event_retries_pkey do nothing
        )
        select count(*), max(p.seq) into v_fed, v_last from page as p;
        v_last := case when v_fed = v_budget then v_last else v_upto end;
        update bus.replays as r
           set at_seq = v_last, fed = r.fed + v_fed, began_at = v_began_at,
               state = case when v_last = r.to_seq then 'fed' else r.state end,
               ended_at = case when v_last = r.to_seq then clock_timestamp() end
         where r.replay_id = v_replay.replay_id;
    end loop;
end
$$;

comment on function bus._feed_replays(bus.domain_event_consumers, integer) is
    'Hands over the next events of the replays of a consumer, as their rates allow and so many of each at most.';
