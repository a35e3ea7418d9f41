-- daybook mirror: function bus._waiting(p_consumer bus.domain_event_consumers, p_cursor bus.consumer_cursors, p_limit integer)
-- needs: bus/tables/consumer_cursors.sql
-- needs: bus/tables/domain_event_consumers.sql

CREATE OR REPLACE FUNCTION bus._waiting(p_consumer bus.domain_event_consumers, p_cursor bus.consumer_cursors, p_limit integer)
 RETURNS TABLE(delivery text, attempt integer, seq bigint, epoch integer, event_id uuid, event_type text, account_id uuid, aggregate_type text, aggregate_id text, aggregate_version bigint, occurred_at timestamp with time zone, recorded_at timestamp with time zone, payload jsonb, ctx jsonb)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_first constant integer := 64 * p_cursor.member / p_consumer.members;
    v_last constant integer := 64 * (p_cursor.member + 1) / p_consumer.members - 1;
begin
    return query
        select case when r.replay_id is null then 'retry' else 'replay' end, r.attempts + 1, s.seq, s.epoch, d.event_id, d.event_type, d.account_id,
               d.aggregate_type, d.aggregate_id, d.aggregate_version::bigint, d.occurred_at, d.recorded_at, d.payload::jsonb, d.ctx
          from bus.event_retries as r
          join bus.event_seq as s on s.log = 0 and s.seq = r.seq
          join bus.domain_events as d on d.id = s.id
         where r.consumer = p_consumer.consumer
           and r.due_at <= clock_timestamp()
           -- What failed in front of the place is delivered as new until the place has passed it.
           and (r.seq <= p_cursor.after_seq or r.replay_id is not null)
           and (p_consumer.members = 1 or bus.fn_slot(r.aggregate_type, r.aggregate_id) between v_first and v_last)
           and (p_consumer.policy = 'skip'
                or not exists (select 1
                                 from bus.event_retries as b
                                where b.consumer = r.consumer and b.aggregate_type = r.aggregate_type and b.aggregate_id = r.aggregate_id
                                  and b.seq < r.seq and b.replay_id is not distinct from r.replay_id and b.due_at > clock_timestamp())
                   and not exists (select 1
                                     from bus.dead_letters as b
                                    where b.consumer = r.consumer and b.aggregate_type = r.aggregate_type and b.aggregate_id = r.aggregate_id
                                      and b.seq < r.seq and b.replay_id is not distinct from r.replay_id and b.state = 'pending'))
         order by r.seq
         limit p_limit;
end
$function$;

alter function bus._waiting(p_consumer bus.domain_event_consumers, p_cursor bus.consumer_cursors, p_limit integer) owner to daybook_api;

comment on function bus._waiting(p_consumer bus.domain_event_consumers, p_cursor bus.consumer_cursors, p_limit integer) is 'What waits for a member of a consumer and is due, in order: within an aggregate nothing before what stands in front of it.';

revoke execute on function bus._waiting(p_consumer bus.domain_event_consumers, p_cursor bus.consumer_cursors, p_limit integer) from public;
grant execute on function bus._waiting(p_consumer bus.domain_event_consumers, p_cursor bus.consumer_cursors, p_limit integer) to daybook_owner;
