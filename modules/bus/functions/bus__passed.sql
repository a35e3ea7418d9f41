create or replace function bus._passed(p_letter bus.dead_letters) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select p_letter.replay_id is not null
        or exists (select 1
                     from bus.consumer_cursors as k
                     join bus.domain_event_consumers as c on c.consumer = k.consumer
                    where k.consumer = p_letter.consumer and k.after_seq >= p_letter.seq
                      and k.member = bus.fn_slot(p_letter.aggregate_type, p_letter.aggregate_id) * c.members / 64)
$$;

comment on function bus._passed(bus.dead_letters) is
    'Whether the place of its consumer has passed a dead letter. Until then the batch in which it failed is under way, and counts on it.';
